#!/bin/sh
# Brings Temporal's two databases to this version's schema. Connection: the SQL_… variables. Safe to run again.
set -eu

for database in temporal:temporal temporal_visibility:visibility; do
  name="${database%%:*}"
  schema="/etc/temporal/schema/postgresql/v12/${database##*:}/versioned"
  # Fails where the version table exists already, which is what is wanted.
  temporal-sql-tool --database "$name" setup-schema --version 0.0 || echo "$name has a schema"
  temporal-sql-tool --database "$name" update-schema --schema-dir "$schema"
done
