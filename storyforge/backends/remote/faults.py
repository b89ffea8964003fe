"""What can go wrong on the way to a model on another machine, as values.

What each is called to the author says `docs/remote.md`, in a table.
"""

from dataclasses import dataclass
from enum import Enum, auto


class FaultKind(Enum):
    """What happened."""

    NAME_NOT_FOUND = auto()
    CONNECTION_REFUSED = auto()
    TLS = auto()
    PROXY = auto()
    UNREACHABLE = auto()
    NO_KEY = auto()
    #: 401
    KEY_WRONG = auto()
    #: 403, 402
    FORBIDDEN = auto()
    #: 404, where the model is meant
    NO_MODEL = auto()
    #: 404, 405
    NO_SUCH_ADDRESS = auto()
    #: 413, and what APIs say of a context that is too long
    TOO_LONG = auto()
    #: 400, 422 of another kind
    NOT_UNDERSTOOD = auto()
    #: 429
    TOO_MANY = auto()
    #: 500, 502, 504
    SERVER = auto()
    #: 503
    BUSY = auto()
    CUT_OFF = auto()
    STALLED = auto()
    MALFORMED = auto()
    #: a page for people, or another content type
    NOT_AN_API = auto()
    EMPTY = auto()
    FILTERED = auto()
    LINE_TOO_LONG = auto()
    REDIRECTED = auto()
    #: an unencrypted way to another machine that nobody allowed
    PLAIN_HTTP = auto()


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that went wrong.

    Attributes:
        told: what the other side said of it, in a few words; never a key.
        status: of HTTP; 0 where it did not come to one.
        retry_after: seconds that the other side asks for; 0 where it does not.
    """

    kind: FaultKind
    told: str = ""
    status: int = 0
    retry_after: float = 0.0


class RemoteFault(Exception):
    """Carries a `Fault` to the backend, which tells the author."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.kind.name)
        self.fault = fault
