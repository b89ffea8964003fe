from storyforge.studio.languages import base_language, language_name


def test_a_tag_is_shown_as_a_name() -> None:
    assert language_name("ja") == "Japanese"
    assert language_name("pt_BR") == "Portuguese"


def test_an_unknown_tag_is_shown_as_it_is() -> None:
    assert language_name("tlh") == "tlh"


def test_regions_and_scripts_belong_to_one_language() -> None:
    assert base_language("zh-Hant-TW") == base_language("ZH") == "zh"
