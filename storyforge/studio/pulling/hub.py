"""What a repository on the hub has, and how its files are asked for, by huggingface_hub.

HF_ENDPOINT names another hub, HF_TOKEN the author's token. The token goes to the hub itself only:
the library for HTTP takes it off where the hub sends on to another host. huggingface_hub is
imported inside functions; it takes a quarter of a second.
"""

import contextlib
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from storyforge.backends.remote import mishaps
from storyforge.backends.remote.faults import FaultKind
from storyforge.domain.hosts import host_of, is_loopback
from storyforge.errors import BadInput, ModelError
from storyforge.i18n import N_, _

if TYPE_CHECKING:
    import httpx2

_HUB = "https://huggingface.co"
# Seconds without a byte.
_PATIENCE = 30.0

_WHY = {
    FaultKind.NAME_NOT_FOUND: N_("no machine has that name, or the network is down"),
    FaultKind.NO_SUCH_ADDRESS: N_("that is no address"),
    FaultKind.CONNECTION_REFUSED: N_("no server answers there"),
    FaultKind.TLS: N_("it cannot prove that it is who it says"),
    FaultKind.PROXY: N_("the proxy on the way does not let it through"),
    FaultKind.STALLED: N_("it did not answer in time"),
    FaultKind.CUT_OFF: N_("the connection broke"),
}


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file of a repository.

    Attributes:
        name: its path in the repository.
        digest: of its contents: SHA-256, or git's SHA-1 for small files that lie in git itself.
    """

    name: str
    size: int
    digest: str

    def hashed(self) -> "hashlib._Hash":
        """A digest that its contents are to be put through."""
        if len(self.digest) == hashlib.sha256().digest_size * 2:
            return hashlib.sha256()
        return hashlib.sha1(b"blob %d\0" % self.size, usedforsecurity=False)


@dataclass(frozen=True, slots=True)
class Repo:
    """A repository as it stands at one commit.

    Attributes:
        licence: as its owner names it; empty where that is not told.
    """

    name: str
    commit: str
    files: tuple[RemoteFile, ...]
    licence: str = ""


class Lost(Exception):
    """The connection broke, or was not to be had; what came is good. `why` is a sentence's end."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def endpoint() -> str:
    """The hub's address."""
    return (os.environ.get("HF_ENDPOINT") or _HUB).rstrip("/")


def place() -> str:
    """The hub's host, for an author."""
    return urlsplit(endpoint()).netloc or endpoint()


def look(name: str) -> Repo:
    """What the repository `name` ("OWNER/NAME", or its address) has.

    Raises:
        BadInput: there is none, it is private, or its owner asks for a yes to its terms first.
        ModelError: the hub cannot be reached, or does not answer as one.
    """
    _tell_nothing_else()
    import httpx2
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HFValidationError

    name = _plain(name)
    api = HfApi(endpoint=endpoint(), token=_token(), library_name="storyforge")
    with _asking(name):
        try:
            told = api.model_info(name, files_metadata=True, timeout=_PATIENCE)
        except (httpx2.RequestError, httpx2.InvalidURL) as error:
            raise ModelError(
                _("{host} cannot be reached: {why}.").format(
                    host=place(), why=_why(error, endpoint())
                ),
                title=_("Hub not reached"),
                hint=_("Look at the network; HF_ENDPOINT names another hub."),
            ) from error
        except HFValidationError as error:
            raise BadInput(
                _("“{name}” is no name of a repository; they look like OWNER/NAME.").format(
                    name=name
                ),
                title=_("No such repository"),
                hint=_("`storyforge models recommended` lists some."),
            ) from error
        except (ValueError, TypeError, KeyError) as error:  # no JSON, or of another shape
            raise ModelError(
                _("{host} does not answer as a hub for models.").format(host=place()),
                title=_("Hub not reached"),
                hint=_("Look at HF_ENDPOINT. A hotel's network may ask to log in."),
            ) from error
    files = [
        RemoteFile(each.rfilename, each.size or 0, each.lfs.sha256 if each.lfs else each.blob_id)
        for each in told.siblings or ()
        if each.blob_id and _harmless(each.rfilename)
    ]
    licence = next((tag for tag in told.tags or () if tag.startswith("license:")), "")
    return Repo(name, told.sha or "main", tuple(files), licence.removeprefix("license:"))


