"""Searching a whole story, and replacing in it as one step that can be taken back.

Scenes are read one after the other, so a caller in a thread shows what is found as it comes and may
stop between two of them. What is replaced was looked at before: a scene that changed since then
stops all of it, and nothing is written.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from storyforge.domain.batch import Batch, Undone
from storyforge.domain.replacing import Edit, Replacement, with_edits
from storyforge.domain.searching import MOST, Hit, Query, too_many
from storyforge.errors import Refused
from storyforge.i18n import _
from storyforge.store.story_file import StoryFile


@dataclass(frozen=True, slots=True)
class Searched:
    """One scene that was searched.

    Attributes:
        text: as it was read; the offsets of `hits` are in it.
        hits: empty where nothing was found.
        edits: what would come in the place of each hit; empty for a mere search.
    """

    scene_id: str
    text: str
    hits: tuple[Hit, ...] = ()
    edits: tuple[Edit, ...] = ()


def find(
    story: StoryFile, query: Query, scene_ids: Sequence[str] | None = None
) -> Iterator[Searched]:
    """Search the scenes in story order, every one of them told, up to `MOST` hits in all.

    Args:
        scene_ids: only these.

    Raises:
        BadInput: the query cannot be searched for, or takes too long.
    """
    query.check()
    left = MOST
    for scene_id in _scenes(story, scene_ids):
        text = story.scenes.text(scene_id)
        hits = query.hits(text)[:left]
        yield Searched(scene_id, text, hits)
        left -= len(hits)
        if left <= 0:
            return


def preview(
    story: StoryFile, replacement: Replacement, scene_ids: Sequence[str] | None = None
) -> Iterator[Searched]:
    """What `replace` would do, scene by scene; nothing is changed.

    Raises:
        BadInput: the query cannot be searched for, takes too long, or finds more than `MOST`.
    """
    replacement.query.check()
    count = 0
    for scene_id in _scenes(story, scene_ids):
        text = story.scenes.text(scene_id)
        edits = replacement.edits(text)
        count += len(edits)
        if count > MOST:
            raise too_many()
        yield Searched(scene_id, text, tuple(Hit(e.start, e.end) for e in edits), edits)


def label(replacement: Replacement) -> str:
    """How a replacement is called in the list of changes."""
    return _("replace “{text}” by “{by}”").format(
        text=_short(replacement.query.text), by=_short(replacement.text)
    )


def replace(
    story: StoryFile, name: str, chosen: Mapping[str, Sequence[Edit]], looked_at: Mapping[str, str]
) -> Batch:
    """Carry out edits in several scenes as one step, with snapshots before and behind.

    Args:
        name: what the step is called.
        chosen: edits by scene.
        looked_at: the texts that the edits were made for, by scene.

    Raises:
        Refused: a scene has changed since; nothing was written.
    """
    pages = []
    for scene_id, edits in chosen.items():
        page = story.scenes.load(scene_id)
        if page.text != looked_at[scene_id]:
            raise Refused(
                _("A scene has changed since the preview; nothing was replaced."),
                title=_("Not replaced"),
                hint=_("Look at the preview again."),
            )
        pages.append(with_edits(page, edits))
    return story.batches.apply(
        name, [page for page in pages if page.text != looked_at[page.scene_id]]
    )


def undo(story: StoryFile, batch: Batch, *, changed_too: bool = False) -> Undone:
    """Take a replacement back; scenes written in since stay as they are unless `changed_too`.

    What those hold is kept as a snapshot before they are given back.
    """
    return story.batches.undo(batch.id, changed_too=changed_too)


def _scenes(story: StoryFile, scene_ids: Sequence[str] | None) -> Sequence[str]:
    if scene_ids is not None:
        return scene_ids
    return [scene.id for scene in story.outline().scenes]


def _short(text: str) -> str:
    return text if len(text) <= 30 else text[:29] + "…"
