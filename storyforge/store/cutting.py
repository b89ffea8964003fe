"""Splitting a scene in two and joining two into one: the text with all that belongs to it.

Spans, anchors, comments and takes go along with their text. A snapshot is kept first, and all of it
is one transaction. A summary stays with its scene, dated, and so do its pictures and what is
planned for it: which of them belong to the second part its author knows. Those of a join are put
together.
"""

from dataclasses import replace

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from storyforge.domain.origin import Origin, Place, PlaceKind, Provenance, Span, cut
from storyforge.domain.story import Page
from storyforge.domain.summary import SummaryOf
from storyforge.errors import BadInput
from storyforge.i18n import _
from storyforge.store import picture_rows
from storyforge.store.database import Database
from storyforge.store.journal import Journal
from storyforge.store.plan.sharing import join_plans, share_plan
from storyforge.store.revisions import Revisions
from storyforge.store.scenes import Scenes
from storyforge.store.side_tables import CardRow, CommentRow, LoreRow, SummaryRow
from storyforge.store.tables import TakeRow, table
from storyforge.store.values import new_id

_COMMENT, _LORE, _TAKE = table(CommentRow), table(LoreRow), table(TakeRow)


class Cutting:
    """What `Binder` needs to part and join texts. The scenes themselves are the binder's."""

    def __init__(
        self, database: Database, scenes: Scenes, revisions: Revisions, journal: Journal
    ) -> None:
        self._database = database
        self._scenes = scenes
        self._revisions = revisions
        self._journal = journal

    def part(self, scene_id: str, to_id: str, at: int) -> None:
        """Move what stands behind the character `at` of a scene into the scene `to_id`.

        `to_id` is empty, or what was joined with this one: its comments came along as copies.

        An anchor over the cut stays in the first scene; a take's anchor goes on in the second, so
        its takes can be walked in both.
        """
        with self._scenes.together(), self._database.write() as session:
            page = self._scenes.load(scene_id)
            self._revisions.keep(page, reason="before split", exact=True)
            session.execute(delete(_COMMENT).where(_COMMENT.c.scene_id == to_id))
            first, second = _parted(page, to_id, min(max(at, 0), len(page.text)))
            self._scenes.save(second)
            self._scenes.save(first)
            kept = {place.id for place in first.provenance.places}
            gone = [place.id for place in second.provenance.places if place.id not in kept]
            for rows, key in ((_TAKE, _TAKE.c.place_id), (_COMMENT, _COMMENT.c.id)):
                session.execute(
                    update(rows)
                    .where(rows.c.scene_id == scene_id, key.in_(gone))
                    .values(scene_id=to_id)
                )
            _share_card(session, scene_id, to_id)
            share_plan(session, self._journal, scene_id, to_id)
            picture_rows.part(session, self._journal, scene_id, to_id)

    def join(self, first_id: str, second_id: str, between: str | None) -> None:
        """Put the second scene's text, its takes, comments and notes behind the first one's.

        The second keeps its text, anchors, comments, card and summary as they were. What was true
        in the book of lore from the second on is true from the first on.

        Args:
            between: what parts the two texts; None is a paragraph's end where there is none.

        Raises:
            BadInput: they are the same scene.
        """
        if first_id == second_id:
            raise BadInput(_("A scene cannot be joined with itself."), title=_("Not joined"))
        with self._scenes.together(), self._database.write() as session:
            first, second = self._scenes.load(first_id), self._scenes.load(second_id)
            self._revisions.keep(first, reason="before join", exact=True)
            self._revisions.keep(second, reason="before join", exact=True)
            if between is None:
                both = bool(first.text and second.text)
                between = "\n" if both and not first.text.endswith("\n") else ""
            renamed = _copy_comments(session, first_id, second_id)
            self._scenes.save(_joined(first, second, between, renamed))
            session.execute(
                update(_TAKE).where(_TAKE.c.scene_id == second_id).values(scene_id=first_id)
            )
            _share_notes(session, first_id, second_id)
            _share_summary(session, first_id, second_id)
            join_plans(session, self._journal, first_id, second_id)
            picture_rows.join(session, self._journal, first_id, second_id)
            session.execute(
                update(_LORE).where(_LORE.c.from_scene == second_id).values(from_scene=first_id)
            )

    def forget_gone(self) -> None:
        """Scenes went for good: nothing of their texts is kept in memory either."""
        self._scenes.forget_gone()


