"""Two copies of one story put together: the verb, its report, and what stands in the way.

Neither copy is touched by `merge`; `merge_into` changes the open story only, in one transaction.
"""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from storyforge import paths
from storyforge.domain.ancestry import Seen
from storyforge.domain.merge_plan import Finding, MergePlan, Side
from storyforge.domain.merging import plan
from storyforge.domain.story import Page
from storyforge.domain.weaving import woven
from storyforge.errors import Refused, StoryforgeError
from storyforge.i18n import _
from storyforge.store.merging import Merged
from storyforge.store.picture_files import PictureFolder
from storyforge.store.story_file import StoryFile
from storyforge.studio.plan_titles import plan_titles


@dataclass(frozen=True, slots=True)
class Report:
    """What a merge did.

    Attributes:
        findings: in story order; nothing in it where the other copy held nothing new.
        titles: the scenes and chapters that the findings name, by id.
        woven: the scenes whose changes were put together paragraph by paragraph.
        newer: whether this side had something that the other copy lacked.
    """

    findings: tuple[Finding, ...]
    titles: Mapping[str, str]
    woven: frozenset[str] = frozenset()
    newer: bool = False

    @property
    def conflicts(self) -> tuple[Finding, ...]:
        """What both copies had changed."""
        return tuple(one for one in self.findings if one.conflict)

    @property
    def took(self) -> bool:
        """Whether anything came from the other copy."""
        return any(one.theirs or one.conflict for one in self.findings) or bool(self.woven)


def merge(
    ours: Path, theirs: Path, out: Path, *, force: bool = False, join: bool = False
) -> Report:
    """Put two copies of a story together in a new file; the two stay as they are.

    Args:
        force: replace a file at `out`.
        join: weave scenes that both changed where the changed paragraphs do not touch.

    Raises:
        Refused: they are two stories, or something is at `out`.
        StoryFileError: one cannot be read, or `out` not be written.
    """
    if out.exists() and any(out.samefile(one) for one in (ours, theirs) if one.exists()):
        raise Refused(
            _("The merged story cannot take the place of one of the two."),
            title=_("Not merged"),
            hint=_("Choose another name with -o; both copies stay as they are."),
        )
    with contextlib.ExitStack() as both:
        first = both.enter_context(StoryFile.look(ours))
        second = both.enter_context(StoryFile.look(theirs))
        require_same(first, second)
        # Built under another name, so that a merge that fails leaves nothing at `out`.
        building = out.with_name(f".{out.stem}.merging{out.suffix}")
        _clear(building)
        try:
            first.copy_to(building)
            with StoryFile.open(building) as made:
                report = merge_into(made, second, source=theirs.name, join=join)
                made.copy_to(out, force=force)
        finally:
            _clear(building)
    return report


def _clear(building: Path) -> None:
    for left in ("", "-wal", "-shm", ".lock"):
        Path(f"{building}{left}").unlink(missing_ok=True)
    pictures = PictureFolder(building.resolve())
    pictures.drop(pictures.sizes())


def merge_into(story: StoryFile, other: StoryFile, *, source: str, join: bool = False) -> Report:
    """Take another copy into the open story.

    Args:
        source: the other copy's name, for what is kept of it.

    Raises:
        Refused: it is another story.
    """
    require_same(story, other)
    ours, theirs = _sides(story, other)
    decided = plan(ours, theirs)
    pages = dict(_woven(story, other, ours, theirs, decided)) if join else {}
    decided.findings = [
        one
        for one in decided.findings
        if not (one.event == "both texts" and one.key.partition(":")[2] in pages)
    ]
    for scene in pages:
        decided.scenes[scene] = replace(decided.scenes[scene], copy_id="")
        decided.scenes_of = {
            chapter: tuple(one for one in scenes if one in decided.scenes or one in theirs.texts)
            for chapter, scenes in decided.scenes_of.items()
        }
    story.merging.carry_out(decided, other.merging, Merged(source, _("(other copy)"), pages))
    return _report(decided, ours, theirs, frozenset(pages))


