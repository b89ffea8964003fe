"""What a picture of ours tells of itself: JSON in its file's `storyforge`, beside the infotext.

With it a picture can be drawn exactly again, and one whose story lost it finds back to its scene.
Files are shown to strangers: of a path only its last part goes in, of the story only its id.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

from storyforge.domain.kept_json import read_json
from storyforge.domain.picture import seeds
from storyforge.domain.picture.orders import Order, Raster
from storyforge.domain.picture.pictures import Picture
from storyforge.domain.picture.png_head import size_of
from storyforge.domain.providers import PROVIDERS, owner_of
from storyforge.domain.text import clean, one_line
from storyforge.images import infotext, png

#: the name of the text in a PNG file
KEYWORD = "storyforge"
_VERSION = 1
_TEXTS = (
    "scene_id", "item_id", "plan_hash", "text_hash", "parent_id", "alt", "painter", "place", "flaw",
)  # fmt: skip
# An author's own words are no path, however they begin.
_WORDS = frozenset({"prompt", "negative"})


def png_of(raster: Raster, order: Order, picture: Picture, story_id: str) -> bytes:
    """A picture as a PNG file that tells how it was made."""
    told = {
        infotext.KEYWORD: infotext.write(
            order, picture.settings, picture.settings.get("model") or picture.painter
        ),
        KEYWORD: write(picture, story_id),
    }
    return png.with_texts(png.encoded(raster), told)


def write(picture: Picture, story_id: str) -> str:
    """What a picture tells of itself."""
    told = {
        KEYWORD: _VERSION,
        "story_id": story_id,
        "id": picture.id,
        "created": picture.created.isoformat(timespec="milliseconds"),
        "seed": picture.seed,
        "prompt": picture.prompt,
        "negative": picture.negative,
        **{name: getattr(picture, name) for name in _TEXTS},
        "painter": infotext.name_of(picture.painter),
        "place": _place(picture.place),
        "settings": {name: _setting(name, one) for name, one in picture.settings.items()},
    }
    return json.dumps(told, ensure_ascii=False)


def read(told: str | None, data: bytes) -> tuple[Picture, str] | None:
    """A picture by what its file `data` tells, and its story's id; None where it tells nothing."""
    found = read_json(told)
    if not isinstance(found, dict) or found.get(KEYWORD) != _VERSION:
        return None
    seed, size = found.get("seed"), size_of(data)
    if size is None:
        return None
    settings = found.get("settings")
    texts: dict[str, Any] = {name: one_line(_text(found.get(name))) for name in _TEXTS}
    picture = Picture(
        id=one_line(_text(found.get("id"))),
        created=_moment(found.get("created")),
        width=size[0],
        height=size[1],
        seed=seed if type(seed) is int and 0 <= seed < seeds.MOST else 0,
        prompt=clean(_text(found.get("prompt"))),
        negative=clean(_text(found.get("negative"))),
        settings={
            clean(name): clean(one)
            for name, one in (settings.items() if isinstance(settings, dict) else ())
            if isinstance(one, str)
        },
        **texts,
    )
    return picture, one_line(_text(found.get("story_id")))


def _place(host: str) -> str:
    """Where it was drawn: a provider by its host, of an author's own machine nothing."""
    return host if owner_of(f"https://{host}") in PROVIDERS else ""


def _setting(name: str, told: str) -> str:
    """A setting without paths; one that is JSON is looked through."""
    read = read_json(told)
    if isinstance(read, dict | list):
        return json.dumps(_without_paths(read), ensure_ascii=False)
    return told if name in _WORDS else _last_part(told)


def _without_paths(value: Any, name: str = "") -> Any:
    if isinstance(value, Mapping):
        # Somebody's name is a word of the plan, and not of a prompt.
        named = "who" in value
        return {
            str(key): "" if named and key == "name" else _without_paths(one, str(key))
            for key, one in value.items()
        }
    if isinstance(value, list):
        return [_without_paths(one, name) for one in value]
    if not isinstance(value, str) or name in _WORDS:
        return value
    return _name(value) if name == "path" else _last_part(value)


def _last_part(told: str) -> str:
    """Of a whole path its last part; anything else as it is."""
    whole = told.startswith(("/", "\\\\", "~")) or PureWindowsPath(told).drive
    return _name(told) if whole else told


def _name(path: str) -> str:
    return PurePosixPath(PureWindowsPath(path).name).name


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _moment(value: object) -> datetime:
    try:
        read = datetime.fromisoformat(_text(value))
    except ValueError:
        return datetime.fromtimestamp(0, UTC)
    return read if read.tzinfo else read.replace(tzinfo=UTC)
