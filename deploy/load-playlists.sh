#!/bin/sh
# Loads the playlists of dashboards/grafana/json into a running Grafana: sh deploy/load-playlists.sh [URL]
#
# Grafana takes playlists from no file. Its API has them as v1 from 12.4 on, as v0alpha1 before; which one is there is asked.
# Signs in as admin with deploy/secrets/grafana_admin_password, or with the service account token in GRAFANA_TOKEN. What is there under the same name is replaced.
set -eu
url=${1:-http://localhost:3000}
root=$(dirname "$0")/..
# Curl reads it from its input, so that it does not stand in the list of processes.
sign_in() {
  if [ -n "${GRAFANA_TOKEN:-}" ]; then printf 'header = "Authorization: Bearer %s"\n' "$GRAFANA_TOKEN"
  else printf 'user = "admin:%s"\n' "$(cat "$root/deploy/secrets/grafana_admin_password")"
  fi
}
# Prints the status, 000 where nothing answers.
ask() { sign_in | curl -sS --max-time 30 --config - --output /dev/null --write-out '%{http_code}' "$@" || true; }
place() { echo "$url/apis/playlist.grafana.app/$1/namespaces/default/playlists"; }

for version in v1 v0alpha1 none; do
  if [ $version = none ]; then echo "$url has neither playlist.grafana.app/v1 nor v0alpha1 (Grafana 12 or newer)." >&2; exit 1; fi
  status=$(ask "$(place $version)")
  case $status in
    200) break ;;
    404) ;;
    *) echo "$url answered $status when it was asked for its playlists." >&2; exit 1 ;;
  esac
done
for file in "$root"/dashboards/grafana/json/playlist-*.json; do
  name=$(sed -n 's/^    "name": "\(.*\)"$/\1/p' "$file")
  ask -X DELETE "$(place $version)/$name" > /dev/null
  status=$(sed "s|playlist.grafana.app/[a-z0-9]*|playlist.grafana.app/$version|" "$file" | { body=$(cat); ask -H 'content-type: application/json' --data-binary "$body" "$(place $version)"; })
  case $status in
    200|201) echo "$url/playlists/play/$name?kiosk" ;;
    *) echo "$url answered $status to the playlist $name." >&2; exit 1 ;;
  esac
done
