-- Up Migration
-- Proof of refund: the surplus that the passes until now left unclaimed, by when it came in (rule 17):
-- {"at": ms, "lots": [{"amount": "micro units", "since": ms}]}. Null before the first pass that could confirm.
ALTER TABLE provider_proofs ADD COLUMN unclaimed jsonb;
