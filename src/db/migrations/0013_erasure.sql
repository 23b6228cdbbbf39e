-- Up Migration
-- Erasure: numbers, codes and texts go after the retention time; statuses, prices, histories and the ledger stay.

ALTER TABLE activations ADD COLUMN erased_at timestamptz;
COMMENT ON COLUMN activations.erased_at IS 'Number, codes, texts and providers'' replies of this activation and its orders were erased.';
GRANT SELECT (erased_at) ON activations TO watchword_client;
ALTER TABLE orders ADD COLUMN erased_at timestamptz;
ALTER TABLE accounts ADD COLUMN erased_at timestamptz;
GRANT SELECT (erased_at) ON accounts TO watchword_client;

-- What is looked at again and again until it may be erased.
CREATE INDEX activations_to_erase ON activations (ended_at) WHERE erased_at IS NULL AND status IN ('COMPLETED', 'REFUNDED', 'FAILED');
CREATE INDEX orders_to_erase ON orders (first_seen_at) WHERE erased_at IS NULL AND activation_id IS NULL;
CREATE INDEX inbox_of_nobody ON inbox (received_at) WHERE order_id IS NULL;

-- SMS of orders that nobody claimed are removed whole; what an operator wrote about an account goes with it.
GRANT DELETE ON inbox TO watchword_service;
GRANT UPDATE (body) ON operator_actions TO watchword_service;
