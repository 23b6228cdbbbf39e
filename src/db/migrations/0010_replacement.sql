-- Up Migration
-- Numbers that follow one another within an activation: what the client would have paid for each is kept with its order,
-- because an SMS may still come to an earlier one.

ALTER TABLE orders ADD COLUMN client_price bigint;
COMMENT ON COLUMN orders.client_price IS 'What the client pays if this number gets the first SMS; micro units of the wallet currency. Null for orders of the house.';

-- SMS that the client has not paid for: how many, and what reading them costs.
ALTER TABLE activations ADD COLUMN late_sms int NOT NULL DEFAULT 0, ADD COLUMN late_sms_price bigint;
GRANT SELECT (late_sms, late_sms_price) ON activations TO watchword_client;
