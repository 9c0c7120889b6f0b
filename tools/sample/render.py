"""Renders the presenter with OpenGL (a software renderer will do) and pipes it to FFmpeg.

Usage: render.py WORK_DIR OUT.mkv FIRST LAST    silent, lossless H.264 of the frames FIRST .. LAST - 1
       render.py WORK_DIR OUT_DIR FRAME ...     single frames as PNG
"""

import subprocess
import sys
from pathlib import Path

import cv2
import moderngl
import numpy as np

import shaders
from pose import Poser
from subdivide import Smooth

WIDTH, HEIGHT, RATE, SAMPLES = 960, 720, 25, 4
SHADOW_SIDE, SKY_DIRECTIONS, SKY_SIDE = 768, 48, 384
EYE, AIM = np.array([0.0, 6.95, 13.0]), np.array([0.0, 6.93, 0.9])
SPAN = 0.122  # half the picture's height as a slope from the camera
KEY, FILL, RIM = np.array([-6.5, 10.5, 9.0]), np.array([8.0, 7.5, 8.0]), np.array([5.0, 11.0, -5.0])
LEVELS = {"body": 2, "sweater": 2, "teeth": 2, "tongue": 2, "eyes": 2, "lashes": 1, "hair": 0}
PART_NUMBER = {"body": 0, "sweater": 1, "teeth": 2, "tongue": 3, "eyes": 4, "lashes": 5}


def look(eye, aim):
    back = (eye - aim) / np.linalg.norm(eye - aim)
    right = np.cross([0.0, 1.0, 0.0], back)
    right /= np.linalg.norm(right)
    view = np.eye(4)
    view[:3, :3] = [right, np.cross(back, right), back]
    view[:3, 3] = -view[:3, :3] @ eye
    return view


def perspective(near=6.0, far=20.0):
    return np.array([[HEIGHT / WIDTH / SPAN, 0, 0, 0], [0, 1 / SPAN, 0, 0],
                     [0, 0, -(far + near) / (far - near), -2 * far * near / (far - near)], [0, 0, -1, 0]])


def box(side, depth):
    """A parallel projection of a cube around the point looked at."""
    return np.diag([1 / side, 1 / side, -1 / depth, 1.0])


def light_matrix(light, side=2.3):
    centre = np.array([0.0, 6.9, 0.4])
    away = (light - centre) / np.linalg.norm(light - centre)
    return box(side, 6.0) @ look(centre + away * 0.001, centre)


