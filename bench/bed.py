#!/usr/bin/env python3
"""What is left of the music in a finished dub, as a Markdown table.

    bench/bed.py [--redub PATH] [--to es] MIXED CLEAN

MIXED is a video whose sound is that of CLEAN with music added sample for sample, so that their difference is the music.
MIXED is dubbed (sound alone, length kept) with a cache of its own. The dub's voice is known from the cache; it is taken
out of the finished sound at the level that fits best (least squares), and what stays is compared with the music:

- SI-SDR (Le Roux et al. 2019) over all, in the pauses of the source's speech and while it speaks;
- energy from 12 kHz up, loudness (RMS) and correlation of left and right, against the music's.

Needs numpy and ffmpeg.
"""
import argparse
import os
import subprocess
import tempfile
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
RATE = 48_000


def sound(path):
    raw = ["ffmpeg", "-v", "error", "-i", path, "-map", "0:a:0", "-ac", "2", "-ar", str(RATE), "-f", "f32le", "-"]
    return np.frombuffer(subprocess.run(raw, check=True, capture_output=True).stdout, np.float32).reshape(-1, 2)


def si_sdr(estimate, truth):
    scale = (estimate * truth).sum() / (truth * truth).sum()
    return 10 * np.log10(((scale * truth) ** 2).sum() / ((estimate - scale * truth) ** 2).sum())


def treble(samples):
    spectrum = np.abs(np.fft.rfft(samples, axis=0)) ** 2
    return spectrum[int(12_000 * len(samples) / RATE) :].sum()


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--redub", default=str(ROOT / "target/release/redub"))
    arguments.add_argument("--to", default="es")
    arguments.add_argument("mixed")
    arguments.add_argument("clean")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        command = [options.redub, "--quiet", "translate", options.mixed, "--to", options.to, "-o", f"{folder}/out"]
        command += ["--translate-audio-only", "--no-dynamic-duration"]
        environment = {**os.environ, "REDUB_CACHE_DIR": f"{folder}/cache"}
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
        (voice,) = Path(folder).rglob("dub.wav")
        (result,) = Path(folder, "out").glob(f"*.{options.to}.*4*")
        voice, result = sound(voice), sound(result)
    mixed, clean = sound(options.mixed), sound(options.clean)
    n = min(map(len, (voice, result, mixed, clean)))
    voice, result, clean, music = voice[:n], result[:n], clean[:n], mixed[:n] - clean[:n]
    # Voice and music together explain the finished sound; fitted alone, the voice would take some of the music with it.
    known = np.stack([voice.ravel(), music.ravel()], axis=1)
    level = np.linalg.lstsq(known, result.ravel(), rcond=None)[0]
    bed = (result - level[0] * voice) / level[1]
    block = RATE // 10
    loud = np.sqrt((clean[: n // block * block].reshape(-1, block * 2) ** 2).mean(axis=1))
    pause = np.repeat(loud < 1e-3, block)
    bed, music = bed[: len(pause)], music[: len(pause)]
    decibels = lambda ratio: 10 * np.log10(ratio)
    correlation = lambda samples: np.corrcoef(samples.T)[0, 1]
    print("| figure | value |\n|---|---|")
    print(f"| SI-SDR over all, dB | {si_sdr(bed, music):.1f} |")
    print(f"| in pauses ({pause.mean():.0%} of the time), dB | {si_sdr(bed[pause], music[pause]):.1f} |")
    print(f"| under speech, dB | {si_sdr(bed[~pause], music[~pause]):.1f} |")
    print(f"| energy from 12 kHz up against the music's, dB | {decibels(treble(bed) / treble(music)):+.2f} |")
    print(f"| loudness against the source's sound, dB (RMS) | {decibels((result**2).mean() / (mixed**2).mean()):+.2f} |")
    print(f"| correlation of left and right, music / bed | {correlation(music):.3f} / {correlation(bed):.3f} |")


if __name__ == "__main__":
    main()
