#!/usr/bin/env python3
"""Fits Kokoro's decoder to a speaker and says how like them it then sounds.

    fit.py PREPARED.pkl [--steps 50] [--rank 8] [--wav OUT_FOLDER]

Learnt are the timbre half of the style, the shifts of every styled layer and low-rank additions to the large convolutions (decoder.py),
from short windows of the speaker's own speech: its spectrum (several resolutions) and its GE2E print. CAM++ judges and is not
learnt from. Printed are CAM++, GE2E and Whisper's word error rate of sentences in another language.
"""
import argparse
import math
import os
import pickle
import re
import time
import wave
from pathlib import Path

import numpy as np
import onnx
import torch
import torch.nn.functional as F
import torchaudio
from faster_whisper import WhisperModel
from onnx import numpy_helper

from decoder import Decoder, weights
from kokoro import FRAME, GRAPH, MODELS, RATE, voice
from likeness import ASSETS, at_16k, campplus, ge2e, windows

WINDOW = 120  # frames of 25 ms
RATES = dict(style=1e-2, shift=1e-2, low_rank=1e-3)


class Ge2e:
    """GE2E (three LSTMs and a layer) that gradients pass through."""

    def __init__(self):
        graph = onnx.load(ASSETS / "speaker_embedding_ge2e.onnx").graph
        stored = {tensor.name: torch.tensor(numpy_helper.to_array(tensor)) for tensor in graph.initializer}
        self.lstm = torch.nn.LSTM(40, 256, 3, batch_first=True).requires_grad_(False)
        gates = lambda w: torch.cat([w[i * 256 : (i + 1) * 256] for i in (0, 2, 3, 1)])
        for i, node in enumerate(n for n in graph.node if n.op_type == "LSTM"):
            w, r, b = (stored[name][0] for name in node.input[1:4])
            for name, value in (("weight_ih", w), ("weight_hh", r), ("bias_ih", b[:1024]), ("bias_hh", b[1024:])):
                getattr(self.lstm, f"{name}_l{i}").data = gates(value)
        gemm = next(n for n in graph.node if n.op_type == "Gemm")
        self.weight, self.bias = stored[gemm.input[1]], stored[gemm.input[2]]
        self.mel = torchaudio.functional.melscale_fbanks(201, 0, 8000, 40, 16_000, norm="slaney", mel_scale="slaney").T
        self.down = torchaudio.transforms.Resample(RATE, 16_000)

    def __call__(self, sound):
        sound = self.down(sound)
        sound = sound * torch.clamp(10 ** (-30 / 20) / ((sound**2).mean().sqrt() + 1e-9), min=1.0).detach()
        window = torch.hann_window(400)
        spectrum = torch.stft(sound, 400, 160, 400, window=window, pad_mode="constant", return_complex=True).abs() ** 2
        mel = (self.mel @ spectrum).T
        starts = windows(len(mel))
        mel = F.pad(mel, (0, 0, 0, max(0, starts[-1] + 160 - len(mel))))
        hidden, _ = self.lstm(torch.stack([mel[s : s + 160] for s in starts]))
        prints = F.normalize(F.relu(hidden[:, -1] @ self.weight.T + self.bias), dim=1)
        return F.normalize(prints.mean(0), dim=0)


