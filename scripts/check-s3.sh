#!/usr/bin/env bash
# The object store as an S3 service: a file's whole way (uploads small and large, a job, signed links with ranges, a session,
# deletion, restart) against a real S3 server on this machine, moto's. Needs target/release/redub with its models, python3 and
# curl; moto comes from its registry.
set -euo pipefail
cd "$(dirname "$0")/.."
tools=target/clients
data=$(mktemp -d)
mkdir -p "$tools"
if [[ ! -x $tools/s3/bin/moto_server ]]; then
  python3 -m venv "$tools/s3"
  "$tools/s3/bin/pip" install --quiet 'moto[server]==5.2.5'
fi
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
store=http://127.0.0.1:$port
"$tools/s3/bin/moto_server" -H 127.0.0.1 -p "$port" >"$data/s3.log" 2>&1 &
s3=$!
server=
trap 'status=$?; kill $server "$s3" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$data"; exit "$status"' EXIT
fail() { echo "FAILED: $*" >&2; tail -n 20 "$data/log" "$data/s3.log" >&2; exit 1; }

until curl -s -o /dev/null "$store"; do kill -0 "$s3" || fail "no S3 server"; sleep 0.2; done
curl -sf -o /dev/null -X PUT "$store/redub"
export AWS_ACCESS_KEY_ID=check AWS_SECRET_ACCESS_KEY=check AWS_REGION=us-east-1 AWS_ENDPOINT=$store AWS_ALLOW_HTTP=true
export REDUB_OBJECT_STORE=s3://redub/some/prefix REDUB_DATA_DIR=$data

serve() {
  : >"$data/log"
  target/release/redub serve --listen 127.0.0.1:0 "$@" 2>"$data/log" &
  server=$!
  until base=$(grep -o 'http://[0-9.:]*' "$data/log" | head -n 1) && [[ -n $base ]]; do
    kill -0 "$server" || fail "no server"
    sleep 0.1
  done
}
stop() { kill -TERM "$server"; wait "$server"; server=; }
json() { curl -sf -H 'content-type: application/json' "$@"; }
field() { sed "s/.*\"$1\":\"\([^\"]*\)\".*/\1/"; }
# Keys in the bucket.
keys() { curl -sf "$store/redub?list-type=2&max-keys=1000" | grep -o '<Key>[^<]*' | cut -c6- || true; }
holds() { keys | grep -q "^some/prefix/$1" || fail "$1 is not in the bucket: $(keys | tr '\n' ' ')"; }
lacks() { ! keys | grep -q "^some/prefix/$1" || fail "$1 is still in the bucket"; }
ended() {
  local answer
  until answer=$(json "$base/v3/video-translations/$1") && grep -qE '"status":"(completed|failed)"' <<<"$answer"; do sleep 0.5; done
  grep -q '"status":"completed"' <<<"$answer" || fail "$answer"
  echo "$answer"
}

serve
echo "== uploads"
asset=$(curl -sf -F file=@assets/sample/presenter.mp4 "$base/v3/assets" | field asset_id)
holds "assets/$asset/content"
# 40 MB in several parts, with its checksum.
head -c 40000000 /dev/zero | cat assets/sample/presenter.mp4 - >"$data/large.mp4"
sum=$(sha256sum "$data/large.mp4" | cut -d' ' -f1)
slot=$(json "$base/v3/assets/direct-uploads" -d "{\"filename\":\"large.mp4\",\"content_type\":\"video/mp4\",\"size_bytes\":$(stat -c %s "$data/large.mp4"),\"checksum_sha256\":\"$sum\"}")
large=$(field asset_id <<<"$slot")
curl -sf -o /dev/null -H 'content-type: video/mp4' -T "$data/large.mp4" "$(field upload_url <<<"$slot")"
link=$(json -X POST "$base/v3/assets/$large/complete" -d '{}' | field url)
[[ $(curl -sf "$link" | sha256sum | cut -d' ' -f1) == "$sum" ]] || fail "the large file came back otherwise"
curl -sf -X DELETE -o /dev/null "$base/v3/assets/$large"
lacks "assets/$large"
# One that breaks off leaves nothing.
slot=$(json "$base/v3/assets/direct-uploads" -d '{"filename":"a.mp4","content_type":"video/mp4","size_bytes":50000000}')
curl -s -o /dev/null -H 'content-type: video/mp4' -T "$data/large.mp4" "$(field upload_url <<<"$slot")"
lacks "assets/$(field asset_id <<<"$slot")"

echo "== a job"
video="\"video\":{\"type\":\"asset_id\",\"asset_id\":\"$asset\"},\"output_languages\":[\"Spanish\"]"
id=$(json "$base/v3/video-translations" -d "{$video,\"start_time\":2,\"end_time\":6,\"translate_audio_only\":true,\"enable_caption\":true}" \
  | grep -o '[0-9a-f]\{32\}-es')
done=$(ended "$id")
link=$(field video_url <<<"$done")
curl -sf -o "$data/whole.mp4" "$link"
curl -sf -D "$data/head" -r 1000-2999 -o "$data/part" "$link"
grep -q '^HTTP/1.1 206' "$data/head" && grep -qi "^content-range: bytes 1000-2999/$(stat -c %s "$data/whole.mp4")" "$data/head" || fail "$(cat "$data/head")"
cmp "$data/part" <(tail -c +1001 "$data/whole.mp4" | head -c 2000)
cmp <(curl -sf -r -500 "$link") <(tail -c 500 "$data/whole.mp4")
ffprobe -v error "$data/whole.mp4"
curl -sf "$(field srt_caption_url <<<"$done")" | grep -q -- '-->'
holds "jobs/$id/video.es.mp4"

echo "== a session, over a restart"
session=$(json "$base/v3/video-translations/proofreads" -d "{$video,\"title\":\"t\"}" | grep -o '[0-9a-f]\{32\}-es')
ended "proofreads/$session" >/dev/null
group=${session%-es}
holds "groups/$group/source"
stop
rm -rf "$data/work"
serve
curl -sf "$(json "$base/v3/video-translations/proofreads/$session/srt" | field srt_url)" | grep -q -- '-->'
curl -sf -o "$data/line.wav" "$(json -X POST "$base/v3/redub/proofreads/$session/lines/1/preview" | field audio_url)"
ffprobe -v error "$data/line.wav"
cmp <(curl -sf "$(json "$base/v3/video-translations/$id" | field video_url)") "$data/whole.mp4"

echo "== deletion"
curl -sf -X DELETE -o /dev/null "$base/v3/video-translations/$id"
lacks "jobs/$id"
[[ $(curl -s -o /dev/null -w '%{http_code}' "$base/files/${link#*/files/}") == 404 ]] || fail "a link to a deleted file"
curl -sf -X DELETE -o /dev/null "$base/v3/redub/proofreads/$session"
lacks "groups/$group"
curl -sf -X DELETE -o /dev/null "$base/v3/assets/$asset"
[[ -z $(keys) ]] || fail "left in the bucket: $(keys | tr '\n' ' ')"

echo "== a store that is gone"
kill "$s3"; wait "$s3" 2>/dev/null || true
code=$(curl -s -o "$data/answer" -w '%{http_code}' -F file=@assets/sample/presenter.srt "$base/v3/assets")
[[ $code == 500 ]] && grep -q internal_error "$data/answer" || fail "$code $(cat "$data/answer")"
curl -sf -o /dev/null "$base/livez"
stop
echo "all fine"
