"""OpenAI's images, and servers that speak like it: how an order is told, and how it is answered.

Pure. Source: OpenAI's API reference, images/generations and images/edits.
"""

import math
from dataclasses import dataclass
from typing import Any

from storyforge.backends.pictures.remote.pixels import ANSWER_LIMIT
from storyforge.backends.remote.api import Call, Part
from storyforge.domain.generation import Usage
from storyforge.domain.kept_json import read_json
from storyforge.domain.picture.orders import Order
from storyforge.domain.picture.plain_words import plain

Size = tuple[int, int]

# The sizes that a model draws, by how its name begins; others are asked for what is wanted.
_SIZES: dict[str, tuple[Size, ...]] = {
    "gpt-image-1": ((1024, 1024), (1536, 1024), (1024, 1536)),
    "chatgpt-image": ((1024, 1024), (1536, 1024), (1024, 1536)),
    "dall-e-3": ((1024, 1024), (1792, 1024), (1024, 1792)),
    "dall-e-2": ((1024, 1024), (512, 512), (256, 256)),
}
#: tokens of a picture by OpenAI's own table for gpt-image-1: square, and with a longer side
_TOKENS = {"low": (272, 408), "medium": (1056, 1584), "high": (4160, 6240)}
# What a server may refuse to be told, and draws without.
_OPTIONAL = frozenset({"quality", "output_format", "response_format", "size"})
_LETTERS_A_TOKEN = 3
# No picture costs nearly as many tokens.
_COUNTABLE = 1 << 32


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a picture begins from, as PNG files; the mask is clear where it is redrawn."""

    image: bytes
    mask: bytes | None = None


def models() -> Call:
    """Asks what models there are."""
    return Call("GET", "/models")


def model_names(document: Any) -> tuple[str, ...]:
    """Those that draw, as far as their names tell; all where none does."""
    rows = document.get("data") if isinstance(document, dict) else None
    ids = [
        row["id"]
        for row in (rows if isinstance(rows, list) else ())
        if isinstance(row, dict) and isinstance(row.get("id"), str)
    ]
    drawing = [each for each in ids if "image" in each or "dall-e" in each]
    return tuple(sorted(drawing or ids))


def size_for(model: str, width: int, height: int) -> Size:
    """The size that comes nearest of those that `model` draws: in its shape, then in its pixels."""
    sizes = next((told for name, told in _SIZES.items() if model.startswith(name)), ())

    def far(size: Size) -> tuple[float, float]:
        shape = abs(math.log(size[0] / size[1] * height / width))
        return round(shape, 3), abs(math.log(size[0] * size[1] / (width * height)))

    return min(sizes, key=far, default=(width, height))


def picture(
    order: Order, model: str, effort: str, beginning: Beginning | None, omit: frozenset[str]
) -> Call:
    """Has a picture drawn.

    Args:
        omit: names of parameters that this server has refused.
    """
    told: dict[str, Any] = {
        "model": model,
        "prompt": plain(order.prompt, order.steps),
        "n": 1,
        "size": "{}x{}".format(*size_for(model, order.width, order.height)),
    }
    if effort:
        told["quality"] = effort
    # Its newer models always answer with the picture itself, and know no other way.
    told |= {"output_format": "png"} if "gpt-image" in model else {"response_format": "b64_json"}
    told = {name: value for name, value in told.items() if name not in omit}
    if beginning is None:
        return Call("POST", "/images/generations", told, limit=ANSWER_LIMIT)
    form = [Part(name, str(value).encode("utf-8", "replace")) for name, value in told.items()]
    for name, data in (("image", beginning.image), ("mask", beginning.mask)):
        if data is not None:
            form.append(Part(name, data, f"{name}.png", "image/png"))
    return Call("POST", "/images/edits", form=tuple(form), limit=ANSWER_LIMIT)


def image_of(document: Any) -> str:
    """The picture in an answer, base64; "" where there is none."""
    rows = document.get("data") if isinstance(document, dict) else None
    first = rows[0] if isinstance(rows, list) and rows else None
    told = first.get("b64_json") if isinstance(first, dict) else None
    return told if isinstance(told, str) else ""


def usage_of(document: Any) -> Usage | None:
    """What it cost in tokens; None where it does not tell."""
    told = document.get("usage") if isinstance(document, dict) else None
    if not isinstance(told, dict):
        return None
    counts = [told.get(name) for name in ("input_tokens", "output_tokens")]
    known = [one for one in counts if type(one) is int and 0 <= one < _COUNTABLE]
    return Usage(read=known[0], written=known[1]) if len(known) == len(counts) else None


def expected(order: Order, effort: str) -> Usage:
    """What a picture costs about, in tokens, rather too much than too little."""
    square, longer = _TOKENS.get(effort, _TOKENS["high"])
    read = len(order.prompt) // _LETTERS_A_TOKEN + 1
    if order.redraw is not None:
        read += square
    return Usage(read=read, written=square if order.width == order.height else longer)


def facts_of(document: Any, model: str) -> dict[str, str]:
    """What an answer says of how it was drawn."""
    told = document if isinstance(document, dict) else {}
    rows = told.get("data")
    first = rows[0] if isinstance(rows, list) and rows and isinstance(rows[0], dict) else {}
    facts = {
        "model": model,
        "quality": told.get("quality"),
        # What an older model made of the prompt by itself.
        "revised prompt": first.get("revised_prompt"),
    }
    return {name: one for name, one in facts.items() if isinstance(one, str) and one}


def refused(body: str) -> str:
    """The parameter that an error refuses, where it can be left out; "" otherwise."""
    read = read_json(body)
    error = read.get("error") if isinstance(read, dict) else None
    name = error.get("param") if isinstance(error, dict) else None
    return name if isinstance(name, str) and name in _OPTIONAL else ""
