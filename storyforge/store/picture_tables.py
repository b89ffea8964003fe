"""The rows of the pictures, one class a table. They never leave this room.

What holds for `tables` holds here.
"""

from sqlmodel import Field, SQLModel


class PictureRow(SQLModel, table=True):
    """A picture without its bytes; `settings` and `parts` are JSON, see `domain.picture`."""

    __tablename__ = "picture"
    id: str = Field(primary_key=True)
    scene_id: str = Field(index=True)
    item_id: str = ""
    created: str
    chosen: bool = False
    rating: int = 0
    deleted: str = ""
    beside: bool = True
    width: int = 0
    height: int = 0
    size: int = 0
    seed: int = 0
    painter: str = ""
    place: str = ""
    parent_id: str = ""
    flaw: str = ""
    digest: str = ""
    plan_hash: str = ""
    text_hash: str = ""
    alt: str = ""
    settings: str = "{}"
    parts: str = "[]"
    negative: str = ""
    prompt: str = ""


class PictureDataRow(SQLModel, table=True):
    """The bytes of a picture that lies in the story file: the chosen ones."""

    __tablename__ = "picture_data"
    picture_id: str = Field(primary_key=True, foreign_key="picture.id")
    data: bytes


class PictureSourceRow(SQLModel, table=True):
    """The bytes of a picture that orders or items of the plan name, by their SHA-256."""

    __tablename__ = "picture_source"
    digest: str = Field(primary_key=True)
    data: bytes


class PictureOrderRow(SQLModel, table=True):
    """A picture that is still to be drawn; `order` is JSON, see `studio.pictures.order_files`."""

    __tablename__ = "picture_order"
    id: str = Field(primary_key=True)
    position: int
    scene_id: str
    item_id: str = ""
    created: str
    state: str = "waiting"
    why: str = ""
    parent_id: str = ""
    plan_hash: str = ""
    text_hash: str = ""
    parts: str = "[]"
    order: str = "{}"