def read(repo: Repo, file: RemoteFile, start: int) -> Iterator[tuple[int, bytes]]:
    """The bytes of `file` from `start` on, each piece with its place.

    A server that does not go on in the middle begins at 0 again.

    Raises:
        Lost: the connection broke; asking again from where it stood is right.
        BadInput, ModelError: the hub does not give it.
    """
    import httpx2
    from huggingface_hub import get_session, hf_hub_url
    from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]

    url = hf_hub_url(repo.name, file.name, revision=repo.commit, endpoint=endpoint())
    headers = build_hf_headers(token=_token(), library_name="storyforge")
    headers["Accept-Encoding"] = "identity"
    if start:
        headers["Range"] = f"bytes={start}-"
    try:
        with (
            _asking(repo.name),
            get_session().stream(
                "GET", url, headers=headers, timeout=_PATIENCE, follow_redirects=True
            ) as answer,
        ):
            at = _accepted(answer, start)
            for piece in answer.iter_bytes():
                yield at, piece
                at += len(piece)
    except (httpx2.RequestError, httpx2.InvalidURL) as error:
        raise Lost(_why(error, url)) from error


def _accepted(answer: "httpx2.Response", start: int) -> int:
    """Where the body begins.

    Raises:
        Lost: the server is busy for now.
    """
    from huggingface_hub.utils import hf_raise_for_status  # type: ignore[attr-defined]

    status = answer.status_code
    if status == 429 or status >= 500:
        raise Lost(_("it answers with an error ({status})").format(status=status))
    if status == 416:  # nothing is left behind `start`: what lies here is not what lies there
        raise Lost(_("it has another file there now"))
    hf_raise_for_status(answer)
    return start if status == 206 else 0


@contextlib.contextmanager
def _asking(name: str) -> Iterator[None]:
    """What the hub refuses, as huggingface_hub raises it, mapped once."""
    from huggingface_hub.errors import (
        GatedRepoError,
        HfHubHTTPError,
        OfflineModeIsEnabled,
        RemoteEntryNotFoundError,
        RepositoryNotFoundError,
    )

    try:
        yield
    except OfflineModeIsEnabled as error:
        raise ModelError(
            _("HF_HUB_OFFLINE is set, so nothing is fetched."),
            title=_("Hub not reached"),
            hint=_("Take it out of the environment."),
        ) from error
    except GatedRepoError as error:
        raise BadInput(
            _("The owner of {name} asks for a yes to its terms first.").format(name=name),
            title=_("No access"),
            hint=_("Say it at {url}, then set HF_TOKEN to your token.").format(
                url=f"{endpoint()}/{name}"
            ),
        ) from error
    except RepositoryNotFoundError as error:
        raise BadInput(
            _("{host} has no repository “{name}”, or it is private.").format(
                host=place(), name=name
            ),
            title=_("No such repository"),
            hint=_("Look at its name. For a private one set HF_TOKEN to your token."),
        ) from error
    except RemoteEntryNotFoundError as error:
        raise BadInput(
            _("{name} has not got that file any more.").format(name=name),
            title=_("No such file"),
            hint=_("Try again: the list of its files is read anew."),
        ) from error
    except HfHubHTTPError as error:
        raise _refused(error.response.status_code) from error


def _refused(status: int) -> ModelError | BadInput:
    if status in (401, 403):
        return BadInput(
            _("{host} does not give this to you.").format(host=place()),
            title=_("No access"),
            hint=_("Set HF_TOKEN to a token that may read it."),
        )
    return ModelError(
        _("{host} answers with an error ({status}).").format(host=place(), status=status),
        title=_("Hub not reached"),
        hint=_("Try again later; what was fetched is kept."),
    )


def _why(error: "httpx2.HTTPError | httpx2.InvalidURL", url: str) -> str:
    """Why a hub was not reached, as the end of a sentence."""
    kind = mishaps.of_exception(error, url).kind
    return _(_WHY.get(kind, N_("the connection broke")))


def _plain(name: str) -> str:
    """The repository's name, also where its address was given."""
    for start in (f"{endpoint()}/", f"{_HUB}/", "hf.co/", "huggingface.co/"):
        if name.startswith(start):
            return "/".join(name.removeprefix(start).split("/")[:2])
    return name


def _token() -> str | bool:
    """The author's token; False is none.

    Raises:
        BadInput: it would go over an unencrypted way to another machine.
    """
    from huggingface_hub import get_token

    token = get_token()
    if token and urlsplit(endpoint()).scheme != "https" and not is_loopback(endpoint()):
        raise BadInput(
            _("On the way to {host} everybody could read your token, so nothing was sent.").format(
                host=host_of(endpoint())
            ),
            title=_("Not encrypted"),
            hint=_("Use https in HF_ENDPOINT, or take HF_TOKEN out of the environment."),
        )
    return token or False


def _tell_nothing_else() -> None:
    """Keep the hub from being told which libraries are installed here."""
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")


def _harmless(name: str) -> bool:
    """Whether a file of that name stays in the folder that it is put in."""
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in name
