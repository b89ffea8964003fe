"""How the verb lore finds entries, changes their rules and says what they are."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from storyforge.cli.talk import note, say, say_json, shortened, table
from storyforge.domain.key_lists import joined_keys, split_keys
from storyforge.domain.lore import LoreEntry, name_of
from storyforge.errors import BadInput
from storyforge.i18n import _, listed, ngettext

if TYPE_CHECKING:
    from storyforge.lorebooks.book import Unequal
    from storyforge.store.story_file import StoryFile
    from storyforge.studio.lore.files import Brought, LoreFile

_COLUMNS = 40
_NAMES = tuple(one.name for one in fields(LoreEntry) if one.name not in ("id", "extra"))


def found_entry(story: "StoryFile", what: str) -> LoreEntry:
    """The entry of that title, or of that number in the list, counted from 1.

    Raises:
        BadInput: there is none, or several are called so.
    """
    book = story.context.lore()
    called = [entry for entry in book if entry.title.casefold() == what.casefold()]
    if not called and what.isascii() and what.isdecimal() and 1 <= int(what[:9]) <= len(book):
        called = [book[int(what[:9]) - 1]]
    if len(called) == 1:
        return called[0]
    said = (
        _("{count} entries are called “{name}”.").format(count=len(called), name=what)
        if called
        else _("There is no entry “{name}” in the book.").format(name=what)
    )
    raise BadInput(
        said, title=_("No such entry"), hint=_("Name it by its number in “storyforge lore”.")
    )


def changed(entry: LoreEntry, rules: Sequence[str], given: Mapping[str, str]) -> LoreEntry:
    """The entry with rules that were typed as NAME=VALUE, and with those that are given.

    Raises:
        BadInput: there is no such rule, or it cannot have this value.
    """
    from storyforge.lorebooks import own

    told = {**own.written_entry(entry), **given}
    for rule in rules:
        name, sign, value = rule.partition("=")
        if not sign or name not in _NAMES:
            raise BadInput(
                _("“{rule}” names no rule of an entry.").format(rule=rule),
                title=_("Not changed"),
                hint=_("It is one of these: {known}.").format(known=", ".join(_NAMES)),
            )
        told[name] = split_keys(value) if name in ("keys", "secondary") else _value(name, value)
    told = {name: list(one) if isinstance(one, tuple) else one for name, one in told.items()}
    made = own.read_entry(told)
    if made is None:
        raise BadInput(_("An entry needs a title, keys or a content."), title=_("Not changed"))
    for rule in rules:
        name = rule.partition("=")[0]
        if _told(getattr(made, name)) != told[name]:
            raise BadInput(
                _("“{rule}” is nothing that this rule can be.").format(rule=rule),
                title=_("Not changed"),
                hint=_("It is now: {value}.").format(value=_spoken(getattr(entry, name))),
            )
    return made


def _value(name: str, value: str) -> Any:
    usual = getattr(LoreEntry("", ""), name)
    if isinstance(usual, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def _told(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _spoken(value: Any) -> str:
    return joined_keys(value) if isinstance(value, tuple) else json.dumps(value, ensure_ascii=False)


def show_list(story: "StoryFile", as_json: bool) -> None:
    """The book, an entry a line."""
    from storyforge.studio.lore.watch import faults

    book, wrong = story.context.lore(), faults(story)
    if as_json:
        say_json([{**entry_json(story, one), "fault": wrong.get(one.id, "")} for one in book])
        return
    rows = [
        [
            str(number),
            name_of(entry),
            _("always") if entry.always else shortened(joined_keys(entry.keys), _COLUMNS),
            entry.category,
            _state(entry, wrong),
        ]
        for number, entry in enumerate(book, start=1)
    ]
    for line in table(rows, right=(0,)):
        say(line)
    for told in wrong.values():
        note(told)
    if not book:
        say(_("The book of lore is empty."))


def _state(entry: LoreEntry, wrong: Mapping[str, str]) -> str:
    if not entry.enabled:
        return _("off")
    return _("a key fails") if entry.id in wrong else ""


def show_entry(story: "StoryFile", entry: LoreEntry) -> None:
    """One entry: its rules as `--rule` takes them, but for the usual ones; what a model is told."""
    usual = LoreEntry("", "")
    say(name_of(entry))
    for name in _NAMES:
        value = getattr(entry, name)
        if name in ("title", "content") or value == getattr(usual, name):
            continue
        if name == "from_scene":
            value = _scene_named(story, str(value))
        say(f"  {name}={value if isinstance(value, str) else _spoken(value)}")
    say()
    say(entry.content)


def entry_json(story: "StoryFile", entry: LoreEntry) -> dict[str, Any]:
    """One entry for a program; `scene` is the number of the scene from which on it is true."""
    made = {name: _told(getattr(entry, name)) for name in ("id", *_NAMES)}
    scenes = [scene.id for scene in story.outline().scenes]
    number = scenes.index(entry.from_scene) + 1 if entry.from_scene in scenes else None
    return {**made, "scene": number, "extra": dict(entry.extra)}


def show_found(found: "LoreFile", twins: Sequence[str]) -> None:
    """What a file would bring."""
    say(" · ".join(part for part in (found.kind, found.name) if part))
    rows = [
        [str(number), entry.title, shortened(joined_keys(entry.keys), _COLUMNS)]
        for number, entry in enumerate(found.entries, start=1)
    ]
    for line in table(rows, right=(0,)):
        say(line)
    if found.first_message:
        say(_("It opens with: {text}").format(text=shortened(found.first_message, _COLUMNS)))
    if found.placeholders:
        options = " ".join(f"--{key} NAME" for key in found.placeholders)
        note(_("It has placeholders for names: {options}").format(options=options))
    if twins:
        note(_("In the book already: {titles}.").format(titles=listed(twins)))
    tell_unequal(found.unequal, found.left_out)


def found_json(found: "LoreFile", twins: Sequence[str]) -> dict[str, Any]:
    """The same for a program."""
    return {
        "kind": found.read.kind,
        "name": found.name,
        "entries": [
            {"title": entry.title, "keys": list(entry.keys), "content": entry.content}
            for entry in found.entries
        ],
        "placeholders": list(found.placeholders),
        "suggested": dict(found.suggested),
        "in_the_book": list(twins),
        "unequal": {one.title: list(one.fields) for one in found.unequal},
        "left_out": list(found.left_out),
        "first_message": found.first_message,
    }


def tell_brought(told: "Brought", name: str) -> None:
    """What an import did."""
    count = len(told.added) + len(told.replaced)
    say(
        ngettext(
            "{count} entry of “{name}” is in the book.",
            "{count} entries of “{name}” are in the book.",
            count,
        ).format(count=count, name=name)
    )
    if told.skipped:
        say(_("Left where they are: {titles}.").format(titles=listed(told.skipped)))
    if told.early:
        note(
            _("Off, since their scene is not in this story: {titles}.").format(
                titles=listed(told.early)
            )
        )
    if told.kept:
        note(_("The book as it was is the attachment “{name}”.").format(name=told.kept))


def brought_json(told: "Brought") -> dict[str, Any]:
    """The same for a program."""
    lists = ("added", "replaced", "skipped", "early")
    return {
        **{name: list(getattr(told, name)) for name in lists},
        "kept": told.kept,
        "opened": told.opened,
    }


def tell_unequal(unequal: Sequence["Unequal"], left_out: Sequence[str]) -> None:
    """What has no equal on the other side, by entry."""
    for one in unequal:
        note(
            _("“{title}”: no equal for {fields}.").format(
                title=one.title, fields=listed(one.fields)
            )
        )
    if left_out:
        note(_("The file itself: no equal for {fields}.").format(fields=listed(left_out)))


def _scene_named(story: "StoryFile", scene_id: str) -> str:
    for number, scene in enumerate(story.outline().scenes, start=1):
        if scene.id == scene_id:
            return f"{number} {scene.title}".rstrip(" ")
    return _("a scene in the trash")
