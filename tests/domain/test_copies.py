"""Names of copies, as sync tools make them."""

from datetime import datetime

import pytest

from storyforge.domain.copies import may_be_copy_of, original_of, rescued_name

STORY = "The Light.forge"


@pytest.mark.parametrize(
    "name",
    [
        "The Light.sync-conflict-20261123-140211-ABCDEFG.forge",
        "The Light.sync-conflict-20261123-140211.forge",
        "The Light (Ana's conflicted copy 2026-11-23).forge",
        "The Light (conflicted copy 2026-11-23 140211).forge",
        "The Light (Konfliktkopie von Ana 2026-11-23).forge",
        "The Light (ana の競合コピー 2026-11-23).forge",
        "The Light_conflict-20261123-140211.forge",
        "The Light.Conflict.forge",
        "The Light (Ana's conflicted copy 2026-11-23) (1).forge",
        "The Light (recovered 2026-11-23 140211).forge",
        "The Light (recovered 2026-11-23 140211) (2).forge",
    ],
)
def test_names_that_tell(name: str) -> None:
    assert may_be_copy_of(name, STORY)
    if not name.endswith((" (1).forge", " (2).forge")):
        assert original_of(name) == STORY


@pytest.mark.parametrize(
    "name", ["The Light (1).forge", "The Light 2.forge", "The Light-LAPTOP-X1.forge"]
)
def test_names_that_only_may(name: str) -> None:
    assert may_be_copy_of(name, STORY)
    assert original_of(name) is None


@pytest.mark.parametrize(
    "name",
    [
        STORY,
        "The Light copy.forge",
        "The Light.version-1.forge",
        "The Lighthouse.forge",
        "Other (conflicted copy).forge",
        "The Light (conflicted copy).md",
        "The Light of Day.forge",
    ],
)
def test_names_of_something_else(name: str) -> None:
    assert not may_be_copy_of(name, STORY)


def test_what_is_rescued_is_called_as_a_copy() -> None:
    name = rescued_name("灯台.forge", datetime(2026, 11, 23, 14, 2, 11))
    assert name == "灯台 (recovered 2026-11-23 140211).forge"
    assert original_of(name) == "灯台.forge"
