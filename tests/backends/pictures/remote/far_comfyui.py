"""A real server on this machine that speaks ComfyUI's API and websocket, or misbehaves in it."""

import asyncio
import io
import json
import ssl
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from PIL import Image
from websockets.server import ServerProtocol

from tests.backends.remote.far_side import Answer, Asked, FarSide, document, read_asked

MODELS = ["ink.safetensors", "old/oil_xl.safetensors"]
SAMPLERS = ["euler", "euler_ancestral", "dpmpp_2m"]


def objects() -> dict[str, Any]:
    """What its nodes take, as far as anybody asks."""
    plain = (
        "CLIPTextEncode", "EmptyLatentImage", "VAEDecode", "PreviewImage", "SaveImage", "LoadImage",
        "LoadImageMask", "VAEEncode", "SetLatentNoiseMask", "CLIPSetLastLayer", "LatentUpscale",
    )  # fmt: skip
    told: dict[str, Any] = {kind: {"input": {"required": {}}} for kind in plain}
    told["CheckpointLoaderSimple"] = {"input": {"required": {"ckpt_name": [MODELS]}}}
    told["KSampler"] = {
        "input": {
            "required": {
                "sampler_name": ["COMBO", {"options": SAMPLERS}],
                "scheduler": [["normal", "karras"]],
            }
        }
    }
    told["LoraLoader"] = {
        "input": {"required": {"lora_name": [["people\\Mara.safetensors", "gloom.pt"]]}}
    }
    return told


def png(colour: tuple[int, int, int], width: int, height: int, kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, kind)
    return out.getvalue()


