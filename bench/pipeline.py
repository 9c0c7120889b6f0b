#!/usr/bin/env python3
"""Seconds of work per second of video, per stage, and peak memory of `redub translate`, as a Markdown table.

    bench/pipeline.py [--redub PATH] [--to es,pt] [--mode speed] [--runs N] VIDEO...

For every video two runs, each with an empty artifact cache: sound alone into the first language, then everything into
all languages. The second and later languages pay for their own stages only; their share of the first is printed. Models
must be installed (`redub models pull`); the file cache is warm after the first run, which is not counted (`--warm-up 0`
counts it). Needs Python's standard library alone.
"""
import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def dub(redub, video, languages, more):
    """Runs redub with an empty cache; its report, and the peak memory of its largest process in MiB."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "REDUB_CACHE_DIR": f"{folder}/cache"}
        command = [redub, "--quiet", "translate", video, "--to", languages, "-o", f"{folder}/out", *more]
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
        return json.loads(Path(folder, "out", "report.json").read_text())["outputs"]


def ratios(output):
    """Seconds per second of video: of every stage that ran, and in all (some stages run side by side)."""
    seconds = output["video_seconds"]
    stages = {name: s / seconds for name, s in output["stage_seconds"].items() if s > 0}
    return {**stages, "all": output["elapsed_seconds"] / seconds}


def medians(rows):
    names = sorted({name for row in rows for name in row}, key=lambda n: (n == "all", n))
    return {name: statistics.median(row.get(name, 0.0) for row in rows) for name in names}


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--redub", default=str(ROOT / "target/release/redub"))
    arguments.add_argument("--to", default="es,pt")
    arguments.add_argument("--mode", default="speed")
    arguments.add_argument("--runs", type=int, default=1)
    arguments.add_argument("--warm-up", type=int, default=1)
    arguments.add_argument("videos", nargs="*", default=[str(ROOT / "assets/sample/presenter.mp4")])
    options = arguments.parse_args()
    languages = options.to.split(",")
    for _ in range(options.warm_up):
        dub(options.redub, options.videos[0], languages[0], ["--translate-audio-only", "--end", "4"])

    print(f"{os.cpu_count()} processors, mode {options.mode}, median of {options.runs}\n")
    print("| video | s | sound alone | first language | second / first | peak MiB |\n|---|---|---|---|---|---|")
    stages = []
    for video in options.videos:
        sound, first, second, memory = [], [], [], []
        for _ in range(options.runs):
            sound += [ratios(dub(options.redub, video, languages[0], ["--translate-audio-only"])[0])]
            outputs = dub(options.redub, video, options.to, ["--mode", options.mode])
            first.append(ratios(outputs[0]))
            second += [ratios(o)["all"] / first[-1]["all"] for o in outputs[1:]]
            memory.append(max(o["peak_memory_mb"] or 0 for o in outputs))
        first = medians(first)
        stages.append(first)
        share = f"{statistics.median(second):.0%}" if second else "-"
        print(
            f"| {Path(video).name} | {outputs[0]['video_seconds']:.1f} | {medians(sound)['all']:.2f} "
            f"| {first['all']:.2f} | {share} | {max(memory)} |"
        )
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"\nLargest process of all, ffmpeg included: {children:.0f} MiB\n")
    print("| stage (first language) | s per s of video, median over the videos |\n|---|---|")
    for name, ratio in medians(stages).items():
        print(f"| {name} | {ratio:.3f} |")


if __name__ == "__main__":
    sys.exit(main())
