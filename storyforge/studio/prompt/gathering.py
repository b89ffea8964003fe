"""From an open story and a caret to what a prompt is made of: one visit to the story file.

What does not change with every key is read once and remembered by the store; of the text only what
can matter for the model's window is read. It decides nothing about the prompt.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from storyforge.domain.hidden import Seen, seen, seen_behind
from storyforge.domain.length import Length
from storyforge.domain.lore import AUTHOR_NOTE, MEMORY, STYLE
from storyforge.domain.sampling import Sampling
from storyforge.domain.sections import PromptEdit
from storyforge.domain.story import ChapterHead, EarlierScene, Outline, Passage, SceneHead
from storyforge.errors import Refused
from storyforge.i18n import _
from storyforge.prompting.allotting import Told
from storyforge.prompting.context import Wanted
from storyforge.prompting.lore_calling import Scene
from storyforge.prompting.placing import NEAR_LINES, line_up
from storyforge.prompting.scene_plan import Beat
from storyforge.studio.lore.memory import memory_of
from storyforge.studio.prompt.planned import plan_for
from storyforge.studio.summaries.retelling import past_of

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
        beat: what is to be written now, where a scene is drafted.
    """

    length: Length
    sampling: Sampling
    window: int
    wish: str = ""
    infill: bool = False
    edited: bool = True
    beat: Beat | None = None


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


@dataclass(frozen=True, slots=True)
class Before:
    """What stands before the caret, as a model may see it.

    Attributes:
        here: the scene being written; its text ends at the caret. chapter: the one that holds it.
        begins: the offset of that text in the scene's visible text.
        heads: all scenes before; `earlier` are the nearest, with their texts.
        broken: a break hides all that stands above it, in the scenes before too.
    """

    earlier: tuple[EarlierScene, ...]
    here: EarlierScene
    begins: int
    chapter: ChapterHead
    heads: tuple[SceneHead, ...]
    broken: bool

    def place(self, outline: Outline, reach: int, wish: str = "") -> Scene:
        """The place that lore is called for; so many characters before the caret are searched."""
        offset, _missing = line_up(self.here.text, NEAR_LINES)
        heads = outline.scenes
        return Scene(
            id=self.here.scene_id,
            tail=_tail(self.earlier, self.here, reach),
            at=self.begins + offset,
            order={head.id: index for index, head in enumerate(heads)},
            titles={head.id: head.title for head in heads},
            wish=wish,
        )


def gathered(story: "StoryFile", passage: Passage, asking: Asking) -> Gathered:
    """What the prompt at `passage` is made of; reads the file, so not for the screen's thread.

    Raises:
        Refused: the scene is not in the story.
    """
    outline = story.outline()
    found = before_caret(story, outline, passage, asking.window * _CHARACTERS_A_TOKEN)
    whole = passage.before + passage.after
    wanted = Wanted(
        title=outline.title.strip(),
        author=outline.author.strip(),
        earlier=found.earlier,
        here=found.here,
        window=asking.window,
        length=asking.length,
        sampling=asking.sampling,
        language=outline.language,
        told=_told(story, outline, found, asking),
        past=() if found.broken else past_of(story, outline, passage.scene_id),
        begins=found.begins,
        behind=seen_behind(whole, len(passage.before))[:_BEHIND] if asking.infill else "",
    )
    return Gathered(
        wanted,
        outline,
        found.chapter,
        sum(head.counts.of(outline.language) for head in found.heads),
        story.prompt_edits.of_scene(passage.scene_id) if asking.edited else None,
    )


def before_caret(story: "StoryFile", outline: Outline, passage: Passage, most: int) -> Before:
    """What stands before the caret: at the least its last `most` characters, where there are any.

    Raises:
        Refused: the scene is not in the story.
    """
    chapter = outline.chapter_of(passage.scene_id)
    if chapter is None:
        raise Refused(
            _("This scene is no longer in the story."),
            title=_("Scene not found"),
            hint=_("Open another scene, or bring this one back with undo."),
        )
    scenes = outline.scenes
    at = next(index for index, head in enumerate(scenes) if head.id == passage.scene_id)
    told = seen(passage.before + passage.after, len(passage.before))
    here, begins = _here(scenes[:at], scenes[at], chapter, told, most)
    reach = 0 if here.cut else most
    earlier = () if told.broken else _seen(story.scenes.before(passage.scene_id, reach))
    return Before(earlier, here, begins, chapter, tuple(scenes[:at]), told.broken)


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


def _told(story: "StoryFile", outline: Outline, found: Before, asking: Asking) -> Told:
    texts, rules = story.context.texts(), story.context.rules()
    wish, beat = asking.wish.strip(), asking.beat
    plan = plan_for(story, outline, found.here.scene_id, rules, drafting=beat is not None)
    told = Told(
        memory=texts.get(MEMORY, ""),
        note=texts.get(AUTHOR_NOTE, ""),
        style=texts.get(STYLE, ""),
        wish=wish,
        rules=rules,
        plan=plan,
        beat=beat,
    )
    entries = story.context.lore()
    if not entries:
        return told
    memory = memory_of(story)
    book = memory.book(entries)
    # What a beat names is on its way onto the page: its lore is told from the first word on.
    named = wish if beat is None else "\n".join((beat.told, *beat.missing, plan.cues))
    place = found.place(outline, book.reach(told.rules.scan), named)
    return replace(told, calls=book.calls(place, told.rules, memory.of_scene(place.id)))


def _tail(earlier: Sequence[EarlierScene], here: EarlierScene, reach: int) -> str:
    """The last `reach` characters before the caret, over the borders of scenes."""
    tail = here.text[max(len(here.text) - reach, 0) :]
    for scene in reversed(earlier):
        left = reach - len(tail) - 1
        if left <= 0:
            break
        tail = f"{scene.text[max(len(scene.text) - left, 0) :]}\n{tail}"
    return tail
