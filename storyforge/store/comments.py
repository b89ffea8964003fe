"""What authors say about pieces of their pages. The anchors are the pages' own and saved with them.

A comment stays when its anchor is gone with the text: it is still the author's word. An anchor may
be there without a comment, after an undo: then there is nothing to show for it.
"""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storyforge.domain.comments import Comment
from storyforge.domain.text import clean
from storyforge.errors import BadInput
from storyforge.i18n import _
from storyforge.store.database import Database
from storyforge.store.journal import Journal
from storyforge.store.scenes import require_scene
from storyforge.store.side_tables import CommentRow
from storyforge.store.tables import table
from storyforge.store.values import identity, moment, now, whole

_COMMENT = table(CommentRow)


class Comments:
    """The comments of a story. Methods raise `BadInput` for a comment or scene it does not know."""

    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    def of_scene(self, scene_id: str) -> tuple[Comment, ...]:
        """The comments of a scene, in the order they were made."""
        with self._database.read() as session:
            rows = session.scalars(
                select(CommentRow)
                .where(_COMMENT.c.scene_id == scene_id)
                .order_by(_COMMENT.c.created, _COMMENT.c.id)
            )
            return tuple(_comment(row) for row in rows)

    def add(self, scene_id: str, comment_id: str, text: str) -> Comment:
        """Keep a new comment.

        Args:
            comment_id: the id of the place on the page that says what it is about.
        """
        with self._database.write() as session:
            require_scene(session, scene_id)
            if session.get(CommentRow, comment_id) is not None:
                raise BadInput(
                    _("This comment is in the story already."), title=_("Comment not added")
                )
            row = CommentRow(id=comment_id, scene_id=scene_id, created=now(), text=clean(text))
            session.add(row)
            self._journal.wrote_all(row)
            return _comment(row)

    def change(self, comment_id: str, text: str) -> None:
        """Let a comment say something else."""
        with self._database.write() as session:
            row = _row(session, comment_id)
            row.text = clean(text)
            self._journal.wrote_all(row)

    def resolve(self, comment_id: str, resolved: bool = True) -> None:
        """Mark a comment as done with, or as open again."""
        with self._database.write() as session:
            row = _row(session, comment_id)
            row.resolved = now() if resolved else ""
            self._journal.wrote_all(row)

    def delete(self, comment_id: str) -> None:
        """Forget a comment; its anchor is the page's to remove."""
        with self._database.write() as session:
            session.delete(_row(session, comment_id))
            self._journal.wrote("comment", {"id": comment_id}, None)

    def counts(self) -> dict[str, int]:
        """How many open comments each scene has that has any, by scene id; reads no text."""
        with self._database.read() as session:
            found = session.execute(
                select(_COMMENT.c.scene_id, func.count())
                .where(_COMMENT.c.resolved == "")
                .group_by(_COMMENT.c.scene_id)
            ).all()
        return {identity(scene): whole(count) for scene, count in found}


def _row(session: Session, comment_id: str) -> CommentRow:
    row = session.get(CommentRow, comment_id)
    if row is None:
        raise BadInput(_("This comment is not in the story."), title=_("No such comment"))
    return row


def _comment(row: CommentRow) -> Comment:
    return Comment(
        identity(row.id),
        identity(row.scene_id),
        moment(row.created),
        clean(str(row.text)),
        str(row.resolved) != "",
    )
