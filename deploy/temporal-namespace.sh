#!/bin/sh
# Sees to it that the namespace exists and keeps closed workflows no longer than RETENTION (24h at least; see docs/privacy.md). Its search attributes are registered by the workers themselves.
set -eu

until temporal operator cluster health; do
  echo 'waiting for the Temporal server'
  sleep 2
done
if temporal operator namespace describe --namespace "$NAMESPACE" >/dev/null 2>&1; then
  temporal operator namespace update --namespace "$NAMESPACE" --retention "$RETENTION"
else
  temporal operator namespace create --namespace "$NAMESPACE" --retention "$RETENTION"
fi
