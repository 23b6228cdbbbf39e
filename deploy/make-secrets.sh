#!/bin/sh
# Makes the folder of secrets that docker-compose.yml mounts, and every secret in it that is missing; what is there stays.
# Usage: deploy/make-secrets.sh [folder, ./secrets unless told]
#
# The folder is closed to others, the files in it are not: a container's user has another number than yours, and meets the
# file alone.
set -eu
umask 077

folder="${1:-secrets}"
mkdir -p "$folder"
chmod 700 "$folder"

keep() {
  # keep NAME VALUE
  [ -e "$folder/$1" ] && return
  printf '%s' "$2" >"$folder/$1.new"
  chmod 444 "$folder/$1.new"
  mv "$folder/$1.new" "$folder/$1"
  echo "made $folder/$1"
}

random() { od -An -v -tx1 -N "$1" /dev/urandom | tr -d ' \n'; }
random64() { head -c "$1" /dev/urandom | base64 | tr -d '\n'; }

keep postgres-password "$(random 24)"
keep temporal-db-password "$(random 24)"
keep watchword-db-password "$(random 24)"
keep database-url "postgres://watchword:$(cat "$folder/watchword-db-password")@${WATCHWORD_DB_HOST:-postgres:5432}/watchword"
# Whoever loses it loses every number and code; whoever has it can read them.
keep encryption-keys "k1:$(random64 32)"
keep api-key "ww_live_$(random 32)"
keep operator-key "ww_oper_$(random 32)"
# Empty is none. Delete the file and make it anew to write yours: printf %s KEY >secrets/herosms-api-key; chmod 444.
keep herosms-api-key ''
keep fivesim-api-key ''
