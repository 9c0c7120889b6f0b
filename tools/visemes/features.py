"""Log-mel features as crates/redub-speech/src/mel.rs computes them, and what happens to sound on its way to a microphone."""

import numpy as np

RATE, HOP, FFT, BANDS = 16_000, 160, 400, 40
# Frames this far (in log10 of energy) below the loud ones do not count for the mean.
SPEECH_RANGE = 1.5
LOWEST, HIGHEST = -3.0, 2.0


def _filters() -> np.ndarray:
    knee = 15.0
    hertz = lambda mel: mel * 200 / 3 if mel < knee else 1000 * np.exp((mel - knee) * np.log(6.4) / 27)
    top = knee + 27 * np.log(8) / np.log(6.4)
    edges = [hertz(top * i / (BANDS + 1)) for i in range(BANDS + 2)]
    lines = np.arange(FFT // 2 + 1) * RATE / FFT
    rows = []
    for left, middle, right in zip(edges, edges[1:], edges[2:]):
        triangle = np.minimum((lines - left) / (middle - left), (right - lines) / (right - middle))
        rows.append(np.maximum(triangle, 0) * 2 / (right - left))
    return np.array(rows, dtype=np.float32)


FILTERS = _filters()
WINDOW = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(FFT) / FFT)).astype(np.float32)


def features(audio: np.ndarray) -> np.ndarray:
    """`[frames, BANDS]`, a frame every 10 ms centred on its time, the mean of the speech taken off each band."""
    frames = -(-(len(audio) + FFT // 2) // HOP)
    padded = np.concatenate([audio[FFT // 2:0:-1], audio, np.zeros(FFT + HOP, np.float32)])
    index = np.arange(frames)[:, None] * HOP + np.arange(FFT)
    power = np.abs(np.fft.rfft(padded[np.minimum(index, len(padded) - 1)] * WINDOW)) ** 2
    logs = np.log10(np.maximum(power @ FILTERS.T, 1e-10))
    level = logs.mean(1)
    speech = level > np.sort(level)[int(0.95 * (len(level) - 1))] - SPEECH_RANGE
    return np.clip(logs - logs[speech].mean(0), LOWEST, HIGHEST).astype(np.float32)


def through_the_air(audio: np.ndarray, rng: np.random.Generator, other: np.ndarray) -> np.ndarray:
    """A room, a microphone, a telephone and noise, each now and then. `other` is babble's material."""
    size = len(audio)
    if rng.random() < 0.35:
        decay = rng.uniform(0.05, 0.3)
        time = np.arange(int(decay * 1.5 * RATE)) / RATE
        echo = rng.normal(size=len(time)) * np.exp(-6.9 * time / decay)
        echo *= rng.uniform(0.1, 0.5) / np.sqrt((echo**2).sum())
        echo[0] += 1
        audio = _convolve(audio, echo)[:size]
    spectrum = np.fft.rfft(audio)
    hertz = np.linspace(0, RATE / 2, len(spectrum))
    bends = rng.normal(0, 4, 7)
    gain = np.interp(hertz, np.linspace(0, RATE / 2, 7), bends)
    if rng.random() < 0.15:
        gain -= 60 * np.clip((hertz - rng.uniform(3200, 4200)) / 500, 0, 1)
    audio = np.fft.irfft(spectrum * 10 ** (gain / 20), size)
    if rng.random() < 0.75:
        kind = rng.integers(3)
        if kind == 2:
            noise = np.resize(np.roll(other, rng.integers(len(other))), size)
        else:
            noise = rng.normal(size=size)
        if kind == 1:
            noise = np.fft.irfft(np.fft.rfft(noise) / np.sqrt(np.maximum(hertz, 60)), size)
        loud = np.sqrt((audio**2).mean() + 1e-12)
        snr = rng.uniform(5, 40) if kind != 2 else rng.uniform(12, 40)
        audio = audio + noise * loud * 10 ** (-snr / 20) / np.sqrt((noise**2).mean() + 1e-12)
    return (audio / max(np.abs(audio).max(), 1e-6) * rng.uniform(0.05, 0.9)).astype(np.float32)


def _convolve(a, b):
    size = 1 << (len(a) + len(b) - 1).bit_length()
    return np.fft.irfft(np.fft.rfft(a, size) * np.fft.rfft(b, size), size)
