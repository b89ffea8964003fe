"""How Gemini answers, by either of its ways. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from storyforge.backends.remote.api import Piece
from storyforge.backends.remote.faults import Fault, FaultKind, RemoteFault
from storyforge.backends.remote.hearing import Hearing, failed, inside, number, objects, words
from storyforge.domain.generation import StopReason, Text, Thought, Usage

#: what blocks an answer, as the code of an error of Interactions
_BLOCKED = "content_blocked"
_KINDS = {
    "authentication": FaultKind.KEY_WRONG,
    "deadline_exceeded": FaultKind.SERVER,
    "gateway_timeout": FaultKind.SERVER,
    "internal_error": FaultKind.SERVER,
    "invalid_request": FaultKind.NOT_UNDERSTOOD,
    "model_not_found": FaultKind.NO_MODEL,
    "not_found": FaultKind.NO_MODEL,
    "overloaded": FaultKind.BUSY,
    "parameter_unknown": FaultKind.NOT_UNDERSTOOD,
    "payment_required": FaultKind.FORBIDDEN,
    "permission_denied": FaultKind.FORBIDDEN,
    "quota_exceeded": FaultKind.TOO_MANY,
    "rate_limit_exceeded": FaultKind.TOO_MANY,
    "service_unavailable": FaultKind.BUSY,
    # google.rpc's names, which the older way has.
    "DEADLINE_EXCEEDED": FaultKind.SERVER,
    "INTERNAL": FaultKind.SERVER,
    "INVALID_ARGUMENT": FaultKind.NOT_UNDERSTOOD,
    "NOT_FOUND": FaultKind.NO_MODEL,
    "PERMISSION_DENIED": FaultKind.FORBIDDEN,
    "RESOURCE_EXHAUSTED": FaultKind.TOO_MANY,
    "UNAUTHENTICATED": FaultKind.KEY_WRONG,
    "UNAVAILABLE": FaultKind.BUSY,
}
_STATUSES = {
    "budget_exceeded": StopReason.LENGTH,
    "completed": StopReason.END,
    "incomplete": StopReason.LENGTH,
    "requires_action": StopReason.END,
    "requires_continuation": StopReason.LENGTH,
}
_FINISHES = {
    "CONTINUATION": StopReason.LENGTH,
    "MAX_TOKENS": StopReason.LENGTH,
    "STOP": StopReason.END,
    # Whatever else keeps an answer from its end is a filter's doing.
    "BLOCKLIST": StopReason.FILTERED,
    "ESCALATION": StopReason.FILTERED,
    "LANGUAGE": StopReason.FILTERED,
    "MODEL_ARMOR": StopReason.FILTERED,
    "PROHIBITED_CONTENT": StopReason.FILTERED,
    "PUP_LIMITED_DISABLED": StopReason.FILTERED,
    "RECITATION": StopReason.FILTERED,
    "SAFETY": StopReason.FILTERED,
    "SPII": StopReason.FILTERED,
}


class Interaction(Hearing):
    """An answer of Interactions: steps that think or write, piece by piece, then its status."""

    def heard(self, document: Mapping[str, Any]) -> Iterator[Piece]:
        """An event, by the type within it."""
        kind = words(document, "event_type")
        if kind == "step.delta":
            yield from self._piece(inside(document, "delta"))
        elif kind == "step.start":
            yield from self._step(inside(document, "step"))
        elif kind == "interaction.completed":
            yield from self._ends(inside(document, "interaction"))
        elif kind in ("error", "interaction.failed"):
            yield from self._wrong(inside(document, "error"))
        elif not kind:
            if error := inside(document, "error"):
                raise failed(error, _KINDS)
            raise RemoteFault(Fault(FaultKind.MALFORMED))

    def _piece(self, delta: Any) -> Iterator[Piece]:
        kind = words(delta, "type")
        if kind == "text" and (text := words(delta, "text")):
            yield Text(text)
        elif kind == "thought_summary" and (thought := words(delta, "content", "text")):
            yield Thought(thought)

    def _step(self, step: Any) -> Iterator[Piece]:
        """What a step begins with; most begin with nothing."""
        kind = words(step, "type")
        if kind == "model_output":
            yield from (Text(each) for each in _texts(step, "content"))
            if error := inside(step, "error"):
                yield from self._wrong(error)
        elif kind == "thought":
            yield from self.thought()
            yield from (Thought(each) for each in _texts(step, "summary"))

    def _ends(self, interaction: Any) -> Iterator[Piece]:
        status = words(interaction, "status")
        for error in objects(interaction, "errors")[:1]:
            yield from self._wrong(error)
        if self.reason is not None:
            return
        if status not in _STATUSES:
            raise RemoteFault(Fault(FaultKind.CUT_OFF))
        self.usage = _usage(
            interaction,
            "usage",
            ("total_input_tokens", "total_cached_tokens"),
            ("total_output_tokens", "total_thought_tokens"),
        )
        self.reason = _STATUSES[status]
        yield from self.over()

    def _wrong(self, error: Any) -> Iterator[Piece]:
        if words(error, "code") == _BLOCKED:
            self.reason = StopReason.FILTERED
            yield from self.over()
        # An error without a word was seen in the middle of answers that went on.
        elif error:
            raise failed(error, _KINDS)


class Generated(Hearing):
    """An answer of `streamGenerateContent`: chunks that look like whole answers."""

    def heard(self, document: Mapping[str, Any]) -> Iterator[Piece]:
        """A chunk; each has the counts so far, the last why it ended."""
        if error := inside(document, "error"):
            raise failed(error, _KINDS)
        if inside(document, "usageMetadata"):
            self.usage = _usage(
                document,
                "usageMetadata",
                ("promptTokenCount", "cachedContentTokenCount"),
                ("candidatesTokenCount", "thoughtsTokenCount"),
            )
        for candidate in objects(document, "candidates")[:1]:
            for part in objects(candidate, "content", "parts"):
                if text := words(part, "text"):
                    yield (Thought if inside(part, "thought") is True else Text)(text)
            if finish := words(candidate, "finishReason"):
                self.reason = _FINISHES.get(finish, StopReason.END)
        if words(document, "promptFeedback", "blockReason"):
            self.reason = StopReason.FILTERED


def _texts(document: Any, name: str) -> list[str]:
    return [text for each in objects(document, name) if (text := words(each, "text"))]


def _usage(document: Any, name: str, prompt: tuple[str, str], answer: tuple[str, str]) -> Usage:
    """Google counts what was cached within the prompt, and thinking beside the answer."""
    read, cached = (number(document, name, each) for each in prompt)
    wrote, thought = (number(document, name, each) for each in answer)
    cached = min(cached, read)
    return Usage(reused=cached, read=read - cached, written=wrote + thought, thought=thought)
