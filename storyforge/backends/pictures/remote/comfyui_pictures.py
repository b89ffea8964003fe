"""What a picture begins from, put into ComfyUI's folder for pictures.

It lies there in a folder of its own, by its digest: the same picture is one file however often it
is begun from. Only what is seen of it goes there, as large as it will be drawn.
"""

import asyncio
import hashlib

from storyforge.backends.pictures.remote import comfyui_api as api
from storyforge.backends.pictures.remote import pixels
from storyforge.backends.pictures.remote.comfyui_orders import Pictures
from storyforge.backends.remote.faults import Fault, FaultKind, RemoteFault
from storyforge.backends.remote.wire import Wire
from storyforge.domain.picture.workflows.workflow import Workflow
from storyforge.engine.pictures.canvases import Canvas

_DIGITS = 24


async def put_there(
    wire: Wire, canvas: Canvas | None, workflow: Workflow, stop: asyncio.Event
) -> Pictures:
    """Send it; what it is called there. Nothing is sent where there is nothing.

    Raises:
        RemoteFault: it was not taken.
    """
    if canvas is None:
        return Pictures()
    if workflow.same_picture:
        both = await _sent(wire, await asyncio.to_thread(_see_through, canvas), stop)
        return Pictures(both, both)
    image = await _sent(wire, await asyncio.to_thread(pixels.file_of, canvas.seen), stop)
    if canvas.mask is None or stop.is_set():
        return Pictures(image)
    mask = await asyncio.to_thread(pixels.file_of, canvas.mask.convert("RGB"))
    return Pictures(image, await _sent(wire, mask, stop))


async def _sent(wire: Wire, data: bytes, stop: asyncio.Event) -> str:
    name = hashlib.sha256(data).hexdigest()[:_DIGITS]
    told = api.read_uploaded(await wire.document(api.upload(name, data), stop))
    if not told and not stop.is_set():
        raise RemoteFault(Fault(FaultKind.MALFORMED))
    return told


def _see_through(canvas: Canvas) -> bytes:
    """A picture that is clear where it is redrawn: ComfyUI takes that for its mask."""
    from PIL import ImageChops

    picture = canvas.seen.convert("RGBA")
    if canvas.mask is not None:
        picture.putalpha(ImageChops.invert(canvas.mask))
    return pixels.file_of(picture)
