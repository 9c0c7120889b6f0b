"""Writes chrf.json, the golden values of src/chrf.rs. Needs sacrebleu 2 (pip install sacrebleu)."""

import json
import pathlib

import sacrebleu

hypotheses = ["El gato come pescado.", "Ola", "", "Nos vimos ayer en la plaza, ¿verdad?", "a b", "日本語のテスト"]
references = ["El gato comió el pescado.", "Hola", "Nada.", "Nos vimos anteayer en la plaza, ¿no?", "a", "日本語の試験"]
metric = sacrebleu.CHRF()
golden = {
    "sacrebleu": sacrebleu.__version__,
    "hypotheses": hypotheses,
    "references": references,
    "corpus": metric.corpus_score(hypotheses, [references]).score,
    "sentences": [sacrebleu.sentence_chrf(h, [r]).score for h, r in zip(hypotheses, references)],
}
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(golden, ensure_ascii=False, indent=1) + "\n")
