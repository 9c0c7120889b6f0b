"""Trains the viseme recogniser: `train.py CORPUS OUT.onnx [--copies N]`.

One hidden layer over 13 frames of 40 log-mel bands (every second one of a quarter of a second). Its weights are not learnt but
differences of random frames of different mouth shapes (McDonnell et al., "Fast, simple and accurate handwritten digit
classification by training shallow neural network classifiers with the extreme learning machine", 2015); what is learnt
is the layer on top, by ridge regression and then a few steps of logistic regression. So a processor does it in a minute.
"""

import argparse
import pickle
import time
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from features import BANDS, features, through_the_air
from speech import resample
from symbols import CLOSED, VISEMES

HIDDEN, KERNEL, DILATION = 768, 13, 2
REACH = KERNEL // 2 * DILATION
# Utterances of Kokoro's voices, which are nearer to people's, count this much.
KOKORO_WEIGHT = 3.0
STEPS = 40


def labels_of(spans, frames):
    labels = np.zeros(frames, np.int64)
    for viseme, begin, end in spans:
        labels[max(0, round(begin * 100)) : round(end * 100)] = viseme
    return labels


def variants(corpus, rng, copies):
    """(features, labels, weight) of every utterance, each in other voices, rooms and noises."""
    for _ in range(copies):
        for voice, audio, spans in corpus:
            ratio = rng.uniform(0.86, 1.16)
            _, other, _ = corpus[rng.integers(len(corpus))]
            x = features(through_the_air(resample(audio, ratio), rng, other))
            yield x, labels_of([(v, s * ratio, e * ratio) for v, s, e in spans], len(x)), KOKORO_WEIGHT if "_" in voice else 1.0


def windows(x):
    """`[frames, KERNEL * BANDS]`: what the convolution sees at each frame."""
    padded = np.pad(x, ((REACH, REACH), (0, 0)))
    return np.concatenate([padded[k * DILATION : k * DILATION + len(x)] for k in range(KERNEL)], 1)


def hidden_layer(x, y, rng):
    """Weights and biases that part random frames of different shapes."""
    weights, biases = [], []
    by_shape = [np.flatnonzero(y == v) for v in range(len(VISEMES))]
    while len(weights) < HIDDEN:
        a, b = rng.choice(len(VISEMES), 2, replace=False)
        near, far = x[rng.choice(by_shape[a])], x[rng.choice(by_shape[b])]
        direction = near - far
        length = (direction**2).sum()
        if length > 1e-3:
            weights.append(2 * direction / length)
            biases.append(-(direction @ (near + far)) / length)
    return np.array(weights, np.float32), np.array(biases, np.float32)


def learn_output(h, y, w):
    """Ridge regression to the shapes, then logistic regression by damped Newton steps with a shared curvature."""
    ones = np.concatenate([h, np.ones((len(h), 1), np.float32)], 1)
    target = np.eye(len(VISEMES), dtype=np.float32)[y]
    weighted = ones * w[:, None]
    gram = (weighted.T @ ones).astype(np.float64)
    gram[np.diag_indices_from(gram)] += 1e-4 * np.trace(gram) / len(gram)
    inverse = np.linalg.inv(gram)
    top = 6.0 * inverse @ (weighted.T @ (target - 1 / len(VISEMES)))
    for step in range(STEPS):
        logits = ones @ top.astype(np.float32)
        p = np.exp(logits - logits.max(1, keepdims=True))
        p /= p.sum(1, keepdims=True)
        # Böhning's bound: the curvature is never above half of the Gram matrix.
        top += 2.0 * inverse @ (weighted.T @ (target - p))
        if step % 10 == 9:
            loss = -(w * np.log(p[np.arange(len(y)), y] + 1e-9)).sum() / w.sum()
            print(f"step {step + 1} loss {loss:.3f}", flush=True)
    return top[:-1].astype(np.float32), top[-1].astype(np.float32)


def judge(x, truth, net):
    (w1, b1), (w2, b2) = net
    said = (np.maximum(windows(x) @ w1.T + b1, 0) @ w2 + b2).argmax(1)
    closed = (said == CLOSED, truth == CLOSED)
    return np.array([(said == truth).sum(), len(x), (closed[0] & closed[1]).sum(), closed[1].sum(), closed[0].sum()])


def export(net, path):
    """`features [1, frames, BANDS]` to `log_probabilities [1, frames, 13]`."""
    (w1, b1), (w2, b2) = net
    kernel = w1.reshape(HIDDEN, KERNEL, BANDS).transpose(0, 2, 1)
    tensors = [numpy_helper.from_array(np.ascontiguousarray(t, np.float32), name)
               for name, t in [("w1", kernel), ("b1", b1), ("w2", w2.T[:, :, None]), ("b2", b2)]]
    nodes = [helper.make_node("Transpose", ["features"], ["x"], perm=[0, 2, 1]),
             helper.make_node("Conv", ["x", "w1", "b1"], ["c"], dilations=[DILATION], pads=[REACH, REACH], kernel_shape=[KERNEL]),
             helper.make_node("Relu", ["c"], ["h"]),
             helper.make_node("Conv", ["h", "w2", "b2"], ["o"], kernel_shape=[1]),
             helper.make_node("Transpose", ["o"], ["t"], perm=[0, 2, 1]),
             helper.make_node("LogSoftmax", ["t"], ["log_probabilities"], axis=2)]
    graph = helper.make_graph(
        nodes, "visemes",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, [1, "frames", BANDS])],
        [helper.make_tensor_value_info("log_probabilities", TensorProto.FLOAT, [1, "frames", len(VISEMES)])],
        tensors)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="redub")
    onnx.checker.check_model(model)
    onnx.save(model, path)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--copies", type=int, default=1)
    arguments = parser.parse_args()
    corpus = pickle.loads(arguments.corpus.read_bytes())
    rng = np.random.default_rng(5)
    clock = time.time()
    parts = list(variants(corpus["train"], rng, arguments.copies))
    x = np.concatenate([windows(part) for part, _, _ in parts])
    y = np.concatenate([labels for _, labels, _ in parts])
    w = np.concatenate([np.full(len(part), weight, np.float32) for part, _, weight in parts])
    # Silence is easy and there is much of it; rare shapes count a little more than they would.
    counts = np.bincount(y, w, len(VISEMES))
    w *= np.sqrt(counts.sum() / len(VISEMES) / counts).clip(0.4, 2)[y].astype(np.float32)
    print(f"{len(x) / 6000:.0f} minutes, prepared in {time.time() - clock:.0f} s", flush=True)
    w1, b1 = hidden_layer(x, y, rng)
    h = np.maximum(x @ w1.T + b1, 0)
    net = (w1, b1), learn_output(h, y, w)
    sums = sum(judge(features(audio), labels_of(spans, -(-(len(audio) + 200) // 160)), net) for _, audio, spans in corpus["test"])
    right, frames, hit, asked, given = sums
    print(f"unseen voices: frames {right / frames:.3f}, closures recall {hit / asked:.3f} precision {hit / max(given, 1):.3f}")
    export(net, arguments.out)
    print(f"done in {time.time() - clock:.0f} s")


if __name__ == "__main__":
    main()
