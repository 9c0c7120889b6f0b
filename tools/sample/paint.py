"""Paints the face (front view) and the eyes as pictures, all procedural and seeded."""

import cv2
import numpy as np

# The front view that the face picture covers, in decimetres: left, bottom, side.
FRONT_LEFT, FRONT_BOTTOM, FRONT_SIDE = -1.1, 5.9, 2.6
SIZE = 1536
SKIN = np.array([0.60, 0.375, 0.275])
BROW = np.array([0.05, 0.028, 0.018])


def _noise(rng, size, cells):
    """Smooth noise between about -1 and 1 with a grain of `size / cells` pixels."""
    grid = rng.normal(size=(cells, cells)).astype(np.float32)
    return cv2.resize(grid, (size, size), interpolation=cv2.INTER_CUBIC)


def _spot(x, y, cx, cy, rx, ry):
    return np.exp(-(((x - cx) / rx) ** 2) - ((y - cy) / ry) ** 2)


def _brows(picture, eye, rng):
    """Draws each brow as some hundred short hairs along an arc above the eye."""
    layer = np.zeros((SIZE, SIZE), np.float32)
    scale = SIZE / FRONT_SIDE

    def pixel(px, py):
        return (int((px - FRONT_LEFT) * scale * 16), int((FRONT_BOTTOM + FRONT_SIDE - py) * scale * 16))

    for side in (-1, 1):
        for _ in range(380):
            t = rng.beta(1.1, 1.2)
            thick = 0.034 * (1 - t) ** 0.6 + 0.008
            ax = 0.10 + 0.44 * t
            ay = eye[1] + 0.215 + 0.075 * np.sin(np.pi * min(1, t * 0.95) ** 1.25) - 0.055 * t**3
            ay += rng.uniform(-1, 1) * thick
            lean = np.interp(t, [0, 0.25, 1], [1.25, 0.6, -0.35]) + rng.normal(0, 0.12)
            length = rng.uniform(0.05, 0.085)
            bx, by = ax + length * np.cos(lean), ay + length * np.sin(lean) * 0.8
            cv2.line(layer, pixel(side * ax, ay), pixel(side * bx, by), float(rng.uniform(0.55, 1.0)),
                     2, cv2.LINE_AA, 4)
    layer = cv2.GaussianBlur(layer, (0, 0), 1.6)[..., None] * 1.25
    return picture * (1 - np.clip(layer, 0, 0.9)) + BROW * np.clip(layer, 0, 0.9)


def face_picture(eye: np.ndarray) -> np.ndarray:
    """The skin's linear colour in the front view, float RGB, top row first."""
    rng = np.random.default_rng(7)
    x, y = np.meshgrid(
        FRONT_LEFT + FRONT_SIDE * (np.arange(SIZE) + 0.5) / SIZE,
        FRONT_BOTTOM + FRONT_SIDE * (1 - (np.arange(SIZE) + 0.5) / SIZE),
    )
    picture = np.broadcast_to(SKIN, (SIZE, SIZE, 3)).copy()
    mottle = sum(_noise(rng, SIZE, n) * a for n, a in ((24, 0.012), (90, 0.018), (380, 0.025)))
    picture *= 1 + mottle[..., None] * np.array([0.8, 1.2, 1.3])
    red = np.array([0.06, -0.035, -0.03])
    for side in (-1, 1):
        picture += _spot(x, y, side * 0.47, 6.93, 0.22, 0.17)[..., None] * red
        shade = _spot(x, y, side * eye[0], eye[1] - 0.11, 0.2, 0.06)
        picture *= 1 - shade[..., None] * np.array([0.10, 0.16, 0.14])
        lid = _spot(x, y, side * eye[0], eye[1] + 0.09, 0.2, 0.05)
        picture *= 1 - lid[..., None] * np.array([0.14, 0.22, 0.22])
    picture += _spot(x, y, 0, 6.9, 0.14, 0.1)[..., None] * red * 0.8
    picture += _spot(x, y, 0, eye[1] - 0.9, 0.25, 0.12)[..., None] * red * 0.3
    freckle = (_noise(rng, SIZE, 420) > 2.1) * _spot(x, y, 0, 7.0, 0.5, 0.15)
    picture *= 1 - cv2.GaussianBlur(freckle.astype(np.float32), (0, 0), 1.5)[..., None] * 0.35
    return np.clip(_brows(picture, eye, rng), 0, 1)


def eye_picture(size: int = 512, iris: float = 0.47) -> np.ndarray:
    """An eye seen from the front; the picture spans the whole eyeball's width."""
    rng = np.random.default_rng(11)
    x, y = np.meshgrid(np.linspace(-1, 1, size), np.linspace(1, -1, size))
    radius, angle = np.hypot(x, y) / iris, np.arctan2(y, x)
    picture = np.broadcast_to([0.72, 0.68, 0.65], (size, size, 3)).copy()
    picture *= 1 - 0.35 * np.clip(np.hypot(x, y) - 0.4, 0, 1)[..., None] * np.array([0.6, 1, 1])
    rays = sum(rng.normal() * np.cos(k * angle + rng.uniform(0, 6)) for k in range(9, 70, 3)) / 6
    colour = np.array([0.16, 0.20, 0.13]) * (1 + 0.35 * rays[..., None])
    colour = colour + np.clip(0.75 - radius, 0, 1)[..., None] * np.array([0.22, 0.13, 0.04])
    colour *= np.clip((1.06 - radius) / 0.2, 0.18, 1)[..., None]
    inside = np.clip((1.02 - radius) / 0.06, 0, 1)[..., None]
    picture = picture * (1 - inside) + colour * inside
    pupil = np.clip((0.42 - radius) / 0.05, 0, 1)[..., None]
    return np.clip(picture * (1 - pupil) + 0.004 * pupil, 0, 1)


def save(path, linear: np.ndarray) -> None:
    """Writes a linear picture as an sRGB PNG."""
    coded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    cv2.imwrite(str(path), np.round(coded[..., ::-1] * 255).astype(np.uint8))
