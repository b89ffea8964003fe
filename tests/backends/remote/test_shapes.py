"""Every recorded answer is read as it was meant, wherever its bytes are split."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyforge.backends.remote import anthropic, gemini, openai
from storyforge.backends.remote.api import Api, Event
from storyforge.backends.remote.faults import FaultKind, RemoteFault
from storyforge.domain.generation import StopReason, Usage
from tests.backends.remote.shapes import Read, decoded, framed, shape

PROSE = " and the boat came in — 「静かに」, he said. 🌊"
WHY = "The request could be used to cause harm."

SHAPES: tuple[tuple[Api, str, Read], ...] = (
    (
        openai.API,
        "openai_responses_text.sse",
        Read(
            PROSE,
            "**The sea**\n\nShe waits.\n\n**The boat**\n\nIt is late.",
            reason=StopReason.END,
            usage=Usage(reused=1280, read=550, written=61, thought=40),
        ),
    ),
    (
        openai.API,
        "openai_responses_commentary.sse",
        Read(
            "She rowed home.",
            "I will go on in her voice.",
            reason=StopReason.END,
            usage=Usage(read=200, written=12),
        ),
    ),
    (
        openai.API,
        "openai_responses_refusal.sse",
        Read(
            refusal="I'm sorry, but I can't help with that.",
            reason=StopReason.REFUSED,
            usage=Usage(read=300, written=14),
        ),
    ),
    (
        openai.API,
        "openai_responses_incomplete.sse",
        Read("The tide turned and", reason=StopReason.LENGTH, usage=Usage(read=300, written=16)),
    ),
    (
        openai.API,
        "openai_responses_filtered.sse",
        Read("The knife ", reason=StopReason.FILTERED, usage=Usage(read=300, written=5)),
    ),
    (openai.API, "openai_responses_failed.sse", Read(fault=FaultKind.TOO_MANY)),
    (openai.API, "openai_responses_error.sse", Read(fault=FaultKind.SERVER)),
    (
        openai.API,
        "openai_chat_text.sse",
        Read(
            " and then — 夜が明けた.",
            reason=StopReason.END,
            usage=Usage(reused=256, read=156, written=9),
        ),
    ),
    (
        openai.API,
        "openai_chat_refusal.sse",
        Read(
            refusal="I can't write that.",
            reason=StopReason.REFUSED,
            usage=Usage(read=412, written=7),
        ),
    ),
    (
        openai.API,
        "openai_chat_filtered.sse",
        Read("The knife", reason=StopReason.FILTERED, usage=Usage(read=412, written=2)),
    ),
    (
        openai.API,
        "openai_chat_length.sse",
        Read("The tide turned", reason=StopReason.LENGTH, usage=Usage(read=412, written=3)),
    ),
    (openai.API, "openai_chat_error.sse", Read("The", fault=FaultKind.BUSY)),
    (
        anthropic.API,
        "anthropic_text.sse",
        Read(PROSE, reason=StopReason.END, usage=Usage(reused=900, read=125, written=21, kept=100)),
    ),
    (
        anthropic.API,
        "anthropic_thinking.sse",
        Read(
            "He came late.",
            "She waits for him.",
            reason=StopReason.END,
            usage=Usage(reused=900, read=25, written=48, thought=39),
        ),
    ),
    (
        anthropic.API,
        "anthropic_length.sse",
        Read("The tide turned and", reason=StopReason.LENGTH, usage=Usage(read=25, written=120)),
    ),
    (
        anthropic.API,
        "anthropic_stop_sequence.sse",
        Read("The tide turned.", reason=StopReason.STOP_STRING, usage=Usage(read=25, written=6)),
    ),
    (
        anthropic.API,
        "anthropic_refusal.sse",
        Read(refusal=WHY, reason=StopReason.REFUSED, usage=Usage(read=25, written=1)),
    ),
    (
        anthropic.API,
        "anthropic_refusal_midway.sse",
        Read(
            "He took the flask and ",
            refusal=WHY,
            reason=StopReason.FILTERED,
            usage=Usage(read=25, written=7),
        ),
    ),
    (anthropic.API, "anthropic_overloaded.sse", Read("He took", fault=FaultKind.BUSY)),
    (
        gemini.API,
        "gemini_interaction_text.sse",
        Read(
            PROSE,
            "**The sea**\nShe waits.",
            reason=StopReason.END,
            usage=Usage(reused=1280, read=550, written=266, thought=245),
        ),
    ),
    (
        gemini.API,
        "gemini_interaction_incomplete.sse",
        Read("The tide turned and", reason=StopReason.LENGTH, usage=Usage(read=300, written=120)),
    ),
    (
        gemini.API,
        "gemini_interaction_blocked.sse",
        Read("The knife", reason=StopReason.FILTERED),
    ),
    (gemini.API, "gemini_interaction_error.sse", Read(fault=FaultKind.BUSY)),
    (
        gemini.API,
        "gemini_generate_text.sse",
        Read(
            PROSE,
            "**The sea**\n\nShe waits.",
            reason=StopReason.END,
            usage=Usage(reused=1280, read=550, written=61, thought=40),
        ),
    ),
    (
        gemini.API,
        "gemini_generate_safety.sse",
        Read("The knife", reason=StopReason.FILTERED, usage=Usage(read=1830, written=2)),
    ),
    (
        gemini.API,
        "gemini_generate_blocked.sse",
        Read(reason=StopReason.FILTERED, usage=Usage(read=1830)),
    ),
    (
        gemini.API,
        "gemini_generate_length.sse",
        Read("The tide turned and", reason=StopReason.LENGTH, usage=Usage(read=1830, written=120)),
    ),
)
named = pytest.mark.parametrize(("api", "name", "meant"), SHAPES, ids=[each[1] for each in SHAPES])


@named
def test_an_answer_is_read_the_same_wherever_its_bytes_are_split(
    api: Api, name: str, meant: Read
) -> None:
    raw = shape(name)
    whole = framed([raw])
    assert decoded(api, whole) == meant
    read = {whole: meant}
    for at in range(len(raw) + 1):
        events = framed([raw[:at], raw[at:]])
        # Split otherwise it may only be framed otherwise: what is the same was read already.
        if events not in read:
            read[events] = decoded(api, events)
        assert read[events] == meant, at
    assert framed([raw[at : at + 1] for at in range(len(raw))]) == whole


@named
def test_an_answer_that_is_cut_is_no_whole_one(api: Api, name: str, meant: Read) -> None:
    """Whatever came is kept, and nothing is taken for an end."""
    raw = shape(name)
    for at in range(0, len(raw), 7):
        read = decoded(api, framed([raw[:at]]))
        assert meant.text.startswith(read.text)
        assert read.reason in (None, meant.reason)
        if read.reason is None:
            assert read.fault in (FaultKind.CUT_OFF, FaultKind.EMPTY, meant.fault)


NAMES = [
    "type",
    "event_type",
    "delta",
    "text",
    "content",
    "choices",
    "candidates",
    "usage",
    "response",
    "interaction",
    "step",
    "error",
    "message",
    "code",
    "status",
    "finishReason",
    "finish_reason",
    "parts",
    "index",
    "summary",
    "usageMetadata",
]
KINDS = [
    "response.output_text.delta",
    "response.completed",
    "response.failed",
    "error",
    "message_start",
    "content_block_delta",
    "message_delta",
    "message_stop",
    "step.delta",
    "step.start",
    "interaction.completed",
]
names = st.sampled_from(NAMES)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize("api", [openai.API, anthropic.API, gemini.API], ids=lambda api: api.name)
@given(st.lists(st.dictionaries(names, values, max_size=5), max_size=4), st.sampled_from(KINDS))
def test_whatever_a_server_says_is_an_answer_or_a_fault(
    api: Api, documents: list[dict[str, object]], kind: str
) -> None:
    decoder = api.decoder()
    with suppress(RemoteFault):
        for document in documents:
            told = {"type": kind, "event_type": kind} | document
            list(decoder.feed(Event(json.dumps(told))))
            list(decoder.feed(Event(json.dumps(document))))
        list(decoder.end())
