"""Another copy of the story taken into this one: reading both sides, carrying out a plan.

It decides nothing: `domain.merging` does. One transaction, and before any text is replaced it is
kept as a snapshot; so is every text of the other copy that is not taken.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from storyforge.domain.ancestry import Grown, Seen, digest
from storyforge.domain.merge_plan import MergePlan, ScenePlan, Side
from storyforge.domain.story import Page
from storyforge.domain.text import clean
from storyforge.domain.weaving import with_anchors
from storyforge.store import adopting, adopting_pictures, adopting_plan, adopting_values
from storyforge.store.database import Database
from storyforge.store.pasts import pasts_of, read_told, small_values, united, write_told
from storyforge.store.picture_files import PictureFolder
from storyforge.store.revisions import Revisions
from storyforge.store.scenes import Scenes
from storyforge.store.values import now

#: the reason of a snapshot that a merge keeps
BEFORE_MERGE = "before merge"
OTHER_COPY = "other copy"


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge needs beside the plan.

    Attributes:
        woven: pages that were put together from both, by scene id.
        source: the other copy's name, for the names of what is kept of it.
        suffix: what the title of a scene that holds the other text ends in.
    """

    source: str
    suffix: str
    woven: Mapping[str, Page] = field(default_factory=dict)


class Merging:
    """The merge of one copy into another."""

    def __init__(self, database: Database, scenes: Scenes, revisions: Revisions) -> None:
        self._database = database
        self._scenes = scenes
        self._revisions = revisions

    def side(self) -> Side:
        """This copy, as far as a plan needs it; reads every text once."""
        with self._database.read() as session:
            rows = session.connection().exec_driver_sql
            story_id, changed = rows("SELECT id, changed FROM story").one()
            values, pasts = small_values(session), pasts_of(read_told(session))
            lineage: dict[str, list[Seen]] = {}
            for scene, found, at in rows(
                "SELECT scene_id, digest, created FROM lineage ORDER BY scene_id, number"
            ):
                lineage.setdefault(scene, []).append(Seen(str(found), str(at)))
            texts = {
                str(scene): Grown(digest(clean(str(text))), tuple(lineage.get(scene, ())), str(at))
                for scene, text, at in rows("SELECT id, text, changed FROM scene")
            }
        return Side(str(story_id), str(changed), values, pasts, texts)

    def past_texts(self, scene_id: str) -> dict[str, tuple[str, str]]:
        """What the scene's snapshots hold: digest → (when, text)."""
        found = {}
        for revision in reversed(self._revisions.list(scene_id)):
            text = self._revisions.page(revision.id).text
            at = revision.created.isoformat(timespec="milliseconds")
            found[digest(text)] = (at, text)
        return found

    def page(self, scene_id: str) -> Page:
        """A scene as this copy has it, one in the trash too."""
        return self._scenes.load(scene_id)

    def carry_out(self, plan: MergePlan, other: "Merging", merged: Merged) -> None:
        """Make this copy what the plan says.

        Files of pictures come before and go after: what fails in between leaves one too many.
        """
        self._database.require()
        ours, theirs = self.side(), other.side()
        folder = PictureFolder(self._database.path)
        with other._database.read() as there:
            adopting_pictures.files(folder, PictureFolder(other._database.path), there, plan)
        with self._scenes.together():
            with other._database.read() as there, self._database.write() as here:
                adopting.chapters(here, there, plan)
                adopting.scenes(here, there, plan)
                adopting.rows(here, there)
                adopting_plan.grown(here, there)
                adopting_pictures.rows(here, there, plan)
                adopting_pictures.sources(here, there)
            for one in plan.scenes.values():
                if one.there == (True, True):
                    self._settle(one, other, plan, merged)
            with other._database.read() as there, self._database.write() as here:
                adopting_values.values(here, there, plan, merged.source, merged.suffix)
                adopting.order(here, plan)
                gone = adopting_pictures.settled(here, plan, folder)
                adopting_pictures.bring_in(here, folder)
                adopting_plan.rests(here, there, plan, ours, theirs)
                adopting_plan.drafted(here, there, plan)
                _unite_lineage(here, ours.texts, theirs.texts)
                write_told(here, united(read_told(here), read_told(there)))
        for key in gone:
            folder.remove(key)

    def bring_chapter(self, chapter_id: str, title: str) -> None:
        """A new chapter with an id that it has elsewhere already, the last one."""
        with self._database.write() as session:
            adopting.new_chapter(session, chapter_id, title)

    def bring_scene(self, scene_id: str, chapter_id: str, title: str) -> None:
        """A new empty scene with an id that it has elsewhere already, the last of the chapter."""
        with self._database.write() as session:
            adopting.new_scene(session, scene_id, title, chapter_id)

    def note_texts(self, scene_id: str, texts: Iterable[str]) -> None:
        """Let these count as texts that the scene once had, in this order."""
        with self._database.write() as session:
            for text in texts:
                adopting.lineage(session, scene_id, digest(text))

    def arrange(self, chapters: Sequence[tuple[str, Sequence[str]]]) -> None:
        """Let chapters, and scenes in them, stand so; what is not named keeps its place."""
        with self._database.write() as session:
            adopting.arrange(session, chapters)

    def become(self, story_id: str) -> None:
        """Be a copy of the story of this id; for a new file only."""
        with self._database.write() as session:
            adopting.story_id(session, story_id)

    def _settle(self, one: ScenePlan, other: "Merging", plan: MergePlan, merged: Merged) -> None:
        """The text of a scene that both copies have."""
        mine, yours = self.page(one.scene_id), other.page(one.scene_id)
        woven = merged.woven.get(one.scene_id)
        if woven is not None:
            taken, at = woven, now()
        elif one.verdict.takes_theirs:
            taken, at = with_anchors(yours, mine), other._changed(one.scene_id)
        else:
            taken, at = with_anchors(mine, yours), self._changed(one.scene_id)
        for page, reason in ((mine, BEFORE_MERGE), (yours, OTHER_COPY)):
            if page.text != taken.text and digest(page.text) not in self.past_texts(one.scene_id):
                name = merged.source if reason == OTHER_COPY else ""
                self._revisions.keep(page, name=name, reason=reason)
        if taken != mine:
            self._scenes.save(taken)
            with self._database.write() as session:
                _touch(session, one.scene_id, at)
        if one.copy_id and woven is None:
            left, source = (mine, self) if one.verdict.takes_theirs else (yours, other)
            with self._database.write() as session:
                adopting.copy_of(session, plan, one, merged.suffix)
            self._scenes.save(adopting.for_copy(left, one.copy_id))
            with self._database.write() as session:
                _touch(session, one.copy_id, source._changed(one.scene_id))

    def _changed(self, scene_id: str) -> str:
        with self._database.read() as session:
            found = session.connection().exec_driver_sql(
                "SELECT changed FROM scene WHERE id = ?", (scene_id,)
            )
            return str(found.scalar_one())


