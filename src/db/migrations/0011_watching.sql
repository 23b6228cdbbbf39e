-- Which run of a watcher took an account last. An older run that is cut off from Temporal sees it here and stops: politeness
-- to the provider; what may happen once is fenced where it happens (ORDERS.md, rule 18).
ALTER TABLE watcher_state ADD COLUMN holder uuid;

-- The provider asked for fewer requests until then: reads wait, purchases and cancels do not.
ALTER TABLE request_budgets ADD COLUMN held_until timestamptz;

-- What a watcher reads at every look, whatever the number of orders that are over.
CREATE INDEX orders_unsettled ON orders (provider) WHERE status IN ('OPEN', 'CANCEL_ASKED', 'EXPIRED', 'REFUND_PENDING');
CREATE INDEX orders_still_receiving ON orders (provider, expires_at) WHERE status = 'CLOSED_WITH_SMS' AND ended_at IS NULL;
CREATE INDEX orders_refunded_in_grace ON orders (provider) WHERE status = 'REFUNDED' AND ended_at IS NOT NULL AND grace_read_at IS NULL;
