"""Files beside a model that tell of it: A1111's NAME.json, Civitai's NAME.civitai.info, pictures.

Whatever is in them, it is a wish of somebody who knew the model: where it cannot be read it is as
if it were not there.
"""

import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

from storyforge.domain.text import clean, one_line

_PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".gif")
_LARGEST = 4_000_000
_LONGEST_NOTES = 20_000
# Civitai's descriptions are pages.
_TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True, slots=True)
class Beside:
    """What was found; empty where nothing was said.

    Attributes:
        words: trigger words.
        weight: the preferred one.
        negative: for the negative prompt.
        base: what it was made for, in words.
    """

    words: tuple[str, ...] = ()
    weight: float | None = None
    negative: str = ""
    notes: str = ""
    base: str = ""
    preview: Path | None = None


def read(model: Path) -> Beside:
    """What is said beside `model`; its author's own words go before Civitai's."""
    own = _told(model.with_suffix(".json"))
    civitai = _told(model.with_suffix(".civitai.info"))
    listed = civitai.get("trainedWords")
    trained = [each for each in listed if isinstance(each, str)] if isinstance(listed, list) else []
    base = _text(civitai, "baseModel")
    page = unescape(_TAG.sub(" ", _text(civitai, "description")))
    notes = (_text(own, "notes"), _text(own, "description"), clean(page).strip())
    return Beside(
        words=words_of([_text(own, "activation text")]) or words_of(trained),
        weight=_weight(own.get("preferred weight")),
        negative=one_line(_text(own, "negative text")).strip(),
        notes=next((each for each in notes if each), "")[:_LONGEST_NOTES],
        base=one_line(base or _usual(_text(own, "sd version"))).strip(),
        preview=next((each for each in _previews(model) if each.is_file()), None),
    )


def stamp(model: Path) -> tuple[object, ...]:
    """Another value as soon as one of those files is another."""
    stamps: list[object] = []
    for each in (model.with_suffix(".json"), model.with_suffix(".civitai.info"), *_previews(model)):
        try:
            stat = each.stat()
        except OSError:
            continue
        stamps.append((each.name, stat.st_mtime_ns, stat.st_size))
    return tuple(stamps)


def words_of(phrases: Iterable[str]) -> tuple[str, ...]:
    """Trigger words one by one: phrases are lists with commas; each once, in their order."""
    found: dict[str, None] = {}
    for phrase in phrases:
        for word in one_line(phrase).split(","):
            if word.strip():
                found[word.strip()] = None
    return tuple(found)


def _previews(model: Path) -> list[Path]:
    return [
        model.with_name(f"{model.stem}{middle}{suffix}")
        for suffix in _PICTURES
        for middle in ("", ".preview")
    ]


def _told(file: Path) -> Mapping[str, Any]:
    try:
        if file.stat().st_size > _LARGEST:
            return {}
        told = json.loads(file.read_text("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    return clean(value).strip() if isinstance(value, str) else ""


def _usual(version: str) -> str:
    """A1111 writes "Unknown" where its author chose nothing."""
    return "" if version.casefold() in ("unknown", "other") else version


def _weight(value: Any) -> float | None:
    """A1111 writes 0 where its author chose none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    # As text: there are whole numbers that are none to a float.
    weight = float(str(value))
    return weight if weight and math.isfinite(weight) else None
