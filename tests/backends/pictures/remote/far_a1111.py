"""A real server on this machine that speaks AUTOMATIC1111's API, or misbehaves in it."""

import asyncio
import base64
import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from PIL import Image

from tests.backends.remote.far_side import Answer, Asked, FarSide, document, listening

LISTS: dict[str, Any] = {
    "sd-models": [
        {"title": "old/ink.safetensors [1a2b3c4d5e]", "model_name": "ink", "hash": "1a2b3c4d5e"},
        {"title": "oil_xl.safetensors [5e4d3c2b1a]", "model_name": "oil_xl"},
    ],
    "samplers": [{"name": "Euler a", "aliases": ["k_euler_a"]}, {"name": "DPM++ 2M"}],
    "schedulers": [
        {"name": "automatic", "label": "Automatic"},
        {"name": "karras", "label": "Karras"},
    ],
    "loras": [{"name": "mara", "alias": "mara_v2", "path": "/home/ida/lora/mara.safetensors"}],
    "embeddings": {"loaded": {"bad_hands": {"step": 1}}, "skipped": {}},
    "upscalers": [{"name": "Lanczos"}],
    "options": {"sd_model_checkpoint": "old/ink.safetensors [1a2b3c4d5e]"},
}
INFOTEXT = (
    "a quay\nNegative prompt: fog\nSteps: 4, Sampler: Euler a, CFG scale: 7, Seed: 7, Size: 64x48, "
    'Model hash: 1a2b3c4d5e, Model: ink, Lora hashes: "mara: 0f0f0f0f0f0f", RNG: CPU, '
    "Version: v1.10.1"
)


def png(colour: tuple[int, int, int], width: int = 64, height: int = 48) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "PNG")
    return out.getvalue()


def base64_of(data: bytes) -> str:
    return base64.b64encode(data).decode()


@dataclass
class FarA1111(FarSide):
    """Draws one picture a request, in as many steps as it was asked how far it is.

    Attributes:
        lists: what it has; one that is not here is not found.
        picture: what a drawing is answered; None draws in the colour of the seed.
        steps: questions until a picture is ready; 0 answers at once, -1 never.
        queued: another's picture is drawn first.
        holds: the drawing, counted from 1, that is never ready; 0 for none.
    """

    lists: dict[str, Any] = field(default_factory=lambda: dict(LISTS))
    picture: Answer | None = None
    steps: int = 0
    queued: bool = False
    holds: int = 0
    begun: int = 0
    version: Any = None
    step: int = 0
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    drawing: asyncio.Event = field(default_factory=asyncio.Event)
    held: asyncio.Event = field(default_factory=asyncio.Event)
    interrupted: asyncio.Event = field(default_factory=asyncio.Event)

    async def decide(self, asked: Asked, reader: asyncio.StreamReader) -> Answer:
        path = urlsplit(asked.path).path
        name = path.removeprefix("/sdapi/v1/")
        if name in ("txt2img", "img2img"):
            return await self._draw(asked, reader)
        if name == "progress":
            return document(self._progress(parse_qs(urlsplit(asked.path).query)))
        if name == "interrupt":
            self.interrupted.set()
            return document({})
        if path == "/internal/progress":
            return document({"active": not self.queued, "queued": self.queued})
        if path == "/api/extra/version" and self.version is not None:
            return document(self.version)
        if name in self.lists:
            return document(self.lists[name])
        return document({"detail": "Not Found"}, 404)

    async def _draw(self, asked: Asked, reader: asyncio.StreamReader) -> Answer:
        self.drawing.set()
        self.begun += 1
        if self.begun == self.holds:
            self.held.set()
            await reader.read()
            raise ConnectionError
        if self.steps:
            waits = {asyncio.create_task(reader.read()), asyncio.create_task(self.ready.wait())}
            _done, left = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            for task in left:
                task.cancel()
            if not self.ready.is_set():
                self.gone.set()
                raise ConnectionError
        return self.picture or document(self.drawn(asked.body))

    def drawn(self, body: Any) -> dict[str, Any]:
        seed, width, height = body["seed"], body["width"], body["height"]
        if body.get("enable_hr"):
            width, height = (round(side * body["hr_scale"]) for side in (width, height))
        info = {
            "seed": seed,
            "sd_model_name": "ink",
            "sd_model_hash": "1a2b3c4d5e",
            "sd_vae_name": None,
            "version": "v1.10.1",
            "infotexts": [INFOTEXT],
        }
        image = png((seed % 256, 20, 30), width, height)
        return {"images": [base64_of(image)], "parameters": {}, "info": json.dumps(info)}

    def _progress(self, query: dict[str, list[str]]) -> dict[str, Any]:
        if not self.drawing.is_set():
            return {"progress": 0, "state": {"job_count": 0, "sampling_step": 0}}
        self.step += 1
        if self.step == self.steps:
            self.ready.set()
        told: dict[str, Any] = {
            "progress": 0.5,
            "state": {
                "job_count": 1, "job_no": 0, "sampling_step": self.step,
                "sampling_steps": self.steps,
            },
            "current_image": None,
        }  # fmt: skip
        if query.get("skip_current_image") == ["false"]:
            told["current_image"] = base64_of(png((9, 9, 9), 512, 256))
        return told


@asynccontextmanager
async def far_a1111(**told: Any) -> AsyncIterator[FarA1111]:
    """A server of that kind, for as long as the block lasts."""
    async with listening(FarA1111([], **told)) as far:
        yield far
