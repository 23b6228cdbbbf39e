-- Up Migration
-- A check is counted once, also where the engine makes it again because it never heard of the first time.

-- Names the checks that were counted, in their order; never more than the budget. A constant default writes no row anew.
ALTER TABLE verifications ADD COLUMN counted_checks text[] NOT NULL DEFAULT '{}';
GRANT SELECT (counted_checks) ON verifications TO watchword_client;

-- Fraud rules that could not be asked, a minute and part a row, over all processes.
CREATE TABLE fraud_failures (
  -- Its beginning.
  minute timestamptz NOT NULL,
  part text NOT NULL,
  failures int NOT NULL CHECK (failures > 0),
  PRIMARY KEY (minute, part)
);
ALTER TABLE fraud_failures ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY service ON fraud_failures TO watchword_service USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON fraud_failures TO watchword_service;
