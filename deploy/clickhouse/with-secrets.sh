#!/bin/bash
# ClickHouse reads passwords from the environment; this puts them there from the secrets' files and starts it.
set -euo pipefail
TOCSIN_PASSWORD=$(cat /run/secrets/clickhouse_password)
GRAFANA_PASSWORD=$(cat /run/secrets/grafana_reader_password)
export TOCSIN_PASSWORD GRAFANA_PASSWORD
exec clickhouse-server --config-file=/etc/clickhouse-server/config.xml
