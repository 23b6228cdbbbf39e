#!/bin/sh
# Run once by the Postgres image, on an empty volume: a login role for Temporal, and one for watchword that is no superuser,
# so that row-level security binds it. It may create roles, because the migrations make the two it runs under.
set -eu

psql --set=ON_ERROR_STOP=1 --username=postgres --dbname=postgres \
  --set=temporal_password="$(cat "$TEMPORAL_DB_PASSWORD_FILE")" --set=watchword_password="$(cat "$WATCHWORD_DB_PASSWORD_FILE")" <<'SQL'
CREATE ROLE temporal LOGIN PASSWORD :'temporal_password';
CREATE DATABASE temporal OWNER temporal;
CREATE DATABASE temporal_visibility OWNER temporal;
CREATE ROLE watchword LOGIN CREATEROLE NOBYPASSRLS PASSWORD :'watchword_password';
CREATE DATABASE watchword OWNER watchword;
SQL
