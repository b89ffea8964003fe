import time

import pytest

from storyforge.backends.remote.complaints import of_answer, said, shortened, without
from storyforge.backends.remote.faults import FaultKind


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('{"error": {"message": "Slow down.", "type": "x"}}', "Slow down."),
        ('{"error": "Slow down."}', "Slow down."),
        ('{"detail": "Slow down."}', "Slow down."),
        ('{"detail": [{"loc": ["body"], "msg": "Slow down."}]}', "Slow down."),
        ('[{"error": {"message": "Slow down."}}]', "Slow down."),
        ('{"message": " Slow\\n down. "}', "Slow down."),
        ("<html><script>x()</script><h1>Slow</h1><p>down.</p></html>", "Slow down."),
        ("Slow down.", "Slow down."),
        ('{"error": null}', '{"error": null}'),
        ("", ""),
    ],
)
def test_the_sentence_of_an_error_is_found(body: str, words: str) -> None:
    assert said(body) == words


def test_a_long_sentence_is_cut() -> None:
    assert len(shortened("word " * 1000)) <= 200


@pytest.mark.parametrize("told", ["sk-abcdef123456", "sk-ab***yz", "sk-ab...wxyz", "hf_abcdefgh"])
def test_what_looks_like_a_key_is_not_shown(told: str) -> None:
    assert shortened(f"The key {told} is wrong.") == "The key … is wrong."


def test_a_secret_and_what_begins_like_it_are_taken_out() -> None:
    assert without(["Bearer 0123456789"], "0123456789, or “01234567”.") == "… or …"
    assert without(["Bearer x"], "Bearer x") == "Bearer x"


@pytest.mark.parametrize(
    ("status", "words", "kind"),
    [
        (400, "This model's maximum context length is 8192 tokens", FaultKind.TOO_LONG),
        (400, "prompt is too long: 213462 tokens > 200000 maximum", FaultKind.TOO_LONG),
        (400, "The input token count (1200000) exceeds the maximum", FaultKind.TOO_LONG),
        (400, "the request exceeds the available context size", FaultKind.TOO_LONG),
        (500, "Requested tokens (3000) exceed context window of 2048", FaultKind.TOO_LONG),
        (404, "The model `gpt-9` does not exist or you do not have access", FaultKind.NO_MODEL),
        (404, "model 'llama9' not found", FaultKind.NO_MODEL),
        (404, "models/gemini-9 is not found for API version v1beta", FaultKind.NO_MODEL),
        (404, "Not Found", FaultKind.NO_SUCH_ADDRESS),
        (400, "API key not valid. Please pass a valid API key.", FaultKind.KEY_WRONG),
        (400, "The response was filtered: content_filter", FaultKind.FILTERED),
        (400, "max_tokens must be above 0", FaultKind.NOT_UNDERSTOOD),
        (400, "Your prompt was flagged as violating our usage policy.", FaultKind.FILTERED),
        (402, "Insufficient credits", FaultKind.FORBIDDEN),
        (400, "Your credit balance is too low to access the API.", FaultKind.FORBIDDEN),
        (429, "insufficient_quota: You exceeded your current quota", FaultKind.FORBIDDEN),
        (429, "Rate limit reached", FaultKind.TOO_MANY),
        (418, "I'm a teapot", FaultKind.NOT_UNDERSTOOD),
        (529, "Overloaded", FaultKind.BUSY),
        (520, "Unknown", FaultKind.SERVER),
    ],
)
def test_the_kind_goes_by_status_and_words(status: int, words: str, kind: FaultKind) -> None:
    assert of_answer(status, f'{{"error": {{"message": "{words}"}}}}').kind is kind


def test_a_model_that_anthropic_does_not_have_is_the_model_that_is_meant() -> None:
    told = '{"type":"error","error":{"type":"not_found_error","message":"model: claude-9"}}'
    assert of_answer(404, told).kind is FaultKind.NO_MODEL


@pytest.mark.parametrize(("opened", "closed"), [("[", "]"), ('{"error":', "}"), ('{"x":[', "]}")])
@pytest.mark.parametrize("times", [480, 900, 6000])
def test_an_error_that_is_nested_to_do_harm_is_told_all_the_same(
    opened: str, closed: str, times: int
) -> None:
    body = f"{opened * times}1{closed * times}"
    assert of_answer(400, body).kind is FaultKind.NOT_UNDERSTOOD


@pytest.mark.parametrize("body", ["\x1b]0;owned\x07no", '{"error": "\\u001b[2J\\u009b31mno"}'])
def test_nothing_that_is_told_can_command_the_terminal(body: str) -> None:
    assert not {"\x1b", "\x9b", "\x07"} & set(said(body))


@pytest.mark.parametrize(
    "body",
    ["a" * 65_536, "a*" * 32_768, "<" * 65_536, "<script>" * 8192, "exceeds " * 8192,
     "sk-abcdef" * 7000],
)  # fmt: skip
def test_no_answer_is_so_odd_that_the_page_would_wait(body: str) -> None:
    began = time.process_time()
    without(["Bearer sk-abcde1234"], of_answer(400, body).body)
    assert time.process_time() - began < 0.25
