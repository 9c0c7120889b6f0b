#!/usr/bin/env bash
# How fast the API answers while a job runs: 1,000 GETs of a resource over 64 connections, by ApacheBench.
# The job runs in a worker of its own at a lower priority, as it would on a machine that serves people.
#   bench/server.sh [VIDEO]     (needs ab: apt-get install apache2-utils)
set -euo pipefail
cd "$(dirname "$0")/.."
video=$(realpath "${1:-assets/sample/presenter.mp4}")
redub=$PWD/target/release/redub
data=$(mktemp -d)
export REDUB_DATA_DIR=$data REDUB_ALLOW_PRIVATE_HOSTS=127.0.0.1
"$redub" serve --role api --listen 127.0.0.1:0 2>"$data/log" & server=$!
python3 -m http.server --bind 127.0.0.1 --directory "$(dirname "$video")" 0 >"$data/files" 2>&1 & files=$!
nice -n 10 "$redub" worker 2>/dev/null & worker=$!
trap 'kill $server $files $worker 2>/dev/null; wait 2>/dev/null || true; rm -rf "$data"' EXIT
until base=$(grep -o 'http://[0-9.:]*' "$data/log" | head -n 1) && [[ -n $base ]]; do sleep 0.1; done
until port=$(grep -o 'port [0-9]*' "$data/files" | cut -d' ' -f2) && [[ -n $port ]]; do sleep 0.1; done
body="{\"video\":{\"type\":\"url\",\"url\":\"http://127.0.0.1:$port/$(basename "$video")\"},\"output_languages\":[\"es\"],\"mode\":\"precision\"}"
id=$(curl -sf -H 'content-type: application/json' -d "$body" "$base/v3/video-translations" | grep -o '[0-9a-f]\{32\}-es')
until curl -sf "$base/v3/video-translations/$id" | grep -q '"stage":"\(stems\|turns\|transcript\|faces\)"'; do sleep 0.2; done
ab -q -k -n 1000 -c 64 "$base/v3/video-translations/$id" | grep -E 'Complete|Failed|Non-2xx|Requests per|50%|95%|99%|100%'
curl -sf "$base/v3/video-translations/$id" | grep -o '"status":"[a-z]*"'
