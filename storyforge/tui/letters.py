"""Letters as input methods send them: full-width, as kana, or as whole words at once.

It owns which plain key a character stands for where letters are commands, and which characters came
together in one piece. Where text is written every character stays what it is. It refuses to know
what any key does.
"""

import unicodedata
from collections.abc import Iterable
from itertools import groupby
from typing import Any, cast

from textual import events
from textual._xterm_parser import XTermParser
from textual.keys import _character_to_key
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, TextArea

from storyforge.domain.text import clean

# What stands on the keys of a Japanese keyboard, for authors who type kana directly. The vowels
# and ん go the way of those who type them by Latin letters. し is missing: D deletes in many
# places, and one stray syllable shall not.
_KANA = dict(
    zip(
        "ぬふやゆよわあちこそえはきくいにまのりもんみおらせたすとかうなひてさつ「」。、・　",
        "127890aabcefghiijklmnnoopqrstuuvwxz[].,/ ",
        strict=True,
    )
)


def plain(character: str) -> str:
    """The ASCII character that `character` stands for as a command; "" for none."""
    if character in _KANA:
        return _KANA[character]
    if "！" <= character <= "～" or "\uff61" <= character <= "\uff9d":
        narrow = unicodedata.normalize("NFKC", character)
        return narrow if narrow.isascii() else plain(_hiragana(narrow))
    return plain(_hiragana(character)) if "ァ" <= character <= "ヶ" else ""


def _hiragana(character: str) -> str:
    return chr(ord(character) - 0x60) if "ァ" <= character <= "ヶ" else character


def meant(key: events.Key, focused: Widget | None) -> events.Key | events.Paste | None:
    """What a key means where the focus is: itself, the plain key it stands for, or nothing.

    Nothing is what a word means that an input method sends to a place where no text is written:
    none of its letters is a command.
    """
    character = key.character
    if not character or (character.isascii() and not came_in_a_word(key)):
        return key
    if focused is not None and focused.check_consume_key(key.key, character):
        return key
    if isinstance(focused, (Input, TextArea)):
        # Python counts U+3000, joiners and the like as not printable, and Textual drops them.
        is_text = clean(character) == character and not character.isascii()
        writes = is_text and not getattr(focused, "read_only", False)
        return events.Paste(character) if writes else key
    if came_in_a_word(key):
        return None
    letter = plain(character)
    if not letter:
        return key
    return events.Key(_character_to_key(letter), letter)


# Which characters came in one piece.

_MARK = "_storyforge_in_a_word"


def came_in_a_word(key: events.Key) -> bool:
    """Whether a character came with others in one read of the terminal, as from an input method."""
    return hasattr(key, _MARK)


def note_words() -> None:
    """Let characters know what came with them in one read of the terminal.

    Textual's parser hands them on one by one; whether more came with a letter could not be told
    when the letter is heard.
    """
    feed = XTermParser.feed
    if getattr(feed, _MARK, False):
        return

    def feed_whole(self: XTermParser, data: str) -> Iterable[Message]:
        found = list(feed(self, data))
        note(found)
        return found

    setattr(feed_whole, _MARK, True)
    cast(Any, XTermParser).feed = feed_whole


def note(found: Iterable[Message]) -> None:
    """Note the words among `found`, all that came in one read; a key held down is none."""
    for is_text, run in groupby(found, _is_text):
        keys = list(run)
        if is_text and len({cast("events.Key", key).character for key in keys}) > 1:
            for key in keys:
                setattr(key, _MARK, True)


def _is_text(message: Message) -> bool:
    """Whether it is a character; Python does not count joiners and wide spaces as printable."""
    character = message.character if isinstance(message, events.Key) else None
    return character is not None and (not character.isascii() or character.isprintable())
