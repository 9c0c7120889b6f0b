#!/usr/bin/env python3
"""Writes a translation model of 24 pieces in CTranslate2's format, for tests: python dictionary.py FOLDER

An encoder-decoder as NLLB-200 is one (pre-norm, codes of languages as pieces), whose weights are set by hand so that it knows
five words. What it says depends on everything that a caller has to hand over rightly: the source's words, the source's code at
their head, the target's code as prefix, the end of the text. Needs ctranslate2 4.8.5 and numpy 2.4.6.
"""
import json
import sys
from pathlib import Path

import ctranslate2
import numpy as np

PIECES = ["<unk>", "<s>", "</s>", "eng_Latn", "por_Latn", "spa_Latn", "deu_Latn",
          "▁good", "▁night", "▁moon", "▁bom", "▁noite", "▁lua",
          "▁buenas", "▁noches", "▁luna", "▁gute", "▁Nacht", "▁Mond", "▁boa", "▁Hello", ".", "▁", "▁x"]
# In the language with this code the words follow each other so; in brackets what the source must say for it.
CHAINS = {
    "spa_Latn": [("▁buenas", "▁good"), ("▁noches", "▁night"), ("▁luna", "▁moon")],
    "deu_Latn": [("▁gute", "▁good"), ("▁Nacht", "▁night"), ("▁Mond", "▁moon")],
    "por_Latn": [("▁boa", "▁good"), ("▁noite", "▁night"), ("▁lua", "▁moon")],
}
COUNT = len(PIECES)
# The first half of the state says which piece was last, the second what the source says.
SIZE = 2 * COUNT
AT = {piece: i for i, piece in enumerate(PIECES)}


def weights():
    """What makes a piece likely: the piece before it, what stands in the source, and how likely it is by itself."""
    follows = np.zeros((COUNT, COUNT), np.float32)  # [next, last]
    says = np.zeros((COUNT, COUNT), np.float32)  # [piece, source piece]
    alone = np.full(COUNT, -30, np.float32)
    for code, chain in CHAINS.items():
        before = [code]
        for word, source in chain:
            for last in before:
                follows[AT[word], AT[last]] = 9
            says[AT[word], AT[source]] = 0.25
            before.append(word)
        for last in before:
            follows[AT["</s>"], AT[last]] = 12
    # Without the source's code nothing is understood.
    alone[AT["▁x"]] = 50
    says[AT["▁x"], AT["eng_Latn"]] = -2
    follows[AT["▁x"], AT["▁x"]] = -40
    follows[AT["</s>"], AT["▁x"]] = 60
    return follows, says, alone


def linear(layer, weight, bias=None):
    layer.weight = np.ascontiguousarray(weight, dtype=np.float32)
    layer.bias = np.zeros(weight.shape[0], np.float32) if bias is None else bias.astype(np.float32)


def norm(layer):
    layer.gamma, layer.beta = np.ones(SIZE, np.float32), np.zeros(SIZE, np.float32)


def attention(spec, own):
    """Looks everywhere alike; `own` is what it makes of the mean."""
    zero = np.zeros((SIZE, SIZE), np.float32)
    if len(spec.linear) == 2:
        linear(spec.linear[0], np.zeros((3 * SIZE, SIZE), np.float32))
    else:
        linear(spec.linear[0], zero)
        linear(spec.linear[1], np.concatenate([zero, np.eye(SIZE, dtype=np.float32)]))
    linear(spec.linear[-1], own)
    norm(spec.layer_norm)


def main(folder):
    follows, says, alone = weights()
    spec = ctranslate2.specs.TransformerSpec.from_config(
        (1, 1), 1, pre_norm=True, activation=ctranslate2.specs.common_spec.Activation.RELU)
    zero = np.zeros((SIZE, SIZE), np.float32)
    for side in (spec.encoder, spec.decoder):
        embeddings = side.embeddings[0] if isinstance(side.embeddings, list) else side.embeddings
        embeddings.weight = np.eye(COUNT, SIZE, dtype=np.float32)
        side.scale_embeddings = False
        side.position_encodings.encodings = np.zeros((32, SIZE), np.float32)
        norm(side.layer_norm)
        layer = side.layer[0]
        attention(layer.self_attention, zero)
        linear(layer.ffn.linear_0, zero)
        linear(layer.ffn.linear_1, zero)
        norm(layer.ffn.layer_norm)
    heard = zero.copy()
    heard[COUNT:, :COUNT] = says
    attention(spec.decoder.layer[0].attention, heard)
    linear(spec.decoder.projection, np.concatenate([follows, 16 * np.eye(COUNT, dtype=np.float32)], axis=1), alone)
    spec.register_source_vocabulary(PIECES)
    spec.register_target_vocabulary(PIECES)
    spec.config.decoder_start_token = "</s>"
    spec.config.bos_token, spec.config.eos_token, spec.config.unk_token = "<s>", "</s>", "<unk>"
    spec.validate()
    spec.optimize()
    spec.save(str(folder))
    pieces = {"type": "WordLevel", "vocab": AT, "unk_token": "<unk>"}
    marked = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}
    alone = {"type": "Punctuation", "behavior": "Isolated"}
    tokenizer = {"version": "1.0", "truncation": None, "padding": None, "added_tokens": [],
                 "normalizer": {"type": "Lowercase"},
                 "pre_tokenizer": {"type": "Sequence", "pretokenizers": [alone, marked]}, "post_processor": None, "decoder": marked, "model": pieces}
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer, ensure_ascii=False))


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    main(target)
