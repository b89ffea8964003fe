"""What is being typed in a prompt, and what a completion puts in its place. Pure."""

import re
from dataclasses import dataclass

from storyforge.domain.picture.painters import Dialect
from storyforge.domain.picture.prompt_editing import Edit

# Tags that are faces drawn with signs: their underscores are no blanks.
_EMOTICON = re.compile(
    r"\W_\W|[0-9oOTuUxXQ@+^;>=|-]_[0-9oOTuUxXQ@+^;<=|-]|>_<|\|_\||:[a-zA-Z0-9<>3()]"
)
_NETWORK = re.compile(r"<(?P<kind>lora|lyco|hypernet):(?P<name>[^:<>\n]*)\Z")
#: dialects whose words stand apart by blanks
BY_BLANKS = (Dialect.TAGS_SPACES, Dialect.NATURAL_PLAIN)
# Before a word that is typed; a blank too where blanks separate.
_ENDS = ",\n([{|:<>"


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands before the cursor and may be completed.

    Attributes:
        start, end: where it stands.
        lora, hypernet: it is the name of a LoRA, or of a hypernetwork.
        negative: it stands in the negative prompt.
    """

    text: str
    start: int
    end: int
    lora: bool = False
    hypernet: bool = False
    negative: bool = False

    @property
    def calls(self) -> bool:
        """Whether it is the name of a file, between `<` and `>`."""
        return self.lora or self.hypernet


def typed_at(prompt: str, caret: int, dialect: Dialect) -> Typed | None:
    """What is being typed at the cursor; None where there is nothing, or it stands in a word."""
    before = prompt[:caret]
    if prompt[caret : caret + 1].isalnum():
        return None
    calling = _NETWORK.search(before)
    if calling is not None:
        hypernet = calling["kind"] == "hypernet"
        start = calling.start("name")
        return Typed(calling["name"], start, caret, lora=not hypernet, hypernet=hypernet)
    ends = _ENDS + " \t" if dialect in BY_BLANKS else _ENDS
    start = max((before.rfind(sign) for sign in ends), default=-1) + 1
    text = before[start:]
    start += len(text) - len(text.lstrip())
    text = text.lstrip()
    return Typed(text, start, caret) if text.strip(" _") else None


def spelled(tag: str, dialect: Dialect) -> str:
    """A tag as a prompt has it: blanks for underscores but in faces, brackets escaped."""
    if dialect is Dialect.TAGS_SPACES:
        return tag
    text = tag if _EMOTICON.fullmatch(tag) else tag.replace("_", " ")
    return text.replace("(", "\\(").replace(")", "\\)")


def completed(
    prompt: str, typed: Typed, name: str, dialect: Dialect, *, as_it_is: bool = False
) -> Edit:
    """Put a tag, or a file's name, in the place of what was typed; the cursor comes behind it.

    Args:
        as_it_is: the word calls a file by its name, and is spelled in no other way.
    """
    behind = prompt[typed.end :]
    if typed.calls:
        closed = behind.startswith((":", ">"))
        text = name if closed else f"{name}:1>"
    else:
        text = name if as_it_is else spelled(name, dialect)
        joint = " " if dialect in BY_BLANKS else ", "
        if behind.startswith(joint.rstrip() or joint) or behind[:1] in (")", "]", ":"):
            joint = ""
        text += joint
    caret = typed.start + len(text)
    return Edit(typed.start, typed.end, text, caret, caret)
