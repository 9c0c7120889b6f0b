"""Writes kaldi_fbank.json (kaldi-native-fbank) and whisper_mel.json (numpy, after openai/whisper audio.py).

pip install numpy kaldi-native-fbank; python features.py
"""
import json
import os

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))


def signal(count):
    t = np.arange(count) / 16000
    x = 0.3 * np.sin(6 * (440 * t + 3000 * t * t)) + 0.1 * np.cos(2000 * t)
    return x.astype(np.float32)


def fbank(x):
    import kaldi_native_fbank as knf

    options = knf.FbankOptions()
    options.frame_opts.dither = 0
    options.frame_opts.samp_freq = 16000
    options.frame_opts.snip_edges = True
    options.mel_opts.num_bins = 80
    computer = knf.OnlineFbank(options)
    computer.accept_waveform(16000, x.tolist())
    computer.input_finished()
    return np.stack([computer.get_frame(i) for i in range(computer.num_frames_ready)])


def slaney(bins=80, n_fft=400, rate=16000):
    def hz(mel):
        return np.where(mel < 15, mel * 200 / 3, 1000 * np.exp((mel - 15) * np.log(6.4) / 27))

    top = 15 + 27 * np.log(8) / np.log(6.4)
    edges = hz(np.linspace(0, top, bins + 2))
    lines = np.fft.rfftfreq(n_fft, 1 / rate)
    weights = np.zeros((bins, len(lines)))
    for b in range(bins):
        left, middle, right = edges[b : b + 3]
        weights[b] = np.maximum(0, np.minimum((lines - left) / (middle - left), (right - lines) / (right - middle)))
        weights[b] *= 2 / (right - left)
    return weights


def log_mel(x, frames):
    x = np.pad(x, (0, frames * 160 - len(x)))
    x = np.pad(x, 200, mode="reflect")
    window = np.hanning(401)[:-1]
    spectrum = np.stack([np.fft.rfft(x[i * 160 : i * 160 + 400] * window) for i in range(frames)], 1)
    mel = slaney() @ (np.abs(spectrum) ** 2)
    log = np.log10(np.maximum(mel, 1e-10))
    log = np.maximum(log, log.max() - 8)
    return (log + 4) / 4


def write(name, array):
    with open(os.path.join(HERE, name), "w") as file:
        json.dump([round(float(v), 5) for v in array.ravel()], file)


if __name__ == "__main__":
    write("kaldi_fbank.json", fbank(signal(1600)))
    write("whisper_mel.json", log_mel(signal(4800), 40))
