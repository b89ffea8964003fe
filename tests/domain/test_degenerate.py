"""What is no summary is known for it, and what is one is not blamed."""

import pytest

from benchmarks.stories import scene_text
from storyforge.domain.degenerate import Flaw, flaw_of

TEXT = scene_text(1, words=400) + " Nobody was aboard; the light drifted over them."
GOOD = "Mara keeps the light alone. One night a boat drifts in, and nobody is aboard."
GOOD_JA = (
    "マラは一人で灯台を守っている。ある夜、無人の舟が流れ着き、彼女はそれを調べに桟橋へ下りる。"
)
TEXT_JA = (
    "十一年のあいだ、マラはスケリー岬の灯を守ってきた。その夜、霧の中から一艘の舟があらわれた。"
)


@pytest.mark.parametrize(
    ("summary", "flaw"),
    [
        ("", Flaw.EMPTY),
        ("…", Flaw.EMPTY),
        ("Mara. Mara.", Flaw.EMPTY),
        ("要約", Flaw.EMPTY),
        ("She goes down to the boat. " * 6, Flaw.LOOP),
        ("彼女は舟へ下りていく。" * 6, Flaw.LOOP),
        (TEXT[:400], Flaw.COPY),
        ("“" + TEXT[200:500].upper() + "”", Flaw.COPY),
        (TEXT_JA, Flaw.COPY),
        (" ".join(f"{n}:00:37" for n in range(20)), Flaw.LOOP),
        ("This example shows an edit that improves grammar and style in general.", Flaw.FOREIGN),
        ("猫は犬と鳥を見て、魚と牛と馬は羊の豚小屋で鶏と兎に会う。", Flaw.FOREIGN),
        ("I'm sorry, but I can't summarize this.", Flaw.REFUSAL),
        ("申し訳ありませんが、この文章は要約できません。", Flaw.REFUSAL),
    ],
)
def test_what_is_no_summary_is_named(summary: str, flaw: Flaw) -> None:
    assert flaw_of(summary, TEXT + TEXT_JA) is flaw


@pytest.mark.parametrize("summary", [GOOD, GOOD_JA, GOOD + " " + TEXT[:60]])
def test_a_summary_is_kept(summary: str) -> None:
    assert flaw_of(summary, TEXT + TEXT_JA) is None
