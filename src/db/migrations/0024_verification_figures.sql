-- Up Migration
-- What alerts, metrics and reports count of verifications.

-- Answers of the verification endpoints, a minute a row, over all API processes.
CREATE TABLE verification_answers (
  -- Its beginning.
  minute timestamptz PRIMARY KEY,
  answers int NOT NULL CHECK (answers >= 0),
  -- Those in which the caller had no part: server errors, and no carrier to send by.
  faults int NOT NULL CHECK (faults BETWEEN 0 AND answers)
);

-- One row: when the first verification was begun, by which months are counted for what a month may cost.
CREATE TABLE verification_began (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  at timestamptz NOT NULL
);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['verification_answers', 'verification_began'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY service ON %I TO watchword_service USING (true) WITH CHECK (true)', name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO watchword_service', name);
  END LOOP;
END $$;
GRANT DELETE ON verification_answers TO watchword_service;

-- What the codes of a day and of a month cost, read from the index alone.
CREATE INDEX messages_verification_at ON messages (created_at) INCLUDE (account_id, price) WHERE verification_id IS NOT NULL;
-- Rows come in the order of their time: a summary of each block finds the last hour of them.
CREATE INDEX verification_history_at ON verification_history USING brin (at);
