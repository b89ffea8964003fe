"""Files kept whole with a story: what an import found no other place for."""

from sqlalchemy import delete, select

from storyforge.domain.attachment import Attachment
from storyforge.domain.text import one_line
from storyforge.errors import BadInput
from storyforge.i18n import _
from storyforge.store.database import Database
from storyforge.store.side_tables import AttachmentRow
from storyforge.store.tables import table
from storyforge.store.values import identity, moment, new_id, now, whole

_ATTACHMENT = table(AttachmentRow)


class Attachments:
    """The attachments of a story."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(self) -> tuple[Attachment, ...]:
        """Every attachment, in the order they were added; reads none of them."""
        columns = ("id", "name", "media_type", "source", "created", "size")
        with self._database.read() as session:
            rows = session.execute(
                select(*(_ATTACHMENT.c[name] for name in columns)).order_by(
                    _ATTACHMENT.c.created, _ATTACHMENT.c.id
                )
            ).all()
        return tuple(
            Attachment(
                identity(row.id),
                one_line(str(row.name)),
                one_line(str(row.media_type)),
                one_line(str(row.source)),
                moment(row.created),
                whole(row.size),
            )
            for row in rows
        )

    def read(self, attachment_id: str) -> bytes:
        """The bytes of one.

        Raises:
            BadInput: there is no such attachment.
        """
        with self._database.read() as session:
            data = session.scalar(
                select(_ATTACHMENT.c.data).where(_ATTACHMENT.c.id == attachment_id)
            )
        if data is None:
            raise _unknown()
        return data if isinstance(data, bytes) else str(data).encode()

    def add(self, name: str, media_type: str, source: str, data: bytes) -> Attachment:
        """Keep a file."""
        row = AttachmentRow(
            id=new_id(),
            name=one_line(name),
            media_type=one_line(media_type),
            source=one_line(source),
            created=now(),
            size=len(data),
            data=data,
        )
        kept = Attachment(
            row.id, row.name, row.media_type, row.source, moment(row.created), row.size
        )
        with self._database.write() as session:
            session.add(row)
        return kept

    def remove(self, attachment_id: str) -> None:
        """Let one go; it is not in the trash afterwards.

        Raises:
            BadInput: there is no such attachment.
        """
        with self._database.write() as session:
            gone = delete(_ATTACHMENT).where(_ATTACHMENT.c.id == attachment_id)
            if session.connection().execute(gone).rowcount == 0:
                raise _unknown()


def _unknown() -> BadInput:
    return BadInput(_("This attachment is not in the story."), title=_("No such attachment"))
