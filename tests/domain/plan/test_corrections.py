"""What counts as a corrected spelling, and what as another meaning."""

import pytest

from storyforge.domain.plan.corrections import is_correction

SPELLING = [
    ("A keper finds a child.", "A keeper finds a child."),
    ("Teh keeper", "The keeper"),
    ("the goverment recieves her", "The government receives her!"),
    ("a seperate house", "a separate house"),
    ("alot of oil", "a lot of oil"),
    ("the light house", "the lighthouse"),
    ("Mara’s lamp", "Mara's lamp"),
    ("She dont know", "She don't know"),
    ("in the cafe", "in the café"),
    ("Ｍａｒａ　Ｌｉｎｄ", "Mara Lind"),
    ("maar lind", "mara lind"),
    ("10,000 lamps", "10000 lamps"),
    ("die Strasse", "die Straße"),
    ("Der Leuchtturmwächer", "Der Leuchtturmwächter"),
    ("one\ntwo", "one, two"),
    ("灯台を行なう。", "灯台を行う"),
    ("取り付けた灯り", "取付けた灯"),
    ("コンピューターの島", "コンピュータの島"),
    ("きつね", "キツネ"),
    ("我々は", "我我は"),
    ("終わる", "終る"),
    ("光が当たる。曇り", "光が当る　曇"),
    ("ｷﾂﾈ", "キツネ"),
]
MEANING = [
    ("grim", "light"),
    ("He is not there", "He is now there"),
    ("She can go", "She can't go"),
    ("She could go", "She couldn't go"),
    ("They should go", "They shouldn't go"),
    ("the happy end", "the unhappy end"),
    ("a careful keeper", "a careless keeper"),
    ("Mara finds a child", "Mara finds a dead child"),
    ("He finds the boat", "She finds the boat"),
    ("3 lamps", "4 lamps"),
    ("1912", "1921"),
    ("1.5 miles", "15 miles"),
    ("Marin Lind", "Maren Lind"),
    ("about Martin there", "about Marten there"),
    ("Anna", "Hanna"),
    ("the house burns", "the horse burns"),
    ("the light", "the night"),
    ("the keeper", "the keepers"),
    ("amigo viejo", "amiga viejo"),
    ("past", "present"),
    ("Mara", ""),
    ("?!", ""),
    ("彼は死ぬ", "彼が死ぬ"),
    ("彼は食べる", "彼は食べない"),
    ("彼は走り出す", "彼は走れ出す"),
    ("話した", "話せた"),
    ("猫は死ぬ", "猫死ぬ"),
    ("三人の子", "四人の子"),
    ("マリア", "マリオ"),
    ("1912年", "1921年"),
    ("Mara\nTom", "Mara\nBen"),
    ("5 €", "5 $"),
    ("5 of them", "5 % of them"),
]


@pytest.mark.parametrize(("old", "new"), SPELLING)
def test_a_corrected_spelling_is_one_both_ways(old: str, new: str) -> None:
    assert is_correction(old, new)
    assert is_correction(new, old)


@pytest.mark.parametrize(("old", "new"), MEANING)
def test_another_meaning_is_no_correction(old: str, new: str) -> None:
    assert not is_correction(old, new)


def test_what_is_the_same_is_a_correction() -> None:
    assert is_correction("The light.", "The light.")


def test_a_long_text_is_compared_at_once() -> None:
    long = "the keeper of the lighthouse " * 2_000
    assert is_correction(long, long.replace("keeper", "keper", 50))
    assert not is_correction("ab" * 5_000, "ba" * 5_000)
