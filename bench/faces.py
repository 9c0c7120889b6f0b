#!/usr/bin/env python3
"""Every clip with a picture through `redub lipsync --mode precision`: none may fail because of its faces.

    bench/faces.py CATALOG.json AUDIO [--redub PATH] [--seconds 4] [--only TEXT] [--out FILE.json]

CATALOG.json lists clips as `{"file": …, "width": …, "seconds": …}`, paths relative to its folder; AUDIO is one dub for all.
Of each clip the first seconds are taken. Prints a Markdown table: the renderer, frames drawn and kept with
the reasons, and the figures of the finished file. Ends with 1 when a run failed. Needs Python's standard library alone.
"""
import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FIGURES = ("closure", "aperture_correlation", "jitter_ratio", "sharpness_ratio", "seam_ratio", "untouched_psnr_db")
# Broken on purpose: these must fail, and say why. Of the damaged one only frames before the dub's first word decode.
BROKEN = ("truncated", "damaged")


def sync(options, clip, folder):
    """The output's report, or the words it failed with."""
    command = [options.redub, "--quiet", "lipsync", clip, "--audio", options.audio, "--mode", "precision"]
    command += ["--end", str(options.seconds), "--language", options.language, "-o", folder]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        return None, done.stderr.strip().splitlines()[-1:]
    return json.loads(Path(folder, "report.json").read_text())["outputs"][0], None


def row(name, made):
    kept = ", ".join(f"{reason} {n}" for reason, n in sorted(made["frames_kept"].items()))
    figures = [made.get(name) for name in FIGURES]
    cells = " | ".join("–" if f is None else f"{f:.3g}" for f in figures)
    return f"| {name} | {made.get('mouth_renderer') or '–'} | {made['frames_rerendered']} | {kept} | {cells} |"


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("catalog")
    arguments.add_argument("audio")
    arguments.add_argument("--redub", default=str(ROOT / "target/release/redub"))
    arguments.add_argument("--language", default="es", help="language of the dub")
    arguments.add_argument("--seconds", type=float, default=4.0)
    arguments.add_argument("--only", default="", help="clips whose names hold this")
    arguments.add_argument("--out", help="all reports, as JSON")
    options = arguments.parse_args()
    folder = Path(options.catalog).parent
    clips = [c for c in json.loads(Path(options.catalog).read_text()) if c.get("width") or "truncated" in c["file"]]
    print("| clip | renderer | drawn | kept | " + " | ".join(FIGURES) + " |\n" + "|---" * (4 + len(FIGURES)) + "|")
    failed, reports, reasons = [], {}, Counter()
    for clip in (c["file"] for c in clips if options.only in c["file"]):
        with tempfile.TemporaryDirectory() as out:
            made, why = sync(options, str(folder / clip), out)
        if made is None:
            meant = any(word in clip for word in BROKEN)
            failed += [] if meant else [clip]
            print(f"| {clip} | {'refused, as it should' if meant else 'FAILED'}: {' '.join(why)} |", flush=True)
            continue
        reports[clip] = made
        reasons.update(made["frames_kept"])
        print(row(Path(clip).name, made), flush=True)
    print(f"\n{len(reports)} clips, {sum(r['frames_rerendered'] for r in reports.values())} frames drawn; kept: ", end="")
    print(", ".join(f"{reason} {n}" for reason, n in reasons.most_common()))
    if options.out:
        Path(options.out).write_text(json.dumps(reports, indent=1))
    if failed:
        print(f"\nfailed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
