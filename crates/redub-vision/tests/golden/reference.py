"""Writes the golden answers of the face networks, computed with numpy and onnxruntime on a drawn face.

usage: reference.py MODELS_DIR        (writes mesh.tsv and detection.tsv beside this script)
"""
import pathlib
import re
import sys

import numpy as np
import onnxruntime

HERE = pathlib.Path(__file__).parent
TABLES = (HERE / "../../src/landmarks/refine.rs").read_text()


def table(name):
    """An index table of the Rust source: the golden test is about arithmetic, not about typing the table twice."""
    body = re.search(name + r": \[usize; \d+\] = \[(.*?)\];", TABLES, re.S).group(1)
    return [int(v) for v in body.replace("\n", " ").split(",") if v.strip()]


def drawing():
    """A face of ellipses, 240 × 200; the same integers as in the Rust test."""
    y, x = np.mgrid[0:200, 0:240]
    picture = np.stack([60 + x // 4, 80 + y // 4, 100 + 0 * x], -1)
    for cx, cy, rx, ry, colour in [
        (120, 100, 52, 70, (210, 170, 140)),
        (100, 82, 11, 6, (240, 240, 240)), (140, 82, 11, 6, (240, 240, 240)),
        (100, 82, 5, 5, (40, 30, 20)), (140, 82, 5, 5, (40, 30, 20)),
        (100, 68, 14, 3, (70, 50, 40)), (140, 68, 14, 3, (70, 50, 40)),
        (120, 108, 8, 12, (190, 150, 120)), (120, 136, 20, 7, (170, 70, 70)), (120, 136, 14, 2, (60, 20, 20)),
    ]:
        inside = (x - cx) ** 2 * ry * ry + (y - cy) ** 2 * rx * rx <= rx * rx * ry * ry
        picture[inside] = colour
    return picture.astype(np.float32)


def sample(picture, x, y):
    height, width = picture.shape[:2]
    x, y = np.clip(x - 0.5, 0, width - 1), np.clip(y - 0.5, 0, height - 1)
    x0, y0 = x.astype(int), y.astype(int)
    x1, y1 = np.minimum(x0 + 1, width - 1), np.minimum(y0 + 1, height - 1)
    fx, fy = (x - x0)[..., None], (y - y0)[..., None]
    top = picture[y0, x0] * (1 - fx) + picture[y0, x1] * fx
    return top * (1 - fy) + (picture[y1, x0] * (1 - fx) + picture[y1, x1] * fx) * fy


def crop(picture, matrix, n):
    scale = np.sqrt(abs(np.linalg.det(matrix[:, :2])))
    k = int(np.clip(np.ceil(scale * 0.6), 1, 2))
    column, row = np.meshgrid(np.arange(n), np.arange(n))
    total = 0
    for a in range(k * k):
        x, y = column + (a % k + 0.5) / k, row + (a // k + 0.5) / k
        px = matrix[0, 0] * x + matrix[0, 1] * y + matrix[0, 2]
        py = matrix[1, 0] * x + matrix[1, 1] * y + matrix[1, 2]
        total = total + sample(picture, px, py)
    return (total / (k * k)).astype(np.float32)


def mesh(models, picture, centre, side, angle):
    scale = side / 192
    a, b = scale * np.cos(angle), scale * np.sin(angle)
    matrix = np.array([[a, -b, centre[0] - (a - b) * 96], [b, a, centre[1] - (a + b) * 96]])
    net = onnxruntime.InferenceSession(str(models / "face-landmarks/face_landmarks_attention.onnx"))
    names = [o.name for o in net.get_outputs()]
    image = crop(picture, matrix, 192)[None] / 255
    out = dict(zip(names, net.run(None, {net.get_inputs()[0].name: image.astype(np.float32)})))
    points = out["output_mesh_identity"].reshape(468, 3).copy()
    eyes = {"left": table("EYE_LEFT"), "right": table("EYE_RIGHT")}
    points[table("LIPS"), :2] = out["output_lips"].reshape(-1, 2)
    for name, indices in eyes.items():
        points[indices, :2] = out[f"output_{name}_eye"].reshape(-1, 2)
    for name, indices in eyes.items():
        depth = np.full((5, 1), points[indices[:16], 2].mean())
        points = np.vstack([points, np.hstack([out[f"output_{name}_iris"].reshape(5, 2), depth])])
    placed = points.copy()
    placed[:, 0] = matrix[0] @ np.vstack([points[:, :2].T, np.ones(478)])
    placed[:, 1] = matrix[1] @ np.vstack([points[:, :2].T, np.ones(478)])
    placed[:, 2] = points[:, 2] * scale
    return placed, 1 / (1 + np.exp(-out["conv_faceflag"].ravel()[0]))


def overlap(a, b):
    size = lambda r: max(r[2] - r[0], 0) * max(r[3] - r[1], 0)
    shared = size([max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])])
    return shared / (size(a) + size(b) - shared)


def detection(models, picture):
    """The best answer of the full-range detector, averaged with those that overlap it by more than 0.3."""
    scale = 240 / 192
    image = crop(picture, np.array([[scale, 0, 0], [0, scale, -20]]), 192)
    middle = (np.arange(192) + 0.5) * scale - 20
    image[(middle < 0) | (middle >= 200)] = 0
    net = onnxruntime.InferenceSession(str(models / "face-detection/face_detection_full_range.onnx"))
    boxes, scores = net.run(None, {net.get_inputs()[0].name: (image[None] / 127.5 - 1).astype(np.float32)})
    scores = 1 / (1 + np.exp(-scores[0, :, 0].astype(np.float64)))
    found = []
    for i in np.flatnonzero(scores > 0.5):
        anchor = np.array([(i % 48 + 0.5) * 4, (i // 48 + 0.5) * 4])
        centre = (boxes[0, i, :2] + anchor) * scale - [0, 20]
        half = boxes[0, i, 2:4] * scale / 2
        found.append((scores[i], np.concatenate([centre - half, centre + half])))
    best = max(found, key=lambda f: f[0])
    same = [f for f in found if overlap(f[1], best[1]) > 0.3]
    return [best[0], *np.average([f[1] for f in same], axis=0, weights=[f[0] for f in same])]


def write(name, rows):
    lines = ["\t".join(f"{v:.4f}" for v in row) for row in rows]
    (HERE / name).write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    models = pathlib.Path(sys.argv[1])
    points, presence = mesh(models, drawing(), (120.3, 101.7), 190.0, 0.15)
    write("mesh.tsv", [[presence, 0, 0], *points])
    write("detection.tsv", [detection(models, drawing())])
    print("presence", presence, "detection", detection(models, drawing()))
