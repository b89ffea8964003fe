"""The summaries of a story: which there are, how they stand to the text, and the author's own.

Whatever is listed here was read from the file now; nothing is remembered. No model is asked here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from storyforge.domain.hidden import visible
from storyforge.domain.story import ChapterHead, Outline, SceneHead
from storyforge.domain.summary import (
    Summary,
    SummaryOf,
    SummaryState,
    chapter_source,
    scene_source,
    state_of,
)
from storyforge.errors import BadInput
from storyforge.i18n import _, listed

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile


@dataclass(frozen=True, slots=True)
class Entry:
    """A scene or chapter and its summary.

    Attributes:
        number: from 1, counted through the story, scenes and chapters apart.
        source: what a summary made now would be made from, as a digest.
        characters: of the text that it would be made from.
        waits: a scene of this chapter is to be summed up first.
    """

    of: SummaryOf
    id: str
    number: int
    title: str
    state: SummaryState
    summary: Summary | None
    source: str
    characters: int
    waits: bool = False

    @property
    def text(self) -> str:
        """The summary's; empty where there is none."""
        return self.summary.text if self.summary is not None else ""

    @property
    def own(self) -> bool:
        """Whether the author wrote it."""
        return self.summary is not None and bool(self.summary.text) and self.summary.own

    @property
    def to_do(self) -> bool:
        """Whether it is to be made, or made anew; what the author wrote is never made unasked."""
        stale = self.state in (SummaryState.MISSING, SummaryState.DATED)
        return stale and not self.own


def entries(story: "StoryFile") -> tuple[Entry, ...]:
    """Every chapter followed by its scenes, in story order."""
    known = story.summaries.all()
    found: list[Entry] = []
    number = 0
    for at, chapter in enumerate(story.outline().chapters, start=1):
        scenes = []
        for head in chapter.scenes:
            number += 1
            scenes.append(_of_scene(story, head, number, known.get((SummaryOf.SCENE, head.id))))
        summary = known.get((SummaryOf.CHAPTER, chapter.id))
        found += [_of_chapter(chapter, at, scenes, summary), *scenes]
    return tuple(found)


def entry(story: "StoryFile", of: SummaryOf, target_id: str) -> Entry | None:
    """One of them as it is now; None where that scene or chapter is not in the story any more."""
    known, outline = story.summaries.all(), story.outline()
    if of is SummaryOf.SCENE:
        head = outline.scene(target_id)
        if head is None:
            return None
        number = outline.scenes.index(head) + 1
        return _of_scene(story, head, number, known.get((of, target_id)))
    for at, chapter in enumerate(outline.chapters, start=1):
        if chapter.id == target_id:
            scenes = [
                _of_scene(story, head, 0, known.get((SummaryOf.SCENE, head.id)))
                for head in chapter.scenes
            ]
            return _of_chapter(chapter, at, scenes, known.get((of, target_id)))
    return None


def to_make(found: Sequence[Entry]) -> tuple[Entry, ...]:
    """What is missing or dated, in the order to make it: a chapter behind its scenes."""
    order: list[Entry] = []
    chapter: Entry | None = None
    for one in found:
        if one.of is SummaryOf.SCENE:
            order.append(one)
            continue
        if chapter is not None:
            order.append(chapter)
        chapter = one
    if chapter is not None:
        order.append(chapter)
    return tuple(one for one in order if one.to_do)


def scene_text(story: "StoryFile", scene_id: str) -> str:
    """What a summary of the scene is made from: its text without what the author hid."""
    return visible(story.scenes.text(scene_id)).strip()


def scene_summaries(story: "StoryFile", outline: Outline, chapter_id: str) -> tuple[str, ...]:
    """What the summary of a chapter is made from: those of its scenes that there are."""
    known = story.summaries.all()
    chapter = next((one for one in outline.chapters if one.id == chapter_id), None)
    ids = [head.id for head in chapter.scenes] if chapter is not None else []
    texts = [known[SummaryOf.SCENE, key].text for key in ids if (SummaryOf.SCENE, key) in known]
    return tuple(text for text in texts if text.strip())


def write(story: "StoryFile", one: Entry, text: str) -> None:
    """Keep what the author wrote as a summary; an empty text forgets it.

    It is up to date from now on: the author knows what the text says.

    Raises:
        BadInput: the scene or chapter is not in the story any more.
        Refused: the story is read-only.
    """
    now = entry(story, one.of, one.id)
    if now is None:
        raise BadInput(
            _("“{name}” is no longer in the story; its summary was not kept.").format(
                name=one.title
            ),
            title=_("Not kept"),
        )
    text = text.strip()
    if not text:
        story.summaries.remove(one.of, one.id)
    else:
        story.summaries.put(made_now(now, text))


def made_now(one: Entry, text: str, model: str = "") -> Summary:
    """A summary from what there is now; without a model it is the author's."""
    from datetime import UTC, datetime

    return Summary(one.of, one.id, text, one.source, datetime.now(UTC), model)


def name_of(one: Entry) -> str:
    """What an author calls it: "Chapter 2, The Boat", "Scene 5, Fog"."""
    number = (_("Chapter {number}") if one.of is SummaryOf.CHAPTER else _("Scene {number}")).format(
        number=one.number
    )
    if one.title in ("", number):
        return number
    return _("{number}, {title}").format(number=number, title=one.title)


def standing(one: Entry) -> str:
    """How it stands, in a word or two."""
    told = {
        SummaryState.MISSING: _("missing"),
        SummaryState.DATED: _("out of date"),
        SummaryState.THERE: _("there"),
        SummaryState.EMPTY: _("no text"),
    }[one.state]
    if not one.own:
        return told
    return _("yours") if one.state is SummaryState.THERE else listed((_("yours"), told))


def _of_scene(story: "StoryFile", head: SceneHead, number: int, summary: Summary | None) -> Entry:
    text = scene_text(story, head.id) if head.length else ""
    source = scene_source(text)
    state = state_of(summary, source)
    if not text and state is SummaryState.MISSING:
        state = SummaryState.EMPTY
    return Entry(SummaryOf.SCENE, head.id, number, head.title, state, summary, source, len(text))


def _of_chapter(
    chapter: ChapterHead, number: int, scenes: Sequence[Entry], summary: Summary | None
) -> Entry:
    texts = [scene.text for scene in scenes if scene.text.strip()]
    source = chapter_source(texts)
    waits = any(scene.to_do for scene in scenes)
    state = state_of(summary, source)
    if state is SummaryState.THERE and waits:
        state = SummaryState.DATED
    elif state is SummaryState.MISSING and not texts and not waits:
        state = SummaryState.EMPTY
    size = sum(map(len, texts))
    return Entry(
        SummaryOf.CHAPTER, chapter.id, number, chapter.title, state, summary, source, size, waits
    )
