#!/usr/bin/env bash
# Installs what building, running and testing redub needs on Debian 12; silent when all is there.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(
  ffmpeg            # every contact with media
  espeak-ng         # text to phonemes, as a process of its own
  mecab mecab-ipadic open-jtalk-mecab-naist-jdic  # words and readings of Japanese
  apertium apertium-es-pt apertium-spa-ita apertium-fra-cat apertium-spa-cat apertium-por-cat
  cmake g++ make pkg-config   # CTranslate2 is built from source
  python3 python3-pip npm     # clients of the package registries the models come from
  unzip ca-certificates
)

# A program that is there already, from wherever, is not installed again.
provided_by() {
  case "$1" in
    python3) command -v python3 ;;
    python3-pip) python3 -m pip --version ;;
    npm) command -v npm ;;
    g++) command -v g++ ;;
    *) return 1 ;;
  esac >/dev/null 2>&1
}

missing=()
for package in "${packages[@]}"; do
  if ! dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' && ! provided_by "$package"; then
    missing+=("$package")
  fi
done
if ((${#missing[@]})); then
  echo "== installing ${missing[*]}"
  as_root=()
  if ((EUID != 0)); then as_root=(sudo); fi
  "${as_root[@]}" apt-get update -qq
  DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi
if ! command -v cargo >/dev/null; then
  echo "cargo is not installed: get Rust 1.92 or later, then run this again" >&2
  exit 1
fi
needed=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
found=$(cargo --version | cut -d' ' -f2)
if [[ "$(printf '%s\n' "$needed" "$found" | sort -V | head -n 1)" != "$needed" ]]; then
  echo "cargo $found is too old: get Rust $needed or later (rustup update), then run this again" >&2
  exit 1
fi
if ! cargo nextest --version >/dev/null 2>&1; then
  echo "== installing cargo-nextest"
  # A runner waits for its tests: without optimisation and self-update it is built sooner.
  cargo install --locked --quiet --debug --no-default-features --features default-no-update cargo-nextest@0.9.143
fi
