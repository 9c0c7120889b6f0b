"""Turns the phone times into mouth shapes, head motion and blinks for every frame.

Usage: visemes.py PRESENTER_JSON HEAD_NPZ OUT_NPZ
  also adds the true lip opening of every frame to PRESENTER_JSON
"""

import json
import re
import sys
from pathlib import Path

import numpy as np
from scipy.ndimage import gaussian_filter1d

from head import SHAPES

RATE, STEP = 25, 0.005  # frames a second; seconds between the fine steps in between

# jaw, pucker, funnel, smile+stretch, lower lip in, upper lip up, lower lip down, lips pressed
REST = (0.0, 0, 0, 0, 0, 0, 0, 0)
MOUTHS = {
    "p b m": (0.0, 0, 0, 0, 0.12, 0, 0, 0.35),
    "f v": (0.06, 0, 0, 0.05, 0.85, 0.25, 0, 0),
    "w": (0.08, 0.95, 0.25, 0, 0, 0, 0, 0),
    "u ʊ": (0.13, 0.8, 0.35, 0, 0, 0, 0, 0),
    "O ɔ Y": (0.30, 0.35, 0.65, 0, 0, 0, 0.1, 0),
    "ɹ": (0.14, 0.4, 0.3, 0, 0, 0.1, 0.1, 0),
    "ʃ ʒ ʧ ʤ": (0.10, 0.3, 0.6, 0, 0, 0.25, 0.25, 0),
    "i j": (0.12, 0, 0, 0.6, 0, 0.15, 0.2, 0),
    "ɪ ᵻ": (0.17, 0, 0, 0.4, 0, 0.1, 0.15, 0),
    "ɛ A": (0.28, 0, 0, 0.35, 0, 0.15, 0.2, 0),
    "æ": (0.42, 0, 0, 0.3, 0, 0.15, 0.25, 0),
    "ɑ a I W": (0.48, 0, 0.05, 0.1, 0, 0.1, 0.2, 0),
    "ʌ ə ɜ ᵊ": (0.24, 0, 0.05, 0.08, 0, 0.05, 0.12, 0),
    "s z": (0.06, 0, 0, 0.35, 0, 0.25, 0.3, 0),
    "t d n l": (0.13, 0, 0, 0.15, 0, 0.12, 0.2, 0),
    "θ ð": (0.13, 0, 0, 0.1, 0, 0.15, 0.2, 0),
    "k ɡ ŋ h": (0.19, 0, 0.05, 0.08, 0, 0.1, 0.12, 0),
}
MOUTH_OF = {phone: mouth for phones, mouth in MOUTHS.items() for phone in phones.split()}
# The glides of a diphthong end in another mouth than they begin with.
GLIDES = {"A": "ɪ", "I": "ɪ", "Y": "ɪ", "O": "u", "W": "u"}
# Lips that must meet win against their neighbours, open vowels give way.
FIRM = {**dict.fromkeys("pbm", 14.0), **dict.fromkeys("fv", 8.0), **dict.fromkeys("wuʃʒʧʤ", 2.5)}
CLOSED = set("pbm")


def keys_of(phones):
    """(time, half width in seconds, firmness, mouth) for every phone and for the pauses."""
    keys, end = [], 0.0
    for phone in phones:
        start, stop, sign = phone["start"], phone["end"], phone["symbol"]
        if start - end > 0.14:
            keys.append(((end + start) / 2, (start - end) / 2, 1.5, REST))
        mouth = np.array(MOUTH_OF[sign])
        if phone["stress"] == "primary":
            mouth = mouth * [1.12] + 0
        firm = FIRM.get(sign, 1.0)
        half = (stop - start) / 2
        if sign in GLIDES:
            keys.append((start + half * 0.7, half * 0.6, firm, mouth))
            keys.append((start + half * 1.6, half * 0.45, 1.0, np.array(MOUTH_OF[GLIDES[sign]])))
        else:
            keys.append((start + half, half, firm, mouth))
        end = stop
    return keys


def curves(phones, duration):
    """The eight mouth controls on the fine time grid."""
    time = np.arange(0, duration, STEP)
    weight, total = np.full(len(time), 1e-3), np.zeros((len(time), len(REST)))
    for centre, half, firm, mouth in keys_of(phones):
        # Flat over the phone itself, then falling within about 50 ms.
        outside = np.maximum(np.abs(time - centre) - 0.7 * half, 0)
        pull = firm * np.exp(-((outside / 0.042) ** 1.5))
        weight += pull
        total += pull[:, None] * np.asarray(mouth)
    mouth = gaussian_filter1d(total / weight[:, None], 0.012 / STEP, axis=0)
    for phone in phones:
        if phone["symbol"] in CLOSED:
            centre, half = (phone["start"] + phone["end"]) / 2, (phone["end"] - phone["start"]) / 2
            hold = max(half * 0.7, 0.022)
            shut = np.clip((np.abs(time - centre) - hold) / 0.035, 0, 1)
            mouth[:, [0, 5, 6]] *= shut[:, None]
    return time, mouth


