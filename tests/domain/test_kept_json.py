"""What a stranger's story file holds as JSON harms nobody."""

import pytest

from storyforge.domain.kept_json import read_json


@pytest.mark.parametrize("told", [None, "", "{", "NaN of it", "[" * 100_000])
def test_what_is_no_json_is_nothing(told: str | None) -> None:
    assert read_json(told) is None


def test_what_is_json_is_what_it_says() -> None:
    assert read_json('{"a": [1]}') == {"a": [1]}
