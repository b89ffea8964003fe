"""What the verb lore changes by hand: entries, the texts for the model, the rules of its prompt."""

import sys
from typing import TYPE_CHECKING
from uuid import uuid4

from storyforge.cli.lore_words import changed, entry_json, found_entry, show_entry
from storyforge.cli.opening import scene_numbered
from storyforge.cli.talk import say, say_json
from storyforge.domain.lore import AUTHOR_NOTE, MEMORY, RULES, STYLE, LoreEntry, given, ruled
from storyforge.errors import BadInput
from storyforge.i18n import _

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

_TEXTS = {"memory": MEMORY, "note": AUTHOR_NOTE, "style": STYLE}


def known_texts() -> str:
    """What can be set."""
    return ", ".join((*_TEXTS, *RULES))


def set_text(story: "StoryFile", what: str, text: str | None, as_json: bool) -> None:
    """Set memory, note, style, or a rule of how the prompt is laid out.

    Raises:
        BadInput: there is no such thing, or it cannot say that.
    """
    if (what not in _TEXTS and what not in RULES) or text is None:
        raise BadInput(
            _("Say which text to set, and the text itself."),
            title=_("Not understood"),
            hint=_("It is one of these: {known}.").format(known=known_texts()),
        )
    told = sys.stdin.read() if text == "-" else text
    if what in RULES:
        _set_rule(story, what, told.strip(), as_json)
        return
    story.context.set_text(_TEXTS[what], told.strip("\n"))
    if as_json:
        say_json({what: story.context.text(_TEXTS[what])})
    else:
        say(_("It is set.") if told.strip() else _("It is empty now."))


def _set_rule(story: "StoryFile", rule: str, told: str, as_json: bool) -> None:
    """A rule, as a whole number; shares are in percent."""
    now, number = story.context.rules(), told.removesuffix("%").strip()
    if not number.isdecimal() or len(number) > 8 or int(number) > RULES[rule]:
        raise BadInput(
            _("“{rule}” is nothing that this rule can be.").format(rule=f"{rule} {told}"),
            title=_("Not changed"),
            hint=_("A whole number from 0 to {most:,}; it is now {value:,}.").format(
                most=RULES[rule], value=given(now, rule)
            ),
        )
    story.context.set_rules(ruled(now, rule, int(number)))
    if as_json:
        say_json({rule: given(story.context.rules(), rule)})
    else:
        say(_("It is set."))


def change(
    story: "StoryFile", entry: LoreEntry, rules: list[str], scene: int | None, as_json: bool
) -> None:
    """Change an entry, or put a new one into the book."""
    told = {"from_scene": scene_numbered(story, scene).id if scene else ""}
    entry = changed(entry, rules, told if scene is not None else {})
    if not entry.id:
        entry = changed(entry, [], {"id": uuid4().hex})
    story.context.put_entry(entry)
    if as_json:
        say_json(entry_json(story, entry))
    else:
        show_entry(story, entry)


def remove(story: "StoryFile", what: str, as_json: bool) -> None:
    """Take an entry out of the book."""
    entry = found_entry(story, what)
    story.context.remove_entry(entry.id)
    if as_json:
        say_json({"removed": entry.id})
    else:
        say(_("“{title}” is out of the book.").format(title=entry.title))
