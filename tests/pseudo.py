"""A language that nobody speaks: every message of the catalogue with other letters.

A program that speaks it shows plain English only where a word went round the catalogue, where it
was translated before the language was chosen, or where another's words were shown as they came.
What a translator keeps stays: placeholders, keys, options, commands, names of files and formats.
"""

import io
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from tests import words

_PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_OTHER = "áƀćďéƒǵĥíĵḱĺḿńóṕɋŕśţúṽẃẋýźÁƁĆĎÉƑǴĤÍĴḰĹḾŃÓṔɊŔŚŢÚṼẂẊÝŹ"
_LETTERS = str.maketrans(_PLAIN, _OTHER)
_KEYS = r"Ctrl|Shift|Alt|Enter|Esc|Tab|Space|Home|End|Delete|Del|Backspace|Backslash|F\d+"
#: names that are the same in every language
_NAMES = (
    r"storyforge|Markdown|HTML|EPUB|DOCX|ODT|ZIP|PDF|XML|CSS|JSON|TOML|UTF-8|GGUF|GPU|CPU|SQLite|"
    r"Linux|Windows|macOS|OpenDocument|Word|LibreOffice|Shunn|narou|kakuyomu|NovelAI|novelWriter|"
    r"KoboldAI|mikupad|AI Novelist|TAKES|KEPT|Python|PNG|JPEG|GIF|WebP|UUID|OSC 52|tmux|git|"
    r"Euler a|Automatic|MiB|GiB|KiB|[kMG]?B"
)
_KEPT = re.compile(
    r"\{[^{}]*\}"  # placeholders
    r"|(?<!\w)--?[a-z][\w-]*"  # options
    r"|storyforge [a-z-]+(?: [A-Z]+\b)*(?=[”`]|$| (?:-|PATH|FILE|install))"  # commands
    r"|[\w.*-]*\.(?:forge|md|gguf|txt|toml|docx|odt|epub|html|sav|zip)\b"
    rf"|(?<!\w)(?:{_KEYS})(?:\+\S+?)?(?!\w)"
    rf"|(?<!\w)(?:{_NAMES})(?!\w)",
    re.MULTILINE,
)


def spoken(message: str) -> str:
    """`message` in other letters."""
    if "\b\n" in message and "\n" in message.strip():
        # Below \b stand lines that are kept as they are, commands among them.
        lines = [line if line[:2] == "  " else spoken(line) for line in message.split("\n")]
        return "\n".join(lines)
    said, at = [], 0
    for kept in _KEPT.finditer(message):
        said += [message[at : kept.start()].translate(_LETTERS), kept[0]]
        at = kept.end()
    return "".join(said) + message[at:].translate(_LETTERS)


@cache
def _compiled(language: str) -> bytes:
    catalogue = Catalog(locale=language, charset="utf-8")
    for message in words.catalogue():
        if isinstance(message.id, tuple | list):
            catalogue.add(message.id, (spoken(message.id[1]),))
        elif message.id:
            catalogue.add(message.id, spoken(message.id))
    written = io.BytesIO()
    write_mo(written, catalogue)
    return written.getvalue()


def write_catalogue(folder: Path, language: str = "ja") -> Path:
    """The whole catalogue in other letters, compiled for `language`; returns its folder."""
    place = folder / language / "LC_MESSAGES"
    place.mkdir(parents=True)
    (place / "storyforge.mo").write_bytes(_compiled(language))
    return folder


_WORD = re.compile(r"(?<![\w.-])[A-Za-z]{2,}(?![\w])")
_SAME_EVERYWHERE = re.compile(
    rf"(?<!\w)(?:{_KEYS})(?:\+\S+)?(?!\w)|(?<!\w)(?:{_NAMES})(?!\w)|(?<!\w)--?[a-z][\w-]*"
    r"|\S*[/\\]\S*|[\w-]+\.[a-z]{2,5}\b"
)


def plain_words(shown: str, known: Iterable[str] = ()) -> list[str]:
    """The English words in what was shown, but those that are the same in every language.

    Args:
        known: further words and names that are no English of ours, such as a model's.
    """
    for name in sorted(known, key=len, reverse=True):
        shown = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", " ", shown)
    return _WORD.findall(_SAME_EVERYWHERE.sub(" ", shown))
