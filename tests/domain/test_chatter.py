"""What models say beside the answer goes; what a narrator could have said stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.stories import scene_text
from storyforge.domain.chatter import (
    as_summary,
    is_whole_summary,
    without_chatter,
)

STORY = "Mara carries the lantern down to the slip. The boat is empty."
STORY_JA = "マラはランタンを持って桟橋へ下りる。舟には誰もいない。"

BEFORE = [
    "Certainly! Here is a summary of the scene:\n\n",
    "Certainly! Here is a summary: ",
    "Sure! Here's a brief summary of the passage:\n",
    "Sure, here is the rewritten passage:\n\n",
    "Sure thing! Here's a shorter version:\n\n",
    "Of course! Below is the revised text:\n\n",
    "Absolutely! Here's the scene in the past tense:\n\n",
    "Okay, here is the expanded version of your paragraph:\n",
    "Here is a summary of the scene in three sentences:\n\n",
    "Here's a summary of “The Boat”:\n\n",
    "Here is the rewritten passage.\n\n",
    "I've rewritten the passage for you:\n\n",
    "Certainly! I'll summarize the scene for you.\n\n",
    "This is a short summary of the scene:\n",
    "The summary of the text: ",
    "Certainly!\n\n",
    "**Summary:** ",
    "Summary:\n\n",
    "## Scene summary:\n\n",
    "**Rewritten passage:**\n\n",
    "<think>\nThe user wants a summary. Mara is the keeper.\n</think>\n\n",
    "<|im_start|>",
    "### Response:\n",
    "Certainly! Here is a summary of the scene:\n\n**Summary:**\n\n",
]
BEFORE_JA = [
    "以下は要約です。\n\n",
    "以下は、このシーンの要約です：\n",
    "はい、以下に要約します。\n",
    "承知しました。以下がこの場面の要約です。\n\n",
    "かしこまりました。\n\n",
    "こちらが書き直した文章です。\n\n",
    "このシーンの要約は以下の通りです。\n",
    "もちろんです。シーンを要約します。\n",
    "要約：",
    "【要約】\n",
    "## あらすじ：\n",
]
BEHIND = [
    "\n\nLet me know if you would like any changes!",
    "\n\nLet me know if you need further help.",
    "\n\nFeel free to ask if you have any questions.",
    "\n\nI hope this helps!",
    "\n\nWould you like me to continue?",
    "\n\nIf you'd like, I can also make it shorter.",
    "\n\nIs there anything else I can do?",
    "\n\nThis summary captures the main events of the scene.",
    "\n\n(Word count: 12)",
    "\n\nNote: I kept the original tense.",
    "<|im_end|>",
    "</s>",
]
BEHIND_JA = [
    "\n\n以上がこの場面の要約です。",
    "\n\nご不明な点がございましたらお知らせください。",
    "\n\n修正が必要でしたらお気軽にお申し付けください。",
    "\n\nいかがでしょうか。",
]
# All of it could be told by somebody.
PROSE = [
    "“Certainly!” she said. “Here is the lantern.”",
    '"Sure," she said, and put the lamp down.',
    "Sure, she had seen the boat. She had seen it twice.",
    "Sure, I'll come.\n\nHe hung up.",
    "Certainly the boat was empty.",
    "Of course, here is where it began: on the slip, in the fog.",
    "Here is the story of how my father died:\n\nHe fell.",
    "Here is a summary of what I knew: nothing.",
    "My summary of the case was simple: he was dead.",
    "Here's the thing: nobody came.",
    "This is the version my mother told: the boat was empty.",
    "I have written to the inspector. He will not come.",
    "I will continue until morning.\n\nThe lamp burned.",
    "Yes!\n\nShe ran.",
    "She wrote:\n\nLet me know when you arrive.",
    "The letter ended there.\n\nLet me know if the boat comes back.",
    "Hope this finds you well.",
    "He asked nothing else.\n\nIs there anything else in the boat? she thought.",
    "If you want the lamp, take it.",
    "Note: the oil is low.",
    "Summary justice, they called it.",
    "“Let me know if you would like any changes,” said the tailor.",
    "The tailor bowed.\n\n“Would you like me to shorten it?”",
    "# The Boat\n\nShe went down.",
    "“It was late.”",
    "Assistant: Lights!\n\nDirector: No.",
    "はい、とマラは言った。",
    "「承知しました」と彼は言った。",
    "もちろん、舟は空だった。",
    "次の朝、舟は消えていた。",
    "以下の者を灯台守に任ずる。",
    "何かご存じでしたら、お知らせください。と手紙にあった。",
    "手紙はこうだ。\n何かご存じでしたら、お知らせください。と母は結んだ。",
    "要約すれば、誰も来なかったのだ。",
    "彼は手紙を書き直した。次に封をした。",
]


@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize("clean", [without_chatter, as_summary])
def test_what_comes_before_the_answer_goes(before: str, clean: object) -> None:
    assert callable(clean)
    assert clean(before + STORY) == STORY


@pytest.mark.parametrize("behind", BEHIND)
def test_what_comes_behind_the_answer_goes(behind: str) -> None:
    assert without_chatter(STORY + behind) == STORY


@pytest.mark.parametrize("before", BEFORE_JA)
def test_what_comes_before_a_japanese_answer_goes(before: str) -> None:
    assert without_chatter(before + STORY_JA) == STORY_JA


@pytest.mark.parametrize("behind", BEHIND_JA)
def test_what_comes_behind_a_japanese_answer_goes(behind: str) -> None:
    assert without_chatter(STORY_JA + behind) == STORY_JA


@pytest.mark.parametrize("text", PROSE)
def test_what_a_narrator_could_say_stays(text: str) -> None:
    assert without_chatter(text) == text


@given(st.sampled_from(PROSE), st.sampled_from(PROSE), st.sampled_from(["\n\n", "\n", " "]))
def test_pieces_of_prose_stay_together(one: str, other: str, between: str) -> None:
    told = f"{STORY} {one}{between}{other} {STORY}"
    assert without_chatter(told) == told


@given(st.integers(1, 400), st.integers(0, 3_000), st.integers(1, 2_000))
def test_any_piece_of_a_story_stays(scene: int, start: int, length: int) -> None:
    told = scene_text(scene % 7 + 1, words=600)[start : start + length].strip()
    assert without_chatter(told) == told


@given(st.sampled_from(BEFORE), st.sampled_from(BEHIND), st.integers(1, 7))
def test_what_was_asked_for_is_left_whole_between_both(
    before: str, behind: str, scene: int
) -> None:
    told = scene_text(scene, words=120).strip()
    assert without_chatter(before + told + behind) == told


@given(st.text(max_size=300))
def test_any_answer_is_borne_and_cleaning_it_twice_changes_no_more(answer: str) -> None:
    once = without_chatter(answer)
    assert without_chatter(once) == once
    as_summary(answer)


@pytest.mark.parametrize(
    ("answer", "summary"),
    [
        ("“Mara finds the boat.”", "Mara finds the boat."),
        ("「マラは舟を見つける。」", "マラは舟を見つける。"),
        ("“Go,” says Mara. “Now.”", "“Go,” says Mara. “Now.”"),
        ("- Mara wakes.\n- She finds the boat.", "Mara wakes.\nShe finds the boat."),
        ("1. Mara wakes.\n2. The boat is empty.", "Mara wakes.\nThe boat is empty."),
        ("# The Boat\n\nMara wakes.", "Mara wakes."),
        ("The Boat\n\nMara wakes.", "Mara wakes."),
        ("Summary\n\nMara wakes.\n \nThe next scene is long.", "Mara wakes."),
        ("Assistant: Mara wakes.", "Mara wakes."),
        ("In summary, Mara wakes.", "Mara wakes."),
        ("**Mara** wakes.", "Mara wakes."),
        ("Sure! This scene is about Mara.", "This scene is about Mara."),
        ("Here is a recap of what she did: Mara wakes.", "Mara wakes."),
        ("```\nMara wakes.\n```", "Mara wakes."),
    ],
)
def test_a_summary_is_plain_prose(answer: str, summary: str) -> None:
    assert as_summary(answer) == summary


@pytest.mark.parametrize(
    ("answer", "whole"),
    [
        ("", False),
        ("\n\nMara", False),
        ("Mara wakes.", False),
        ("Mara wakes.\n\n", True),
        ("Certainly! Here is a summary of the scene:\n\n", False),
        ("Certainly! Here is a summary of the scene:\n\nMara wakes.", False),
        ("Certainly! Here is a summary of the scene:\n\nMara wakes.\n\nThe", True),
        ("The Boat\n\nMara wakes.", False),
    ],
)
def test_a_stream_says_when_a_summary_is_whole(answer: str, whole: bool) -> None:
    assert is_whole_summary(answer) is whole
