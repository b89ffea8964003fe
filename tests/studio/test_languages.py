from storyforge.studio.languages import language_name


def test_a_tag_is_shown_as_a_name() -> None:
    assert language_name("ja") == "Japanese"
    assert language_name("pt_BR") == "Portuguese"


def test_an_unknown_tag_is_shown_as_it_is() -> None:
    assert language_name("tlh") == "tlh"
