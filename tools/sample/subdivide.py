"""Catmull-Clark subdivision as a sparse matrix, so that every frame is one product."""

import numpy as np
from scipy.sparse import coo_matrix, csr_matrix, vstack


def _average(rows, columns, shape):
    matrix = coo_matrix((np.ones(len(rows)), (rows, columns)), shape=shape).tocsr()
    counts = np.maximum(np.asarray(matrix.sum(axis=1)).ravel(), 1)
    return csr_matrix(matrix.multiply(1 / counts[:, None]))


def once(quads: np.ndarray, count: int) -> tuple[csr_matrix, np.ndarray]:
    """One level: the matrix from `count` old vertices to the new ones, and the new quads."""
    faces = len(quads)
    ends = np.stack([quads, np.roll(quads, -1, axis=1)], axis=-1).reshape(-1, 2)
    edges, of_corner = np.unique(np.sort(ends, axis=1), axis=0, return_inverse=True)
    of_corner = of_corner.reshape(faces, 4)
    face_ids = np.repeat(np.arange(faces), 4)
    face = _average(face_ids, quads.ravel(), (faces, count))
    edge_ids = np.repeat(np.arange(len(edges)), 2)
    middle = _average(edge_ids, edges.ravel(), (len(edges), count))
    edge_face = _average(of_corner.ravel(), face_ids, (len(edges), faces)) @ face
    border = np.bincount(of_corner.ravel(), minlength=len(edges)) < 2
    inner = (~border).astype(float)[:, None]
    edge = csr_matrix(middle.multiply(1 - inner / 2) + edge_face.multiply(inner / 2))

    valence = np.bincount(edges.ravel(), minlength=count).astype(float)
    valence = np.maximum(valence, 1)[:, None]
    around = _average(quads.ravel(), face_ids, (count, faces)) @ face
    mids = _average(edges.ravel(), edge_ids, (count, len(edges))) @ middle
    same = coo_matrix((np.ones(count), (range(count), range(count)))).tocsr()
    smooth = around.multiply(1 / valence) + mids.multiply(2 / valence) + same.multiply(1 - 3 / valence)
    rim = edges[border]
    on_rim = np.zeros((count, 1))
    on_rim[rim.ravel()] = 1
    rim_mids = _average(rim.ravel(), np.repeat(np.flatnonzero(border), 2), (count, len(edges))) @ middle
    vertex = csr_matrix(smooth.multiply(1 - on_rim) + (rim_mids + same).multiply(on_rim / 2))

    to_edge, to_face = count + of_corner, count + len(edges) + np.arange(faces)[:, None]
    new = np.stack([quads, to_edge, np.broadcast_to(to_face, quads.shape), np.roll(to_edge, 1, axis=1)], -1)
    return vstack([vertex, edge, face]).tocsr(), new.reshape(-1, 4)


class Smooth:
    """A mesh subdivided `levels` times, with its vertex normals."""

    def __init__(self, quads: np.ndarray, count: int, levels: int):
        self.matrix = csr_matrix((np.ones(count), (range(count), range(count))))
        for _ in range(levels):
            step, quads = once(quads, self.matrix.shape[0])
            self.matrix = step @ self.matrix
        self.quads = quads
        total = self.matrix.shape[0]
        face_ids = np.repeat(np.arange(len(quads)), 4)
        self.gather = coo_matrix((np.ones(quads.size), (quads.ravel(), face_ids)), (total, len(quads))).tocsr()

    @property
    def triangles(self) -> np.ndarray:
        return self.quads[:, [0, 1, 2, 0, 2, 3]].reshape(-1, 3)

    def shape(self, vertices: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The smooth surface's positions and unit normals."""
        points = self.matrix @ vertices
        a, b, c, d = (points[self.quads[:, k]] for k in range(4))
        normals = self.gather @ np.cross(c - a, d - b)
        return points, normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)
