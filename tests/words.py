"""The catalogues: every word an author may see, and what translators made of them.

`make words` writes the template anew from the sources, brings the translations up to it (a changed
message loses its translation and waits for a new one) and compiles them. The compiled files are
kept with the sources: the program needs nothing else to speak a language.

No line numbers, no dates: a file changes only when a word does.
"""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

import storyforge
from storyforge import i18n

PACKAGE = Path(storyforge.__file__).parent
TEMPLATE = i18n.locale_dir() / "storyforge.pot"
TRANSLATIONS = tuple(
    i18n.locale_dir() / language / "LC_MESSAGES" / "storyforge.po"
    for language in i18n.INTERFACES[1:]
)
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2)}
# Babel writes the hour of compiling into a file that should change only when a word does.
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_HEADER = """\
# The words of storyforge, for translators: copy to <language>/LC_MESSAGES/storyforge.po.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
_TRANSLATED_HEADER = """\
# The words of storyforge in another language: `make words` brings it up to the sources.
msgid ""
msgstr ""
"Language: {language}\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"

"""


def catalogue() -> Catalog:
    """The messages in the sources."""
    catalogue = Catalog(charset="utf-8")
    found = extract_from_dir(PACKAGE, keywords=KEYWORDS, strip_comment_tags=True)
    for file, _line, message, _comments, _context in found:
        catalogue.add(message, locations=[(file, 0)])
    return catalogue


def template() -> str:
    """The template's text, sorted by message."""
    return _HEADER + _messages(catalogue())


def translated(file: Path) -> Catalog:
    """A translation as it stands."""
    language = file.parent.parent.name
    if not file.exists():
        return Catalog(locale=language, charset="utf-8")
    with file.open("rb") as stream:
        return read_po(stream, locale=language)


def brought_up(file: Path, sources: Catalog) -> str:
    """A translation's text with exactly the messages of the sources."""
    known = translated(file)
    wanted = Catalog(locale=known.locale, charset="utf-8")
    for message in sources:
        if message.id:
            found = known.get(message.id)
            kept = found.string if found is not None and not found.fuzzy else ""
            wanted.add(message.id, kept or None)
    head = _TRANSLATED_HEADER.format(language=known.locale, plurals=wanted.plural_forms)
    return head + _messages(wanted)


def compiled(file: Path) -> bytes:
    """A translation as gettext reads it."""
    catalogue = translated(file)
    catalogue.creation_date = catalogue.revision_date = _EPOCH
    written = io.BytesIO()
    write_mo(written, catalogue)
    return written.getvalue()


def untranslated(file: Path) -> Iterator[str]:
    """The messages that still wait for a translator."""
    for message in translated(file):
        strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
        if message.id and not all(strings):
            yield str(message.id)


def _messages(catalogue: Catalog) -> str:
    written = io.BytesIO()
    write_po(written, catalogue, no_location=True, omit_header=True, sort_output=True)
    return written.getvalue().decode("utf-8").strip("\n") + "\n"


if __name__ == "__main__":
    TEMPLATE.write_text(template(), "utf-8")
    for translation in TRANSLATIONS:
        translation.parent.mkdir(parents=True, exist_ok=True)
        translation.write_text(brought_up(translation, catalogue()), "utf-8")
        translation.with_suffix(".mo").write_bytes(compiled(translation))
        for text in untranslated(translation):
            print(f"{translation.parent.parent.name}: {text!r} waits for a translation")
