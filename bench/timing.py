#!/usr/bin/env python3
"""When lines begin and how fast they are said, over a folder of clips, and how the mouths come out.

    bench/timing.py CATALOG.json [--redub PATH] [--to es] [--dynamic] [--picture] [--only TEXT]
                    [--seconds N] [--keep FOLDER] [--out FILE.json]

CATALOG.json lists clips as `{"file": …, "width": …, "language": …}`, paths relative to its folder. Clips whose language is that of
`--to` go into `--other`. Prints a Markdown table: lines, the largest start error, the share of lines said at .85 to 1.20 times
the voice's own rate, lines of one speaker that overlap, how far the result's length is from the source's, errors heard
back, and seconds of processor time of the audio path (everything but reading, faces, mouths and writing) per second of
video. `--picture` makes whole dubs in precision mode (the sound alone otherwise, `--translate-audio-only`), with stock
voices (the seconds are then those of the whole job), and prints a second table: what was drawn and kept, and the mouth's figures, those that miss their goal in bold.
Each clip has an artifact cache of its own. Ends with 1 when a run failed. Needs Python's standard library alone.
"""
import argparse
import json
import resource
import subprocess
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RATES = (0.85, 1.20)
# What is asked of a finished mouth: the figure's name in the report, whether it holds.
GOALS = (
    ("closure", lambda v: v >= 0.95),
    ("aperture_correlation", lambda v: v >= 0.95),
    ("untouched_psnr_db", lambda v: v >= 45),
    ("jitter_ratio", lambda v: v <= 1.15),
    ("sharpness_ratio", lambda v: v >= 0.85),
    ("seam_ratio", lambda v: v <= 1.1),
)


def dub(options, clip, to, folder):
    """The output's report with the processor seconds, or the words it failed with."""
    kind = ["precision", "--fit-voices", "never"] if options.picture else ["speed", "--translate-audio-only"]
    command = [options.redub, "--quiet", "translate", clip, "--to", to, "--mode", *kind]
    command += ["--cache-dir", str(Path(folder, "cache")), "-o", folder]
    command += [] if options.dynamic else ["--no-dynamic-duration"]
    command += ["--end", str(options.seconds)] if options.seconds else []
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        return None, " ".join(done.stderr.strip().splitlines()[:1])
    made = json.loads(Path(folder, "report.json").read_text())["outputs"][0]
    made["processor"] = sum(getattr(after, k) - getattr(before, k) for k in ("ru_utime", "ru_stime"))
    return made, None


def overlaps(lines):
    """Lines that begin before the same speaker's line before them has ended."""
    count, ends = 0, {}
    for line in sorted(lines, key=lambda l: l["dub"][0]):
        count += line["dub"][0] < ends.get(line["speaker"], 0.0) - 1e-6
        ends[line["speaker"]] = max(line["dub"][1], ends.get(line["speaker"], 0.0))
    return count


def mouth(name, made):
    """A row of the second table."""
    cells = []
    for figure, holds in GOALS:
        value = made.get(figure)
        cells.append("–" if value is None else f"{value:.3g}" if holds(value) else f"**{value:.3g}**")
    av = made.get("av_correlation") or {}
    spoken = "–"
    if None not in (av.get("own"), av.get("result"), av.get("lag_ms")):
        spoken = f"{av['own']:.2f} → {av['result']:.2f} at {av['lag_ms']:.0f} ms"
    kept = ", ".join(f"{reason} {count}" for reason, count in sorted(made["frames_kept"].items()))
    speed = made["elapsed_seconds"] / made["video_seconds"]
    return f"| {name} | {made['frames_rerendered']} | {kept} | {' | '.join(cells)} | {spoken} | {speed:.1f} |"


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("catalog")
    arguments.add_argument("--redub", default=str(ROOT / "target/release/redub"))
    arguments.add_argument("--to", default="es")
    arguments.add_argument("--other", default="en", help="target of clips that are in --to already")
    arguments.add_argument("--dynamic", action="store_true", help="the picture may be slowed")
    arguments.add_argument("--picture", action="store_true", help="whole dubs in precision mode")
    arguments.add_argument("--keep", metavar="FOLDER", help="the dubs are kept there")
    arguments.add_argument("--seconds", type=float, help="of each clip the first seconds only")
    arguments.add_argument("--only", default="", help="clips whose names hold this")
    arguments.add_argument("--out", help="all reports, as JSON")
    options = arguments.parse_args()
    folder = Path(options.catalog).parent
    clips = [c for c in json.loads(Path(options.catalog).read_text()) if c.get("width")]
    print("| clip | lines | start error ms | at .85–1.20 | overlaps | length off s | heard wrong | processor s / s |")
    print("|---|---|---|---|---|---|---|---|", flush=True)
    if options.keep:
        Path(options.keep).mkdir(parents=True, exist_ok=True)
    failed, reports, lines, good, late, over = [], {}, 0, 0, 0, 0
    for clip in (c for c in clips if options.only in c["file"]):
        to = options.other if (clip.get("language") or "").startswith(options.to) else options.to
        name = Path(clip["file"]).stem
        kept = options.keep and nullcontext(tempfile.mkdtemp(dir=options.keep, prefix=f"{name}."))
        with kept or tempfile.TemporaryDirectory() as out:
            made, why = dub(options, str(folder / clip["file"]), to, out)
        if made is None:
            failed.append(name)
            print(f"| {name} | – | {why} | | | | | |", flush=True)
            continue
        reports[name] = made
        details = made["details"]
        rated = [d for d in details if RATES[0] - 1e-6 <= d["speed_factor"] <= RATES[1] + 1e-6]
        drift = max((abs(d["drift_ms"]) for d in details), default=0.0)
        lines, good, over = lines + len(details), good + len(rated), over + overlaps(details)
        late += sum(abs(d["drift_ms"]) > 80 for d in details)
        share = f"{len(rated)} of {len(details)}"
        off = made["output_seconds"] - made["video_seconds"]
        wrong = made.get("listen_back_wer")
        work = made["processor"] / made["video_seconds"]
        print(f"| {name} | {len(details)} | {drift:.0f} | {share} | {overlaps(details)} | {off:+.2f} | "
              f"{'–' if wrong is None else f'{wrong:.2f}'} | {work:.2f} |", flush=True)
    share = 100 * good / max(lines, 1)
    print(f"\n{len(reports)} clips, {lines} lines: {share:.1f} % at .85 to 1.20, {late} begin more than 80 ms off, {over} overlap")
    if options.out:
        Path(options.out).write_text(json.dumps(reports, indent=1))
    if options.picture:
        print("\n| clip | drawn | kept | " + " | ".join(name for name, _ in GOALS) + " | sound and lips | time ×\n" + "|---" * (len(GOALS) + 5) + "|")
        print("\n".join(mouth(name, made) for name, made in reports.items()))
    if failed:
        print("failed: " + ", ".join(failed))
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
