"""The rows of the plan, one class a table. They never leave this room.

What holds for `tables` holds here.
"""

from sqlmodel import Field, SQLModel


class ItemRow(SQLModel, table=True):
    """An item that has no row elsewhere: a character, a plot line, an act; the premise.

    Chapters and scenes are the binder's, the world's things are the lorebook's. A deleted one
    (when it was) keeps its facts.
    """

    __tablename__ = "plan_item"
    id: str = Field(primary_key=True)
    kind: str
    position: int
    deleted: str = ""


class FactRow(SQLModel, table=True):
    """What is written in a field; of a thing of the world only what its entry has no place for.

    `origin` is the proposal that it was taken from, empty where the author wrote it.
    """

    __tablename__ = "plan_fact"
    item_id: str = Field(primary_key=True)
    field: str = Field(primary_key=True)
    changed: str
    origin: str = ""
    value: str = ""


class PastFactRow(SQLModel, table=True):
    """What stood in a field before; the changes of one `step` were made together."""

    __tablename__ = "plan_past"
    number: int | None = Field(default=None, primary_key=True)
    step: str = Field(index=True)
    item_id: str = Field(index=True)
    field: str
    changed: str
    origin: str = ""
    value: str = ""


class StepRow(SQLModel, table=True):
    """What was changed as one; `undone` is empty, or when it was taken back.

    `changes` is a JSON list, see `plan.steps`.
    """

    __tablename__ = "plan_step"
    number: int | None = Field(default=None, primary_key=True)
    id: str
    created: str
    undone: str = ""
    changes: str = "[]"


class RestRow(SQLModel, table=True):
    """What a fact was made from: `seen` is a digest, see `plan_seen`."""

    __tablename__ = "plan_rest"
    item_id: str = Field(primary_key=True)
    field: str = Field(primary_key=True)
    changed: str
    seen: str


class SeenRow(SQLModel, table=True):
    """What facts rest on, each once, under its digest.

    A value; an item's facts, JSON, "item field" → the digest of its value; digests of such facts.
    """

    __tablename__ = "plan_seen"
    digest: str = Field(primary_key=True)
    value: str = ""


class ProposalRow(SQLModel, table=True):
    """A model's answer for the plan."""

    __tablename__ = "proposal"
    id: str = Field(primary_key=True)
    batch_id: str = Field(index=True)
    number: int
    created: str
    stage: str
    task: str
    item_id: str = Field(default="", index=True)
    field: str = ""
    wish: str = ""
    state: str = "running"
    reason: str = ""
    model: str = ""
    place: str = ""
    request_hash: str = ""
    sampling: str = "{}"
    usage: str = "{}"
    taken: str = "[]"
    dropped: int = 0
    flaw: str = ""
    rests: str = "{}"
    value: str = "{}"
    thinking: str = ""
    text: str = ""


class DraftedRow(SQLModel, table=True):
    """A beat that was drafted; `beat` is its text then, `ranking` JSON, see `studio.drafting`."""

    __tablename__ = "drafted"
    scene_id: str = Field(primary_key=True, foreign_key="scene.id")
    number: int = Field(primary_key=True)
    created: str
    take_id: str = ""
    ranking: str = "[]"
    beat: str = ""


class PromptCopyRow(SQLModel, table=True):
    """A prompt template of this story's own; `name` is such as "characters/deepen"."""

    __tablename__ = "prompt_copy"
    name: str = Field(primary_key=True)
    language: str = Field(primary_key=True)
    changed: str
    text: str = ""
