-- Up Migration
-- Operators who signed in with a browser: Temporal's Web UI asks for payloads to be decoded with a cookie, not with a key.

CREATE TABLE operator_sessions (
  -- SHA-256 of the cookie's value.
  token_hash bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
  key_id uuid NOT NULL REFERENCES api_keys ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL
);
CREATE INDEX operator_sessions_expiry ON operator_sessions (expires_at);
CREATE INDEX operator_sessions_key ON operator_sessions (key_id);
ALTER TABLE operator_sessions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY service ON operator_sessions TO watchword_service USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, DELETE ON operator_sessions TO watchword_service;