@dataclass
class FarComfy(FarSide):
    """Runs workflows one at a time, each step at once unless it is told to pause.

    Attributes:
        objects: what it knows of nodes.
        refuses, answers_prompt: what `/prompt` is answered in the place of a name.
        odd: frames that are sent before the first step.
        pauses_after: the step behind which it waits for `go`; `paused` is set there.
        breaks_after: the step behind which its sockets break.
        dies_after: the step behind which all of it is gone.
        fails_after: the step behind which a node fails.
        ahead: pictures of others in its queue.
        names: it takes names from outside.
        silent: it has no socket. elsewhere: where it sends who asks for one.
        old: it tells nothing of its nodes. lags: its history has a picture a question later.
        deaf: it hears nothing on its socket.
        swallows: it takes a workflow, and breaks off the answer. slow: it waits for `may_answer`.
        took: workflows that were run, by name. history: as it is told.
        files: pictures by name; what was uploaded lies there, too.
    """

    objects: dict[str, Any] = field(default_factory=objects)
    refuses: Any = None
    odd: tuple[str | bytes, ...] = ()
    pauses_after: int = 0
    breaks_after: int = 0
    dies_after: int = 0
    fails_after: int = 0
    ahead: int = 0
    names: bool = True
    silent: bool = False
    old: bool = False
    lags: bool = False
    deaf: bool = False
    tls: ssl.SSLContext | None = None
    answers_prompt: Answer | None = None
    elsewhere: str = ""
    swallows: bool = False
    slow: bool = False
    took: dict[str, dict[str, Any]] = field(default_factory=dict)
    history: dict[str, Any] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)
    running: str = ""
    paused: asyncio.Event = field(default_factory=asyncio.Event)
    go: asyncio.Event = field(default_factory=asyncio.Event)
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)
    died: asyncio.Event = field(default_factory=asyncio.Event)
    opened: asyncio.Event = field(default_factory=asyncio.Event)
    _sockets: list[tuple[ServerProtocol, asyncio.StreamWriter]] = field(default_factory=list)
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)
    _runs: set[asyncio.Task[None]] = field(default_factory=set)
    _server: asyncio.Server | None = None
    _interrupted: bool = False
    _next: str = ""
    _late: dict[str, Any] = field(default_factory=dict)
    _open: int = 0
    _idle: asyncio.Event = field(default_factory=asyncio.Event)

    async def live(self, port: int = 0) -> None:
        self._server = await asyncio.start_server(self.serve, "127.0.0.1", port, ssl=self.tls)
        scheme = "https" if self.tls else "http"
        self.url = f"{scheme}://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def die(self) -> None:
        """All of it is gone at once."""
        if self._server is not None:
            self._server.close()
        for writer in tuple(self._writers):
            writer.transport.abort()

    async def revive(self) -> None:
        await self.live(int(self.url.rpartition(":")[2]))

    async def close(self) -> None:
        self.go.set()
        await self.die()
        for run in tuple(self._runs):
            run.cancel()
        await asyncio.gather(*self._runs, return_exceptions=True)
        if self._open:
            await self._idle.wait()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        self._open += 1
        self._idle.clear()
        try:
            await super().serve(reader, writer)
        finally:
            self._writers.discard(writer)
            self._open -= 1
            if not self._open:
                self._idle.set()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if b"upgrade: websocket" in head.lower() and not self.silent:
            await self._listen(head, reader, writer)
            return
        await self._tell(await read_asked(head, reader), reader, writer)
        if self._next and not self.ahead:
            self.start(self._next)

    # Its socket.

    async def _listen(
        self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.asked.append(await read_asked(head, reader))
        protocol = ServerProtocol()
        protocol.receive_data(head)
        (request,) = protocol.events_received()
        protocol.send_response(protocol.accept(request))  # type: ignore[arg-type]
        _flush(protocol, writer)
        self._sockets.append((protocol, writer))
        self.opened.set()
        try:
            while data := await reader.read(4096):
                if self.deaf:
                    continue
                protocol.receive_data(data)
                _flush(protocol, writer)
        finally:
            self._sockets.remove((protocol, writer))

    async def send(self, frame: str | bytes) -> None:
        for protocol, writer in tuple(self._sockets):
            if isinstance(frame, bytes):
                protocol.send_binary(frame)
            else:
                protocol.send_text(frame.encode())
            with suppress(ConnectionError):
                _flush(protocol, writer)
                await writer.drain()

    async def say(self, kind: str, **data: Any) -> None:
        await self.send(json.dumps({"type": kind, "data": data}))

    def break_sockets(self) -> None:
        for _protocol, writer in tuple(self._sockets):
            writer.transport.abort()

    # Its questions.

    async def decide(self, asked: Asked, reader: asyncio.StreamReader) -> Answer:
        path, query = urlsplit(asked.path).path, parse_qs(urlsplit(asked.path).query)
        kind = path.rpartition("/")[2]
        if path == "/ws" and self.elsewhere:
            return Answer(status=307, headers=(("location", f"{self.elsewhere}/ws"),))
        if self.old and (path.startswith("/object_info/") or path == "/embeddings"):
            return document({"detail": "no"}, 404)
        if path.startswith("/object_info/"):
            return document({kind: self.objects[kind]} if kind in self.objects else {})
        if path.startswith("/history/"):
            told = {kind: self.history[kind]} if kind in self.history else {}
            self.history |= self._late
            return document(told)
        if path == "/view":
            return self._view(query)
        if path == "/upload/image":
            return self._upload(asked.body)
        if path == "/prompt" and self.answers_prompt is not None:
            return self.answers_prompt
        if path == "/prompt" and self.slow:
            self.paused.set()
            await self.may_answer.wait()
        if asked.method == "POST":
            return self._post(path, asked.body)
        lists = {
            "/system_stats": {
                "system": {"comfyui_version": "0.3.68"},
                "devices": [{"name": "cuda:0 NVIDIA T1000 : native"}],
            },
            "/embeddings": ["bad-hands"],
            "/queue": self._queue(),
        }
        return document(lists[path]) if path in lists else document({"detail": "no"}, 404)

    def _post(self, path: str, body: Any) -> Answer:
        if path == "/prompt":
            return self._prompt(body)
        if path == "/interrupt" and body == {"prompt_id": self.running}:
            self.interrupt()
        if path == "/queue":
            self.ahead, self.took = 0, {}
        return Answer(kind="application/octet-stream")

    def _prompt(self, body: Any) -> Answer:
        if self.refuses is not None:
            return document(self.refuses, 400)
        task = body["prompt_id"] if self.names else f"own-{len(self.took)}"
        self.took[task], self.extra = body["prompt"], body.get("extra_data", {})
        self._next = task
        if self.swallows:
            self.swallows = False
            return Answer((b"{",), kind="application/json", ends="cut")
        return document({"prompt_id": task, "number": 3, "node_errors": {}})

    def interrupt(self) -> None:
        self._interrupted = True
        self.go.set()

    def start(self, task: str) -> None:
        self.ahead, self.running, self._next = 0, task, ""
        run = asyncio.create_task(self._run(task, self.took[task]))
        self._runs.add(run)
        run.add_done_callback(self._runs.discard)

    def _queue(self) -> dict[str, Any]:
        others = [[number, f"other-{number}", {}, {}, []] for number in range(self.ahead)]
        mine = [[9, task, {}, {}, []] for task in self.took if task not in self.history]
        if self.ahead:
            return {"queue_running": others[:1], "queue_pending": mine + others[1:]}
        return {"queue_running": mine, "queue_pending": []}

    def _view(self, query: dict[str, list[str]]) -> Answer:
        data = self.files.get(query["filename"][0])
        if data is None:
            return document({}, 404)
        return Answer((data,), kind="image/png")

    def _upload(self, body: bytes) -> Answer:
        head, _gap, rest = body.partition(b"\r\n\r\n")
        name = head.partition(b'filename="')[2].partition(b'"')[0].decode()
        self.files[name] = rest.partition(b"\r\n--")[0]
        return document({"name": name, "subfolder": "storyforge", "type": "input"})

    # Its work.

    async def _run(self, task: str, graph: dict[str, Any]) -> None:
        await self.say("execution_start", prompt_id=task)
        for frame in self.odd:
            await self.send(frame)
        key, sampler = next((key, one) for key, one in graph.items() if "seed" in one["inputs"])
        await self.say("executing", node=key, prompt_id=task)
        steps = sampler["inputs"]["steps"]
        for step in range(1, steps + 1):
            await self.say("progress", value=step, max=steps, prompt_id=task, node=key)
            await self.send(struct.pack(">II", 1, 1) + png((step, 9, 9), 256, 128, "JPEG"))
            if not await self._on(step, task, key):
                return
        self._end(task, graph, sampler["inputs"]["seed"])
        await self.say("execution_success", prompt_id=task)
        await self.say("executing", node=None, prompt_id=task)

    async def _on(self, step: int, task: str, key: str) -> bool:
        """Whether it goes on behind a step."""
        if step == self.pauses_after:
            self.paused.set()
            await self.go.wait()
        if self._interrupted:
            self._interrupted = False
            told: dict[str, Any] = {"prompt_id": task, "node_id": key}
            self._failed(task, "execution_interrupted", told)
            await self.say("execution_interrupted", **told)
            return False
        if step == self.fails_after:
            told = {
                "prompt_id": task, "node_id": key, "node_type": "KSampler",
                "exception_type": "torch.OutOfMemoryError",
                "exception_message": "Allocation on device",
            }  # fmt: skip
            self._failed(task, "execution_error", told)
            await self.say("execution_error", **told)
            return False
        if step == self.breaks_after:
            self.break_sockets()
        if step == self.dies_after:
            await self.die()
            self.died.set()
            return False
        return True

    def finish(self, task: str) -> None:
        """Have it finished without a word."""
        graph = self.took[task]
        sampler = next(one for one in graph.values() if "seed" in one["inputs"])
        self._end(task, graph, sampler["inputs"]["seed"])

    def _end(self, task: str, graph: dict[str, Any], seed: int) -> None:
        size = next((one for one in graph.values() if "width" in one["inputs"]), None)
        inputs = {"width": 64, "height": 48} if size is None else size["inputs"]
        loads = [one["inputs"] for one in graph.values() if one["class_type"] == "LoadImage"]
        name = f"{task}_00001_.png"
        if loads:
            begun = Image.open(io.BytesIO(self.files[loads[0]["image"].rpartition("/")[2]]))
            inputs = {"width": begun.width, "height": begun.height}
        self.files[name] = png((seed % 256, 20, 30), inputs["width"], inputs["height"])
        end = next(
            key for key, one in graph.items() if one["class_type"] in ("PreviewImage", "SaveImage")
        )
        images = [{"filename": name, "subfolder": "", "type": "temp"}]
        where = self._late if self.lags else self.history
        where[task] = {
            "outputs": {end: {"images": images}},
            "status": {"status_str": "success", "completed": True, "messages": []},
        }

    def _failed(self, task: str, kind: str, told: dict[str, Any]) -> None:
        self.history[task] = {
            "outputs": {},
            "status": {"status_str": "error", "completed": False, "messages": [[kind, told]]},
        }


@asynccontextmanager
async def far_comfyui(**told: Any) -> AsyncIterator[FarComfy]:
    """A server of that kind, for as long as the block lasts."""
    far = FarComfy([], **told)
    await far.live()
    try:
        yield far
    finally:
        await far.close()


def _flush(protocol: ServerProtocol, writer: asyncio.StreamWriter) -> None:
    for data in protocol.data_to_send():
        if data:
            writer.write(data)
        elif not writer.is_closing():
            writer.close()
