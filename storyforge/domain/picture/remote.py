"""A painter on another machine, or behind a server on this one: how it is asked. Values."""

from dataclasses import dataclass
from pathlib import Path

from storyforge.domain.hosts import host_of, is_loopback, is_plain

#: a checkpoint that the program itself loads
LOCAL = "local"


@dataclass(frozen=True, slots=True)
class PicturePrice:
    """What a painter behind an API costs, in `currency` (ISO 4217).

    Attributes:
        picture: each picture.
        reading, writing: a million tokens of what is sent, and of what comes back.
    """

    picture: float = 0.0
    reading: float = 0.0
    writing: float = 0.0
    currency: str = "USD"

    def of(self, read: int, written: int) -> float:
        """What one picture cost."""
        return self.picture + (read * self.reading + written * self.writing) / 1e6


@dataclass(frozen=True, slots=True)
class RemotePainterSpec:
    """A painter behind an API; of its key it knows nothing but whose it is.

    Attributes:
        backend: "a1111", "comfyui" or "openai".
        profile: the name of its table.
        url: the base URL, without a slash at its end.
        model: as the server calls it; empty takes the one that it has loaded, or its usual one.
        key: whose key it is called with; empty goes by the address.
        workflow: of ComfyUI, a file in its API's form; None takes ours.
        effort: how much care a picture is drawn with, in the API's own word.
        plain_http: the author allowed an unencrypted way to another machine.
        stall_seconds: without a word for so long a small answer counts as dead.
    """

    backend: str
    profile: str
    url: str
    model: str = ""
    key: str = ""
    workflow: Path | None = None
    effort: str = ""
    plain_http: bool = False
    price: PicturePrice | None = None
    stall_seconds: float = 30.0

    @property
    def place(self) -> str:
        """The host that draws; "" for a server on this machine."""
        return "" if is_loopback(self.url) else host_of(self.url)

    @property
    def unencrypted(self) -> bool:
        """Whether what goes there could be read on its way, and the author has not allowed it."""
        return is_plain(self.url) and not self.plain_http


@dataclass(frozen=True, slots=True)
class ServerHas:
    """What a server lists; nothing of what it does not tell.

    Attributes:
        server: what it is, as it says itself.
        loaded: the checkpoint that it has in memory.
    """

    server: str = ""
    loaded: str = ""
    models: tuple[str, ...] = ()
    samplers: tuple[str, ...] = ()
    schedules: tuple[str, ...] = ()
    loras: tuple[str, ...] = ()
    embeddings: tuple[str, ...] = ()
    upscalers: tuple[str, ...] = ()
