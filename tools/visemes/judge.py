"""Judges the recogniser on voices it never heard: `judge.py NETWORK.onnx FOLDER`, FOLDER as `corpus.py --judge` writes it.

Three ways to the mouth shapes' times are compared. *shared*: the true phonemes of each word shared out over the word's true
time, vowels half as long again as consonants. *heard*: the network alone. *placed*: the true phonemes of the whole
utterance placed by the network. Printed are the share of speech frames (10 ms) with the right shape, recall and precision of lip
closures within 40 ms, and the correlation of the lips' opening (a shape's share of the widest, smoothed over 50 ms).
"""

import json
import sys
import wave
from pathlib import Path

import numpy as np
import onnxruntime

from features import features
from symbols import CLOSED, REST, VISEMES, shapes, viseme

NEAR, SHORTEST, CHANGE, FLOOR = 4, 3, 1.2, -5.0
# Openings of crates/redub-vision/src/mouth/visemes.rs.
OPENING = np.array([0, 0, 0.1, 0.32, 0.3, 0.32, 0.42, 0.22, 1.0, 0.62, 0.42, 0.68, 0.26])
VOWELS = {8, 9, 10, 11, 12}


def frames_of(spans, count):
    labels = np.zeros(count, int)
    for shape, begin, end in spans:
        labels[max(0, round(begin * 100)) : round(end * 100)] = shape
    return labels


def shared(phones):
    spans, word = [], []
    for phone in [*phones, (" ", 0, 0)]:
        if viseme(phone[0]) != REST:
            word.append(phone)
        elif word:
            parts = [shape for shape, _, _ in shapes([(s, 0.0, 1.0) for s, _, _ in word])]
            weights = np.cumsum([0] + [1.5 if shape in VOWELS else 1.0 for shape in parts])
            at = word[0][1] + weights / weights[-1] * (word[-1][2] - word[0][1])
            spans += list(zip(parts, at[:-1], at[1:]))
            word = []
    return spans


def viterbi(logs, units, chain):
    """Best unit per frame; each lasts SHORTEST (2 when chained) frames. `chain`: in order, silences may be left out."""
    least = 2 if chain else SHORTEST
    n = len(units) * least
    emit = np.maximum(logs[:, units], FLOOR) if chain else logs[:, units]
    score, back = np.full(n, -np.inf), []
    starts = np.arange(len(units)) * least
    ends = starts + least - 1
    for t in range(len(logs)):
        source = np.arange(n)
        grown = np.concatenate([[-np.inf], score[:-1]])
        stay = np.where(np.isin(np.arange(n), ends), score, -np.inf)
        value = np.where(stay >= grown, stay, grown)
        source = np.where(stay >= grown, source, source - 1)
        for unit in range(len(units)):
            if t == 0:
                entered, origin = (0.0, starts[unit]) if not chain or unit <= 1 else (-np.inf, starts[unit])
            elif chain:
                before = [unit - 1] + ([unit - 2] if unit > 1 and units[unit - 1] == REST else [])
                options = [(score[ends[u]], ends[u]) for u in before if u >= 0]
                entered, origin = max(options) if options else (-np.inf, starts[unit])
            else:
                others = np.where(np.arange(len(units)) == unit, -np.inf, score[ends])
                entered, origin = others.max() - CHANGE, ends[others.argmax()]
            value[starts[unit]], source[starts[unit]] = entered, origin
        score = value + np.repeat(emit[t], least)
        back.append(source)
    state = max(ends[-2:], key=lambda s: score[s]) if chain else score.argmax()
    path = []
    for source in reversed(back):
        path.append(state // least)
        state = source[state]
    return np.array(units)[path[::-1]]


def known(phones):
    units = [REST]
    for phone in phones:
        found = [shape for shape, _, _ in shapes([phone]) if shape != REST]
        units += found if found else ([REST] if units[-1] != REST else [])
    return units + ([REST] if units[-1] != REST else [])


def runs(labels):
    edges = np.flatnonzero(np.diff(np.concatenate([[0], labels == CLOSED, [0]]).astype(int)))
    return list(zip(edges[::2], edges[1::2]))


def met(a, b):
    return sum(any(o[0] - NEAR < (s[0] + s[1]) / 2 < o[1] + NEAR for o in b) for s in a)


def main():
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(sys.argv[1], options)
    sums = {name: np.zeros(6) for name in ["shared", "heard", "placed"]}
    opening = {name: [] for name in sums}
    for path in sorted(Path(sys.argv[2]).glob("*.wav")):
        with wave.open(str(path)) as file:
            audio = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32) / 32768
        phones = [tuple(p) for p in json.loads(path.with_suffix(".json").read_text())["phones"]]
        logs = session.run(None, {"features": features(audio)[None]})[0][0]
        truth = frames_of(shapes(phones), len(logs))
        said = {"shared": frames_of(shared(phones), len(logs)), "heard": viterbi(logs, list(range(len(VISEMES))), False),
                "placed": viterbi(logs, known(phones), True)}
        smooth = lambda labels: np.convolve(OPENING[labels], np.hanning(11) / np.hanning(11).sum(), "same")
        for name, labels in said.items():
            speech, real, found = truth != REST, runs(truth), runs(labels)
            sums[name] += [(labels == truth)[speech].sum(), speech.sum(), met(real, found), len(real), met(found, real), len(found)]
            opening[name].append(np.corrcoef(smooth(truth), smooth(labels))[0, 1])
    print("| way | frames | closures found | of those found, real | opening r |\n|---|---|---|---|---|")
    for name, s in sums.items():
        print(f"| {name} | {s[0] / s[1]:.3f} | {s[2] / s[3]:.3f} | {s[4] / max(s[5], 1):.3f} | {np.mean(opening[name]):.3f} |")


if __name__ == "__main__":
    main()
