"""Pictures that somebody else's program made, or ours: how they were made, read out of their files.

What storyforge and AUTOMATIC1111 write is read here, exactly; what ComfyUI, InvokeAI, Fooocus and
NovelAI write by sd-parsers. A file may hold anything: what is no picture, broken, or made to burst
a reader, is refused in one sentence.
"""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyforge.borrowed import reason
from storyforge.domain.kept_json import read_json
from storyforge.domain.picture.grammar import loras_of
from storyforge.domain.picture.png_head import LARGEST_FILE, SIGNATURE, size_of
from storyforge.domain.text import clean, one_line
from storyforge.errors import BadInput
from storyforge.i18n import _, in_quotes
from storyforge.images import infotext, own_facts, png
from storyforge.images.infotext import Reading, real, whole

if TYPE_CHECKING:
    from PIL.Image import Image
    from sd_parsers.data import PromptInfo

#: of what a file tells beside the known, so many letters are kept of each
_LONGEST = 2000
# EXIF's own table, and the comment in it.
_EXIF, _COMMENT = 0x8769, 0x9286
# What sd-parsers lets through of a file that it does not understand, or that was made to do harm.
_MISREAD = (
    *(AttributeError, ArithmeticError, LookupError, OSError, RecursionError),
    *(SyntaxError, TypeError, ValueError),
)


def read_file(path: Path) -> Reading:
    """How the picture at `path` was made.

    Raises:
        BadInput: it is not there, no picture, or says nothing of how it was made.
    """
    try:
        if not path.is_file():
            raise _unreadable(path, _("there is no such file"))
        if path.stat().st_size > LARGEST_FILE:
            raise _unreadable(path, _("it is larger than any picture of a story"))
        data = path.read_bytes()
    except OSError as error:
        raise _unreadable(path, reason(error)) from error
    found = read(data)
    if found is None:
        raise BadInput(
            _("{name} does not say how it was made.").format(name=in_quotes(path.name)),
            title=_("Nothing to read"),
            hint=_("Programs and sites that shrink pictures take it out."),
        )
    return found


def read(data: bytes) -> Reading | None:
    """How a picture was made; None where its file does not say.

    Raises:
        BadInput: it is no picture, or damaged.
    """
    if data.startswith(SIGNATURE):
        if size_of(data) is None:
            raise png.not_a_picture()
        texts = png.texts_of(data)
        if (mine := _ours(texts, data)) is not None:
            return mine
        told = texts.get(infotext.KEYWORD)
        if told is not None and _is_infotext(told):
            return infotext.read(told)
    with contextlib.closing(png.opened(data)) as image:
        if image.format != "PNG":
            told = _comment(image)
            if told is not None and _is_infotext(told):
                return infotext.read(told)
        return _others(image)


def _ours(texts: Mapping[str, str], data: bytes) -> Reading | None:
    """What a picture of ours tells; the words of its order go before the infotext's."""
    found = own_facts.read(texts.get(own_facts.KEYWORD), data)
    if found is None:
        return None
    picture, _story = found
    told = infotext.read(texts.get(infotext.KEYWORD, ""))
    order = read_json(picture.settings.get("order", ""))
    exact = order if isinstance(order, dict) else {}
    return replace(
        told,
        prompt=picture.prompt,
        negative=picture.negative,
        seed=picture.seed,
        clip_skip=told.clip_skip or whole(exact.get("clip_skip")),
        loras=tuple((tag.name, tag.weight) for tag in loras_of(picture.prompt)[1]),
        source="storyforge",
        more={name: one for name, one in told.more.items() if name != "Version"},
    )


def _is_infotext(told: str) -> bool:
    # Fooocus keeps JSON under the same name.
    return not told.lstrip().startswith("{")


def _comment(image: "Image") -> str | None:
    """The comment in a JPEG's or WebP's EXIF data, where A1111 puts its text."""
    try:
        told = image.getexif().get_ifd(_EXIF).get(_COMMENT)
    except _MISREAD:
        return None
    if isinstance(told, str):
        return told
    if not isinstance(told, bytes) or len(told) <= 8:
        return None
    kind, text = told[:8], told[8:]
    if kind.startswith(b"UNICODE"):
        # Big-endian as the standard has it; some write it the other way round.
        small = text[:2] == b"\xff\xfe" or (text[1:2] == b"\0" and text[:1] != b"\0")
        return text.decode("utf-16-le" if small else "utf-16-be", "replace").lstrip("\ufeff")
    return text.decode("utf-8", "replace")


def _others(image: "Image") -> Reading | None:
    """What sd-parsers makes of it."""
    from sd_parsers import ParserManager

    try:
        found = ParserManager().parse(image)
        return None if found is None else _told(found)
    except _MISREAD:
        return None


def _told(found: "PromptInfo") -> Reading:
    first = found.samplers[0] if found.samplers else None
    told = dict(first.parameters) if first is not None else {}
    model = first.model if first is not None else next(iter(found.models), None)
    prompt = clean(str(found.full_prompt))
    size = {**found.metadata, **told}
    return Reading(
        prompt,
        clean(str(found.full_negative_prompt)),
        steps=whole(told.pop("steps", None)),
        sampler=one_line(str(first.name)) if first is not None else "",
        schedule=one_line(str(told.pop("scheduler", "") or "")),
        guidance=real(told.pop("cfg_scale", None)),
        seed=whole(told.pop("seed", None)),
        width=whole(size.get("width")),
        height=whole(size.get("height")),
        clip_skip=whole(size.get("clip_skip")),
        strength=real(size.get("denoise", size.get("strength"))),
        loras=tuple((tag.name, tag.weight) for tag in loras_of(prompt)[1]),
        model=one_line(str(model.name or "")) if model is not None else "",
        model_hash=one_line(str(model.hash or "")) if model is not None else "",
        source=found.generator.value,
        more=dict(_more({**found.metadata, **told})),
    )


def _more(values: Mapping[Any, Any]) -> Iterator[tuple[str, str]]:
    """What else is told, as it may be shown."""
    for name, value in values.items():
        if name not in ("full_prompt", "full_negative_prompt") and value not in (None, "", {}, []):
            yield one_line(str(name)), clean(str(value))[:_LONGEST]


def _unreadable(path: Path, why: str) -> BadInput:
    return BadInput(
        _("{name} cannot be read: {why}.").format(name=in_quotes(one_line(path.name)), why=why),
        title=_("No picture"),
        hint=_("PNG, JPEG and WebP can be read."),
    )
