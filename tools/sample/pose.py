"""Bends the rest mesh into one frame: mouth shapes, then neck, head, breath and eyes."""

import numpy as np


def turn(pitch: float, yaw: float, roll: float) -> np.ndarray:
    """A rotation by radians: nod (x), shake (y), tilt (z)."""
    (sp, sy, sr), (cp, cy, cr) = np.sin([pitch, yaw, roll]), np.cos([pitch, yaw, roll])
    nod = np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
    shake = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    tilt = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
    return shake @ nod @ tilt


class Poser:
    def __init__(self, data: dict[str, np.ndarray]):
        self.data = data
        self.parts = [k[:-6] for k in data if k.endswith("_index")]
        body = data["body_index"]
        # Clothes have no weights of their own: they follow the nearest skin.
        sweater = data["rest"][data["sweater_index"]]
        near = np.array([np.argmin(((data["rest"][body] - v) ** 2).sum(axis=1)) for v in sweater])
        self.neck, self.head = data["neck"].copy(), data["head"].copy()
        self.neck[data["sweater_index"]] = self.neck[body][near]
        self.head[data["sweater_index"]] = self.head[body][near]
        lashes = data["lashes_index"]
        self.head[lashes] = 1.0

    def _gaze(self, vertices, eye_turn):
        index = self.data["eyes_index"]
        for side, centre in zip((1, -1), self.data["eye_centres"]):
            own = index[np.sign(self.data["rest"][index, 0]) == side]
            vertices[own] = (vertices[own] - centre) @ eye_turn.T + centre

    def pose(self, motion: dict[str, np.ndarray], frame: int) -> dict:
        """The vertices of every part in one frame; for the hair also its normals."""
        data = self.data
        shaped = data["rest"] + np.tensordot(motion["shapes"][frame], data["shapes"], axes=1)
        pitch, yaw, roll = motion["head"][frame]
        # The eyes stay on the viewer while the head moves, apart from small glances.
        look = motion["glance"][frame] - [pitch, yaw]
        self._gaze(shaped, turn(look[0], look[1], 0))
        half, full = turn(pitch / 2, yaw / 2, roll / 2), turn(pitch / 2, yaw / 2, roll / 2)
        neck_at, head_at = data["neck_joint"], data["head_joint"]

        def by_neck(points):
            return (points - neck_at) @ half.T + neck_at

        def by_head(points):
            return by_neck((points - head_at) @ full.T + head_at)

        neck, head = self.neck[:, None], self.head[:, None]
        posed = shaped * (1 - neck - head) + by_neck(shaped) * neck + by_head(shaped) * head
        sway = motion["sway"][frame]
        parts = {}
        for part in self.parts:
            parts[part] = posed[data[f"{part}_index"]] + sway
        offset = data["sweater_offset"]
        parts["sweater"] = parts["sweater"] + offset
        parts["hair"] = (by_head(data["hair_vertices"]) + sway, data["hair_normals"] @ (half @ full).T)
        return parts
