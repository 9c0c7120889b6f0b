#!/usr/bin/env bash
# Trains assets/models/visemes.onnx; see README.md. WORK keeps what takes long between runs.
set -euo pipefail
cd "$(dirname "$0")"
WORK="${WORK:-$(mktemp -d)}"
MODELS="${REDUB_MODELS_DIR:-$HOME/.cache/redub/models}"
OUT="${OUT:-../../assets/models/visemes.onnx}"
if [[ ! -d "$WORK/venv" ]]; then
    python3 -m venv "$WORK/venv"
    "$WORK/venv/bin/pip" install --quiet -r requirements.txt
fi
[[ -f "$WORK/corpus.bin" ]] || "$WORK/venv/bin/python" corpus.py "$MODELS" "$WORK/corpus.bin" --judge "$WORK/judge"
"$WORK/venv/bin/python" train.py "$WORK/corpus.bin" "$OUT"
"$WORK/venv/bin/python" judge.py "$OUT" "$WORK/judge"
sha256sum "$OUT"
