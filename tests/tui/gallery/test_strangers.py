"""What a stranger's story tells of its pictures is shown as what it can be, or not at all."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from storyforge.domain.picture.pictures import Picture
from storyforge.images import own_facts
from storyforge.tui.gallery import telling
from storyforge.tui.gallery.form_values import OWN, Values
from storyforge.tui.gallery.prompt_text import picture_path
from tests.tui.gallery.galleries import png

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=4,
)


def told(order: Any, seed: int = 1) -> Picture:
    settings = {"order": json.dumps(order)}
    return Picture("a", "s", datetime(2026, 1, 2, tzinfo=UTC), 8, 8, seed, settings=settings)


@given(st.dictionaries(st.sampled_from(OWN), ANYTHING), st.integers(-(1 << 63), (1 << 63) - 1))
@example({"guidance": 10**400, "steps": 10**400}, -1)
@example({"sampler": [], "schedule": {}}, 0)
def test_any_order_is_told(order: dict[str, Any], seed: int) -> None:
    picture, other = told(order, seed), told({})
    assert list(telling.facts(picture))
    assert list(telling.differences(picture, other)) is not None
    assert Values(**{"painter": "ink", **telling.settings_of(picture)}).stepped("seed", 1)


@pytest.mark.parametrize("seed", [10**30, -1, 1.5, True, "7", None, [7]])
def test_a_seed_that_no_story_could_keep_is_none(seed: Any) -> None:
    found = own_facts.read(json.dumps({own_facts.KEYWORD: 1, "seed": seed}), png(1))
    assert found is not None
    assert found[0].seed == 0


def test_a_number_without_an_end_is_no_seed() -> None:
    assert Values("ink").typed("seed", "9" * 5000) is None


@pytest.mark.parametrize(
    "text",
    ["~~ soft light.png", "~nobody-here/a.png", "file://[a.png", "a\0b.png", "x" * 400 + ".png"],
)
def test_words_that_look_like_a_path_are_words(text: str) -> None:
    assert picture_path(text) is None
