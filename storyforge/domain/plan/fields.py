"""What the forms of the plan are made of: kinds of items, fields and what they hold. Values.

A value is text, whatever its field: a list has an item a line, a number its digits, a reference the
id of what it refers to or, where there is no such item, the name that was written. The bounds are
those of a model's answer; what an author writes has none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from storyforge.domain.plan.stages import Stage


class Kind(StrEnum):
    """What an item of the plan is."""

    PREMISE = "premise"
    CHARACTER = "character"
    #: how a character looks from a scene on
    LOOK = "look"
    #: a place, thing or rule: an entry of the lorebook
    WORLD = "world"
    #: how the outline is built, of which there is one
    OUTLINE = "outline"
    PLOT_LINE = "plot line"
    ACT = "act"
    #: a chapter of the binder
    CHAPTER = "chapter"
    #: a scene of the binder
    SCENE = "scene"


class Shape(StrEnum):
    """What a field holds."""

    LINE = "line"
    TEXT = "text"
    #: lines, each an item
    LIST = "list"
    NUMBER = "number"
    CHOICE = "choice"
    #: a reference to an item of the field's `of`
    ONE = "one"
    #: references, each on a line
    MANY = "many"
    #: the digest of a picture that is kept with the story
    PICTURE = "picture"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form.

    Attributes:
        name: in the file, in templates and in a model's answer.
        label, help: for the author; marked for translation.
        most: characters of a model's answer, of each item where there are several; at most 1,000
            (a longer bound makes llama.cpp refuse the grammar).
        items: how many items a model may give at the most.
        choices: the values of a `CHOICE`, as the file has them.
        of: the kind that a reference refers to.
        asked: a model is asked for it with the whole item; else only by itself.
        made: fields of the same item that it is made from, where it is asked for by itself.
        pictured: it is for pictures only, and shown apart from the others.
        told: models that plan or write are told of it.
        pictures: the field whose picture text it is.
    """

    name: str
    label: str
    help: str = ""
    shape: Shape = Shape.LINE
    most: int = 120
    items: int = 1
    choices: tuple[str, ...] = ()
    of: Kind | None = None
    asked: bool = True
    made: tuple[str, ...] = ()
    pictured: bool = False
    told: bool = True
    pictures: str = ""

    @property
    def is_list(self) -> bool:
        """Whether its value has an item a line."""
        return self.shape in (Shape.LIST, Shape.MANY)


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a kind of item, in the order in which they are shown and asked for.

    Attributes:
        name: the field that an item is known by; empty where there is one item only.
        line: the field that tells it in one line.
    """

    kind: Kind
    stage: Stage
    fields: tuple[Field, ...]
    name: str = ""
    line: str = ""

    def field(self, name: str) -> Field:
        """The field of that name.

        Raises:
            KeyError: the form has none.
        """
        return self._by_name[name]

    @property
    def _by_name(self) -> Mapping[str, Field]:
        return {field.name: field for field in self.fields}
