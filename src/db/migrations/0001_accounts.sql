-- Up Migration
-- Accounts, keys and the two roles under which everything runs. The login role owns the tables, but FORCE ROW LEVEL
-- SECURITY binds it too, so forgetting SET ROLE shows nothing instead of everything.

-- Roles belong to the whole cluster and may have been made by another database's migration, perhaps at this moment.
DO $$
DECLARE
  wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['watchword_service', 'watchword_client'] LOOP
    BEGIN
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
        EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
      END IF;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
      NULL;
    END;
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AND NOT pg_has_role(current_user, wanted, 'SET') THEN
      EXECUTE format('GRANT %I TO CURRENT_USER', wanted);
    END IF;
  END LOOP;
END $$;

GRANT USAGE ON SCHEMA public TO watchword_service, watchword_client;

-- The caller whose rows a client transaction may see; unset means nobody's.
CREATE FUNCTION watchword_caller() RETURNS uuid LANGUAGE sql STABLE
  RETURN nullif(current_setting('watchword.account_id', true), '')::uuid;

-- Who this installation is. The secret keys the ids that must not reveal what they are made from (rule 22).
CREATE TABLE installation (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  secret bytea NOT NULL DEFAULT sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8'))
);
INSERT INTO installation DEFAULT VALUES;

CREATE TABLE accounts (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('client', 'operator')),
  created_at timestamptz NOT NULL DEFAULT now(),
  suspended_at timestamptz
);

CREATE TABLE api_keys (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES accounts,
  role text NOT NULL CHECK (role IN ('client', 'operator')),
  -- SHA-256 of the key. Keys are long and random, so a slow hash would only slow every request.
  key_hash bytea NOT NULL UNIQUE CHECK (octet_length(key_hash) = 32),
  -- The first characters, for people to tell keys apart.
  prefix text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  last_used_at timestamptz,
  revoked_at timestamptz
);
CREATE INDEX api_keys_account ON api_keys (account_id);

ALTER TABLE installation ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE accounts ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE api_keys ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY service ON installation TO watchword_service USING (true) WITH CHECK (true);
CREATE POLICY service ON accounts TO watchword_service USING (true) WITH CHECK (true);
CREATE POLICY service ON api_keys TO watchword_service USING (true) WITH CHECK (true);
CREATE POLICY caller ON accounts FOR SELECT TO watchword_client USING (id = watchword_caller());
GRANT SELECT, INSERT, UPDATE, DELETE ON accounts, api_keys TO watchword_service;
GRANT SELECT ON installation TO watchword_service;
GRANT SELECT ON accounts TO watchword_client;
