#!/bin/sh
# Makes the secrets of compose.yaml in deploy/secrets, once; what is there stays. Nothing is printed but the files' names.
set -eu
umask 077
folder=$(dirname "$0")/secrets
mkdir -p "$folder"
random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
put() {
  if [ -s "$folder/$1" ]; then return; fi
  printf '%s' "$2" > "$folder/$1"
  # Containers run as users of their own, and compose hands files over as they are.
  chmod 0444 "$folder/$1"
  echo "made $folder/$1"
}
put clickhouse_password "$(random)"
put clickhouse_url "http://tocsin:$(cat "$folder/clickhouse_password")@clickhouse:8123"
put grafana_reader_password "$(random)"
put grafana_admin_password "$(random)"
put tocsin_auth_token "$(random)"