def spectral_loss(made, true):
    loss = 0
    for n, hop in ((512, 128), (1024, 256), (2048, 512)):
        window = torch.hann_window(n)
        spectrum = lambda x: torch.stft(x, n, hop, n, window=window, return_complex=True)
        a, b = (torch.sqrt(s.real**2 + s.imag**2 + 1e-9) for s in (spectrum(made), spectrum(true)))
        bands = 80 if n >= 1024 else 40
        mel = torchaudio.functional.melscale_fbanks(n // 2 + 1, 30.0, 11_900.0, bands, RATE, norm="slaney", mel_scale="slaney")
        loss += (torch.log(a.T @ mel + 1e-4) - torch.log(b.T @ mel + 1e-4)).abs().mean()
        loss += 0.3 * (torch.log(a + 1e-3) - torch.log(b + 1e-3)).abs().mean() + 0.3 * (a - b).norm() / b.norm()
    return loss / 3


def tensor(values):
    return torch.tensor(np.asarray(values, np.float32))[None]


def errors(text, heard):
    a, b = (re.findall(r"\w+", t.lower()) for t in (text, heard))
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, row[0] = row[:], i
        for j, y in enumerate(b, 1):
            row[j] = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
    return row[-1], len(a)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("prepared")
    arguments.add_argument("--steps", type=int, default=50)
    arguments.add_argument("--rank", type=int, default=8)
    arguments.add_argument("--wav", type=Path)
    options = arguments.parse_args()
    torch.manual_seed(0)
    speaker = pickle.load(open(options.prepared, "rb"))
    decoder, print_of = Decoder(weights(GRAPH)), Ge2e()
    whisper = WhisperModel(str(MODELS / "whisper-base"), device="cpu", compute_type="int8")
    wanted = torch.tensor(speaker["ge2e"], dtype=torch.float32)

    def speak(style):
        with torch.no_grad():
            inputs = ([tensor(q[k]) for k in ("text", "f0", "loudness")] for q in speaker["asked"])
            return [decoder(*i, style)[0].numpy() for i in inputs]

    def judge(name, style):
        sounds = speak(style)
        whole = at_16k(np.concatenate(sounds))
        wrong = words = 0
        for asked, sound in zip(speaker["asked"], sounds):
            heard, _ = whisper.transcribe(at_16k(sound), language=speaker["target"], condition_on_previous_text=False)
            e, n = errors(asked["sentence"], " ".join(s.text for s in heard))
            wrong, words = wrong + e, words + n
        print(f"{name}: CAM++ {campplus(whole) @ speaker['campplus']:.3f} GE2E {ge2e(whole) @ speaker['ge2e']:.3f} WER {wrong / words:.3f}", flush=True)
        return sounds

    # The stock timbre of that gender that is most like the speaker begins.
    voices = sorted(p.stem for p in (MODELS / "kokoro-voices").glob(f"?{speaker['gender']}_*.bin"))
    timbres = {name: torch.tensor(voice(name)[60, :128])[None] for name in voices}
    short = [tensor(speaker["asked"][0][k]) for k in ("text", "f0", "loudness")]
    with torch.no_grad():
        alike = {name: float(print_of(decoder(*short, style)[0]) @ wanted) for name, style in timbres.items()}
    start = max(alike, key=alike.get)
    base = timbres[start]
    judge(f"timbre of {start}", base)

    decoder.low_rank(options.rank)
    moved = torch.zeros_like(base, requires_grad=True)
    kinds = dict(style=[moved], shift=[], low_rank=[])
    for name, value in decoder.learnt.items():
        kinds["shift" if name.endswith(".fcb") else "low_rank"].append(value)
    groups = [dict(params=kinds[k], lr=RATES[k], most=RATES[k]) for k in kinds]
    adam = torch.optim.Adam(groups, betas=(0.8, 0.99))
    # Loudness on the decoder's own scale, and the sound as loud as it then would be.
    slope, offset = speaker["line"]
    lines = []
    for line in speaker["lines"]:
        loud = line["energy"] * slope + offset
        louder = np.percentile(line["stock"], 80) - np.percentile(loud, 80)
        sound = line["sound"] * math.exp(louder / slope / 2)
        lines.append((tensor(line["text"]), tensor(line["f0"]), tensor(loud + louder), torch.tensor(sound.astype(np.float32))))
    choose, begun = np.random.RandomState(0), time.monotonic()
    for step in range(options.steps):
        for group in adam.param_groups:
            cosine = 0.5 * (1 + math.cos(math.pi * step / options.steps))
            group["lr"] = group["most"] * min(1, (step + 1) / 10) * (0.9 * cosine + 0.1)
        text, f0, loud, true = lines[choose.randint(len(lines))]
        n = min(text.shape[2], WINDOW)
        s = choose.randint(text.shape[2] - n + 1)
        made = decoder(text[:, :, s : s + n], f0[:, 2 * s : 2 * (s + n)], loud[:, 2 * s : 2 * (s + n)], base + moved)[0]
        loss = spectral_loss(made, true[s * FRAME : (s + n) * FRAME]) + 1 - print_of(made) @ wanted
        adam.zero_grad()
        loss.backward()
        adam.step()
        if (step + 1) in (10, 20, 50, 100) or step + 1 == options.steps:
            print(f"step {step + 1}: loss {loss.item():.2f}, {(time.monotonic() - begun) / (step + 1):.1f} s a step")
            sounds = judge(f"after {step + 1} steps", base + moved)
    if options.wav:
        options.wav.mkdir(parents=True, exist_ok=True)
        for i, sound in enumerate(sounds):
            with wave.open(str(options.wav / f"{i}.wav"), "wb") as file:
                file.setparams((1, 2, RATE, 0, "NONE", ""))
                file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())


if __name__ == "__main__":
    torch.set_num_threads(os.cpu_count())
    main()
