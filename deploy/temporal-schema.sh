#!/bin/sh
# Brings Temporal's two databases to this version's schema. Connection: the SQL_… variables and SQL_PASSWORD_FILE; schema
# files: SCHEMA_ROOT, where the image has them unless told. Safe to run again.
set -eu

SQL_PASSWORD="$(cat "$SQL_PASSWORD_FILE")"
export SQL_PASSWORD
root="${SCHEMA_ROOT:-/etc/temporal/schema}"

for database in temporal:temporal temporal_visibility:visibility; do
  name="${database%%:*}"
  # Fails where the version table exists already, which is what is wanted.
  temporal-sql-tool --database "$name" setup-schema --version 0.0 || echo "$name has a schema"
  temporal-sql-tool --database "$name" update-schema --schema-dir "$root/postgresql/v12/${database##*:}/versioned"
done
