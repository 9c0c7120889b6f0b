"""Kokoro's decoder (an iSTFTNet whose layers are steered by a style) in PyTorch, with the weights of the pulled graph, and low-rank
additions to them that can be learnt."""
import math

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper

PREFIX, WEIGHTS = "/decoder/decoder/", "decoder.decoder."


def weights(path):
    """The decoder's weights out of the graph, in float32, by layer."""
    graph = onnx.load(path).graph
    stored = {tensor.name: tensor for tensor in graph.initializer}
    array = lambda name: numpy_helper.to_array(stored[name]).astype(np.float32)

    def whole(name, zero):
        return (array(name) - array(zero)) * array(name.removesuffix("_quantized") + "_scale")

    found = {}
    for node in graph.node:
        if not node.name.startswith(PREFIX):
            continue
        path = node.name[len(PREFIX) :]
        layer = path.rsplit("/", 1)[0].replace("/", ".")
        if node.op_type == "ConvInteger":
            found[layer + ".w"] = whole(node.input[1], node.input[3])
        elif node.op_type == "MatMulInteger" and path.endswith("fc/Gemm_MatMul_quant"):
            layer = layer.removesuffix(".fc")
            found[layer + ".fc"] = whole(node.input[1], node.input[3])
            found[layer + ".fcb"] = array(f"{WEIGHTS}{layer}.fc.bias")
        elif node.op_type in ("Conv", "ConvTranspose") and node.input[1] in stored and "istft" not in path:
            found[layer + ".w"] = array(node.input[1])
        elif "m_source" in path and node.op_type == "MatMul":
            found["source.w"] = array(node.input[1])
    for name in stored:
        layer = name.removeprefix(WEIGHTS)
        if name.startswith(WEIGHTS) and layer.endswith(".bias") and ".fc." not in layer:
            found[layer[:-5] + ".b"] = array(name).reshape(-1)
        if name.startswith(WEIGHTS) and ".alpha" in layer:
            found[layer] = array(name)
    found["source.b"] = found.pop("generator.m_source.l_linear.b")
    rename = lambda name: name.replace("asr_res.asr_res.0", "asr_res.0")
    return {rename(name): torch.tensor(value) for name, value in found.items()}


