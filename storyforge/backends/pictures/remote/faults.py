"""What an author reads where a painter behind an API does not draw.

What can go wrong on the way is `backends.remote.faults`'; here it is told of pictures. A fault that
all orders of a painter share is told apart.
"""

from storyforge.backends.pictures.base import NotReady
from storyforge.backends.remote.faults import Fault, FaultKind, in_time
from storyforge.domain.hosts import host_of, shown
from storyforge.domain.picture.remote import RemotePainterSpec
from storyforge.errors import ModelError
from storyforge.i18n import N_, _

_ADDRESS = N_("Not reached")
_ANSWER = N_("Answer not usable")
_TRY_AGAIN = N_("Draw it again; what was drawn before is kept.")
_LOOK_AT_URL = N_("Look at the painter's url and backend: storyforge painters check {profile}")

#: kind → title, sentence, advice
_WORDS: dict[FaultKind, tuple[str, str, str]] = {
    FaultKind.NAME_NOT_FOUND: (
        _ADDRESS,
        N_("No machine is called {host}, or the network is down; your pictures are whole."),
        N_("Look at the network and at the painter's url. A local checkpoint needs neither."),
    ),
    FaultKind.CONNECTION_REFUSED: (
        _ADDRESS,
        N_("No server answers at {url}; your pictures are whole."),
        N_("Start the server there (AUTOMATIC1111 with --api), or look at the painter's url."),
    ),
    FaultKind.TLS: (
        N_("Connection not safe"),
        N_("{host} cannot prove that it is who it says; nothing of your story was sent."),
        N_(
            "Look at this machine's date and at the painter's url. The certificate of a server of "
            "your own must be known to the system."
        ),
    ),
    FaultKind.PROXY: (
        _ADDRESS,
        N_("The proxy on the way to {host} does not let it through; your pictures are whole."),
        N_("Look at HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY in the environment."),
    ),
    FaultKind.UNREACHABLE: (
        _ADDRESS,
        N_("{host} cannot be reached; your pictures are whole."),
        N_("Look at the network and at the painter's url. A local checkpoint needs neither."),
    ),
    FaultKind.NO_KEY: (
        N_("No key"),
        N_("{host} wants a key, and there is none for it; your pictures are whole."),
        N_("Set it with `storyforge keys set`; `storyforge keys list` shows what there is."),
    ),
    FaultKind.KEY_WRONG: (
        N_("Key not accepted"),
        N_("{host} does not accept the key; your pictures are whole."),
        N_("Set another with `storyforge keys set`; it may have expired."),
    ),
    FaultKind.FORBIDDEN: (
        N_("Not allowed"),
        N_("{host} does not allow this with your key; your pictures are whole."),
        N_("Look at your account there: its credit, its region and the models it may use."),
    ),
    FaultKind.NO_MODEL: (
        N_("No such model"),
        N_("{host} has no model called “{model}”; your pictures are whole."),
        N_("`storyforge painters check {profile}` lists those that it has."),
    ),
    FaultKind.NO_SUCH_ADDRESS: (
        _ADDRESS,
        N_("Nothing that draws is at {url}; your pictures are whole."),
        _LOOK_AT_URL,
    ),
    FaultKind.TOO_LONG: (
        N_("Too long for the painter"),
        N_("What was sent is larger than {host} takes; your pictures are whole."),
        N_("Shorten the prompt, or draw a smaller picture."),
    ),
    FaultKind.NOT_UNDERSTOOD: (
        N_("Not understood"),
        N_("{host} does not take the order as it is; your pictures are whole."),
        N_("Look at size, sampler and model: storyforge painters check {profile}"),
    ),
    FaultKind.TOO_MANY: (
        N_("Too many requests"),
        N_("{host} takes no more orders for now; your pictures are whole."),
        N_("Try again later, or look at your plan and credit there."),
    ),
    FaultKind.SERVER: (
        N_("Error on the other side"),
        N_("{host} failed; your pictures are whole."),
        N_("Draw it again; if this returns, draw it smaller, or look at the server's own log."),
    ),
    FaultKind.BUSY: (
        N_("Server busy"),
        N_("{host} is busy or still loads its model; your pictures are whole."),
        N_("Try again in a minute."),
    ),
    FaultKind.CUT_OFF: (
        N_("Answer cut off"),
        N_("The connection to {host} broke before the picture had come."),
        _TRY_AGAIN,
    ),
    FaultKind.STALLED: (
        N_("Answer came to a halt"),
        N_("Nothing more came from {host}, and it was not waited for any longer."),
        _TRY_AGAIN,
    ),
    FaultKind.MALFORMED: (
        _ANSWER,
        N_("What {host} answers cannot be read; your pictures are whole."),
        _LOOK_AT_URL,
    ),
    FaultKind.NOT_AN_API: (
        _ANSWER,
        N_("At {url} is a page for people, not a painter; your pictures are whole."),
        _LOOK_AT_URL,
    ),
    FaultKind.EMPTY: (
        N_("Empty answer"),
        N_("{host} answered without a picture; your pictures are whole."),
        _TRY_AGAIN,
    ),
    FaultKind.FILTERED: (
        N_("Held back by a filter"),
        N_("A filter at {host} does not draw this; your pictures are whole."),
        N_("Change the prompt, or draw it with another painter: a local one has no such filter."),
    ),
    FaultKind.LINE_TOO_LONG: (
        _ANSWER,
        N_("{host} sends more than a picture can have; it was cut off there."),
        _LOOK_AT_URL,
    ),
    FaultKind.REDIRECTED: (
        N_("Sent elsewhere"),
        N_("{host} sends on to {told}. Neither your prompt nor the key went there."),
        N_("If you trust that address, make it the painter's url."),
    ),
    FaultKind.LEADS_NOWHERE: (
        N_("Sent elsewhere"),
        N_("{host} sends on to what is no address, or round in a circle; your pictures are whole."),
        _LOOK_AT_URL,
    ),
    FaultKind.PLAIN_HTTP: (
        N_("Not encrypted"),
        N_(
            "On the way to {host} everybody could read your prompt and the key, so nothing was "
            "sent."
        ),
        N_("Use https in the painter's url, or set plain_http where you trust the network."),
    ),
}