def _parted(page: Page, to_id: str, at: int) -> tuple[Page, Page]:
    spans, length = page.provenance.spans, len(page.text)
    before: list[Place] = []
    behind: list[Place] = []
    for place in page.provenance.places:
        if place.start >= at and place.end > at:
            behind.append(replace(place, start=place.start - at, end=place.end - at))
            continue
        before.append(replace(place, end=min(place.end, at)))
        if place.end > at and place.kind is PlaceKind.TAKE:
            behind.append(replace(place, start=0, end=place.end - at))
    return (
        Page(
            page.scene_id,
            page.text[:at],
            Provenance(cut(spans, 0, at), tuple(before)),
            min(page.caret, at),
        ),
        Page(
            to_id,
            page.text[at:],
            Provenance(cut(spans, at, length), tuple(behind)),
            max(page.caret - at, 0),
        ),
    )


def _joined(first: Page, second: Page, between: str, renamed: dict[str, str]) -> Page:
    """One page; the caret where the two meet."""
    end, start = len(first.text), len(first.text) + len(between)
    spans = (Span(len(between), Origin.TYPED), *second.provenance.spans)
    whole = Provenance(first.provenance.spans).replaced(end, end, spans)
    places = {place.id: place for place in first.provenance.places}
    for place in second.provenance.places:
        key = renamed.get(place.id, place.id)
        moved = replace(place, id=key, start=place.start + start, end=place.end + start)
        known = places.get(key)
        if known is None:
            places[key] = moved
        elif known.end == end and place.start == 0:  # it was cut in two, and is whole again
            places[key] = replace(known, end=moved.end)
    provenance = replace(whole, places=tuple(places.values()))
    return Page(first.scene_id, first.text + between + second.text, provenance, start)


def _share_card(session: Session, scene_id: str, to_id: str) -> None:
    """The new scene is of the same kind and as far as the one it comes from."""
    card = session.get(CardRow, scene_id)
    known = session.get(CardRow, to_id) is not None
    if card is not None and not known and (card.label or card.status):
        session.add(CardRow(scene_id=to_id, label=card.label, status=card.status))


def _share_notes(session: Session, first_id: str, second_id: str) -> None:
    """The notes of both scenes on the first one's card."""
    second = session.get(CardRow, second_id)
    if second is None or not second.notes:
        return
    first = session.get(CardRow, first_id)
    if first is None:
        session.add(CardRow(scene_id=first_id, notes=second.notes))
    else:
        first.notes = "\n\n".join(notes for notes in (first.notes, second.notes) if notes)


def _share_summary(session: Session, first_id: str, second_id: str) -> None:
    """What both scenes tell, on the first one: the author's own words must not go with the second.

    It is of no text that stands there now, and so dated.
    """
    of = SummaryOf.SCENE.value
    first = session.get(SummaryRow, (of, first_id))
    second = session.get(SummaryRow, (of, second_id))
    if second is None or not second.text:
        return
    if first is None:
        copied = second.model_dump() | {"target_id": first_id}
        session.add(SummaryRow(**copied))
    else:
        first.text = "\n".join(text for text in (first.text, second.text) if text)
        if first.model != second.model:
            first.model = ""  # the author's, if one of them is


def _copy_comments(session: Session, first_id: str, second_id: str) -> dict[str, str]:
    """Copies of the second scene's comments in the first; their new ids by the old ones."""
    renamed = {}
    rows = session.scalars(select(CommentRow).where(_COMMENT.c.scene_id == second_id)).all()
    for row in rows:
        renamed[row.id] = key = new_id()
        copy = CommentRow(
            id=key, scene_id=first_id, created=row.created, resolved=row.resolved, text=row.text
        )
        session.add(copy)
    return renamed
