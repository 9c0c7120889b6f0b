#!/usr/bin/env python3
"""redub's sound path beside a plain Python pipeline on the same weights, in one run, as a Markdown table.

    bench/plain_python.py [--redub PATH] [--to es] [--runs N] VIDEO...

The plain pipeline is what one writes in an afternoon: faster-whisper (beam 5, word times, its own voice activity filter)
on the installed Whisper weights, then the installed Kokoro through onnxruntime, line after line with espeak-ng's
phonemes, laid where the source's lines start. It separates nothing, tells no speakers apart, matches no voice, fits no
length and listens to nothing. It is given redub's translations, so that both speak the same text.

redub runs first with an empty artifact cache (`translate --translate-audio-only`). Times are of the wall clock,
loading of models included. Models must be installed (`redub models pull`). The Python packages are pinned below and are
installed into a folder of their own on the first run.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ["faster-whisper==1.2.1", "onnxruntime==1.32.0", "numpy<3"]
VOICES = {"es": "em_alex", "pt": "pm_alex", "fr": "ff_siwis", "it": "im_nicola", "en": "am_michael"}
ESPEAK = {"es": "es", "pt": "pt-br", "fr": "fr-fr", "it": "it", "en": "en-us"}
RATE = 24_000


def plain(models, video, language, lines):
    """Transcribes `video`, speaks `lines` (start, text) and lays them down; seconds of each part."""
    import numpy as np
    import onnxruntime
    from faster_whisper import WhisperModel

    clock = [time.monotonic()]
    whisper = WhisperModel(str(models / "whisper-base"), device="cpu", compute_type="int8", cpu_threads=os.cpu_count())
    segments, _ = whisper.transcribe(video, beam_size=5, word_timestamps=True, vad_filter=True)
    words = sum(len(segment.words) for segment in segments)
    clock.append(time.monotonic())

    kokoro = onnxruntime.InferenceSession(str(models / "kokoro" / "kokoro-v1.0.int8.ctl.onnx"))
    vocabulary = json.loads((models / "kokoro" / "vocab.json").read_text())["vocab"]
    styles = np.fromfile(models / "kokoro-voices" / f"{VOICES[language]}.bin", np.float32).reshape(-1, 1, 256)
    dub = np.zeros(int(RATE * (lines[-1][0] + 60)), np.float32)
    spoken = 0
    for start, text in lines:
        espeak = ["espeak-ng", "-q", "--ipa", "-v", ESPEAK[language], text]
        phonemes = " ".join(subprocess.run(espeak, check=True, capture_output=True, text=True).stdout.split())
        known = [vocabulary[p] for p in phonemes if p in vocabulary][:508]
        tokens = np.array([[0, *known, 0]], np.int64)
        sound, *_ = kokoro.run(
            None,
            {
                "tokens": tokens,
                "style": styles[len(known)],
                "speed": np.ones(1, np.float32),
                "dur_in": np.zeros_like(tokens),
                "f0_mul": np.ones(1, np.float32),
                "f0_add": np.zeros(1, np.float32),
            },
        )
        at = int(start * RATE)
        sound = sound[: len(dub) - at]
        dub[at : at + len(sound)] += sound
        spoken += len(sound) / RATE
    clock.append(time.monotonic())
    return {"words": words, "spoken": spoken, "hears": clock[1] - clock[0], "speaks": clock[2] - clock[1]}


def redub(program, video, language):
    """redub's report of the same work."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "REDUB_CACHE_DIR": f"{folder}/cache"}
        command = [program, "--quiet", "translate", video, "--to", language, "-o", f"{folder}/out"]
        command += ["--translate-audio-only"]
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
        return json.loads(Path(folder, "out", "report.json").read_text())["outputs"][0]


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--redub", default=str(ROOT / "target/release/redub"))
    arguments.add_argument("--to", default="es", choices=VOICES)
    arguments.add_argument("--runs", type=int, default=1)
    arguments.add_argument("--environment", default=str(ROOT / "out/plain-python"))
    arguments.add_argument("--given", help=argparse.SUPPRESS)
    arguments.add_argument("videos", nargs="*", default=[str(ROOT / "assets/sample/presenter.mp4")])
    options = arguments.parse_args()
    models = subprocess.run([options.redub, "models", "path"], check=True, capture_output=True, text=True)
    models = Path(models.stdout.strip())
    if options.given:
        return print(json.dumps(plain(models, options.videos[0], options.to, json.loads(options.given))))

    python = Path(options.environment, "bin", "python")
    if not python.exists():
        venv.create(options.environment, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
    print("| video | s | plain: hears | speaks | both | redub: hears | speaks | both | all it does | both, plain / redub |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for video in options.videos:
        rows = []
        for _ in range(options.runs):
            ours = redub(options.redub, video, options.to)
            lines = json.dumps([(line["source"][0], line["target_text"]) for line in ours["details"]])
            command = [python, __file__, "--redub", options.redub, "--to", options.to, "--given", lines, video]
            theirs = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            stages = ours["stage_seconds"]
            rows.append((theirs["hears"], theirs["speaks"], stages["transcript"], stages["speech"], ours["elapsed_seconds"]))
        hears, speaks, transcript, speech, everything = (statistics.median(column) for column in zip(*rows))
        print(
            f"| {Path(video).name} | {ours['video_seconds']:.1f} | {hears:.1f} | {speaks:.1f} | {hears + speaks:.1f} "
            f"| {transcript:.1f} | {speech:.1f} | {transcript + speech:.1f} | {everything:.1f} "
            f"| {(hears + speaks) / (transcript + speech):.2f} |",
            flush=True,
        )


if __name__ == "__main__":
    sys.exit(main())
