"""A remote backend against a far side, and everything that it says."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from storyforge.backends.remote.api import Api
from storyforge.backends.remote.backend import RemoteBackend
from storyforge.backends.remote.compatible import API
from storyforge.backends.remote.omitting import Memory
from storyforge.backends.remote.patience import Patience
from storyforge.domain.generation import (
    Delta,
    Finish,
    Message,
    Noted,
    Refusal,
    Request,
    Role,
    Text,
    Thought,
)
from storyforge.domain.model import RemoteSpec
from storyforge.errors import StoryforgeError

HASTE = Patience(first=0.01, most=0.02)
REQUEST = Request("It was raining. She", max_tokens=40)


def spec_of(url: str, **more: object) -> RemoteSpec:
    told: dict[str, object] = {"model": "tiny", "profile": "far", "stall_seconds": 20.0, **more}
    return RemoteSpec("openai-compatible", "Tiny", url=url, **told)  # type: ignore[arg-type]


def backend(
    spec: RemoteSpec, folder: Path, *, api: Api = API, key: str = "", patience: Patience = HASTE
) -> RemoteBackend:
    return RemoteBackend(
        api,
        spec,
        key=lambda: key,
        messages=lambda request: (Message(Role.USER, f"Go on: {request.prompt}"),),
        memory=Memory(folder / "memory.json"),
        patience=patience,
    )


@dataclass
class Heard:
    """What one request said, and the error it ended with."""

    deltas: list[Delta] = field(default_factory=list)
    error: StoryforgeError | None = None

    def text(self, take: int = 0) -> str:
        return "".join(d.text for d in self.deltas if isinstance(d, Text) and d.take == take)

    @property
    def thinking(self) -> str:
        return "".join(each.text for each in self.deltas if isinstance(each, Thought))

    @property
    def refusal(self) -> str:
        return "".join(each.text for each in self.deltas if isinstance(each, Refusal))

    @property
    def notes(self) -> list[str]:
        return [each.message for each in self.deltas if isinstance(each, Noted)]

    @property
    def finishes(self) -> list[Finish]:
        return [each for each in self.deltas if isinstance(each, Finish)]

    @property
    def finish(self) -> Finish:
        (one,) = self.finishes
        return one


async def ask(
    model: RemoteBackend,
    request: Request = REQUEST,
    stop: asyncio.Event | None = None,
    heard: Heard | None = None,
) -> Heard:
    """All that is said to `request`; the backend is closed behind it."""
    heard = heard or Heard()
    try:
        async for delta in model.stream(request, stop or asyncio.Event()):
            heard.deltas.append(delta)
    except StoryforgeError as error:
        heard.error = error
    finally:
        await model.close()
    return heard
