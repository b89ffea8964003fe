"""The catalogue's template: every word an author may see. `make words` writes it anew.

No line numbers, no dates: it changes only when a word does.
"""

import io
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

import storyforge
from storyforge import i18n

PACKAGE = Path(storyforge.__file__).parent
TEMPLATE = i18n.locale_dir() / "storyforge.pot"
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2)}
_HEADER = """\
# The words of storyforge, for translators: copy to <language>/LC_MESSAGES/storyforge.po.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

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
    written = io.BytesIO()
    write_po(written, catalogue(), no_location=True, omit_header=True, sort_output=True)
    return _HEADER + written.getvalue().decode("utf-8").strip("\n") + "\n"


if __name__ == "__main__":
    TEMPLATE.parent.mkdir(exist_ok=True)
    TEMPLATE.write_text(template(), "utf-8")
