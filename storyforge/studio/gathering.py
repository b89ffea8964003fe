"""From an open story and a caret to what a prompt is made of: one visit to the story file.

What does not change with every key is read once and remembered by the store; of the text only what
can matter for the model's window is read. It decides nothing about the prompt.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from storyforge.domain.generation import Length, PromptEdit
from storyforge.domain.hidden import Seen, seen, seen_behind
from storyforge.domain.sampling import Sampling
from storyforge.domain.story import ChapterHead, EarlierScene, Outline, Passage, SceneHead
from storyforge.errors import Refused
from storyforge.i18n import _
from storyforge.prompting.allotting import Told
from storyforge.prompting.context import Wanted
from storyforge.prompting.lore_calling import Scene
from storyforge.prompting.placing import NEAR_LINES, line_up
from storyforge.studio.lore_memory import memory_of
from storyforge.studio.retelling import past_of

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

# More than tokenizers put into a token of prose on average (4 to 5): enough to fill the window.
_CHARACTERS_A_TOKEN = 8
# Of the text behind the caret; a model is led to its beginning.
_BEHIND = 4_000


@dataclass(frozen=True, slots=True)
class Asking:
    """How a continuation is asked for, beside the place.

    Attributes:
        infill: the answer is to lead to what stands behind the caret.
        edited: with the author's own edit of the prompt, where one is kept for the scene.
    """

    length: Length
    sampling: Sampling
    window: int
    wish: str = ""
    takes: int = 1
    infill: bool = False
    stop: tuple[str, ...] = ()
    edited: bool = True


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a prompt is made of.

    Attributes:
        chapter: the one that holds the scene.
        before: the words of the scenes before, by the story's counts.
        edit: the author's own prompt for the scene, where one is kept.
    """

    wanted: Wanted
    outline: Outline
    chapter: ChapterHead
    before: int
    edit: PromptEdit | None


def gathered(story: "StoryFile", passage: Passage, asking: Asking) -> Gathered:
    """What the prompt at `passage` is made of; reads the file, so not for the screen's thread.

    Raises:
        Refused: the scene is not in the story.
    """
    outline = story.outline()
    scenes = outline.scenes
    chapter = outline.chapter_of(passage.scene_id)
    if chapter is None:
        raise Refused(
            _("This scene is no longer in the story."),
            title=_("Scene not found"),
            hint=_("Open another scene, or bring this one back with undo."),
        )
    at = next(index for index, head in enumerate(scenes) if head.id == passage.scene_id)
    most = asking.window * _CHARACTERS_A_TOKEN
    whole = passage.before + passage.after
    told = seen(whole, len(passage.before))
    here, begins = _here(scenes[:at], scenes[at], chapter, told, most)
    reach = 0 if here.cut else most
    earlier = () if told.broken else _seen(story.scenes.before(passage.scene_id, reach))
    wanted = Wanted(
        title=outline.title.strip(),
        author=outline.author.strip(),
        earlier=earlier,
        here=here,
        window=asking.window,
        length=asking.length,
        sampling=asking.sampling,
        language=outline.language,
        told=_told(story, scenes, earlier, here, begins, asking.wish.strip()),
        past=() if told.broken else past_of(story, outline, passage.scene_id),
        begins=begins,
        behind=seen_behind(whole, len(passage.before))[:_BEHIND] if asking.infill else "",
        takes=asking.takes,
        stop=asking.stop,
    )
    return Gathered(
        wanted,
        outline,
        chapter,
        sum(head.counts.of(outline.language) for head in scenes[:at]),
        story.prompt_edits.of_scene(passage.scene_id) if asking.edited else None,
    )


def _here(
    before: Sequence[SceneHead], head: SceneHead, chapter: ChapterHead, told: Seen, most: int
) -> tuple[EarlierScene, int]:
    """(the scene being written, the offset of its text in the scene's visible text).

    Of a scene larger than any window its end will do: 1 MB would take half a second to look at.
    """
    skipped = max(len(told.text) - most, 0)
    begins = told.start + skipped
    opens = chapter.title if chapter.scenes[0] is head and not told.broken else None
    start = sum(scene.length for scene in before) + begins
    cut = skipped > 0 or told.broken
    return EarlierScene(head.id, head.title, opens, told.text[skipped:], start, cut), begins


def _seen(scenes: Sequence[EarlierScene]) -> tuple[EarlierScene, ...]:
    """The scenes as a model may see them: none from above a break."""
    found: list[EarlierScene] = []
    for scene in reversed(scenes):
        told = seen(scene.text, cut=scene.cut)
        start, cut = scene.start + told.start, scene.cut or told.broken
        found.append(replace(scene, text=told.text, start=start, cut=cut))
        if told.broken:
            break
    return tuple(reversed(found))


def _told(
    story: "StoryFile",
    scenes: Sequence[SceneHead],
    earlier: Sequence[EarlierScene],
    here: EarlierScene,
    begins: int,
    wish: str,
) -> Told:
    texts = story.context.texts()
    told = Told(
        memory=texts.get("memory", ""),
        note=texts.get("author_note", ""),
        style=texts.get("style", ""),
        wish=wish,
        rules=story.context.rules(),
    )
    entries = story.context.lore()
    if not entries:
        return told
    memory = memory_of(story)
    book = memory.book(entries)
    offset, _missing = line_up(here.text, NEAR_LINES)
    place = Scene(
        id=here.scene_id,
        tail=_tail(earlier, here, book.reach(told.rules.scan)),
        at=begins + offset,
        order={head.id: index for index, head in enumerate(scenes)},
        titles={head.id: head.title for head in scenes},
        wish=wish,
    )
    return replace(told, calls=book.calls(place, told.rules, memory.of_scene(here.scene_id)))


def _tail(earlier: Sequence[EarlierScene], here: EarlierScene, reach: int) -> str:
    """The last `reach` characters before the caret, over the borders of scenes."""
    tail = here.text[max(len(here.text) - reach, 0) :]
    for scene in reversed(earlier):
        left = reach - len(tail) - 1
        if left <= 0:
            break
        tail = f"{scene.text[max(len(scene.text) - left, 0) :]}\n{tail}"
    return tail
