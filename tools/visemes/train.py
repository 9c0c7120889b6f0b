"""Trains the viseme recogniser: `train.py CORPUS OUT.onnx [--steps N]`.

A stack of dilated convolutions over 40 log-mel bands, 10 ms a frame, about 0.3 s of view to either side. Written for the
processor: a step is a few matrix products.
"""

import argparse
import pickle
import time
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from features import BANDS, features, through_the_air
from speech import resample
from symbols import CLOSED, VISEMES

CHANNELS, KERNEL = 96, 5
DILATIONS = [1, 2, 4, 8, 2]
CROP, BATCH = 224, 24


def layers():
    """(inputs, outputs, kernel, dilation) of every convolution."""
    blocks = [(CHANNELS, CHANNELS, KERNEL, d) for d in DILATIONS]
    return [(BANDS, CHANNELS, KERNEL, 1), *blocks, (CHANNELS, len(VISEMES), 1, 1)]


def start(rng):
    weights = []
    for index, (into, out, kernel, _) in enumerate(layers()):
        scale = np.sqrt(2 / (into * kernel))
        # A block begins as a small change of what it gets.
        scale *= 0.3 if 0 < index <= len(DILATIONS) else 1
        weights.append((jnp.asarray(rng.normal(0, scale, (kernel, into, out)), jnp.float32), jnp.zeros(out)))
    return weights


def convolve(x, weight, bias, dilation):
    reach = (weight.shape[0] // 2) * dilation
    padded = jnp.pad(x, ((0, 0), (reach, reach), (0, 0)))
    taps = [padded[:, k * dilation : k * dilation + x.shape[1]] @ weight[k] for k in range(weight.shape[0])]
    return sum(taps) + bias


def network(weights, x, drop=None):
    (w, b), *blocks, (wo, bo) = weights
    x = jax.nn.relu(convolve(x, w, b, 1))
    for (w, b), dilation in zip(blocks, DILATIONS):
        x = x + jax.nn.relu(convolve(x, w, b, dilation))
    if drop is not None:
        x = x * jax.random.bernoulli(drop, 0.85, (x.shape[0], 1, x.shape[2])) / 0.85
    return jax.nn.log_softmax(convolve(x, wo, bo, 1))


def loss(weights, x, labels, classes, drop):
    logs = network(weights, x, drop)
    picked = jnp.take_along_axis(logs, labels[..., None], 2)[..., 0]
    return -(picked * classes[labels]).mean()


@jax.jit
def step(weights, moments, x, labels, classes, drop, rate, count):
    value, slope = jax.value_and_grad(loss)(weights, x, labels, classes, drop)
    first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, moments[0], slope)
    second = jax.tree.map(lambda m, g: 0.98 * m + 0.02 * g * g, moments[1], slope)
    fix = jnp.sqrt(1 - 0.98**count) / (1 - 0.9**count)
    weights = jax.tree.map(lambda w, m, v: w - rate * (fix * m / (jnp.sqrt(v) + 1e-8) + 1e-3 * w), weights, first, second)
    return weights, (first, second), value


def labels_of(spans, frames):
    labels = np.zeros(frames, np.int32)
    for viseme, begin, end in spans:
        labels[max(0, round(begin * 100)) : round(end * 100)] = viseme
    return labels


def variants(corpus, rng, copies):
    """(features, labels) of every utterance, each in a few other voices, rooms and noises."""
    made = []
    for _ in range(copies):
        for _, audio, spans in corpus:
            ratio = rng.uniform(0.86, 1.16)
            _, other, _ = corpus[rng.integers(len(corpus))]
            sound = through_the_air(resample(audio, ratio), rng, other)
            x = features(sound)
            made.append((x, labels_of([(v, s * ratio, e * ratio) for v, s, e in spans], len(x))))
    return made


def judge(weights, corpus):
    """Frame accuracy and, of lip closures, recall and precision of frames."""
    right = frames = hit = asked = given = 0
    for _, audio, spans in corpus:
        x = features(audio)
        said = np.asarray(network(weights, x[None]))[0].argmax(1)
        truth = labels_of(spans, len(x))
        right, frames = right + (said == truth).sum(), frames + len(x)
        hit += ((said == CLOSED) & (truth == CLOSED)).sum()
        asked, given = asked + (truth == CLOSED).sum(), given + (said == CLOSED).sum()
    return f"frames {right / frames:.3f}, closures recall {hit / asked:.3f} precision {hit / max(given, 1):.3f}"


def export(weights, path):
    """`features [1, frames, BANDS]` to `log_probabilities [1, frames, 13]`."""
    nodes = [helper.make_node("Transpose", ["features"], ["x0"], perm=[0, 2, 1])]
    tensors, at = [], "x0"
    for index, ((weight, bias), (_, _, kernel, dilation)) in enumerate(zip(weights, layers())):
        tensors += [numpy_helper.from_array(np.asarray(weight).transpose(2, 1, 0).copy(), f"w{index}"),
                    numpy_helper.from_array(np.asarray(bias), f"b{index}")]
        reach = kernel // 2 * dilation
        nodes.append(helper.make_node("Conv", [at, f"w{index}", f"b{index}"], [f"c{index}"], dilations=[dilation],
                                      pads=[reach, reach], kernel_shape=[kernel]))
        if index == len(DILATIONS) + 1:
            at = f"c{index}"
            break
        nodes.append(helper.make_node("Relu", [f"c{index}"], [f"r{index}"]))
        if index:
            nodes.append(helper.make_node("Add", [at, f"r{index}"], [f"a{index}"]))
        at = f"a{index}" if index else f"r{index}"
    nodes += [helper.make_node("Transpose", [at], ["t"], perm=[0, 2, 1]),
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
    parser.add_argument("--steps", type=int, default=2400)
    parser.add_argument("--copies", type=int, default=2)
    arguments = parser.parse_args()
    corpus = pickle.loads(arguments.corpus.read_bytes())
    rng = np.random.default_rng(5)
    clock = time.time()
    material = variants(corpus["train"], rng, arguments.copies)
    counts = np.bincount(np.concatenate([l for _, l in material]), minlength=len(VISEMES))
    classes = jnp.asarray(np.sqrt(counts.sum() / len(VISEMES) / counts).clip(0.5, 2), jnp.float32)
    print(f"{sum(len(x) for x, _ in material) / 6000:.0f} minutes, prepared in {time.time() - clock:.0f} s", flush=True)
    weights = start(rng)
    moments = (jax.tree.map(jnp.zeros_like, weights),) * 2
    key = jax.random.key(0)
    lengths = np.array([len(x) for x, _ in material], float)
    for count in range(1, arguments.steps + 1):
        x, y = np.zeros((BATCH, CROP, BANDS), np.float32), np.zeros((BATCH, CROP), np.int32)
        for slot, pick in enumerate(rng.choice(len(material), BATCH, p=lengths / lengths.sum())):
            sound, labels = material[pick]
            begin = rng.integers(max(1, len(sound) - CROP))
            part = sound[begin : begin + CROP]
            x[slot], x[slot, : len(part)] = part.min(), part
            y[slot, : len(part)] = labels[begin : begin + CROP]
        key, drop = jax.random.split(key)
        rate = 2e-3 * min(count / 100, 1) * 0.5 * (1 + np.cos(np.pi * count / arguments.steps))
        weights, moments, value = step(weights, moments, x, y, classes, drop, rate, float(count))
        if count % 200 == 0:
            print(f"step {count} loss {float(value):.3f} at {time.time() - clock:.0f} s: {judge(weights, corpus['test'])}",
                  flush=True)
    export(weights, arguments.out)


if __name__ == "__main__":
    main()
