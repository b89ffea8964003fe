"""Times in words."""

import pytest

from storyforge.studio.durations import time_words


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (None, ""),
        (20.0, "less than a minute"),
        (70.0, "about 1 minute"),
        (600.0, "about 10 minutes"),
        (7200.0, "about 2 hours"),
    ],
)
def test_a_time_is_told_in_words(seconds: float | None, told: str) -> None:
    assert time_words(seconds) == told
