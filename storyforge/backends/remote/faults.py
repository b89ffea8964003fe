"""What can go wrong on the way to a model on another machine, and the sentences that tell of it.

`docs/remote.md` has the same in a table. What an author reads is chosen here and nowhere else.
"""

from dataclasses import dataclass, field
from enum import Enum, auto

from storyforge.domain.hosts import host_of, shown
from storyforge.domain.model import RemoteSpec
from storyforge.errors import ModelError
from storyforge.i18n import N_, _, ngettext


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
    #: a redirect to what is no address, or round in a circle
    LEADS_NOWHERE = auto()
    #: an unencrypted way to another machine that nobody allowed
    PLAIN_HTTP = auto()


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that went wrong.

    Attributes:
        told: what the other side said of it, in a few words; never a key.
        status: of HTTP; 0 where it did not come to one.
        retry_after: seconds that the other side asks for; 0 where it does not.
        body: all that it said, for the API to read; never shown.
    """

    kind: FaultKind
    told: str = ""
    status: int = 0
    retry_after: float = 0.0
    body: str = field(default="", repr=False, compare=False)


class RemoteFault(Exception):
    """Carries a `Fault` to the backend, which tells the author."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.kind.name)
        self.fault = fault


_KEY = N_("Key not accepted")
_ADDRESS = N_("Not reached")
_ANSWER = N_("Answer not usable")
_TRY_AGAIN = N_("Try again; what had come before is kept as a take.")
_LOOK_AT_URL = N_("Look at the profile's url: many end in /v1.")

# kind → title, sentence, advice
_WORDS: dict[FaultKind, tuple[str, str, str]] = {
    FaultKind.NAME_NOT_FOUND: (
        _ADDRESS,
        N_("No machine is called {host}, or the network is down; your text is whole."),
        N_("Look at the network and at the profile's url. A local model needs neither."),
    ),
    FaultKind.CONNECTION_REFUSED: (
        _ADDRESS,
        N_("No server answers at {url}; your text is whole."),
        N_("Start the server there, or look at the profile's url."),
    ),
    FaultKind.TLS: (
        N_("Connection not safe"),
        N_("{host} cannot prove that it is who it says; nothing of your text was sent."),
        N_(
            "Look at this machine's date and at the profile's url. The certificate of a server of "
            "your own must be known to the system."
        ),
    ),
    FaultKind.PROXY: (
        _ADDRESS,
        N_("The proxy on the way to {host} does not let it through; your text is whole."),
        N_("Look at HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY in the environment."),
    ),
    FaultKind.UNREACHABLE: (
        _ADDRESS,
        N_("{host} cannot be reached; your text is whole."),
        N_("Look at the network and at the profile's url. A local model needs neither."),
    ),
    FaultKind.NO_KEY: (
        N_("No key"),
        N_("{host} wants a key, and there is none for it; your text is whole."),
        N_("Set it with `storyforge keys set`; `storyforge keys list` shows what there is."),
    ),
    FaultKind.KEY_WRONG: (
        _KEY,
        N_("{host} does not accept the key; your text is whole."),
        N_("Set another with `storyforge keys set`; it may have expired."),
    ),
    FaultKind.FORBIDDEN: (
        N_("Not allowed"),
        N_("{host} does not allow this with your key; your text is whole."),
        N_("Look at your account there: its credit, its region and the models it may use."),
    ),
    FaultKind.NO_MODEL: (
        N_("No such model"),
        N_("{host} has no model called “{model}”; your text is whole."),
        N_("`storyforge profiles models {profile}` lists those that it has."),
    ),
    FaultKind.NO_SUCH_ADDRESS: (
        _ADDRESS,
        N_("Nothing of this kind is at {url}; your text is whole."),
        _LOOK_AT_URL,
    ),
    FaultKind.TOO_LONG: (
        N_("Too long for the model"),
        N_("The text to go on from is longer than {model} takes; your text is whole."),
        N_("Set a smaller context_tokens for the profile, so that less of the story is sent."),
    ),
    FaultKind.NOT_UNDERSTOOD: (
        N_("Not understood"),
        N_("{host} does not take the request as it is; your text is whole."),
        N_("Look at the profile's backend, model and style, or choose another preset."),
    ),
    FaultKind.TOO_MANY: (
        N_("Too many requests"),
        N_("{host} takes no more requests for now; your text is whole."),
        N_("Try again later, or look at your plan and credit there."),
    ),
    FaultKind.SERVER: (
        N_("Error on the other side"),
        N_("{host} failed; your text is whole."),
        _TRY_AGAIN,
    ),
    FaultKind.BUSY: (
        N_("Server busy"),
        N_("{host} is busy or still loads its model; your text is whole."),
        N_("Try again in a minute."),
    ),
    FaultKind.CUT_OFF: (
        N_("Answer cut off"),
        N_("The connection to {host} broke before the answer's end; your text is whole."),
        _TRY_AGAIN,
    ),
    FaultKind.STALLED: (
        N_("Answer came to a halt"),
        N_("Nothing more came from {host}, and it was not waited for any longer."),
        _TRY_AGAIN,
    ),
    FaultKind.MALFORMED: (
        _ANSWER,
        N_("What {host} answers cannot be read; your text is whole."),
        N_("Look at the profile's backend: the server may speak another API."),
    ),
    FaultKind.NOT_AN_API: (
        _ANSWER,
        N_("At {url} is a page for people, not a model; your text is whole."),
        N_("Look at the profile's url: many end in /v1. A hotel's network may ask to log in."),
    ),
    FaultKind.EMPTY: (
        N_("Empty answer"),
        N_("{host} answered without a word; your text is whole."),
        N_(
            "Try again. If it stays so, the text may be too long for the model, or end in a way "
            "that it takes for the end."
        ),
    ),
    FaultKind.FILTERED: (
        N_("Held back by a filter"),
        N_("A filter at {host} lets nothing of this answer through; your text is whole."),
        N_("Another profile may write it; local models have no filter."),
    ),
    FaultKind.LINE_TOO_LONG: (
        _ANSWER,
        N_("{host} sends more in one piece than an answer can have; it was cut off there."),
        N_("Look at the profile's backend: the server may speak another API."),
    ),
    FaultKind.REDIRECTED: (
        N_("Sent elsewhere"),
        N_("{host} sends on to {told}. Neither your text nor the key went there."),
        N_("If you trust that address, make it the profile's url."),
    ),
    FaultKind.LEADS_NOWHERE: (
        N_("Sent elsewhere"),
        N_("{host} sends on to what is no address, or round in a circle; your text is whole."),
        _LOOK_AT_URL,
    ),
    FaultKind.PLAIN_HTTP: (
        N_("Not encrypted"),
        N_("On the way to {host} everybody could read your text and the key, so nothing was sent."),
        N_("Use https in the profile's url, or set plain_http where you trust the network."),
    ),
}


