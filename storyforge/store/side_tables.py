"""The rows of what stands beside the text, one class a table. They never leave this room.

What holds for `tables` holds here; those that these refer to are there with any open database.
"""

from sqlmodel import Field, SQLModel


class RevisionRow(SQLModel, table=True):
    """A snapshot of a scene; `spans` and `places` are JSON lists.

    With a `base`, the text is that snapshot's first `shared_start` characters, `text`, and its last
    `shared_end` ones.
    """

    __tablename__ = "revision"
    number: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    scene_id: str = Field(foreign_key="scene.id", index=True)
    created: str
    name: str
    reason: str
    words: int
    characters: int
    caret: int
    spans: str
    places: str
    base: int | None = Field(default=None, foreign_key="revision.number", index=True)
    shared_start: int = 0
    shared_end: int = 0
    text: str


class CardRow(SQLModel, table=True):
    """A scene's index card: label, status, aim in words or characters, notes."""

    __tablename__ = "card"
    scene_id: str = Field(primary_key=True, foreign_key="scene.id")
    label: str = ""
    status: str = ""
    goal: int = 0
    notes: str = ""


class CommentRow(SQLModel, table=True):
    """A comment; the anchor of the same id says what it is about."""

    __tablename__ = "comment"
    id: str = Field(primary_key=True)
    scene_id: str = Field(foreign_key="scene.id", index=True)
    created: str
    resolved: str = ""
    text: str


class SessionRow(SQLModel, table=True):
    """A time of writing; `day` is the author's own date, `active` seconds without idle time."""

    __tablename__ = "session"
    id: str = Field(primary_key=True)
    day: str = Field(index=True)
    began: str
    ended: str
    active: int = 0
    own_words: int = 0
    own_characters: int = 0
    model_words: int = 0
    model_characters: int = 0


class KnownWordRow(SQLModel, table=True):
    """A word that the author's spelling knows in this story."""

    __tablename__ = "known_word"
    word: str = Field(primary_key=True)


class AttachmentRow(SQLModel, table=True):
    """A file kept whole, because what was imported had no other place here."""

    __tablename__ = "attachment"
    id: str = Field(primary_key=True)
    name: str
    media_type: str
    source: str
    created: str
    size: int
    data: bytes


class ContextTextRow(SQLModel, table=True):
    """A text for the model about the whole story: memory, author's note, style."""

    __tablename__ = "context_text"
    kind: str = Field(primary_key=True)
    text: str


class LoreRow(SQLModel, table=True):
    """A lorebook entry; `keys` is a JSON list, `extra` a JSON object of foreign fields.

    `rules` is a JSON object of what else `LoreEntry` says of when, where and how much.
    """

    __tablename__ = "lore"
    id: str = Field(primary_key=True)
    position: int
    title: str
    keys: str = "[]"
    enabled: int = 1
    always: int = 0
    category: str = ""
    extra: str = "{}"
    content: str = ""
    from_scene: str = ""
    rules: str = "{}"


class SummaryRow(SQLModel, table=True):
    """A summary of a scene or chapter; `source` is the digest of what it was made from."""

    __tablename__ = "summary"
    kind: str = Field(primary_key=True)
    target_id: str = Field(primary_key=True)
    source: str
    changed: str
    model: str = ""
    text: str


class PromptEditRow(SQLModel, table=True):
    """The author's changed prompt of a scene, beside the assembled one it was made from."""

    __tablename__ = "prompt_edit"
    scene_id: str = Field(primary_key=True, foreign_key="scene.id")
    changed: str
    base: str
    edited: str


class BatchRow(SQLModel, table=True):
    """A change of several scenes as one step; `undone` is empty, or when it was taken back."""

    __tablename__ = "batch"
    id: str = Field(primary_key=True)
    created: str
    label: str
    undone: str = ""


class BatchItemRow(SQLModel, table=True):
    """One scene of a batch, by its snapshots before and after."""

    __tablename__ = "batch_item"
    batch_id: str = Field(primary_key=True, foreign_key="batch.id")
    scene_id: str = Field(primary_key=True, foreign_key="scene.id")
    before_revision: str
    after_revision: str


class LineageRow(SQLModel, table=True):
    """A text that a scene once had, by its SHA-256: two copies of a story tell who is newer."""

    __tablename__ = "lineage"
    scene_id: str = Field(primary_key=True, foreign_key="scene.id")
    number: int = Field(primary_key=True)
    digest: str
    created: str
