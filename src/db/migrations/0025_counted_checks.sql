-- Up Migration
-- A check is counted once, also where the engine makes it again because it never heard of the first time.

-- Names the checks that were counted, in their order; never more than the budget. A constant default writes no row anew.
ALTER TABLE verifications ADD COLUMN counted_checks text[] NOT NULL DEFAULT '{}';
GRANT SELECT (counted_checks) ON verifications TO watchword_client;