def foresee(story: StoryFile, other: StoryFile) -> Report:
    """What a merge would do; nothing changes.

    Raises:
        Refused: it is another story.
    """
    require_same(story, other)
    ours, theirs = _sides(story, other)
    return _report(plan(ours, theirs), ours, theirs, frozenset())


def require_same(story: StoryFile, other: StoryFile) -> None:
    """Raise `Refused` unless both are copies of one story."""
    one, two = story.outline(), other.outline()
    if one.story_id != two.story_id:
        raise Refused(
            _("“{one}” and “{two}” are two different stories; nothing was merged.").format(
                one=one.title or story.path.name, two=two.title or other.path.name
            ),
            title=_("Not merged"),
            hint=_("Only copies of one story can be put together."),
        )


def _sides(story: StoryFile, other: StoryFile) -> tuple[Side, Side]:
    """Both sides; snapshots tell what a text once was where the lineage does not reach."""
    ours, theirs = story.merging.side(), other.merging.side()
    undecided = [
        one.scene_id
        for one in plan(ours, theirs).scenes.values()
        if one.there == (True, True) and one.verdict.conflict
    ]
    return _remembering(ours, story, undecided), _remembering(theirs, other, undecided)


def _remembering(side: Side, story: StoryFile, scenes: list[str]) -> Side:
    texts = dict(side.texts)
    for scene in scenes:
        kept = story.merging.past_texts(scene)
        grown = texts[scene]
        known = {seen.digest for seen in grown.past} | {grown.digest}
        earlier = tuple(Seen(found, at) for found, (at, _t) in kept.items() if found not in known)
        texts[scene] = replace(grown, past=(*earlier, *grown.past))
    return replace(side, texts=texts)


def _woven(
    story: StoryFile, other: StoryFile, ours: Side, theirs: Side, decided: MergePlan
) -> Iterator[tuple[str, Page]]:
    """The scenes that both changed and whose changes lie apart."""
    for one in decided.scenes.values():
        if one.there != (True, True) or not one.verdict.conflict:
            continue
        shared = set(ours.texts[one.scene_id].trail) & set(theirs.texts[one.scene_id].trail)
        base = _base(story, other, one.scene_id, ours.texts[one.scene_id].trail, shared)
        if base is None:
            continue
        page = woven(base, story.merging.page(one.scene_id), other.merging.page(one.scene_id))
        if page is not None:
            yield one.scene_id, page


def _base(
    story: StoryFile, other: StoryFile, scene: str, trail: tuple[str, ...], shared: set[str]
) -> str | None:
    """The latest text that both copies once had, from a snapshot or a dated copy."""
    kept = other.merging.past_texts(scene) | story.merging.past_texts(scene)
    for found in reversed(trail):
        if found in shared and found in kept:
            return kept[found][1]
    folder = paths.backups_dir() / story.outline().story_id
    for file in sorted(folder.glob("*.forge"), key=lambda file: file.stat().st_mtime, reverse=True):
        try:
            with StoryFile.look(file) as dated:
                grown = dated.merging.side().texts.get(scene)
                if grown is not None and grown.digest in shared:
                    return dated.merging.page(scene).text
        except StoryforgeError:
            continue  # a copy that cannot be read has no base to give
    return None


def _report(decided: MergePlan, ours: Side, theirs: Side, pages: frozenset[str]) -> Report:
    titles = {}
    for kind in ("scene.title", "chapter.title"):
        for side in (theirs, ours):
            for key in side.ids(kind):
                titles[key] = side.values[f"{kind}:{key}"]
    titles |= plan_titles(theirs.values) | plan_titles(ours.values)
    place = {scene: n for n, scene in enumerate(s for c in decided.scenes_of.values() for s in c)}
    findings = sorted(
        decided.findings, key=lambda one: place.get(one.key.partition(":")[2], len(place))
    )
    mirrored = plan(theirs, ours)
    newer = any(one.theirs or one.conflict for one in mirrored.findings)
    return Report(tuple(findings), titles, pages, newer)
