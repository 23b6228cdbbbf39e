-- Up Migration
-- What operators do with accounts, keys and providers, and who did what.

ALTER TABLE accounts ADD COLUMN reference text UNIQUE;
COMMENT ON COLUMN accounts.reference IS 'The operator''s own reference; the same one makes one account.';
ALTER TABLE api_keys ADD COLUMN label text;
ALTER TABLE providers ADD COLUMN paused_reason text;

-- One row for each request that changes something, written before it is carried out; how it ended is added afterwards.
CREATE TABLE operator_actions (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  account_id uuid NOT NULL REFERENCES accounts,
  key_id uuid NOT NULL,
  request_id text NOT NULL,
  -- What was asked: the route as declared, its path parameters and its body.
  action text NOT NULL,
  params jsonb NOT NULL DEFAULT '{}',
  body jsonb,
  -- HTTP status of the answer; null where the process died before it.
  status smallint,
  problem text
);
CREATE INDEX operator_actions_account ON operator_actions (account_id, id);
ALTER TABLE operator_actions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY service ON operator_actions TO watchword_service USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON operator_actions TO watchword_service;
GRANT UPDATE (status, problem) ON operator_actions TO watchword_service;
