#!/usr/bin/env python3
"""redub's sound path beside a plain faster-whisper + Kokoro pipeline in Python, on the same weights, one after the other.

    bench/against_plain.py [--redub PATH] [--to es] [--threads N] VIDEO...

The plain pipeline is what one writes in an afternoon: decode, transcribe with word times, speak every segment with one
voice, put it at the segment's start, mux. It has no stems, no diarization, no listening back, no matching of length or
loudness; redub has all of these. Both speak the same texts (redub's translation; the plain pipeline gets it for nothing)
and both start cold: loading the models counts. Prints seconds of work per second of video.

Needs `pip install faster-whisper onnxruntime numpy`, ffmpeg, espeak-ng, and installed models (`redub models pull`).
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VOICES = {"es": ("em_alex", "es"), "pt": ("pm_alex", "pt-br"), "en": ("am_adam", "en-us"), "it": ("im_nicola", "it")}


def redub(options, video, folder):
    """Seconds of redub with an empty cache, and its report."""
    environment = {**os.environ, "REDUB_CACHE_DIR": f"{folder}/cache", "REDUB_THREADS": str(options.threads)}
    out = f"{folder}/out"
    command = [options.redub, "--quiet", "translate", video, "--to", options.to, "--translate-audio-only", "-o", out]
    start = time.perf_counter()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - start
    return seconds, json.loads(Path(out, "report.json").read_text())["outputs"][0]


def plain(options, video, texts, folder):
    """Runs the plain pipeline in a process of its own, so that its imports and loading count; its seconds."""
    start = time.perf_counter()
    command = [sys.executable, __file__, "--plain", folder, "--to", options.to, "--threads", str(options.threads), video]
    environment = {**os.environ, "OMP_NUM_THREADS": str(options.threads)}
    subprocess.run(command, check=True, input=json.dumps(texts).encode(), env=environment)
    return time.perf_counter() - start


def run_plain(options, video):
    import numpy as np
    import onnxruntime as ort
    from faster_whisper import WhisperModel

    models = Path(options.models)
    texts = json.load(sys.stdin)
    raw = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", video, "-vn", "-ac", "1", "-ar", "16000", "-f", "f32le", "-"],
        check=True, capture_output=True,
    ).stdout
    sound = np.frombuffer(raw, "<f4")
    whisper = WhisperModel(str(models / "whisper-base"), device="cpu", compute_type="int8", cpu_threads=options.threads)
    segments, _ = whisper.transcribe(sound, beam_size=5, word_timestamps=True, vad_filter=True)
    starts = [segment.start for segment in segments]

    voice, reader = VOICES[options.to]
    vocab = json.loads((models / "kokoro/vocab.json").read_text())["vocab"]
    styles = np.fromfile(models / f"kokoro-voices/{voice}.bin", "<f4").reshape(510, 256)
    session_options = ort.SessionOptions()
    session_options.intra_op_num_threads = options.threads
    kokoro = ort.InferenceSession(str(models / "kokoro/kokoro-v1.0.int8.ctl.onnx"), session_options)
    track = np.zeros(int(len(sound) * 1.5 + 24000 * 30), "f4")
    for index, text in enumerate(texts):
        ipa = subprocess.run(["espeak-ng", "-q", "--ipa", "-v", reader, text], capture_output=True, check=True, text=True)
        tokens = [vocab[c] for c in " ".join(ipa.stdout.split()) if c in vocab][:508]
        tokens = np.array([[0, *tokens, 0]], "i8")
        one, nothing = np.ones(1, "f4"), np.zeros(1, "f4")
        inputs = {"tokens": tokens, "style": styles[tokens.shape[1] - 3][None], "speed": one, "f0_mul": one}
        speech = kokoro.run(None, inputs | {"f0_add": nothing, "dur_in": np.zeros_like(tokens)})[0].ravel()
        at = int(24000 * (starts[index] if index < len(starts) else len(sound) / 16000))
        track[at : at + len(speech)] += speech[: max(0, len(track) - at)]
    length = int(len(sound) * 1.5)
    command = ["ffmpeg", "-v", "error", "-y", "-i", video, "-f", "f32le", "-ar", "24000", "-ac", "1", "-i", "-"]
    command += ["-map", "0:v?", "-map", "1:a", "-c:v", "copy", "-c:a", "aac", f"{options.plain}/plain.mkv"]
    subprocess.run(command, input=track[:length].tobytes(), check=True)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--redub", default=str(ROOT / "target/release/redub"))
    arguments.add_argument("--models", default=os.path.expanduser("~/.cache/redub/models"))
    arguments.add_argument("--to", default="es", choices=sorted(VOICES))
    arguments.add_argument("--threads", type=int, default=os.cpu_count())
    arguments.add_argument("--plain", help=argparse.SUPPRESS)
    arguments.add_argument("videos", nargs="*", default=[str(ROOT / "assets/sample/presenter.mp4")])
    options = arguments.parse_args()
    if options.plain:
        return run_plain(options, options.videos[0])
    print(f"{options.threads} threads\n\n| video | s | redub | plain | redub / plain |\n|---|---|---|---|---|")
    for video in options.videos:
        with tempfile.TemporaryDirectory() as folder:
            ours, report = redub(options, video, folder)
            texts = [line["target_text"] for line in report["details"]]
            theirs = plain(options, video, texts, folder)
        length = report["video_seconds"]
        print(f"| {Path(video).name} | {length:.1f} | {ours / length:.2f} | {theirs / length:.2f} | {ours / theirs:.2f} |")


if __name__ == "__main__":
    sys.exit(main())