#: what another order to the same painter would meet, too
_SHARED = frozenset(
    {
        FaultKind.NAME_NOT_FOUND, FaultKind.CONNECTION_REFUSED, FaultKind.TLS, FaultKind.PROXY,
        FaultKind.UNREACHABLE, FaultKind.NO_KEY, FaultKind.KEY_WRONG, FaultKind.FORBIDDEN,
        FaultKind.NO_MODEL, FaultKind.NO_SUCH_ADDRESS, FaultKind.TOO_MANY, FaultKind.BUSY,
        FaultKind.NOT_AN_API, FaultKind.REDIRECTED, FaultKind.LEADS_NOWHERE, FaultKind.PLAIN_HTTP,
    }
)  # fmt: skip


def to_error(fault: Fault, spec: RemotePainterSpec) -> ModelError:
    """The error an author reads about `fault`; a `NotReady` where all orders would meet it."""
    title, sentence, advice = _WORDS[fault.kind]
    words = {
        "host": host_of(spec.url) or shown(spec.url),
        "url": shown(spec.url),
        "model": spec.model or spec.profile,
        "profile": spec.profile,
        "told": fault.told,
    }
    told = _(sentence).format(**words)
    if fault.told and fault.kind is not FaultKind.REDIRECTED:
        told = _("{sentence} It says: “{told}”").format(sentence=told, told=fault.told)
    hint = in_time(fault.retry_after) if fault.retry_after else _(advice).format(**words)
    kind = NotReady if fault.kind in _SHARED else ModelError
    return kind(told, title=_(title), hint=hint)
