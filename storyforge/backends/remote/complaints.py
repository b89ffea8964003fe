"""What an API says is wrong, by its status and its words. Pure.

APIs agree on statuses and on little else: what a text that is too long is called differs from one
to the next, and the words are the only thing that tells. Keys never get through.
"""

import json
import re
from collections.abc import Iterable
from functools import partial
from typing import Any

from storyforge.backends.remote.faults import Fault, FaultKind
from storyforge.domain.text import one_line

#: characters of what the other side said that an author is shown
_TOLD = 200
# So many are looked through for keys: who answers with a megabyte on one line holds nothing up.
_LOOKED_THROUGH = 5 * _TOLD

_KINDS = {
    400: FaultKind.NOT_UNDERSTOOD,
    401: FaultKind.KEY_WRONG,
    402: FaultKind.FORBIDDEN,
    403: FaultKind.FORBIDDEN,
    404: FaultKind.NO_SUCH_ADDRESS,
    405: FaultKind.NO_SUCH_ADDRESS,
    407: FaultKind.PROXY,
    408: FaultKind.STALLED,
    413: FaultKind.TOO_LONG,
    429: FaultKind.TOO_MANY,
    503: FaultKind.BUSY,
    # Anthropic's and Cloudflare's: overloaded
    529: FaultKind.BUSY,
}

_TOO_LONG = re.compile(
    r"context[ _](?:length|window|size)|maximum context|max_model_len|too many (?:input )?tokens"
    r"|(?:prompt|input|message)s?(?: is| are|'s)? too long|input token count|exceeds? .{0,99}n_ctx"
    r"|exceed_context_size|token limit|tokens? exceeds?|string_above_max_length",
    re.IGNORECASE,
)
_NO_MODEL = re.compile(
    r"model_?not_?found|no such model|unknown model|invalid model"
    r"|models?\b.{0,120}?(?:not found|does not exist|not exist|is not (?:available|supported))"
    r"|not_found_error.{0,40}?\bmodel:",
    re.IGNORECASE | re.DOTALL,
)
_FILTERED = re.compile(
    r"content[_ ](?:filter|policy|blocked)|content management policy|moderation|safety system"
    r"|usage polic(?:y|ies)|prohibited_content",
    re.IGNORECASE,
)
# What is spent does not come back by waiting.
_SPENT = re.compile(r"insufficient_quota|credit balance|prepay\w* credits", re.IGNORECASE)
_KEY_WRONG = re.compile(r"(?:api[ _]key|invalid_api_key|authentication).{0,40}", re.IGNORECASE)
_WRONG = re.compile(r"invalid|not valid|incorrect|expired|missing", re.IGNORECASE)
# A key is shown shortened by some: “sk-abc***xyz”.
_MASKED = re.compile(
    r"\S*(?:\*{2,}|\.{3,}|…)\S*[A-Za-z0-9]{2,}\S*|\b(?:sk|pk|hf|gsk|xai)[-_]\S{6,}"
)
_WORD = re.compile(r"\S+")
_TAG = re.compile(r"<(script|style)\b.*?(?:</\1>|\Z)|<[^<>]*>", re.IGNORECASE | re.DOTALL)


def of_answer(status: int, body: str, retry_after: float = 0.0) -> Fault:
    """The fault that an answer with an error status tells of."""
    words = said(body)
    kind = _KINDS.get(status, FaultKind.SERVER if status >= 500 else FaultKind.NOT_UNDERSTOOD)
    if status in (400, 404, 413, 422, 500) and _TOO_LONG.search(body):
        kind = FaultKind.TOO_LONG
    elif status in (400, 404, 422) and _NO_MODEL.search(body):
        kind = FaultKind.NO_MODEL
    elif status in (400, 403, 422) and _FILTERED.search(body):
        kind = FaultKind.FILTERED
    elif status in (400, 429) and _SPENT.search(body):
        kind = FaultKind.FORBIDDEN
    elif status == 400 and _KEY_WRONG.search(body) and _WRONG.search(body):
        kind = FaultKind.KEY_WRONG
    return Fault(kind, words, status, retry_after, body)


def said(body: str) -> str:
    """What an error's body says, in a few words on one line; "" where it says nothing."""
    words = ""
    if body.lstrip()[:1] in ("{", "["):
        try:
            words = _message(json.loads(body))
        except (ValueError, RecursionError):
            words = ""  # a page that begins like one, or nested to do harm
    return shortened(words or _TAG.sub(" ", body))


def shortened(words: str) -> str:
    """`words` on one line, without anything that looks like a key, cut to what can be shown."""
    line = _MASKED.sub("…", one_line(" ".join(words.split()))[:_LOOKED_THROUGH])
    return line if len(line) <= _TOLD else line[: _TOLD - 1].rstrip() + "…"


def without(secrets: Iterable[str], words: str) -> str:
    """`words` without any of `secrets`, whole or as words that begin like one."""
    for secret in secrets:
        for part in secret.split():
            if len(part) >= 8 and part[:8] in words:
                words = _WORD.sub(partial(_unless, part[:8]), words)
    return words


def _unless(secret: str, word: re.Match[str]) -> str:
    return "…" if secret in word[0] else word[0]


def _message(document: Any) -> str:
    """The sentence in an error's document: each API hides it somewhere else."""
    if isinstance(document, str):
        return document
    if isinstance(document, list):
        return next(filter(None, map(_message, document)), "")
    if isinstance(document, dict):
        for name in ("error", "message", "detail", "msg", "error_description", "title"):
            found = _message(document.get(name))
            if found:
                return found
    return ""
