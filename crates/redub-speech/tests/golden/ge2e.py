"""Writes ge2e.json: Resemblyzer's voice print of a test signal, from its network as ONNX and its own recipe in numpy.

The recipe is `VoiceEncoder.embed_utterance` of Resemblyzer 0.1.4: speech raised to -30 dBFS, 40 mel energies of librosa
(no logarithm), windows of 160 frames 1.3 times a second, mean of the windows' prints.

pip install numpy onnxruntime; python ge2e.py ../../../../assets/models/speaker_embedding_ge2e.onnx
"""
import json
import os
import sys

import numpy as np
import onnxruntime

from features import slaney

HERE = os.path.dirname(os.path.abspath(__file__))
count = 40_000
t = np.arange(count) / 16000
x = (0.3 * np.sin(6 * (440 * t + 3000 * t * t)) + 0.1 * np.cos(2000 * t)).astype(np.float32)
level = 20 * np.log10(np.sqrt(np.mean(x**2)))
if level < -30:
    x = x * 10 ** ((-30 - level) / 20)
frames = -(-(count + 1) // 160)
step = round(16000 / 1.3 / 160)
starts = list(range(0, max(1, frames - 160 + step + 1), step))
if len(starts) > 1 and (count - starts[-1] * 160) / (160 * 160) < 0.75:
    starts.pop()
padded = np.pad(x, (0, max(0, (starts[-1] + 160) * 160 - count)))
padded = np.pad(padded, 200, mode="reflect")
window = np.hanning(401)[:-1]
rows = starts[-1] + 160
spectrum = np.stack([np.fft.rfft(padded[i * 160 : i * 160 + 400] * window) for i in range(rows)], 1)
mels = (slaney(40) @ (np.abs(spectrum) ** 2)).T.astype(np.float32)
session = onnxruntime.InferenceSession(sys.argv[1])
prints = session.run(None, {"mels": np.stack([mels[s : s + 160] for s in starts])})[0]
mean = prints.mean(0)
with open(os.path.join(HERE, "ge2e.json"), "w") as file:
    json.dump([round(float(v), 6) for v in mean / np.linalg.norm(mean)], file)
