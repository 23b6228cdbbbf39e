-- Up Migration
-- The price matrix: one row a listed pair and operator, changed only where the provider changed it, and one blob for readers.

CREATE TABLE provider_prices (
  provider text NOT NULL REFERENCES providers,
  service text NOT NULL,
  country text NOT NULL,
  -- Empty where the provider does not tell operators apart.
  operator text NOT NULL DEFAULT '',
  price bigint NOT NULL CHECK (price >= 0),
  stock int NOT NULL CHECK (stock >= 0),
  rate real CHECK (rate BETWEEN 0 AND 1),
  PRIMARY KEY (service, country, provider, operator)
);
CREATE INDEX provider_prices_provider ON provider_prices (provider);

CREATE TABLE provider_price_reads (
  provider text PRIMARY KEY REFERENCES providers,
  read_at timestamptz NOT NULL,
  rows int NOT NULL
);

CREATE TABLE price_blob (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  built_at timestamptz NOT NULL,
  etag text NOT NULL,
  -- The JSON document, compressed once when it is written.
  brotli bytea NOT NULL,
  gzip bytea NOT NULL
);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['provider_prices', 'provider_price_reads', 'price_blob'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY service ON %I TO watchword_service USING (true) WITH CHECK (true)', name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO watchword_service', name);
  END LOOP;
END $$;