class Decoder:
    """Text features (1 × 512 × frames), pitch in Hz and loudness (1 × twice the frames), timbre (1 × 128) → sound, 24 kHz.

    `learnt` holds what is added to weights of the same name, and pairs `LAYER.down` (rank × inputs), `LAYER.up` (outputs × rank).
    """

    def __init__(self, fixed):
        self.fixed, self.learnt = fixed, {}

    def low_rank(self, rank, least=16_384):
        """Makes what can be learnt: the style's shifts, and low-rank additions to every large convolution (Hu et al. 2021)."""
        for name, weight in self.fixed.items():
            if name.endswith(".fcb"):
                self.learnt[name] = torch.zeros_like(weight)
            plain = not any(word in name for word in ("ups", "pool", "noise_convs"))
            if name.endswith(".w") and weight.dim() == 3 and weight.shape[0] * weight.shape[1] >= least and plain:
                inputs = weight.shape[1] * weight.shape[2]
                self.learnt[name[:-2] + ".down"] = torch.randn(rank, inputs) / math.sqrt(inputs)
                self.learnt[name[:-2] + ".up"] = torch.zeros(weight.shape[0], rank)
        for value in self.learnt.values():
            value.requires_grad_(True)

    def get(self, name):
        return self.fixed[name] + self.learnt[name] if name in self.learnt else self.fixed[name]

    def conv(self, layer, x, **how):
        weight = self.get(layer + ".w")
        if layer + ".up" in self.learnt:
            weight = weight + (self.learnt[layer + ".up"] @ self.learnt[layer + ".down"]).view_as(weight)
        bias = self.get(layer + ".b") if layer + ".b" in self.fixed else None
        return F.conv1d(x, weight, bias, **how)

    def styled(self, layer, x, style):
        scale, shift = (style @ self.get(layer + ".fc") + self.get(layer + ".fcb")).chunk(2, -1)
        mean = x.mean(-1, keepdim=True)
        spread = torch.rsqrt(((x - mean) ** 2).mean(-1, keepdim=True) + 1e-5)
        return (1 + scale[:, :, None]) * (x - mean) * spread + shift[:, :, None]

    def block(self, layer, x, style, twice=False):
        r = F.leaky_relu(self.styled(layer + ".norm1", x, style), 0.2)
        if twice:
            pool = self.get(layer + ".pool.w"), self.get(layer + ".pool.b")
            r = F.conv_transpose1d(r, *pool, stride=2, padding=1, output_padding=1, groups=r.shape[1])
            x = F.interpolate(x, scale_factor=2, mode="nearest")
        r = self.conv(layer + ".conv1", r, padding=1)
        r = self.conv(layer + ".conv2", F.leaky_relu(self.styled(layer + ".norm2", r, style), 0.2), padding=1)
        x = self.conv(layer + ".conv1x1", x) if layer + ".conv1x1.w" in self.fixed else x
        return (r + x) / math.sqrt(2)

    def residual(self, layer, x, style, width):
        def snake(which, i, t):
            alpha = self.get(f"{layer}.alpha{which}.{i}")
            t = self.styled(f"{layer}.adain{which}.{i}", t, style)
            return t + torch.sin(alpha * t) ** 2 / alpha

        for i, dilation in enumerate((1, 3, 5)):
            t = self.conv(f"{layer}.convs1.{i}", snake(1, i, x), padding=(width - 1) * dilation // 2, dilation=dilation)
            x = x + self.conv(f"{layer}.convs2.{i}", snake(2, i, t), padding=(width - 1) // 2)
        return x

    def harmonics(self, f0):
        """Nine harmonics of the pitch and noise, as a short-time spectrum."""
        f = f0.repeat_interleave(300, 1)[:, :, None] * torch.arange(1, 10)
        steps = (f / 24_000) % 1
        first = torch.rand(f.shape[0], 9)
        first[:, 0] = 0
        steps = torch.cat([steps[:, :1] + first[:, None], steps[:, 1:]], 1)
        steps = F.interpolate(steps.transpose(1, 2), scale_factor=1 / 300, mode="linear")
        phase = torch.cumsum(steps, 2) * 2 * math.pi * 300
        phase = F.interpolate(phase, scale_factor=300, mode="linear").transpose(1, 2)
        voiced = (f[:, :, :1] > 10).float()
        waves = torch.sin(phase) * 0.1 * voiced + (voiced * 0.003 + (1 - voiced) * 0.1 / 3) * torch.randn_like(f)
        sound = torch.tanh(waves @ self.fixed["source.w"] + self.fixed["source.b"])[:, :, 0]
        spectrum = torch.stft(sound, 20, 5, 20, window=torch.hann_window(20), return_complex=True)
        return torch.cat([spectrum.abs(), torch.angle(spectrum)], 1)

    def __call__(self, text, f0, loudness, style):
        with torch.no_grad():
            source = self.harmonics(f0)
        pitch = self.conv("F0_conv", f0[:, None], stride=2, padding=1)
        loud = self.conv("N_conv", loudness[:, None], stride=2, padding=1)
        x = self.block("encode", torch.cat([text, pitch, loud], 1), style)
        kept = self.conv("asr_res.0", text)
        for i in range(4):
            x = self.block(f"decode.{i}", torch.cat([x, kept, pitch, loud], 1), style, twice=i == 3)
        for i in range(2):
            x = F.leaky_relu(x, 0.1)
            wave = self.conv(f"generator.noise_convs.{i}", source, **(dict(stride=6, padding=3) if i == 0 else {}))
            wave = self.residual(f"generator.noise_res.{i}", wave, style, 7 if i == 0 else 11)
            up = self.get(f"generator.ups.{i}.w"), self.get(f"generator.ups.{i}.b")
            x = F.conv_transpose1d(x, *up, stride=(10, 6)[i], padding=(5, 3)[i])
            x = (F.pad(x, (1, 0), mode="reflect") if i == 1 else x) + wave
            x = sum(self.residual(f"generator.resblocks.{i * 3 + j}", x, style, (3, 7, 11)[j]) for j in range(3)) / 3
        x = self.conv("generator.conv_post", F.leaky_relu(x), padding=3)
        spectrum = torch.exp(x[:, :11]) * torch.exp(1j * torch.sin(x[:, 11:]))
        return torch.istft(spectrum, 20, 5, 20, window=torch.hann_window(20))
