#!/usr/bin/env python3
"""Writes the tiny networks that the neural renderer is tested with: `pip install onnx`, then run it here.

tiny_generator.onnx has the interface of a mouth generator: it gives the reference back, its lower half darkened towards
the middle of the mouth (row 192, column 128) by the mean probability of the open vowel (shape 8 of 13).
not_a_generator.onnx is the same with 7 shapes of sound, which must be refused.
"""
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SIDE, STEPS, OPEN = 256, 5, 8


def network(shapes, name):
    across = np.exp(-(((np.arange(SIDE) - 128) / 20.0) ** 2))
    down = np.exp(-(((np.arange(SIDE) - 192) / 20.0) ** 2))
    below = (np.arange(SIDE) >= SIDE // 2).astype(np.float32)
    # Small vectors whose product is the picture, so that the file stays small.
    constants = {
        "across": across.reshape(1, 1, 1, SIDE),
        "down": (down * below).reshape(1, 1, SIDE, 1),
        "above": (1 - below).reshape(1, 1, SIDE, 1),
        "below": below.reshape(1, 1, SIDE, 1),
        "pick": np.array([min(OPEN, shapes - 1)]),
        "one": np.array(1.0),
    }
    kinds = {"pick": np.int64}
    values = [numpy_helper.from_array(v.astype(kinds.get(k, np.float32)), k) for k, v in constants.items()]
    node = helper.make_node
    nodes = [
        node("Gather", ["audio", "pick"], ["open"], axis=2),
        node("ReduceMean", ["open"], ["loud"], axes=[0, 1, 2], keepdims=0),
        node("Mul", ["down", "across"], ["spot"]),
        node("Mul", ["spot", "loud"], ["dark"]),
        node("Sub", ["one", "dark"], ["light"]),
        node("Mul", ["reference", "light"], ["lit"]),
        node("Mul", ["lit", "below"], ["lower"]),
        node("Mul", ["masked", "above"], ["upper"]),
        node("Add", ["upper", "lower"], ["face"]),
    ]
    picture = [1, 3, SIDE, SIDE]
    tensor = lambda n, s: helper.make_tensor_value_info(n, TensorProto.FLOAT, s)
    inputs = [tensor("masked", picture), tensor("reference", picture), tensor("audio", [1, STEPS, shapes])]
    graph = helper.make_graph(nodes, name, inputs, [tensor("face", picture)], values)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], producer_name="redub tests")
    model.ir_version = 8
    onnx.checker.check_model(model)
    onnx.save(model, f"{name}.onnx")


network(13, "tiny_generator")
network(7, "not_a_generator")
