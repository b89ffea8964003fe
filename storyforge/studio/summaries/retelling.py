"""The summaries that could stand for what is above the window, and how they stand to the text.

Each scene's text is read once, and again when its size has changed: an edit that keeps the size to
the letter and the word dates a summary only after the story was opened again.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from storyforge.domain.hidden import seen, visible
from storyforge.domain.story import Outline, SceneHead
from storyforge.domain.summary import Summary, SummaryOf, chapter_source, is_dated, scene_source
from storyforge.i18n import _
from storyforge.prompting.retelling import PastChapter, PastScene

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

# More than find room in any window; what stands above them is not looked at.
_MOST = 100

_Key = tuple[str, int, int, int]
_Summaries = dict[tuple[SummaryOf, str], Summary]


@dataclass(frozen=True, slots=True)
class _Facts:
    """Of a scene's text: what its summary would be made from, and whether it hides all above."""

    source: str
    broken: bool


_known: "WeakKeyDictionary[StoryFile, dict[_Key, _Facts]]" = WeakKeyDictionary()


def past_of(story: "StoryFile", outline: Outline, scene_id: str) -> tuple[PastChapter, ...]:
    """The chapters up to the scene with their summaries; nothing from above a break.

    Empty where the story has no summaries. The scene itself is the last one.
    """
    summaries = story.summaries.all()
    if not summaries:
        return ()
    facts = _known.setdefault(story, {})
    chapters: list[PastChapter] = []
    found, number, started = 0, len(outline.scenes), False
    for chapter in reversed(outline.chapters):
        scenes: list[PastScene] = []
        broken = False
        for head in reversed(chapter.scenes):
            started = started or head.id == scene_id
            if started:
                known = _facts(story, head, facts)
                broken = known.broken and head.id != scene_id
                if broken:
                    break
                scenes.append(_scene(head, number, summaries, known))
            number -= 1
        if scenes:
            whole = len(scenes) == len(chapter.scenes) and scenes[0].id != scene_id
            one = PastChapter(chapter.id, chapter.title, tuple(reversed(scenes)), whole=whole)
            chapters.append(_summed_up(one, summaries))
            found += 1 if chapters[-1].summary else sum(bool(scene.summary) for scene in scenes)
        if broken or found >= _MOST:
            break
    return tuple(reversed(chapters))


def _scene(head: SceneHead, number: int, summaries: _Summaries, facts: _Facts) -> PastScene:
    name = head.title or _("Scene {number}").format(number=number)
    summary = summaries.get((SummaryOf.SCENE, head.id))
    if summary is None:
        return PastScene(head.id, name)
    return PastScene(head.id, name, summary.text.strip(), is_dated(summary, facts.source))


def _summed_up(chapter: PastChapter, summaries: _Summaries) -> PastChapter:
    summary = summaries.get((SummaryOf.CHAPTER, chapter.id))
    if summary is None or not chapter.whole:
        return chapter
    source = chapter_source([scene.summary for scene in chapter.scenes if scene.summary])
    dated = is_dated(summary, source) or any(scene.dated for scene in chapter.scenes)
    text = summary.text.strip()
    return PastChapter(chapter.id, chapter.name, chapter.scenes, text, dated)


def _facts(story: "StoryFile", head: SceneHead, known: dict[_Key, _Facts]) -> _Facts:
    key = (head.id, head.length, head.counts.words, head.counts.characters)
    if key not in known:
        text = story.scenes.text(head.id) if head.length else ""
        known[key] = _Facts(scene_source(visible(text)), seen(text).broken)
    return known[key]
