"""What of a reply is a refusal, what is text, and who gets no filter at all."""

import pytest

from storyforge.backends.remote.talk import Talk
from storyforge.domain.generation import Message, Refusal, Request, Role, Text
from tests.backends.remote.spoken import SCHEMA, TURNS

NO = "I'm sorry, but I can't help with that request. Let me know."


def told(request: Request, reply: str, *, whole: bool = True) -> tuple[str, str]:
    talk = Talk(request)
    pieces = [piece for sign in reply for piece in talk.feed(sign)]
    pieces += talk.end(whole=whole)
    text = "".join(each.text for each in pieces if isinstance(each, Text))
    return text, "".join(each.text for each in pieces if isinstance(each, Refusal))


def test_a_refusal_is_no_text() -> None:
    assert told(Request("The boat came", messages=TURNS), NO) == ("", NO)


@pytest.mark.parametrize(
    "request_",
    [Request("The boat came"), Request("The boat came", messages=TURNS, schema=SCHEMA)],
    ids=["goes on by itself", "keeps a schema"],
)
def test_a_model_that_is_not_talked_to_gets_no_filter(request_: Request) -> None:
    reply = "Sure! Here's the continuation:\n\n" + NO
    assert told(request_, reply) == (reply, "")


def test_a_reply_is_joined_to_the_page_when_it_is_no_refusal() -> None:
    page = "She looked at the sea for a long time. The boat came"
    reply = "The boat came in at last, and nobody was in it."
    assert told(Request(page, messages=TURNS), reply) == (
        " in at last, and nobody was in it.",
        "",
    )


def test_what_was_held_back_of_a_story_that_was_cut_off_is_text() -> None:
    request = Request("It is late. ", messages=(Message(Role.USER, "Go on."),))
    assert told(request, "I can't write this letter.", whole=False) == (
        "I can't write this letter.",
        "",
    )
