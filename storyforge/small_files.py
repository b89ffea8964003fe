"""Small files of our own, settings and notes: replaced in one step, or left as they were."""

import secrets
from pathlib import Path


def put(file: Path, text: str) -> None:
    """Have `file` say `text`, as UTF-8; its folder is made where it is missing.

    Two programs that write at once do not meet in between: the later one counts.

    Raises:
        OSError: it cannot be written; what stood there still does.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    building = file.with_name(f".{file.name}.{secrets.token_hex(4)}.new")
    try:
        building.write_text(text, "utf-8")
        building.replace(file)
    finally:
        building.unlink(missing_ok=True)
