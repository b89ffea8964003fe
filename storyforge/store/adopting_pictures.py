"""Pictures of another copy of the story brought into this one. Carries out, decides nothing.

Which there are, which is chosen and how they are rated are small values and settled as such; their
files are brought before the rows that tell of them.
"""

from collections.abc import Iterator, Mapping

from sqlalchemy.orm import Session

from storyforge.domain.merge_plan import MergePlan
from storyforge.store import picture_sources
from storyforge.store.bare_rows import insert, keys_of, rows_of, run
from storyforge.store.picture_files import PictureFolder
from storyforge.store.picture_tables import PictureRow
from storyforge.store.tables import table

_PICTURE = table(PictureRow)

#: small values of a picture that are a column of its row, with what the row says for none
COLUMNS: Mapping[str, str | int] = {"deleted": "", "rating": 0, "alt": "", "scene": ""}
_CHOSEN = "picture.chosen:"


def small_values(session: Session) -> dict[str, str]:
    """The small values of the pictures; the scene first, so that who has none has a value too."""
    values: dict[str, str] = {}
    rows = "SELECT id, scene_id, item_id, chosen, rating, deleted, alt FROM picture"
    for row in rows_of(session, f"{rows} ORDER BY created, id"):
        key, place = row["id"], row["scene_id"] or f"{row['item_id']}/"
        values[f"picture.scene:{key}"] = place
        told = (("rating", row["rating"]), ("deleted", row["deleted"]), ("alt", row["alt"]))
        values |= {f"picture.{name}:{key}": str(value) for name, value in told if value}
        if row["chosen"]:
            values[f"{_CHOSEN}{place}"] = key
    return values


def files(here: PictureFolder, there: PictureFolder, other: Session, plan: MergePlan) -> None:
    """The files of all pictures that are to be here and are not yet."""
    beside = rows_of(other, "SELECT id FROM picture WHERE beside <> 0")
    here.take(there, [str(row["id"]) for row in beside if _stays(plan, row["id"])])


def rows(here: Session, there: Session, plan: MergePlan) -> None:
    """The pictures that only the other copy has, not chosen yet, with their bytes."""
    known = keys_of(here, "picture")
    for key in keys_of(there, "picture"):
        if key not in known and _stays(plan, key):
            (row,) = rows_of(there, "SELECT * FROM picture WHERE id = ?", key)
            insert(here, "picture", row | {"chosen": 0})
            # One at a time: they are large.
            for data in rows_of(there, "SELECT * FROM picture_data WHERE picture_id = ?", key):
                insert(here, "picture_data", data)


def sources(here: Session, there: Session) -> None:
    """What orders of the other copy name; what nothing names here goes with the next closing."""
    for row in rows_of(there, "SELECT digest FROM picture_source"):
        if not picture_sources.is_whole(here, str(row["digest"])):
            one = "SELECT * FROM picture_source WHERE digest = ?"
            run(here, "DELETE FROM picture_source WHERE digest = ?", row["digest"])
            insert(here, "picture_source", rows_of(there, one, row["digest"])[0])


def settled(here: Session, plan: MergePlan, folder: PictureFolder) -> list[str]:
    """Give every picture the values of the plan; the ids of those that went for good."""
    chosen = {value for key, value in plan.values.items() if value and key.startswith(_CHOSEN)}
    gone = []
    for key in keys_of(here, "picture"):
        if not _stays(plan, key):
            picture_sources.hold(here, folder, _PICTURE.c.id == key)
            run(here, "DELETE FROM picture_data WHERE picture_id = ?", key)
            run(here, "DELETE FROM picture WHERE id = ?", key)
            gone.append(key)
            continue
        values = dict(_columns(plan, key)) | {"chosen": int(key in chosen)}
        sets = ", ".join(f"{name} = ?" for name in values)
        run(here, f"UPDATE picture SET {sets} WHERE id = ?", *values.values(), key)
    return gone


def bring_in(here: Session, folder: PictureFolder) -> None:
    """The bytes of those that are chosen now, into the story file."""
    for row in rows_of(here, "SELECT id FROM picture WHERE chosen <> 0 AND beside <> 0"):
        data = folder.read(str(row["id"]))
        if data is not None:
            insert(here, "picture_data", {"picture_id": row["id"], "data": data})
            run(here, "UPDATE picture SET beside = 0 WHERE id = ?", row["id"])


def _stays(plan: MergePlan, key: object) -> bool:
    return plan.values.get(f"picture.scene:{key}") is not None


def _columns(plan: MergePlan, key: str) -> Iterator[tuple[str, str | int]]:
    for name, none in COLUMNS.items():
        value = plan.values.get(f"picture.{name}:{key}") or ""
        if name == "rating":
            yield name, int(value) if value.isdecimal() else none
        elif name == "scene":
            # A place that ends in a stroke is an item of the plan, or nothing.
            yield "scene_id", "" if value.endswith("/") else value
        else:
            yield name, value
