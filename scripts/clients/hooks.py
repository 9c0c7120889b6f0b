"""An Idempotency-Key that was used before gives the earlier answer whatever else is sent, as it must: here every request gets a
key of its own, so that its own answer is judged."""
import re
import uuid

import schemathesis


@schemathesis.hook
def before_call(context, case, kwargs):
    key = (case.headers or {}).get("Idempotency-Key")
    if key is not None and re.fullmatch(r"[A-Za-z0-9_:.\-]{1,255}", str(key)):
        case.headers["Idempotency-Key"] = uuid.uuid4().hex
