"""The author's day: a recorded trace of what is done to a story, and the story it is done to.

One letter is one action. Between what an author changes and Shift+Enter there is a pause, and a
longer one behind a switch of the scene; how long they are says `Sizes`. Nothing here asks a model.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from benchmarks.stories import scene_text
from storyforge.domain.lore import LoreEntry
from storyforge.domain.origin import Origin, Provenance
from storyforge.domain.story import Page, Passage

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

#: 24 appends, 8 retries, 10 edits near the end, 2 near the top, 3 times three takes, 3 notes,
#: 2 entries of lore, 6 switches ("2:" is to the second scene) and a restart, begun in the second
WHOLE = "aaraeanaTe 3: araeala 2: aearnEa 1: aaTear 2: aear R aeraTa 3: aeare 2: aEealnr"
#: one of each, for a quick look
SHORT = "aar 1: eT 2: nl R aE"
# Characters a token of English prose takes; and how far from its ends a page is edited.
_CHARACTERS = 4.4
_NEAR_END, _NEAR_TOP = 300, 200
_KEYS = ("the brass key", "Halloran")
_NOTES = ("slow, sensory, no dialogue yet", "the fog is a person", "she is afraid now", "end soon")
_WORDS = ("grey", "slowly", "cold", "old", "late", "again", "low", "still")


class Deed(Enum):
    """What is done; the letter of the trace."""

    APPEND = "a"
    RETRY = "r"
    EDIT = "e"
    EDIT_TOP = "E"
    TAKES = "T"
    NOTE = "n"
    LORE = "l"
    SWITCH = ":"
    RESTART = "R"


@dataclass(frozen=True, slots=True)
class Action:
    """One action; `scene` counts from 0 and is told for switches."""

    deed: Deed
    scene: int = -1


def actions(trace: str) -> Iterator[Action]:
    """The actions of a trace."""
    scene = -1
    for letter in trace:
        if letter.isdigit():
            scene = int(letter) - 1
        elif letter == Deed.SWITCH.value:
            yield Action(Deed.SWITCH, scene)
        elif letter.strip():
            yield Action(Deed(letter))


@dataclass
class Desk:
    """What stands on the pages of one side, and how the trace changes it.

    Attributes:
        story: the real file; another one after a restart.
        place: where the last answer stands; a retry is at the same.
        before: the page's text in front of that answer.
    """

    story: "StoryFile"
    scenes: list[str]
    texts: list[str]
    scene: int = 1
    place: str = ""
    before: str = ""
    _count: int = field(default=0)

    def do(self, action: Action) -> None:
        """Change what the action changes; the page is saved when it is asked for."""
        self._count += 1
        text = self.texts[self.scene]
        if action.deed is Deed.SWITCH:
            self.scene = action.scene
        elif action.deed is Deed.RETRY:
            self.texts[self.scene] = self.before
            return
        elif action.deed is Deed.EDIT:
            reach = int(_NEAR_END * _CHARACTERS)
            back = max(len(text) - (self._count * 577) % reach, len(text) // 2)
            self.texts[self.scene] = _other_word(text, back, self._count)
        elif action.deed is Deed.EDIT_TOP:
            self.texts[self.scene] = _other_word(text, min(_NEAR_TOP, len(text) // 3), self._count)
        elif action.deed is Deed.NOTE:
            self.story.context.set_text("author_note", _NOTES[self._count % len(_NOTES)])
        elif action.deed is Deed.LORE:
            key = _KEYS[self._count % len(_KEYS)]
            self.texts[self.scene] = f"{text.rstrip()} She thought of {key}."
        elif action.deed in (Deed.APPEND, Deed.TAKES):
            self.texts[self.scene] = f"{text.rstrip()} {_sentence(self._count)}"
        self.place, self.before = uuid4().hex, self.texts[self.scene]

    def passage(self) -> Passage:
        """The caret stands at the page's end."""
        return Passage(self.scenes[self.scene], self.texts[self.scene], "")

    def save(self) -> None:
        """Bring the page to the disk, as the desk does before it asks."""
        text = self.texts[self.scene]
        whole = Provenance.whole(len(text), Origin.TYPED)
        self.story.scenes.save(Page(self.scenes[self.scene], text, whole, len(text)))

    def accept(self, answer: str) -> None:
        """Let an answer stand."""
        self.texts[self.scene] = self.before + answer


def new_desk(path: Path, page_tokens: int) -> Desk:
    """A story of three scenes: a page of so many tokens between two of a quarter of it."""
    from storyforge.store.story_file import StoryFile

    story = StoryFile.create(path, title="The Light at Skerry Point", author="Ana")
    chapter = story.outline().chapters[0]
    scenes = [chapter.scenes[0].id]
    scenes += [story.binder.add_scene(chapter.id, name) for name in ("The boat", "The child")]
    sizes = (page_tokens // 4, page_tokens, page_tokens // 4)
    texts = [
        scene_text(number, characters=int(size * _CHARACTERS))[: int(size * _CHARACTERS)]
        for number, size in enumerate(sizes, start=1)
    ]
    desk = Desk(story, scenes, [f"{text.rsplit(' ', 1)[0]}." for text in texts])
    for desk.scene in (0, 2, 1):
        desk.save()
    story.context.set_text("memory", "Skerry Point, 1893. The supply ship comes twice a year.")
    story.context.set_text("author_note", _NOTES[0])
    for key in _KEYS:
        content = f"{key}: it was her father's, and nobody but Mara knows where it is kept."
        story.context.put_entry(LoreEntry(uuid4().hex, key, (key,), content))
    return desk


def _sentence(number: int) -> str:
    """A sentence that an author adds, another one each time."""
    return scene_text(1000 + number, words=20).split("\n\n")[1].split(". ")[0].rstrip(".") + "."


def _other_word(text: str, near: int, number: int) -> str:
    """`text` with the word at an offset replaced by another."""
    start = text.rfind(" ", 0, near) + 1
    end = text.find(" ", start)
    end = len(text) if end < 0 else end
    return text[:start] + _WORDS[number % len(_WORDS)] + text[end:]
