#!/bin/sh
# Hands the Temporal server its database password out of a file, which it cannot read itself, and becomes the command given.
set -eu

POSTGRES_PWD="$(cat "$POSTGRES_PWD_FILE")"
export POSTGRES_PWD
exec "$@"
