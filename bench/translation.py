#!/usr/bin/env python3
"""chrF, register, gender and speed of every way of translating, as Markdown tables.

    bench/translation.py [--redub PATH] [--lines N] [--llm N] [--write] REFERENCES

REFERENCES is a folder with ntrex/ and cocoa/ (see `redub bench translation`). `--llm N` also measures the local language
model (`redub models pull llm`) on N lines of speech a pair, about 4 seconds each. `--write` puts the figures into
crates/redub-translate/src/route/figures.tsv, where `redub languages` and the choice of engines take them from; pairs that
were not measured keep theirs. Needs Python's standard library alone.
"""
import argparse
import datetime
import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FIGURES = ROOT / "crates/redub-translate/src/route/figures.tsv"
PAIRS = "en-es,en-fr,en-it,en-pt,en-pt-PT,en-ca,es-en,fr-en,it-en,pt-en,ca-en,es-pt,pt-es,es-ca,es-it,it-es,es-fr"
LLM_PAIRS = "en-es,en-fr,en-it,en-de,en-pt,es-en,fr-en,it-en,de-en"


def bench(redub, references, *more):
    """What `redub bench translation --json` says."""
    command = [redub, "bench", "translation", "--json", "--references", references, *more]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def score(value):
    """A chrF as it is written down."""
    return "-" if value is None else f"{value:.1f}"


def ways(figures):
    """(from, to, engines): (news, speech, lines, -) of each pair measured without a language model."""
    rows = {}
    for pair in figures["pairs"]:
        # European Portuguese goes the way of Portuguese; its own figure is in the table only.
        if "-" in pair["to"]:
            continue
        sets = pair["sets"]
        value = lambda name: score(sets.get(name, {}).get("chrf"))
        lines = max(s["lines"] for s in sets.values())
        rows[pair["from"], pair["to"], pair["engine"]] = (value("ntrex"), value("cocoa"), str(lines), "-")
    return rows


def models(strategies):
    """The same for the language model, for each thing it may be shown, each line judged where there is a draft; and what it
    gains on speech over the drafts of the same lines."""
    rows = {}
    for row in strategies:
        source, target = row["pair"].split("-", 1)
        for shown, way in row["ways"].items():
            key = (source, target, f"llm:qwen2.5-coder-1.5b (drafts {shown})")
            figures = rows.setdefault(key, ["-", "-", str(row["lines"]), "-"])
            found = way["judged"] or way["chrf"]
            figures[0 if row["set"] == "ntrex" else 1] = score(found)
            if row["set"] == "cocoa" and row["draft"] is not None:
                figures[3] = score(found - row["draft"])
    return rows


def write(rows, command):
    """Puts rows into the figures' file; pairs that were measured lose what was said of them before."""
    kept = {}
    for line in FIGURES.read_text().splitlines() if FIGURES.exists() else []:
        if not line.startswith("#"):
            *key, news, speech, lines, gain = line.split("\t")
            kept[tuple(key)] = (news, speech, lines, gain)
    kept.update({key: tuple(value) for key, value in rows.items()})
    text = f"# Written by {command} on {datetime.date.today()}; pairs and models it left out keep their earlier figures.\n"
    text += "# from, to, engines, chrF on news (NTREX-128), on speech (CoCoA-MT), lines, gain on speech over the engines\n"
    text += "".join("\t".join([*key, *value]) + "\n" for key, value in sorted(kept.items()))
    FIGURES.write_text(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("references")
    parser.add_argument("--redub", default=str(ROOT / "target/release/redub"))
    parser.add_argument("--lines", default="100")
    parser.add_argument("--pairs", default=PAIRS)
    parser.add_argument("--llm", default="0", metavar="N")
    parser.add_argument("--llm-pairs", default=LLM_PAIRS)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    more = ("--translator", "engines", "--pairs", options.pairs, "--lines", options.lines)
    figures = bench(options.redub, options.references, *more)
    print("| pair | set | lines | chrF | formal / informal | register right | untranslated | issues | words/s | engines |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for pair in figures["pairs"]:
        for name, found in pair["sets"].items():
            both = " / ".join(score(v) for v in found["chrf_by_reference"]) if len(found["chrf_by_reference"]) > 1 else "-"
            told = found["register"]
            right = "-" if not told or told["accuracy"] is None else f"{100 * told['accuracy']:.0f} % of {told['matched']}"
            print(f"| {pair['from']}-{pair['to']} | {name} | {found['lines']} | {score(found['chrf'])} | {both} | {right} "
                  f"| {found['untranslated']} | {found['issues']} | {found['words_per_second']:.0f} | {pair['engine']} |")
    print(f"\n{figures['threads']} threads, peak memory {figures['peak_memory_mb']} MiB")
    rows = ways(figures)
    if options.llm != "0":
        with tempfile.TemporaryDirectory() as speech:
            Path(speech, "cocoa").symlink_to(Path(options.references, "cocoa").resolve())
            more = ("--translator", "llm", "--strategies", "--pairs", options.llm_pairs, "--lines", options.llm)
            strategies = bench(options.redub, speech, *more)
        print("\n| pair | set | lines | draft | drafts | model | judged | did not parse | s a line |")
        print("|---|---|---|---|---|---|---|---|---|")
        for row in strategies:
            for shown, way in row["ways"].items():
                print(f"| {row['pair']} | {row['set']} | {row['lines']} | {score(row['draft'])} | {shown} | {score(way['chrf'])} "
                      f"| {score(way['judged'])} | {way['unparsed']} | {way['seconds_a_line']:.1f} |")
        rows.update(models(strategies))
    if options.write:
        write(rows, f"bench/translation.py --lines {options.lines} --llm {options.llm}")
        print(f"\nwritten: {FIGURES.relative_to(ROOT)}", file=sys.stderr)


if __name__ == "__main__":
    main()
