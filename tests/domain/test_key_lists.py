"""Keys in one line, as authors type them."""

from storyforge.domain.key_lists import joined_keys, split_keys


def test_keys_are_parted_by_commas_of_any_script_and_by_lines() -> None:
    assert split_keys(" log, the boat 、灯台，霧\nfog,, log ") == (
        "log",
        "the boat",
        "灯台",
        "霧",
        "fog",
    )


def test_an_expression_keeps_its_commas() -> None:
    keys = (r"/bo{1,2}t/i", "and/or", r"/a\/b,c/")
    assert split_keys(joined_keys(keys)) == keys


def test_what_is_no_expression_is_a_key_as_it_stands() -> None:
    assert split_keys("/half, open") == ("/half", "open")
