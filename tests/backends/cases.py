"""Every model behind an API, each made to write the same: a server says it in that API's shape."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from storyforge.backends.base import Backend
from storyforge.domain.profile import Profile
from storyforge.settings import Settings
from storyforge.studio.profiles.choosing import backend_of
from tests.backends.remote.far_side import Answer, document
from tests.backends.remote.replaying import Answers, shape, told
from tests.backends.remote.shapes import said

PAGE = "Mara took the lantern down to the slip. The boat was empty, and the rope"
#: what is written, so many words of it
TEXT = " hung in the water. She knelt and drew it in. The lamp"
TOKENS = 12
#: what of it stands on the page
STANDING = " hung in the water. She knelt and drew it in."
#: how a model says it that goes on with a text, and how one does that is talked to
GOES_ON = (" hung", " in the water.", " She knelt and drew", " it in. The lamp")
REPLIES = (
    "Sure! Here's the", " continuation:\n\n", "The boat was empty, and", " the rope hung",
    " in the water. She knelt", " and drew it in. The lamp",
)  # fmt: skip


@dataclass(frozen=True)
class Remote:
    """A model behind an API.

    Attributes:
        asked: where answers are asked for.
        shape: the recorded answer that is retold; said: what its pieces of text say there.
        swap: what else is another word in it.
        path: of the base URL.
        talked: the model is talked to.
        place: where the text goes beyond the server.
        others: what else the server is asked.
    """

    backend: str
    asked: str
    shape: str
    said: tuple[str, ...]
    swap: tuple[tuple[str, str], ...] = ()
    model: str = "tiny"
    path: str = ""
    style: str = ""
    talked: bool = False
    chats: bool | None = None
    place: str = ""
    others: Mapping[str, Answers] = field(default_factory=dict)

    def routes(self, *, hang: bool = False) -> dict[str, Answers]:
        """A server that writes `TEXT`, or falls silent in the midst of it."""
        pieces = REPLIES if self.talked else GOES_ON
        events = self._retold(pieces)
        if hang:
            last = next(n for n, event in enumerate(events) if _quoted(pieces[-2]) in event)
            events = events[: last + 1]
        body = tuple(event.encode() for event in events)
        ends = "never" if hang else "well"
        return {**self.others, self.asked: Answer(body, 200, shape(self.shape).kind, ends=ends)}

    def made(self, url: str) -> Backend:
        """As the program makes it, for the server at `url`."""
        profile = Profile(
            "far", self.backend, self.model, url + self.path, style=self.style, chats=self.chats
        )
        return backend_of(Settings(), profile)

    def _retold(self, pieces: tuple[str, ...]) -> list[str]:
        """The events of the recorded answer, its text another one."""
        end = "\n" if self.shape.endswith("ndjson") else "\n\n"
        events = said(self.shape).replace("\r\n", "\n").split(end)
        at = [n for n, event in enumerate(events) if _says(event, self.said)]
        spoken = [
            events[at[0]].replace(_quoted(self.said[0]), _quoted(piece), 1) for piece in pieces
        ]
        retold = [*events[: at[0]], *spoken, *events[at[-1] + 1 :]]
        for old, new in self.swap:
            retold = [event.replace(old, new) for event in retold]
        return [event + end for event in retold if event.strip()]


@dataclass(frozen=True)
class Horde(Remote):
    """The Horde writes whole texts, as many as are asked for."""

    def routes(self, *, hang: bool = False) -> dict[str, Answers]:
        done: Any = told(self.shape)
        whole = dict(done["generations"][0], text=TEXT)
        waiting: Any = told("horde_waiting.json")
        status = f"/v2/generate/text/status/{told('horde_async.json')['id']}"  # type: ignore[index]
        written = {**done, "generations": [whole, {**whole, "seed": 5}]}
        half = {**waiting, "generations": [{**whole, "text": " hung in the water. She knelt"}]}
        return {
            "/v2/workers": shape("horde_workers.json"),
            self.asked: shape("horde_async.json", status=202),
            f"GET {status}": document(waiting if hang else written),
            f"DELETE {status}": document(half),
        }


def _says(event: str, said: tuple[str, ...]) -> bool:
    return any(_quoted(each) in event or json.dumps(each) in event for each in said)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


_WORDS = (
    " hung", " in", " the", " water", ".", " “", "Mara", "”,", " she", " said", "—", "待", "って",
    "。",
)  # fmt: skip
_COMPATIBLE = {"/v1/models": document({"data": [{"id": "tiny", "object": "model"}]})}

REMOTE: dict[str, Remote] = {
    "openai": Remote(
        "openai", "/v1/responses", "openai_responses_incomplete.sse", ("The tide ", "turned and"),
        path="/v1", talked=True,
    ),
    "openai, chat completions": Remote(
        "openai", "/v1/chat/completions", "openai_chat_length.sse", ("The tide turned",),
        path="/v1", talked=True, style="chat",
    ),
    "openai-compatible": Remote(
        "openai-compatible", "/v1/completions", "compatible_length.sse",
        (" The tide", " turned and"), path="/v1", others=_COMPATIBLE,
    ),
    "openai-compatible, talked to": Remote(
        "openai-compatible", "/v1/chat/completions", "openai_chat_length.sse",
        ("The tide turned",), path="/v1", talked=True, chats=True, others=_COMPATIBLE,
    ),
    "anthropic": Remote(
        "anthropic", "/v1/messages", "anthropic_length.sse", ("The tide turned and",),
        talked=True,
    ),
    "gemini": Remote(
        "gemini", "/v1beta/interactions", "gemini_interaction_incomplete.sse",
        ("The tide turned and",), path="/v1beta", talked=True,
    ),
    "gemini, generateContent": Remote(
        "gemini", "/v1beta/models/tiny:streamGenerateContent", "gemini_generate_text.sse",
        (" and the boat", " came in — 「静かに」"), ((", he said. 🌊", ""), ("STOP", "MAX_TOKENS")),
        path="/v1beta", talked=True, style="generate",
    ),
    "ollama": Remote(
        "ollama", "/api/generate", "ollama_generate.ndjson", _WORDS,
        others={"/api/show": shape("ollama_show.json")},
    ),
    "ollama, in its cloud": Remote(
        "ollama", "/api/chat", "ollama_chat.ndjson", ("hung in", " the water", "."),
        (('"stop"', '"length"'),), model="tiny:cloud", talked=True, place="ollama.com",
        others={"/api/show": shape("ollama_show_cloud.json")},
    ),
    "koboldcpp": Remote(
        "koboldcpp", "/api/extra/generate/stream", "koboldcpp_stream.sse", _WORDS,
        others={
            "/api/extra/true_max_context_length": shape("koboldcpp_window.json"),
            "/api/extra/tokencount": shape("koboldcpp_tokencount.json"),
            "/api/extra/abort": shape("koboldcpp_abort.json"),
        },
    ),
    "horde": Horde("horde", "/v2/generate/text/async", "horde_done.json", (), model="",
        place="127.0.0.1",
    ),
}  # fmt: skip
