"""Reads mikupad's sessions: one object in which every value is itself a JSON text. Pure."""

import re
from collections.abc import Iterator
from typing import Any

from storyforge.domain.lore import LoreEntry
from storyforge.domain.text import one_line
from storyforge.i18n import _
from storyforge.importing.containers import json_value
from storyforge.importing.formats import fields
from storyforge.importing.formats.brought import Brought
from storyforge.importing.formats.passages import Passage, pieces_of
from storyforge.importing.limits import Extent
from storyforge.lorebooks import taking

_PLACED = frozenset({"name", "prompt", "memoryTokens", "authorNoteTokens", "worldInfo"})
# Characters a token, unless the session says otherwise.
_TOKEN_RATIO = 3.3
_PLAIN_KEY = re.compile(r"[\w '’-]*")


def is_mikupad(session: dict[str, Any]) -> bool:
    """Whether a JSON object is such a session."""
    return "prompt" in session and any(
        name in session for name in ("memoryTokens", "authorNoteTokens", "worldInfo")
    )


def read_mikupad(packed: dict[str, Any], file: str) -> Brought:
    """The story in a session.

    Raises:
        BadInput: a value that is needed is no JSON.
    """
    session = {
        name: _unpacked(value, file, name) if name in _PLACED else value
        for name, value in packed.items()
    }
    memory = taking.mapping(session.get("memoryTokens"))
    note = taking.mapping(session.get("authorNoteTokens"))
    book = taking.mapping(session.get("worldInfo"))
    around = frozenset({"text", "tokens", "tokensWI", "worldInfo"})
    return Brought(
        kind=_("mikupad session"),
        pieces=pieces_of(_passages(session.get("prompt")), file),
        title=one_line(taking.text(session.get("name"))),
        memory=taking.text(memory.get("text")),
        author_note=taking.text(note.get("text")),
        lore=tuple(_lore(book, Extent(file), _ratio(session))),
        keep=True,
        left_out=(
            *fields.not_placed(session, _PLACED),
            *fields.not_placed(memory, around, under="memoryTokens."),
            *fields.not_placed(note, around, under="authorNoteTokens."),
            *fields.not_placed(
                book, frozenset({"entries", "mikuPediaVersion"}), under="worldInfo."
            ),
        ),
    )


def _unpacked(value: Any, file: str, name: str) -> Any:
    if not isinstance(value, str):
        return value
    bare = value.strip(" \t\r\n")
    # A name or a text that somebody wrote there plainly is taken as it is.
    if not bare.startswith(("{", "[", '"')):
        return value
    return json_value(value, file, name)


def _passages(prompt: Any) -> Iterator[Passage]:
    if isinstance(prompt, str):
        yield Passage(prompt)
    for chunk in taking.objects(prompt):
        by_model = chunk.get("type") == "assistant" or "completion_probabilities" in chunk
        yield Passage(taking.text(chunk.get("content")), by_model)


def _lore(book: dict[str, Any], extent: Extent, ratio: float) -> Iterator[LoreEntry]:
    for entry in taking.objects(book.get("entries")):
        made = fields.lore_entry(
            "mikupad",
            entry,
            extent,
            title=taking.text(entry.get("displayName")),
            called_by=tuple(map(_as_key, taking.keys(entry.get("keys")))),
            content=taking.text(entry.get("text")),
            scan=_characters(entry.get("search"), ratio),
        )
        if made is not None:
            yield made


def _as_key(pattern: str) -> str:
    """mikupad's keys are regular expressions that do not look at case."""
    return pattern if _PLAIN_KEY.fullmatch(pattern) else f"/{pattern}/i"


def _ratio(session: dict[str, Any]) -> float:
    """Characters a token, as the session reckons."""
    told = session.get("tokenRatio")
    try:
        ratio = taking.number(float(told) if isinstance(told, str) else told, _TOKEN_RATIO)
    except ValueError:
        return _TOKEN_RATIO
    return ratio if 0 < ratio < 100 else _TOKEN_RATIO


def _characters(search: Any, ratio: float) -> int | None:
    """How far an entry is looked for, in tokens there; a number may stand there as a text."""
    if isinstance(search, str):
        known = search.isascii() and search.isdecimal() and len(search) < 9
        search = int(search) if known else None
    return None if search is None else max(round(taking.whole(search) * ratio), 0)
