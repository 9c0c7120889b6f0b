"""What no schema can say: every request has an Idempotency-Key of its own, and where ids are handed on from answer to request
(the stateful phase) what makes them is a request that can be met, so that there are ids to hand on."""
import os
import random
import re
import uuid

import schemathesis

VIDEO = {"type": "url", "url": os.environ.get("CHECK_VIDEO", "https://example.org/talk.mp4")}
PART = {"start_time": 2, "end_time": 4, "translate_audio_only": True}
TRANSLATION = {"video": VIDEO, "output_languages": ["es"], "input_language": "en", **PART}
LIPSYNC = {"video": VIDEO, "audio": VIDEO, "start_time": 2, "end_time": 4}
FILE = {"filename": "a.mp4", "content_type": "video/mp4", "size_bytes": 9}
TERMS = [{"source": "lighthouse", "target": "faro", "language": "Spanish"}]

# Requests that are met, by operation. What they leave out stays as it was made up.
MET = {
    "POST /v3/video-translations": TRANSLATION,
    "POST /v3/video-translations/batches": {"video_translations": [TRANSLATION]},
    "POST /v3/video-translations/proofreads": {"video": VIDEO, "output_languages": ["es"], "title": "t"},
    "POST /v3/lipsyncs": LIPSYNC,
    "POST /v3/lipsyncs/batches": {"lipsyncs": [LIPSYNC]},
    "POST /v3/assets/direct-uploads": FILE,
    "POST /v3/assets/direct-uploads/batches": {"files": [FILE]},
    "POST /v3/brand-glossaries": {"name": "g", "terms": TERMS},
    "POST /v3/webhooks/endpoints": {"url": "https://example.org/hook"},
    "PATCH /v3/brand-glossaries/{brand_glossary_id}": {"name": "h", "terms": TERMS},
    "PATCH /v3/webhooks/endpoints/{endpoint_id}": {"url": "https://example.org/other"},
    "PATCH /v3/redub/proofreads/{proofread_id}/lines/{line_id}": {"text": "Hola.", "register": "informal"},
}
# One of its own: the generator sets the shared one back before every case.
CHANCE = random.Random(1)
SUBTITLE = "1\n00:00:01,000 --> 00:00:02,000\nHello\n"


@schemathesis.hook
def before_call(context, case, kwargs):
    key = (case.headers or {}).get("Idempotency-Key")
    if key is not None and re.fullmatch(r"[A-Za-z0-9_:.\-]{1,255}", str(key)):
        case.headers["Idempotency-Key"] = uuid.uuid4().hex
    stateful = case.meta is not None and case.meta.phase.name.value == "stateful"
    if not stateful or case.meta.generation.mode.is_negative:
        return
    # Steps without a body, or with a made-up one, are wanted as well.
    label = case.operation.label
    if label in MET and CHANCE.random() < 0.8:
        case.body = MET[label]
    elif label == "POST /v3/assets" and CHANCE.random() < 0.8:
        case.body = {"file": SUBTITLE}
    if "line_id" in (case.path_parameters or {}):
        case.path_parameters["line_id"] = 1