def _touch(session: Session, scene_id: str, at: str) -> None:
    session.connection().exec_driver_sql(
        "UPDATE scene SET changed = ? WHERE id = ?", (at, scene_id)
    )


def _unite_lineage(
    session: Session, ours: Mapping[str, Grown], theirs: Mapping[str, Grown]
) -> None:
    """Both copies' texts count as what each scene once was, so that neither comes back as new."""
    rows = session.connection().exec_driver_sql
    for scene, text in rows("SELECT id, text FROM scene").all():
        numbered = "SELECT digest, number FROM lineage WHERE scene_id = ? ORDER BY number"
        known = {str(row[0]): int(row[1]) for row in rows(numbered, (scene,))}
        number, now_is = max(known.values(), default=-1), digest(clean(str(text)))
        fresh = (*_trail(theirs.get(scene)), *_trail(ours.get(scene)))
        for seen in (*(one for one in fresh if one.digest != now_is), Seen(now_is)):
            if seen.digest not in known or (
                seen.digest == now_is and known[now_is] != max(known.values())
            ):
                number += 1
                known[seen.digest] = number
                rows(
                    "INSERT INTO lineage (scene_id, number, digest, created) VALUES (?, ?, ?, ?)",
                    (scene, number, seen.digest, seen.at or now()),
                )


def _trail(grown: Grown | None) -> Iterable[Seen]:
    return () if grown is None else (*grown.past, Seen(grown.digest, grown.at))
