"""Workflow files of ComfyUI's on the disk, and the one that ships.

Beside `ink.json` may lie `ink.redraw.json`, which begins from a picture, and `ink.mask.json`, which
redraws a part of one. Without them the workflow itself is made to, where it is plain how. A picture
that ComfyUI saved has its workflow in it, and is taken as well.
"""

from pathlib import Path

from storyforge.borrowed import reason
from storyforge.domain.picture.png_head import LARGEST_FILE, SIGNATURE
from storyforge.domain.picture.workflows.slots import Slot
from storyforge.domain.picture.workflows.workflow import (
    Workflow,
    Workflows,
    begun_from,
    require,
    workflow_of,
)
from storyforge.errors import BadInput
from storyforge.i18n import _
from storyforge.images import png

#: the workflow that comes with storyforge
OURS = Path(__file__).parent / "data" / "comfyui.json"
_KINDS = ("redraw", "mask")
# ComfyUI's name for the text in a picture.
_IN_PICTURE = "prompt"


def read(path: Path | None = None) -> Workflow:
    """One workflow; without a path ours.

    Raises:
        BadInput: it cannot be read, or cannot be run.
    """
    path = path or OURS
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise BadInput(_("“{name}” is no workflow of ComfyUI.").format(name=path.name))
        data = path.read_bytes()
    except OSError as error:
        raise BadInput(
            _("The workflow “{name}” cannot be read: {why}.").format(
                name=path.name, why=reason(error)
            ),
            title=_("No workflow"),
            hint=_("Set the painter's workflow to a file that is there."),
        ) from error
    if data.startswith(SIGNATURE):
        return workflow_of(_of_picture(data, path.name), path.name)
    return workflow_of(data, path.name)


def read_all(path: Path | None = None) -> Workflows:
    """A painter's workflow and what lies beside it.

    Raises:
        BadInput: one of them cannot be read or run, or has no place for what it is for.
    """
    draw = read(path)
    require(draw, [Slot.PROMPT])
    redraw, mask = (_beside(path, kind) for kind in _KINDS)
    if redraw is not None:
        require(redraw, [Slot.PROMPT, Slot.IMAGE])
    if mask is not None:
        require(mask, [Slot.PROMPT, Slot.IMAGE, Slot.MASK])
    return Workflows(
        draw,
        redraw or begun_from(draw, masked=False),
        mask or begun_from(draw, masked=True),
    )


def state(path: Path | None = None) -> tuple[tuple[int, int], ...]:
    """What is another one as soon as a file of `read_all` is; of none that is not there."""
    found = list[tuple[int, int]]()
    for file in (path or OURS, *(_named(path or OURS, kind) for kind in _KINDS)):
        try:
            stat = file.stat()
        except OSError:
            found.append((0, 0))  # reading it says so
        else:
            found.append((stat.st_mtime_ns, stat.st_size))
    return tuple(found)


def _beside(path: Path | None, kind: str) -> Workflow | None:
    file = None if path is None else _named(path, kind)
    return read(file) if file is not None and file.is_file() else None


def _named(path: Path, kind: str) -> Path:
    return path.with_suffix(f".{kind}.json")


def _of_picture(data: bytes, name: str) -> str:
    told = png.texts_of(data).get(_IN_PICTURE)
    if told is None:
        raise BadInput(
            _("The picture “{name}” has no workflow in it.").format(name=name),
            title=_("No workflow"),
            hint=_("Only PNG files that ComfyUI saved have one, and other programs take it out."),
        )
    return told
