"""The verbs on a selection as files, `<language>/rewrite/<name>.md.j2`, the author's own too.

What a verb is called stands in its file: the first line of its first comment. A line "asks: …" in
that comment has the author asked for a line of their own first.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from storyforge import paths
from storyforge.domain.text import one_line
from storyforge.prompting.library import Own, find, folders
from storyforge.prompting.template import ENDING, Template

#: the folder of the verbs
STAGE = "rewrite"
#: the verb for which the author says what is to be done
OWN = "own"
_COMMENT = re.compile(r"\A\s*\{#-?\s*(.*?)\s*-?#\}", re.DOTALL)
_ASKS = re.compile(r"^\s*asks:\s*(.+?)\s*$", re.MULTILINE)
# In the order in which authors reach for them; their own ones come behind, by name.
_ORDER = (
    "rewrite",
    "expand",
    "shorten",
    "describe",
    "past",
    "present",
    "first_person",
    "third_person",
)


@dataclass(frozen=True, slots=True)
class Verb:
    """Something that can be done with a selection.

    Attributes:
        name: of the file, without its ending.
        title: for the author.
        asks: what the author is asked before; empty for nothing.
        own: the author's file, not one that ships.
    """

    name: str
    title: str
    asks: str = ""
    own: bool = False


def verbs(language: str) -> tuple[Verb, ...]:
    """All verbs for stories in `language`; a file of the author's hides a shipped one of its name.

    A file that cannot be read is listed by its name: asking for it says what is wrong.
    """
    found: dict[str, Verb] = {}
    for folder in folders(language):
        for root in (paths.config_dir() / "prompts", paths.prompts_dir()):
            for file in sorted((root / folder / STAGE).glob(f"*{ENDING}")):
                name = file.name.removesuffix(ENDING)
                if name not in found:
                    found[name] = _read(file, name, own=root != paths.prompts_dir())
    known = {name: number for number, name in enumerate(_ORDER)}
    last = len(_ORDER)
    return tuple(
        sorted(
            found.values(),
            key=lambda verb: (verb.name == OWN, known.get(verb.name, last), verb.name),
        )
    )


def template_of(verb: Verb, language: str, own: Own | None = None) -> Template:
    """The verb's prompt.

    Args:
        own: the story's own templates.

    Raises:
        BadInput: it cannot be read, or is not a lawful template.
    """
    return find(f"{STAGE}/{verb.name}", language, own)


def _read(file: Path, name: str, *, own: bool) -> Verb:
    try:
        comment = _COMMENT.match(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        comment = None
    head = comment[1] if comment is not None else ""
    title = one_line(head.split("\n", 1)[0]).strip() or name
    asked = _ASKS.search(head)
    return Verb(name, title, one_line(asked[1]) if asked is not None else "", own)
