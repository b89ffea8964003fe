"""A chat reply goes on where the page ends; nothing that could be story is taken from it."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.stories import scene_text
from storyforge.domain.echo import Echo
from tests.domain.test_chatter import PROSE

PAGE = "Mara carried the lantern down to the slip. The boat was empty, and the rope"
GOES_ON = " hung in the water. She knelt and drew it in."
ENDED = "Mara carried the lantern down to the slip. The boat was empty."
NEXT = " She knelt and drew the rope in."
PAGE_JA = "マラはランタンを持って桟橋へ下りた。舟には誰もいない。縄は"
GOES_ON_JA = "水に垂れていた。彼女はしゃがんだ。"


def joined(page: str, reply: str, size: int = 0) -> str:
    echo = Echo(page)
    pieces = [reply[at : at + size] for at in range(0, len(reply), size)] if size else [reply]
    return "".join(map(echo.feed, pieces)) + echo.end()


PREFACES = [
    "Sure! Here's the continuation:\n\n",
    "Certainly! Here is the continuation of the story:\n",
    "Of course! Here's how the story continues:\n\n",
    "Sure, here's a continuation of your scene:\n\n",
    "Here's the continuation:\n\n",
    "Here is the next part of the story:\n\n",
    "Here is how the story might continue:\n\n",
    "I'll continue the story from where it left off:\n\n",
    "Sure! I'll continue the story.\n\n",
    "Absolutely! Let me continue the scene for you:\n\n",
    "Of course! Here it is:\n\n",
    "Continuation:\n",
    "**Continuation:**\n\n",
    "## Continuation\n\n",
    "### Response:\n",
    "[Continuation]\n\n",
    "The story continues:\n\n",
    "Certainly!\n\n",
    "Sure! Here's the continuation:\n\n---\n\n",
    "Sure! Here's the continuation:\n\n**Continuation:**\n\n",
    "Bien sûr ! Voici la suite de l'histoire :\n\n",
    "Natürlich! Hier ist die Fortsetzung:\n\n",
    "¡Claro! Aquí tienes la continuación:\n\n",
]
PREFACES_JA = [
    "もちろんです。続きはこちらです：\n\n",
    "もちろんです。続きを書きます。\n\n",
    "はい、以下が物語の続きです。\n",
    "承知しました。\n\n",
    "以下、続きです：\n",
    "【続き】\n",
    "続き：\n",
]
ENDINGS = [
    "\n\nLet me know if you'd like me to continue!",
    "\n\nWould you like me to continue the story?",
    "\n\nFeel free to ask if you'd like any changes.",
    "\n\n---\n\nLet me know if you would like any changes!",
    "\n\nI hope this helps!",
    "\n\nIf you'd like, I can go on.",
]
ENDINGS_JA = [
    "\n\n続きが必要でしたら、お知らせください。",
    "\n\nいかがでしょうか。",
    "\n\n修正が必要でしたらお気軽にお申し付けください。",
]


@pytest.mark.parametrize("preface", PREFACES)
def test_what_a_model_says_before_goes(preface: str) -> None:
    assert joined(ENDED, preface + NEXT.strip()) == NEXT


@pytest.mark.parametrize("preface", PREFACES_JA)
def test_what_a_japanese_model_says_before_goes(preface: str) -> None:
    assert joined(PAGE_JA, preface + GOES_ON_JA) == GOES_ON_JA


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_a_model_asks_at_the_end_goes(ending: str) -> None:
    assert joined(ENDED, NEXT + ending) == NEXT
    assert joined(ENDED, NEXT + ending, 1) == NEXT


@pytest.mark.parametrize("ending", ENDINGS_JA)
def test_what_a_japanese_model_asks_at_the_end_goes(ending: str) -> None:
    assert joined(PAGE_JA, GOES_ON_JA + ending) == GOES_ON_JA


@pytest.mark.parametrize(
    ("page", "reply", "text"),
    [
        pytest.param(PAGE, PAGE + GOES_ON, GOES_ON, id="the whole page"),
        pytest.param(
            PAGE, "The boat was empty, and the rope" + GOES_ON, GOES_ON, id="the open sentence"
        ),
        pytest.param(PAGE, "and the rope" + GOES_ON, GOES_ON, id="its last words"),
        pytest.param(PAGE, "the boat was  empty,\nAnd the rope" + GOES_ON, GOES_ON, id="case"),
        pytest.param(PAGE, "..." + "and the rope" + GOES_ON, GOES_ON, id="behind an ellipsis"),
        pytest.param(PAGE, "rope" + GOES_ON, GOES_ON, id="a word that would be glued to itself"),
        pytest.param(ENDED, "The boat was empty." + NEXT, NEXT, id="a whole sentence"),
        pytest.param(
            "“It’s late,” she said. He", "\"It's late,\" she said. He nodded.", " nodded.",
            id="quotes",
        ),
        pytest.param(PAGE + " ha", "and the rope hadn't moved.", "dn't moved.", id="half a word"),
        pytest.param(PAGE_JA, "舟には誰もいない。縄は" + GOES_ON_JA, GOES_ON_JA, id="Japanese"),
        pytest.param(
            PAGE_JA, f"「{PAGE_JA}{GOES_ON_JA}」", GOES_ON_JA, id="quotes around the whole"
        ),
        pytest.param(PAGE, f'"{PAGE}{GOES_ON}"\n', GOES_ON, id="straight quotes around the whole"),
        pytest.param(ENDED, "```\nShe knelt.\n```", " She knelt.", id="a block of code"),
        pytest.param(
            ENDED, f"Sure! Here's the continuation:\n\n{ENDED}{NEXT}", NEXT, id="preface and echo"
        ),
        pytest.param(ENDED, ENDED, "", id="nothing but the page"),
    ],
)  # fmt: skip
def test_the_reply_goes_on_where_the_page_ends(page: str, reply: str, text: str) -> None:
    assert joined(page, reply) == text
    assert joined(page, reply, 1) == text


@pytest.mark.parametrize(
    ("page", "reply", "text"),
    [
        (PAGE, "hung in the water.", " hung in the water."),
        (PAGE + " ", "hung in the water.", "hung in the water."),
        (PAGE, ", frayed, hung there.", ", frayed, hung there."),
        ("Mara", "'s lantern", "'s lantern"),
        (ENDED, "\n\nShe knelt.", "\n\nShe knelt."),
        (ENDED, "“Help,” she said.", " “Help,” she said."),
        (PAGE_JA, GOES_ON_JA, GOES_ON_JA),
        ("", "Once.", "Once."),
    ],
)
def test_a_word_is_not_glued_to_the_page(page: str, reply: str, text: str) -> None:
    assert joined(page, reply) == text


@pytest.mark.parametrize(
    "prose", [*PROSE, "Let me go.\n\nHe let go.", "はい。\n彼は頷いた。", "...", "* * *\n\nDawn."]
)
def test_prose_stays_as_it_is(prose: str) -> None:
    assert joined("", prose) == prose
    assert joined("It was late.\n\n", prose) == prose
    assert joined("It was late.\n\n", prose + "\n\n" + prose) == prose + "\n\n" + prose


@pytest.mark.parametrize(
    ("page", "reply"),
    [
        ("“No.” ", "“No.” He shook his head."),
        ("Nobody came. ", "Nobody came. Nobody ever came."),
        ("He had had that that he ", "he wanted."),
        ("It went on and on", " and on until dawn."),
        ("「はい」", "「はい」と彼女も言った。"),
        ("He had", " had enough."),
        ("The lamp burned. The boat was empty. ", "The boat was gone by morning."),
        ("He knew the", " theatre well."),
    ],
)
def test_what_is_said_twice_on_purpose_stays(page: str, reply: str) -> None:
    assert joined(page, reply) == reply


@given(st.integers(0, 400), st.integers(1, 600), st.integers(1, 40))
def test_prose_in_is_prose_out(seed: int, length: int, size: int) -> None:
    page, prose = scene_text(seed, words=200), scene_text(seed + 1, words=120)[:length]
    assert joined(page + "\n\n", prose, size) == prose


@given(
    st.lists(
        st.sampled_from(
            ["Sure", "! ", "Here", "'s the continuation", ":", "\n", "\n\n", "**", "```", '"',
             "the rope", " hung", ".", "Let me know", " if you'd like me to go on", "---", "…",
             "続き", "もちろんです", "。", "：", "rope", "Continuation"]
        ),
        max_size=12,
    ).map("".join),
    st.integers(1, 9),
)  # fmt: skip
def test_how_a_reply_is_cut_changes_nothing(reply: str, size: int) -> None:
    assert joined(PAGE, reply, size) == joined(PAGE, reply)


def test_prose_is_let_through_at_once() -> None:
    echo = Echo(ENDED)
    assert echo.feed("\n\nShe k") == "\n\nShe k"
    assert echo.feed("nelt.\n\nT") == "nelt.\n\nT"


@pytest.mark.parametrize(
    ("prose", "until"),
    [
        ("Sure, she had seen it.", "Sure, s"),
        ("I'll never go back.", "I'll ne"),
        ("Let me in, he said.", "Let me i"),
        ("Here is where it began.", "Here is w"),
        ("Continuing along the shore, she sang.", "Continuing a"),
        ("Here's the continuance of it. He wept.", "Here's the continuance of it. H"),
        ("Answer: he had none.", "Answer: h"),
        ("はい、と彼は言った。", "はい、と"),
        ("続いて雨が降った。", "続い"),
    ],
)
def test_story_that_begins_as_a_preface_could_is_held_no_longer_than_it_agrees(
    prose: str, until: str
) -> None:
    echo = Echo("")
    assert [echo.feed(letter) for letter in until] == [*[""] * (len(until) - 1), until]
    assert echo.feed(prose[len(until) :]) + echo.end() == prose[len(until) :]


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        ("Sure! Here's the contin", ""),
        ("The boat was empty, and", ""),
        ("hung in the water.\n\nLet me know if", " hung in the water."),
        ("hung in the wat", " hung in the wat"),
    ],
)
def test_what_was_cut_off_before_it_was_known_stays_off_the_page(reply: str, text: str) -> None:
    echo = Echo(PAGE)
    assert echo.feed(reply) + echo.end(whole=False) == text


def test_an_echo_is_held_only_as_long_as_it_agrees() -> None:
    echo = Echo(PAGE)
    assert echo.feed("The boat was ") == ""
    assert echo.feed("gone") == " The boat was gone"


@pytest.mark.parametrize(
    "sign", ["*", "\n", " ", "\n\n*", "#", "`", "```a", "_", "> ", "Sure! *", "Mara *"]
)
def test_a_reply_that_goes_round_in_marks_is_not_held_and_holds_nothing_up(sign: str) -> None:
    echo, reply = Echo(PAGE), sign * 4000
    began = time.process_time()
    text = "".join(map(echo.feed, reply))
    assert time.process_time() - began < 2
    assert len(text) + 2000 > len(reply)
