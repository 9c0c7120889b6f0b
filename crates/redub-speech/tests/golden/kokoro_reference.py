"""Writes kokoro_line.json: one line spoken by onnxruntime in Python, for the test in src/speak/kokoro/tests.rs.

usage: kokoro_reference.py MODELS_FOLDER > kokoro_line.json
"""
import json
import sys

import numpy as np
import onnxruntime as ort

models = sys.argv[1]
phonemes = "ˈola, bwˈenos dˈias."
vocab = json.load(open(f"{models}/kokoro/vocab.json"))["vocab"]
tokens = np.array([[0] + [vocab[c] for c in phonemes] + [0]], "i8")
style = np.fromfile(f"{models}/kokoro-voices/em_alex.bin", "<f4").reshape(510, 256)[len(phonemes) - 1][None]
one = np.ones(1, "f4")
inputs = {"tokens": tokens, "style": style, "speed": one, "f0_mul": one, "f0_add": np.zeros(1, "f4")}
session = ort.InferenceSession(f"{models}/kokoro/kokoro-v1.0.int8.ctl.onnx", providers=["CPUExecutionProvider"])
_, predicted, _ = session.run(None, inputs | {"dur_in": np.zeros_like(tokens)})
units = predicted[0]
audio, _, _ = session.run(None, inputs | {"dur_in": units[None]})
# As the engine does: the full stop and the end are cut away, the last sound is kept for 8 units at most, and the
# audio begins 3 units before the first symbol and ends 2 before the end of the last sound.
kept = np.append(units[1:-3], min(units[-3], 8))
line = audio.reshape(-1)[(units[0] - 3) * 600 :][: (int(kept.sum()) + 1) * 600]
print(json.dumps({
    "phonemes": phonemes,
    "units": kept.tolist(),
    # Integer kernels differ between processors, and with them the vocoder's phases: what must agree is how loud the
    # line is in each unit of 25 ms. Two processors differed by 0.9 dB on average.
    "levels_db": [round(float(10 * np.log10((unit**2).mean() + 1e-7)), 2) for unit in line.reshape(-1, 600)],
}, ensure_ascii=False))