def shape_weights(mouth):
    jaw, pucker, funnel, wide, roll, upper, lower, press = mouth.T
    table = {
        "jawOpen": jaw * 0.95, "mouthPucker": pucker, "mouthFunnel": funnel,
        "mouthRollLower": roll, "mouthShrugLower": press * 0.4,
    }
    for side in ("Left", "Right"):
        table |= {f"mouthSmile{side}": wide * 0.35 + 0.06, f"mouthStretch{side}": wide * 0.5,
                  f"mouthUpperUp{side}": upper, f"mouthLowerDown{side}": lower,
                  f"mouthPress{side}": press}
    weights = np.zeros((len(mouth), len(SHAPES)))
    for name, values in table.items():
        weights[:, SHAPES.index(name)] = values
    return weights


def wander(rng, count, seconds):
    """A smooth random course with about unit size."""
    course = gaussian_filter1d(rng.normal(size=count + 400), seconds * RATE)[200:-200]
    return course / max(course.std(), 1e-9)


def blinks(rng, duration):
    time, closed = np.arange(0, duration, STEP), 0
    at = 1.1
    while at < duration - 0.3:
        since = time - at
        closed = np.maximum(closed, np.interp(since, [-0.09, 0, 0.03, 0.17], [0, 1, 1, 0]))
        at += rng.uniform(2.0, 4.2)
    return closed


def aperture(head, shapes):
    """The gap between the inner lips on the face's midline, in mouth widths."""
    rest, jaw = head["rest"], head["shapes"][SHAPES.index("jawOpen")]
    lips = head["body_index"][head["skin_masks"][:, 0] > 0.5]
    width = np.ptp(rest[lips, 0])
    middle = lips[np.abs(rest[lips, 0]) < 0.012]
    line = (rest[middle[jaw[middle, 1] > -0.05], 1].min() + rest[middle[jaw[middle, 1] < -0.1], 1].max()) / 2
    near = middle[np.abs(rest[middle, 1] - line) < 0.04]
    y = rest[near, 1] + np.tensordot(shapes, head["shapes"][:, near, 1], axes=1)
    upper = jaw[near, 1] > -0.05
    return np.clip(y[:, upper].min(axis=1) - y[:, ~upper].max(axis=1), 0, None) / width


def main() -> None:
    truth_path = Path(sys.argv[1])
    truth, model = json.loads(truth_path.read_text()), dict(np.load(sys.argv[2]))
    rng = np.random.default_rng(3)
    duration, phones = truth["duration"], truth["phones"]
    frames = int(round(duration * RATE))
    time, mouth = curves(phones, duration + 0.2)
    middle = (np.arange(frames) + 0.5) / RATE
    pick = np.minimum((middle / STEP).astype(int), len(time) - 1)
    shapes = shape_weights(mouth[pick])
    closed = blinks(rng, duration + 0.2)[pick]
    shapes[:, [SHAPES.index("eyeBlinkLeft"), SHAPES.index("eyeBlinkRight")]] = closed[:, None]

    stressed = np.zeros(frames)
    for phone in phones:
        if phone["stress"] == "primary":
            stressed += np.exp(-(((middle - (phone["start"] + phone["end"]) / 2) / 0.13) ** 2))
    nod = gaussian_filter1d(np.clip(stressed, 0, 1.2), 2)
    raised = np.clip(wander(rng, frames, 0.5) * 0.15 + 0.15 * nod, 0, 0.5)
    shapes[:, [SHAPES.index(s) for s in ("browInnerUp", "browOuterUpLeft", "browOuterUpRight")]] = raised[:, None]

    head = np.stack([
        0.022 * wander(rng, frames, 0.55) + 0.035 * (nod - nod.mean()),
        0.055 * wander(rng, frames, 0.7), 0.025 * wander(rng, frames, 0.8)], axis=1)
    breath = np.sin(2 * np.pi * middle / 3.6)
    sway = np.stack([0.05 * wander(rng, frames, 1.2), 0.018 * breath, 0.03 * wander(rng, frames, 1.0)], axis=1)
    glance = gaussian_filter1d(np.repeat(rng.normal(0, [0.012, 0.03], (frames // 20 + 1, 2)), 20, 0)[:frames], 0.8, axis=0)
    opening = aperture(model, shapes)
    truth["mouth"] = {"rate": RATE, "unit": "mouth widths", "aperture": [round(float(a), 4) for a in opening]}
    text = json.dumps(truth, ensure_ascii=False, indent=1)
    # Records and the long list of numbers each on one line.
    text = re.sub(r"\{[^{}\[\]]*\}|\[[\d.,\s]*\]", lambda m: " ".join(m[0].split()), text)
    truth_path.write_text(text + "\n")
    np.savez(sys.argv[3], shapes=shapes, head=head, sway=sway, glance=glance)


if __name__ == "__main__":
    main()