def to_error(fault: Fault, spec: RemoteSpec, assumed_window: int = 0) -> ModelError:
    """The error an author reads about `fault`.

    Args:
        assumed_window: what the model was taken to see where nobody told; 0 where it is known.
    """
    title, sentence, advice = _WORDS[fault.kind]
    words = {
        "host": host_of(spec.url) or shown(spec.url),
        "url": shown(spec.url),
        "model": spec.model or spec.name,
        "profile": spec.profile or spec.name,
        "told": fault.told,
    }
    told = _(sentence).format(**words)
    if fault.told and fault.kind is not FaultKind.REDIRECTED:
        told = _("{sentence} It says: “{told}”").format(sentence=told, told=fault.told)
    hint = _(advice).format(**words)
    if fault.kind is FaultKind.EMPTY and assumed_window:
        # llama-cpp-python ends its stream without a word where a prompt is too long for it.
        hint = _(
            "The server does not tell its window, and {tokens:,} tokens were assumed. If it is "
            "smaller, set context_tokens for the profile to what the server was started with."
        ).format(tokens=assumed_window)
    if fault.retry_after:
        hint = in_time(fault.retry_after)
    return ModelError(told, title=_(title), hint=hint)


def in_time(seconds: float) -> str:
    """The advice to try again after so long as the other side asks for."""
    if seconds < 90:
        whole = max(1, round(seconds))
        said = ngettext("Try again in {n} second.", "Try again in {n} seconds.", whole)
        return said.format(n=whole)
    minutes = round(seconds / 60)
    return ngettext("Try again in {n} minute.", "Try again in {n} minutes.", minutes).format(
        n=minutes
    )
