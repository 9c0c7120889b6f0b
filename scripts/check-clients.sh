#!/usr/bin/env bash
# Foreign clients against a fresh server with a worker, which dubs the sample meanwhile: schemathesis over /openapi.json (every
# check, stateful links), and the official n8n node's own code. Needs target/release/redub with its models, python3 and node;
# the two come from their registries.
#   scripts/check-clients.sh [n8n|schemathesis] [schemathesis options…]
set -euo pipefail
cd "$(dirname "$0")/.."
what=${1:-all}; shift || true
failed=0
tools=target/clients
data=$(mktemp -d)
mkdir -p "$tools"
REDUB_KEY=$(target/release/redub keys create check --data-dir "$data" 2>/dev/null | grep -o 'rdb_[0-9a-z_]*')
export REDUB_KEY
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
python3 -m http.server --bind 127.0.0.1 --directory assets/sample "$port" >/dev/null 2>&1 &
videos=$!
export CHECK_VIDEO=http://127.0.0.1:$port/presenter.mp4 REDUB_ALLOW_PRIVATE_HOSTS=127.0.0.1
target/release/redub serve --data-dir "$data" --listen 127.0.0.1:0 --workers 1 --max-jobs 100000 --max-batch-items 100000 2>"$data/log" &
server=$!
trap 'status=$?; kill "$server" "$videos" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$data"; exit "$status"' EXIT
until base=$(grep -o 'http://[0-9.:]*' "$data/log" | head -n 1) && [[ -n $base ]]; do
  kill -0 "$server" || { cat "$data/log" >&2; exit 1; }
  sleep 0.1
done

if [[ $what == all || $what == n8n ]]; then
  echo "== n8n"
  node_package=@heygenofficial/n8n-nodes-heygen-official
  if [[ ! -d $tools/node_modules/$node_package ]]; then
    npm install --prefix "$tools" --ignore-scripts --no-audit --no-fund --legacy-peer-deps --silent "$node_package@0.1.9"
  fi
  node scripts/clients/n8n.cjs "$base" "$PWD/$tools/node_modules/$node_package" assets/sample/presenter.mp4
fi

if [[ $what == all || $what == schemathesis ]]; then
  echo "== schemathesis"
  if [[ ! -x $tools/python/bin/schemathesis ]]; then
    python3 -m venv "$tools/python"
    "$tools/python/bin/pip" install --quiet schemathesis==4.32.5
  fi
  SCHEMATHESIS_HOOKS=scripts/clients/hooks.py \
    "$tools/python/bin/schemathesis" --config-file scripts/clients/schemathesis.toml run "$base/openapi.json" --url "$base" -H "x-api-key: $REDUB_KEY" "$@" || failed=1
fi
kill -0 "$server" || { echo "the server is gone" >&2; exit 1; }
echo "== the worker's jobs meanwhile"
curl -sf "$base/metrics" | grep -E '^redub_jobs_(finished|active)'
exit "$failed"
