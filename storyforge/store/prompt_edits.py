"""The prompts that an author changed and kept for a scene."""

from sqlalchemy import delete, select

from storyforge.domain.sections import PromptEdit
from storyforge.domain.text import clean
from storyforge.store.database import Database
from storyforge.store.journal import Journal
from storyforge.store.scenes import require_scene
from storyforge.store.side_tables import PromptEditRow
from storyforge.store.tables import table
from storyforge.store.values import now

_EDIT = table(PromptEditRow)


class PromptEdits:
    """At most one a scene."""

    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    def of_scene(self, scene_id: str) -> PromptEdit | None:
        """The edit that is kept for a scene."""
        with self._database.read() as session:
            row = session.scalar(select(PromptEditRow).where(_EDIT.c.scene_id == scene_id))
            return None if row is None else PromptEdit(clean(row.base), clean(row.edited))

    def keep(self, scene_id: str, edit: PromptEdit) -> None:
        """Keep an edit for a scene, in the place of an older one.

        Raises:
            BadInput: the scene is not in the story.
        """
        row = PromptEditRow(
            scene_id=scene_id,
            changed=now(),
            base=clean(edit.base),
            edited=clean(edit.edited),
        )
        with self._database.write() as session:
            require_scene(session, scene_id)
            session.execute(delete(_EDIT).where(_EDIT.c.scene_id == scene_id))
            session.add(row)
            self._journal.wrote_all(row)

    def let_go(self, scene_id: str) -> None:
        """Forget a scene's edit: its prompt is assembled again."""
        with self._database.write() as session:
            session.execute(delete(_EDIT).where(_EDIT.c.scene_id == scene_id))
            self._journal.wrote("prompt_edit", {"scene_id": scene_id}, None)
