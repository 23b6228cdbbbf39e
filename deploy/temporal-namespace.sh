#!/bin/sh
# Sees to it that the namespace exists. Its search attributes are registered by the workers themselves.
set -eu

until temporal operator cluster health; do
  echo 'waiting for the Temporal server'
  sleep 2
done
temporal operator namespace describe --namespace "$NAMESPACE" >/dev/null 2>&1 ||
  temporal operator namespace create --namespace "$NAMESPACE" --retention "$RETENTION"
