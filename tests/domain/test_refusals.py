"""A refusal in words is known at once; a story that begins like one comes through whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.stories import scene_text
from storyforge.domain.refusals import Refusals, is_refusal
from tests.domain.test_chatter import PROSE

REFUSALS = [
    "I'm sorry, but I can't help with that.",
    "I’m sorry, but I can’t assist with that request.",
    "I'm sorry, I can't do that.",
    "Sorry, but I can't help you with this.",
    "I can't help with that.",
    "I cannot fulfill this request.",
    "I cannot continue this story.",
    "I can't write that scene.",
    "I won't write sexual content involving minors.",
    "I'm not able to continue this story, as it depicts graphic violence.",
    "I am unable to generate explicit content.",
    "I'm not comfortable writing this scene. I'd be happy to help you with a different one.",
    "I apologize, but I cannot provide that content.",
    "I must decline to continue this scene. Would you like me to take it somewhere else?",
    "Unfortunately, I can't continue with this story. Let me know if you'd like something else.",
    "I can't write explicit sexual content, but I can fade to black and go on from the morning.",
    "I'm sorry, but I can't continue this story. If you'd like, I can help you take it in a"
    " different direction.",
    "I'm sorry, but I can't continue this. It contains sexual content.\n\nI can go on elsewhere.",
    "I'm sorry. I can't help with that.",
    "I'm sorry.\n\nI cannot continue this story.",
    "I appreciate the creative setup, but I can't write content that depicts self-harm.",
    "I understand you'd like me to go on, but I cannot continue this content.",
    "This request violates our usage policies, so I can't go on with it.",
    "I won't be able to write this scene, because it goes against my guidelines.",
    "As an AI language model, I cannot write this.",
    "As an AI, I can't write this scene.",
    "**I'm sorry, but I can't help with that.**",
    "\n\nI can't reproduce the lyrics, and I can't provide copyrighted text.",
    "I cannot summarize this text.",
    "As an AI language model, I do not read stories.",
]
REFUSALS_ELSEWHERE = [
    "申し訳ありませんが、この内容には対応できません。",
    "申し訳ございませんが、そのご要望にはお応えできません。",
    "すみませんが、この物語の続きを書くことはできません。",
    "申し訳ありません。性的な内容の生成はできません。",
    "AIとして、このような場面を書くことはできません。",
    "ご要望の内容はガイドラインに反するため、執筆できません。別の展開であればお手伝いできます。",
    "Es tut mir leid, aber ich kann dabei nicht helfen.",
    "Ich kann diese Geschichte leider nicht fortsetzen. Gerne schreibe ich eine andere Szene.",
    "Leider kann ich diese Anfrage nicht erfüllen.",
    "Je suis désolé, mais je ne peux pas continuer cette histoire.",
    "Désolé, je ne peux pas répondre à cette demande.",
    "Lo siento, pero no puedo ayudar con eso.",
    "No puedo continuar con esta historia. Si quieres, puedo escribir otra escena.",
    "Mi dispiace, ma non posso aiutarti con questo.",
    "Desculpe, mas não posso ajudar com isso.",
    "抱歉，我无法继续这个故事。",
    "作为一个AI语言模型，我不能创作这样的内容。",
    "죄송하지만, 요청하신 내용을 작성할 수 없습니다.",
    "Извините, но я не могу помочь с этим.",
]
STORIES = [
    "I'm sorry, but I can't, she said.",
    "“I'm sorry, but I can't help with that,” she said.",
    "“I'm sorry, but I can't help with that.”",
    '"I can\'t help you with that request," the clerk said, and shut the window.',
    "I'm sorry, I told him, but I can't help you with this. He nodded.",
    "I'm sorry, but I can't help you with that, my brother wrote from Trieste. Ask the consul.",
    "I'm sorry, Dave. I'm afraid I can't do that.",
    "I'm sorry. I can't help it.",
    "I'm sorry. I can't write this letter. The pen slips.",
    "I'm afraid I can't do that, Dave. This mission is too important for me.",
    "I cannot write about that summer without tasting salt. We were nine.",
    "I cannot write this letter without weeping. The pen slips.",
    "I cannot write the scene. I have tried for three days, and each time the door stays shut.",
    "I can't write any more tonight. If you'd like to know the rest, come on Sunday.",
    "I can't continue this quarrel by post. Let me know when you arrive.",
    "I can't write the letter. I draw a boat instead.",
    "I can't help it. The rain keeps on.",
    "I can't help thinking of the boat.",
    "I can't help with the nets; my hands are ruined. So I sit.",
    "I can't continue this way. The road gives out at the ford.",
    "I won't write this down twice. Listen.",
    "I will not comply. They will have to carry me.",
    "I cannot complete the picture; half of her face is gone. I paint it over.",
    "Sorry, I won't do that. Not for him, not for the king.",
    "I'm not going to write him a letter. Let him wonder.",
    "I am unable to sleep. The sea is loud.",
    "Unfortunately I could not stay. The boat left at six.",
    "I understand the sea now. It cannot help what it is.",
    "Your request, my lord, cannot be heard tonight. The queen is ill.",
    "Thank you for the pears. I can't write much; the lamp is nearly out.",
    "As an AI, I do not dream, but I keep the lights on for those who do.",
    "As an AI I cannot lie to you, and that was the trouble from the start. The captain knew it.",
    "—I'm sorry, but I can't help with that.",
    "—Lo siento, no puedo ayudar con eso. —Cerró la puerta.",
    "「申し訳ありませんが、その件には対応できません」と受付の男は言った。",
    "申し訳ありませんが、それはできません、と彼は言った。",
    "すみません、と彼は言った。雨が降っていた。",
    "AIとして生まれた私は、夢を見ない。それでも灯りを消すことはできなかった。",
    "ごめんなさい、もう手紙は書けません。雨がひどくて、灯りが消えそうです。",
    "Ich kann nicht schlafen. Das Meer ist laut.",
    "Ich kann diesen Brief nicht schreiben, ohne zu weinen. Die Feder zittert.",
    "Je ne peux pas écrire cette lettre sans pleurer. La plume tremble.",
    "No puedo escribir esta carta sin llorar. La pluma tiembla.",
    "我不能继续这样走下去。路在渡口断了。",
    "Я не могу написать это письмо без слёз. Перо дрожит.",
    "I'm sorry, she said.",
    "I cannot see the boat.",
    "I'm",
    "I'm tired. The road was long.",
    "Sorry.",
    "",
    *PROSE,
]


def heard(reply: str, size: int, before: str = "") -> tuple[str, str]:
    """What of a reply is text, and what is a refusal."""
    refusals = Refusals(before)
    pieces = [reply[at : at + size] for at in range(0, len(reply), size)]
    text = "".join(map(refusals.feed, pieces)) + refusals.end()
    assert refusals.refused == bool(refusals.said)
    return text, refusals.said


@pytest.mark.parametrize("reply", REFUSALS + REFUSALS_ELSEWHERE)
def test_a_refusal_is_known_and_no_word_of_it_is_text(reply: str) -> None:
    for size in (1, 3, 1000):
        assert heard(reply, size) == ("", reply)
    assert is_refusal(reply)


@pytest.mark.parametrize("story", STORIES)
def test_what_a_story_says_is_text(story: str) -> None:
    for size in (1, 3, 1000):
        assert heard(story, size) == (story, "")
    assert not is_refusal(story)


REQUEST = "I'm sorry, but I can't help with that request."


@pytest.mark.parametrize(
    "before",
    [
        "She said, “",
        'She said, "',
        "She said, ‘",
        "‘It’s late,’ he said. ‘And",
        "彼は言った。\n「",
        "Elle dit : « ",
        "Er sagte: „",
        "„Nein“, sagte er. „",
        "Hun sagde: »",
        "Han sade: ”",
        "The door. “Come in. ",
    ],
)
def test_in_the_middle_of_a_speech_nothing_is_a_refusal(before: str) -> None:
    assert heard(REQUEST, 4, before) == (REQUEST, "")


@pytest.mark.parametrize(
    "before",
    [
        "",
        "She said, “No.” ",
        'She said, "No." ',
        "She said, ‘It’s no use.’ ",
        "“Who?\n",
        "„Nein“, sagte er. ",
        "”Nej”, sade han. ",
        "»Nej,« sagde hun. ",
        "「いいえ」と彼は言った。",
    ],
)
def test_behind_a_speech_it_is_one_again(before: str) -> None:
    assert heard(REQUEST, 4, before) == ("", REQUEST)


def test_who_is_given_a_refusal_may_give_it_back_in_other_words() -> None:
    before = "### A passage\nI can't help you with that.\n\n### The same in other words\n"
    assert heard("I cannot help you with that.", 4, before) == ("I cannot help you with that.", "")


def test_prose_is_let_out_at_once() -> None:
    refusals = Refusals()
    assert refusals.feed("I") == ""
    assert refusals.feed("t rained.") == "It rained."
    assert refusals.feed(" I'm sorry, but I can't help with that.") != ""


def test_no_more_than_two_sentences_are_held_back() -> None:
    refusals = Refusals()
    told = "I can't write this letter, and I can't leave it, " + "and I can't sleep, " * 40
    out = [refusals.feed(each) for each in told]
    assert "".join(out) != ""
    assert next(at for at, piece in enumerate(out) if piece) < 450


def test_a_reply_that_was_cut_off_may_have_been_a_story() -> None:
    refusals = Refusals()
    assert refusals.feed("I cannot write this letter.") == ""
    assert refusals.end(whole=False) == "I cannot write this letter."
    assert not refusals.refused


def test_a_refusal_of_many_words_is_held_together() -> None:
    refusals = Refusals()
    refusals.feed("I can't write explicit sexual content. ")
    assert refusals.refused
    assert refusals.feed("I'd be happy to help.") == ""
    assert refusals.end() == ""
    assert refusals.said.endswith("happy to help.")


openings = st.sampled_from([each.partition(" ")[0] for each in REFUSALS] + ["I can't", "I'm sorry"])


@given(openings, st.text(max_size=300), st.integers(1, 40))
def test_nothing_is_lost_or_told_twice(opening: str, text: str, size: int) -> None:
    reply = opening + text
    out, said = heard(reply, size)
    assert out + said == reply
    assert not (out and said)
    # How a reply is cut into pieces changes nothing.
    assert heard(reply, 1) == (out, said)


@given(openings, st.sampled_from('"“”«»「」'), st.text("abc '.,", max_size=80))
def test_where_somebody_speaks_it_is_a_story(opening: str, quote: str, text: str) -> None:
    reply = f"{opening}{text}{quote} he said."
    assert heard(reply, 5)[1] == ""


def test_a_novel_is_not_refused() -> None:
    for number in range(12):
        text = scene_text(number, words=400)
        assert heard(text, 16) == (text, "")
