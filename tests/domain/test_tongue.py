"""Which language a text is in: told where it can be, and never refused in doubt."""

import pytest

from storyforge.domain.tongue import is_in

TEXTS = {
    "en": "The keeper of the light finds a letter in a bottle, and she knows that it was her hand.",
    "de": "Die Wärterin findet einen Brief in der Flasche, und sie weiß, dass er von ihr ist.",
    "fr": "La gardienne du phare trouve une lettre dans la bouteille, et elle sait qui est dans le "
    "bateau.",
    "es": "La guardiana del faro encuentra una carta en la botella y sabe que es de su madre.",
    "nl": "De wachter van het licht vindt een brief in de fles, en zij weet dat het van haar is.",
    "sv": "Hon som vaktar ljuset hittar ett brev i flaskan, och det är inte till för han som går.",
    "ja": "灯台守は瓶の中に一通の手紙を見つけ、それが自分の字であることに気づく。",
    "zh": "灯塔的守护者在瓶子里发现了一封信她知道那是她自己写的信件而且已经过去了许多年的时间",
    "ko": "등대지기는 병 속에서 편지를 발견하고 그것이 자신의 글씨임을 알게 된다.",
    "ru": "Смотрительница маяка находит письмо в бутылке и узнаёт в нём свой почерк.",
    "el": "Η φύλακας του φάρου βρίσκει ένα γράμμα στο μπουκάλι και ξέρει ποιος το έγραψε.",
}


@pytest.mark.parametrize("language", TEXTS)
def test_a_text_is_in_its_own_language(language: str) -> None:
    assert is_in(TEXTS[language], language)
    assert is_in(TEXTS[language], f"{language}-XX")


@pytest.mark.parametrize("language", TEXTS)
def test_a_text_is_not_in_another(language: str) -> None:
    assert [other for other in TEXTS if is_in(TEXTS[language], other)] == [language]


@pytest.mark.parametrize(
    "text",
    ["", "Mara Voss", "Skerry Point", "Jean-Luc de la Croix", "42", "…", "Der Sturm, Die Flut"],
)
def test_names_tell_nothing(text: str) -> None:
    assert is_in(text, "en")
    assert is_in(text, "fr")


def test_foreign_names_in_a_text_do_not_make_it_foreign() -> None:
    assert is_in("Mara Voss と John Smith は灯台で暮らしている。", "ja")
    assert is_in(
        "灯台守 (the keeper) is what they call her in the village of 岬, and she hates it.", "en"
    )


def test_english_is_told_from_a_language_that_has_no_words_here() -> None:
    assert not is_in(TEXTS["en"], "sw")
    assert is_in("Mlinzi wa taa anapata barua ndani ya chupa na anajua ni yake mwenyewe.", "sw")


def test_chinese_with_some_kana_in_it_is_not_japanese() -> None:
    assert is_in("老灯台守、嵐の夜に漂着した児童を救助し、法律違反を決意。" * 6, "ja")
    assert not is_in("灯塔的守护者在瓶子里发现了一封信を知道那是她自己写的信で的时间" * 6, "ja")
