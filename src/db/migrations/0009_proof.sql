-- Up Migration
-- Proof of refund: the surplus that the passes until now left unclaimed, by when it came in (rule 17):
-- {"at": ms, "lots": [{"amount": "micro units", "since": ms}]}. Null before the first pass that could confirm.
ALTER TABLE provider_proofs ADD COLUMN unclaimed jsonb;

-- What an operator gave up is a cost of its own kind (rule 21).
ALTER TABLE orders DROP CONSTRAINT orders_money_check;
ALTER TABLE orders ADD CONSTRAINT orders_money_check CHECK (money IN ('expected', 'sold', 'refunded', 'never_charged', 'written_off'));

-- The operators' list of refunds.
CREATE INDEX orders_refunds ON orders (first_seen_at DESC, id DESC) WHERE status IN ('REFUND_PENDING', 'REFUNDED', 'TAKEN_BACK', 'WRITTEN_OFF');
