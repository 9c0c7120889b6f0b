"""Kokoro's graph with the inputs of its decoder looked at, and phonemes as redub makes them.

The graph is the one that `redub models pull` puts into the models folder: durations can be given, pitch scaled.
"""
import json
import os
import re
import subprocess
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper

MODELS = Path(os.environ.get("REDUB_MODELS_DIR", Path.home() / ".cache/redub/models"))
GRAPH = MODELS / "kokoro" / "kokoro-v1.0.int8.ctl.onnx"
DURATIONS, PITCH = "/encoder/Cast_output_0", "/encoder/Squeeze_output_0"
RATE, FRAME = 24_000, 600
VOCABULARY = json.loads((MODELS / "kokoro" / "vocab.json").read_text())["vocab"]
ESPEAK = {"en": "en-us", "es": "es", "fr": "fr-fr", "pt": "pt-br", "it": "it"}
# espeak-ng's phonemes to Kokoro's; as in redub-speech/src/phonemes.
SOUNDS = "a^ɪ I a^ʊ W d^z ʣ d^ʒ ʤ e^ɪ A o^ʊ O ə^ʊ Q s^s S t^s ʦ t^ʃ ʧ ɔ^ɪ Y t^ɕ ʨ d^ʑ ʥ".split()
ENGLISH = [
    *zip(*[iter("ʔˌn\u0329 tᵊn ʔn\u0329 tᵊn ʔn tᵊn a^ɪ I a^ʊ W d^ʒ ʤ e^ɪ A t^ʃ ʧ ɔ^ɪ Y ə^l ᵊl ʲo jo ʲə jə".split())] * 2),
    ("ʲ", ""), *zip(*[iter("ɚ əɹ r ɹ x k ç k ɐ ə ɬ l ʔ t".split())] * 2), ("\u0303", ""),
    *zip(*[iter("o^ʊ O ɜː^ɹ ɜɹ ɜːɹ ɜɹ ɜː ɜɹ ɪə iə".split())] * 2), ("ː", ""), ("^", ""), ("e", "A"), ("o", "ɔ"), ("ɾ", "T"),
]  # fmt: skip


def phonemes(text, language):
    """Phonemes of `text` in Kokoro's letters."""
    pairs = ENGLISH if language == "en" else list(zip(*[iter(SOUNDS)] * 2))
    out = ""
    for part in re.split(r"([,.;:!?—…]+)", text):
        if re.fullmatch(r"[,.;:!?—…]+", part):
            out += part[0] + " "
        elif part.strip():
            command = ["espeak-ng", "-q", "--ipa", "--tie=^", "-v", ESPEAK[language], part.strip()]
            said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            said = re.sub(r"\([^)]*\)", "", " ".join(said.split())).replace("-", "").replace("g", "ɡ")
            for theirs, ours in pairs:
                said = said.replace(theirs, ours)
            out += re.sub("(.)\u0329", r"ᵊ\1", said) + " "
    out = re.sub(r" +([,.;:!?—…])", r"\1", out).strip()
    return "".join(c for c in out if c in VOCABULARY)


def voice(name):
    """The 510 style vectors (256) of a voice, by number of phonemes: 128 of timbre, 128 of delivery."""
    return np.fromfile(MODELS / "kokoro-voices" / f"{name}.bin", np.float32).reshape(510, 256)


class Kokoro:
    """Speaks, and tells what the decoder was given."""

    def __init__(self, threads=1):
        model = onnx.load(GRAPH)
        graph = model.graph
        made = {output: node for node in graph.node for output in node.output}

        def fed(prefix):
            convolution = next(n for n in graph.node if n.name.startswith(prefix) and "Conv" in n.op_type)
            name = convolution.input[0]
            while made[name].op_type in ("DynamicQuantizeLinear", "Unsqueeze"):
                name = made[name].input[0]
            return name

        join = next(n for n in graph.node if n.op_type == "Concat" and n.name.startswith("/decoder/decoder/Concat"))
        self.taps = [join.input[0], fed("/decoder/decoder/F0_conv/"), fed("/decoder/decoder/N_conv/")]
        known = {output.name for output in graph.output}
        graph.output.extend(
            helper.make_tensor_value_info(tap, TensorProto.FLOAT, None) for tap in self.taps if tap not in known
        )
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self.session = onnxruntime.InferenceSession(model.SerializeToString(), options, ["CPUExecutionProvider"])

    def say(self, phones, style, durations=None, pitch=1.0, speed=1.0):
        """Sound (24 kHz), durations (25 ms), text features (512 × frames), pitch (Hz) and loudness (twice as many frames)."""
        tokens = ([0] + [VOCABULARY[c] for c in phones] + [0])[:510]
        given = np.zeros((1, len(tokens)), np.int64) if durations is None else np.array(durations, np.int64)[None]
        inputs = {
            "tokens": np.array([tokens], np.int64),
            "style": style[min(len(tokens) - 2, 509)][None],
            "speed": np.array([speed], np.float32),
            "dur_in": given,
            "f0_mul": np.array([pitch], np.float32),
            "f0_add": np.zeros(1, np.float32),
        }
        sound, lengths, text, f0, loudness = self.session.run(["audio", DURATIONS, *self.taps], inputs)
        return sound.ravel(), lengths.ravel(), text.reshape(text.shape[-2:]), f0.ravel(), loudness.ravel()
