"""Grows combed-back hair as ribbons over the skull, towards a bun at the back."""

import numpy as np
from scipy.spatial import cKDTree

STRANDS, STEPS, STEP = 5200, 15, 0.115


def hairline(points: np.ndarray) -> np.ndarray:
    """How far a point of the skull lies behind the hairline (negative: bare skin)."""
    x, y, z = np.abs(points[:, 0]), points[:, 1], points[:, 2]
    # From the forehead over the temples to the ears and down to the nape.
    front = np.interp(y, [6.3, 6.75, 7.1, 7.4, 7.75, 7.95, 8.05], [0.0, 0.12, 0.66, 0.74, 0.96, 1.2, 2.2])
    return front + 0.02 * np.sin(23 * x + 9 * y) - z


def grow(skull: np.ndarray, normals: np.ndarray) -> dict[str, np.ndarray]:
    """Returns ribbons as vertices with normals, tangents and shade (0 dark, 1 light), and quads."""
    rng = np.random.default_rng(5)
    tree = cKDTree(skull)
    behind = hairline(skull)
    roots = np.flatnonzero(behind > 0)
    # The hairline itself gets twice the strands, for a soft edge.
    odds = np.where(behind[roots] < 0.2, 2.2, 1.0)
    at = skull[rng.choice(roots, STRANDS, p=odds / odds.sum())]
    at = at + rng.normal(0, 0.03, at.shape)
    bun = np.array([0.0, 7.35, -0.85])
    layer = rng.uniform(0.25, 1.0, (STRANDS, 1))
    width = rng.uniform(0.010, 0.024, (STRANDS, 1))
    lines, sides, ups, ways = [], [], [], []
    for step in range(STEPS):
        distance, near = tree.query(at, k=4)
        blend = 1 / (distance + 1e-3)
        blend /= blend.sum(axis=1, keepdims=True)
        surface = (skull[near] * blend[..., None]).sum(axis=1)
        normal = (normals[near] * blend[..., None]).sum(axis=1)
        normal /= np.linalg.norm(normal, axis=1, keepdims=True)
        height = 0.005 + (0.05 + 0.05 * layer) * min(1.0, step / 4)
        at = at - normal * ((at - surface) * normal).sum(axis=1, keepdims=True) + normal * height
        heading = bun - at
        heading -= normal * (heading * normal).sum(axis=1, keepdims=True)
        heading /= np.linalg.norm(heading, axis=1, keepdims=True) + 1e-6
        side = np.cross(heading, normal)
        taper = 0.35 if step == 0 else (0.8 if step == STEPS - 1 else 1.0)
        lines.append(at.copy())
        sides.append(side * width * taper + normal * rng.normal(0, 0.004, (STRANDS, 1)))
        ups.append(normal)
        ways.append(heading)
        at = at + heading * STEP + side * rng.normal(0, 0.006, (STRANDS, 1))
    line, side = np.stack(lines, 1), np.stack(sides, 1)
    vertices = np.stack([line - side, line + side], axis=2).reshape(-1, 3)
    first = (np.arange(STRANDS)[:, None] * STEPS + np.arange(STEPS - 1)) * 2
    quads = np.stack([first, first + 1, first + 3, first + 2], axis=-1).reshape(-1, 4)
    shade = np.repeat(rng.beta(2, 2, STRANDS), STEPS * 2)
    both = {"normals": np.stack(ups, 1), "tangent": np.stack(ways, 1)}
    both = {k: np.repeat(v, 2, axis=1).reshape(-1, 3) for k, v in both.items()}
    # Ribbons that no camera in front sees are left away.
    quads = quads[vertices[quads][:, :, 2].max(axis=1) > 0.0]
    return {"vertices": vertices, "quads": quads, "shade": shade} | both
