"""Letters as input methods send them: full-width, as kana, or as whole words at once.

It owns which plain key a character stands for where letters are commands, and which characters came
together in one piece. Where text is written every character stays what it is. It refuses to know
what any key does.
"""

import unicodedata
from collections import deque
from collections.abc import Iterable
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
        return cast("events.Paste", _at(events.Paste(character), key)) if writes else key
    if came_in_a_word(key):
        return None
    letter = plain(character)
    if not letter:
        return key
    return cast("events.Key", _at(events.Key(_character_to_key(letter), letter), key))


def _at(event: events.Event, like: events.Event) -> events.Event:
    event.time = like.time
    return event


# Which characters came in one piece.

#: the times of the latest reads that held more than one character
_words: deque[float] = deque(maxlen=64)


def came_in_a_word(key: events.Key) -> bool:
    """Whether a character came with others in one read of the terminal, as from an input method."""
    return key.is_printable and key.time in _words


def note_words() -> None:
    """Let everything that one read of the terminal brings bear one time.

    Textual's parser hands the characters of a read on one by one; whether more came with a letter
    could not be told when the letter is heard.
    """
    feed = XTermParser.feed
    if getattr(feed, "notes_words", False):
        return

    def feed_whole(self: XTermParser, data: str) -> Iterable[Message]:
        found = list(feed(self, data))
        note(found)
        return found

    cast(Any, feed_whole).notes_words = True
    cast(Any, XTermParser).feed = feed_whole


def note(found: Iterable[Message]) -> None:
    """Take `found`, all that came in one read, for one piece; a key held down is none."""
    keys = [event for event in found if isinstance(event, events.Key) and event.is_printable]
    if len({key.character for key in keys}) > 1:
        for key in keys:
            key.time = keys[0].time
        _words.append(keys[0].time)