class Renderer:
    def __init__(self, work: Path):
        self.data = dict(np.load(work / "head.npz"))
        self.poser = Poser(self.data)
        self.gl = moderngl.create_standalone_context(backend="egl")
        self.depth = self.gl.program(vertex_shader=shaders.DEPTH_VERTEX, fragment_shader=shaders.DEPTH_FRAGMENT)
        self.shade = self.gl.program(vertex_shader=shaders.VERTEX, fragment_shader=shaders.FRAGMENT)
        self.hair = self.gl.program(vertex_shader=shaders.HAIR_VERTEX, fragment_shader=shaders.HAIR_FRAGMENT)
        wall = self.gl.program(vertex_shader=shaders.WALL_VERTEX, fragment_shader=shaders.WALL_FRAGMENT)
        corners = self.gl.buffer(np.array([-1, -1, 3, -1, -1, 3], "f4").tobytes())
        self.wall = self.gl.vertex_array(wall, [(corners, "2f", "at")])
        size = (WIDTH, HEIGHT)
        self.canvas = self.gl.framebuffer(
            [self.gl.renderbuffer(size, 4, samples=SAMPLES)], self.gl.depth_renderbuffer(size, samples=SAMPLES))
        self.picture = self.gl.framebuffer([self.gl.renderbuffer(size, 4)])
        self.shadow = self.gl.depth_texture((SHADOW_SIDE, SHADOW_SIDE))
        self.shadow.compare_func = "<="
        self.shadow_frame = self.gl.framebuffer(depth_attachment=self.shadow)
        self.pictures = {"body": self._picture(work / "face.png"), "eyes": self._picture(work / "eye.png")}
        self.surfaces, self.buffers, self.extra = {}, {}, {}
        for name, level in LEVELS.items():
            index = self.data.get(f"{name}_index")
            count = len(self.data["hair_vertices"]) if index is None else len(index)
            self.surfaces[name] = Smooth(self.data[f"{name}_quads"], count, level)
        self._upload()
        self._open_sky()

    def _picture(self, path):
        pixels = cv2.imread(str(path))[::-1, :, ::-1].astype(np.float32) / 255
        linear = np.where(pixels <= 0.04045, pixels / 12.92, ((pixels + 0.055) / 1.055) ** 2.4)
        height, width = linear.shape[:2]
        texture = self.gl.texture((width, height), 3, linear.astype("f2").tobytes(), dtype="f2")
        texture.build_mipmaps()
        texture.repeat_x = texture.repeat_y = False
        return texture

    def _own_numbers(self, name):
        """Where each vertex lies in its picture, and the part's three own numbers."""
        data, matrix = self.data, self.surfaces[name].matrix
        if name == "hair":
            tangent = data["hair_tangent"]
            return np.zeros((len(tangent), 2)), np.stack([data["hair_shade"], *tangent[:, :2].T], 1)
        index = data[f"{name}_index"]
        rest = data["rest"][index]
        numbers = np.zeros((len(index), 3))
        place = rest[:, :2]
        if name == "body":
            left, bottom, side = data["front"]
            place = (place - [left, bottom]) / side
            numbers = data["skin_masks"]
        elif name == "eyes":
            centre = data["eye_centres"][(rest[:, 0] < 0).astype(int)]
            place = (rest - centre)[:, :2] / np.ptp(rest[rest[:, 0] > 0][:, 1]) + 0.5
        elif name == "lashes":
            numbers[:, 0] = np.where(data["lashes_upper"], 0.75, 0.2)
        elif name == "sweater":
            place = np.stack([np.arctan2(rest[:, 0], rest[:, 2] + 0.2), rest[:, 1] / 2], 1)
        return matrix @ place, matrix @ numbers

    def _upload(self):
        for name, surface in self.surfaces.items():
            count = surface.matrix.shape[0]
            place, self.extra[name] = self._own_numbers(name)
            moving = self.gl.buffer(reserve=count * 24, dynamic=True)
            fixed = self.gl.buffer(reserve=count * 24, dynamic=True)
            index = self.gl.buffer(surface.triangles.astype("i4").tobytes())
            fields = (fixed, "2f 4f", "place", "extra")
            if name == "hair":
                fields = (fixed, "8x 4f", "extra")
            draw = self.gl.vertex_array(self.hair if name == "hair" else self.shade,
                                        [(moving, "3f 3f", "at", "normal"), fields], index)
            cast = self.gl.vertex_array(self.depth, [(moving, "3f 12x", "at")], index)
            self.buffers[name] = {"moving": moving, "fixed": fixed, "draw": draw, "cast": cast, "place": place}

    def _pose(self, motion, frame):
        points = {}
        for name, vertices in self.poser.pose(motion, frame).items():
            if name == "hair":
                points[name], own = vertices
            else:
                points[name], own = self.surfaces[name].shape(vertices)
            self.buffers[name]["moving"].write(np.hstack([points[name], own]).astype("f4").tobytes())
        return points

    def _cast(self, frame, matrix):
        frame.use()
        frame.clear(depth=1.0)
        self.gl.enable_only(moderngl.DEPTH_TEST)
        self.depth["light"].write(matrix.T.astype("f4").tobytes())
        for name, buffers in self.buffers.items():
            if name != "lashes":
                buffers["cast"].render()

    def _open_sky(self):
        """How much sky each vertex sees, measured once with the mouth a little open."""
        names = list(self.data["shape_names"])
        motion = {"shapes": np.zeros((1, len(names))), "head": np.zeros((1, 3)),
                  "glance": np.zeros((1, 2)), "sway": np.zeros((1, 3))}
        motion["shapes"][0, names.index("jawOpen")] = 0.3
        points = self._pose(motion, 0)
        texture = self.gl.depth_texture((SKY_SIDE, SKY_SIDE))
        frame = self.gl.framebuffer(depth_attachment=texture)
        open_sky = {name: np.zeros(len(p)) for name, p in points.items()}
        total = 0.0
        for k in range(SKY_DIRECTIONS):
            up = 1 - 1.35 * (k + 0.5) / SKY_DIRECTIONS
            turn = k * 2.39996
            flat = np.sqrt(1 - up * up)
            away = np.array([flat * np.cos(turn), up, flat * np.sin(turn)])
            if away[2] < -0.5:
                continue
            matrix = light_matrix(np.array([0.0, 6.9, 0.4]) + away * 10, 2.6)
            self._cast(frame, matrix)
            depth = np.frombuffer(texture.read(), "f4").reshape(SKY_SIDE, SKY_SIDE)
            total += 1
            for name, p in points.items():
                q = (np.c_[p, np.ones(len(p))] @ matrix.T)[:, :3] * 0.5 + 0.5
                ij = np.clip((q[:, :2] * SKY_SIDE).astype(int), 0, SKY_SIDE - 1)
                open_sky[name] += q[:, 2] < depth[ij[:, 1], ij[:, 0]] + 0.006
        for name, seen in open_sky.items():
            seen = np.clip(seen / total * 1.6, 0.03, 1)
            if name == "eyes":
                seen = np.clip(seen, 0.35, 0.75)
            if name == "teeth":
                seen = np.clip(seen, 0.5, 0.8)
            fixed = np.hstack([self.buffers[name]["place"], seen[:, None], self.extra[name]])
            self.buffers[name]["fixed"].write(fixed.astype("f4").tobytes())

    def frame(self, motion, number) -> np.ndarray:
        """One finished picture, RGB."""
        self._pose(motion, number)
        light = light_matrix(KEY)
        self._cast(self.shadow_frame, light)
        self.canvas.use()
        self.canvas.clear(depth=1.0)
        self.gl.enable_only(moderngl.NOTHING)
        self.wall.render()
        camera = perspective() @ look(EYE, AIM)
        self.gl.enable_only(moderngl.DEPTH_TEST | moderngl.BLEND)
        self.shadow.use(1)
        for program in (self.shade, self.hair):
            program["shadow"] = 1
            program["light"].write(light.T.astype("f4").tobytes())
            program["camera"].write(camera.T.astype("f4").tobytes())
            for key, value in (("eye", EYE), ("key_at", KEY), ("fill_at", FILL), ("rim_at", RIM)):
                program[key] = tuple(value)
        self.shade["picture"] = 0
        for name in ("body", "sweater", "teeth", "tongue", "eyes", "hair", "lashes"):
            self.pictures.get(name, self.pictures["body"]).use(0)
            if name != "hair":
                self.shade["part"] = PART_NUMBER[name]
            self.buffers[name]["draw"].render()
        self.gl.copy_framebuffer(self.picture, self.canvas)
        pixels = np.frombuffer(self.picture.read(components=3), np.uint8)
        return pixels.reshape(HEIGHT, WIDTH, 3)[::-1]


def main() -> None:
    work, out, frames = Path(sys.argv[1]), Path(sys.argv[2]), [int(f) for f in sys.argv[3:]]
    renderer, motion = Renderer(work), dict(np.load(work / "motion.npz"))
    if out.is_dir():
        for number in frames:
            cv2.imwrite(str(out / f"{number:05}.png"), renderer.frame(motion, number)[..., ::-1])
        return
    encoder = subprocess.Popen(
        ["ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{WIDTH}x{HEIGHT}",
         "-r", str(RATE), "-i", "-", "-c:v", "libx264rgb", "-qp", "0", "-preset", "ultrafast", str(out)],
        stdin=subprocess.PIPE)
    first, last = frames
    for number in range(first, min(last, len(motion["shapes"]))):
        encoder.stdin.write(np.ascontiguousarray(renderer.frame(motion, number)).tobytes())
        if number % 25 == 0:
            print("frame", number, flush=True)
    encoder.stdin.close()
    if encoder.wait():
        sys.exit("ffmpeg could not write the frames")


if __name__ == "__main__":
    main()
