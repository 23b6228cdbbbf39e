-- Up Migration
-- What the API reads as the client role beyond the first grants, and its rate limits.

-- The API compares it before it answers a key from its row (rule 22).
GRANT SELECT (request_hash) ON activations TO watchword_client;
-- A provider's name is public: it stands in every price row.
GRANT SELECT (provider) ON activation_history TO watchword_client;

-- Columns in the order in which rate-limiter-flexible inserts. Losing them in a crash only forgives requests.
CREATE UNLOGGED TABLE rate_limits (
  key varchar(255) PRIMARY KEY,
  points integer NOT NULL DEFAULT 0,
  expire bigint
) WITH (fillfactor = 50);
CREATE INDEX rate_limits_expire ON rate_limits (expire);
ALTER TABLE rate_limits ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY service ON rate_limits TO watchword_service USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON rate_limits TO watchword_service;
