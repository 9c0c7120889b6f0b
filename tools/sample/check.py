"""Checks the clip with the face nets the program itself uses.

Usage: check.py CLIP PRESENTER_JSON MODELS
Prints how many frames have a face, its size, the presence score, the mouth's width and how
well the tracked lip opening follows the driven one; fails below the clip's own bar.
"""

import json
import sys
from pathlib import Path

import cv2
import numpy as np
import onnxruntime

# The order of the attention net's 80 lip points: 20 outer, 11 lower inner, 9 upper inner, ...
LEFT_CORNER, RIGHT_CORNER, LOWER_INNER, UPPER_INNER = 0, 10, 25, 35


def session(path: Path):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options)


def anchors() -> np.ndarray:
    """Centres of the short-range net's 896 anchors, from 0 to 1."""
    grids = []
    for side, each in ((16, 2), (8, 6)):
        centre = (np.arange(side) + 0.5) / side
        x, y = np.meshgrid(centre, centre)
        grids.append(np.repeat(np.stack([x, y], -1).reshape(-1, 2), each, axis=0))
    return np.concatenate(grids)


class Tracker:
    def __init__(self, models: Path):
        self.find = session(models / "face-detection/face_detection_short_range.onnx")
        self.mesh = session(models / "face-landmarks/face_landmarks_attention.onnx")
        self.anchors = anchors()

    def face(self, picture):
        """The best face: score, centre and width in pixels, and the angle of the eyes."""
        side = max(picture.shape[:2])
        square = np.zeros((side, side, 3), np.uint8)
        square[: picture.shape[0], : picture.shape[1]] = picture
        small = cv2.resize(square, (128, 128), interpolation=cv2.INTER_AREA)[None] / 127.5 - 1
        boxes, scores = self.find.run(None, {"input": small.astype(np.float32)})
        best = scores[0, :, 0].argmax()
        score = 1 / (1 + np.exp(-scores[0, best, 0]))
        values = boxes[0, best] / 128
        centre = (values[:2] + self.anchors[best]) * side
        eyes = values[4:8].reshape(2, 2) * side
        slope = eyes[1] - eyes[0]
        return score, centre, values[2:4] * side, np.arctan2(slope[1], slope[0])

    def lips(self, picture):
        score, centre, size, angle = self.face(picture)
        scale = 1.5 * max(size) / 192
        way = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        place = np.hstack([way, (centre - way @ [96, 96])[:, None]])
        crop = cv2.warpAffine(picture, place, (192, 192), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
        names = ["output_lips", "conv_faceflag"]
        lips, flag = self.mesh.run(names, {"input_1": (crop[None] / 255).astype(np.float32)})
        present = 1 / (1 + np.exp(-flag.reshape(-1)[0]))
        return score, size, present, lips.reshape(80, 2) * scale


def main() -> None:
    clip, facts, models = sys.argv[1], json.load(open(sys.argv[2])), Path(sys.argv[3])
    tracker, video, rows = Tracker(models), cv2.VideoCapture(clip), []
    while True:
        more, picture = video.read()
        if not more:
            break
        score, size, present, lips = tracker.lips(picture[..., ::-1])
        width = np.linalg.norm(lips[LEFT_CORNER] - lips[RIGHT_CORNER])
        gap = np.linalg.norm(lips[UPPER_INNER] - lips[LOWER_INNER])
        rows.append((score, size[1], present, width, gap / width))
    score, height, present, width, gap = np.array(rows).T
    driven = np.array(facts["mouth"]["aperture"])[: len(gap)]
    fits = {lag: np.corrcoef(np.roll(gap, -lag)[3:-3], driven[3:-3])[0, 1] for lag in range(-2, 3)}
    shut = driven < 0.01
    print(f"frames {len(gap)}, face found (score > 0.5) in {np.mean(score > 0.5):.1%}, lowest score {score.min():.3f}")
    print(f"face box {height.min():.0f}..{height.max():.0f} px, mouth {width.min():.0f}..{width.max():.0f} px wide")
    print(f"presence mean {present.mean():.4f}, lowest {present.min():.4f}")
    print("correlation of tracked and driven opening by lag in frames:",
          " ".join(f"{lag:+d}:{fit:.3f}" for lag, fit in fits.items()))
    print(f"tracked opening / mouth width: shut {np.median(gap[shut]):.3f}, widest tenth {np.quantile(gap, 0.9):.3f}")
    good = (score > 0.5).all() and present.min() > 0.5 and fits[0] >= 0.6 and height.min() >= 250
    sys.exit(0 if good else "the clip is not good enough for the face tracker")


if __name__ == "__main__":
    main()
