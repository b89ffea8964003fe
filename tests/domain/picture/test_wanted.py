"""What an order wants of a painter, and the words for it."""

from pathlib import Path

import pytest

from storyforge.domain.picture.adapters import Hypernetwork
from storyforge.domain.picture.orders import Ability, Order, Redraw, Variation
from storyforge.domain.picture.passes import Faces, Hires, Larger
from storyforge.domain.picture.wanted import WORDS, wanted


def test_every_ability_has_words() -> None:
    assert set(WORDS) == set(Ability)


@pytest.mark.parametrize(
    ("order", "told"),
    [
        (Order("a"), set()),
        (Order("a", redraw=Redraw(b"x")), {Ability.REDRAW}),
        (
            Order("a", redraw=Redraw(b"x", region=(0, 0, 8, 8))),
            {Ability.REDRAW, Ability.MASK},
        ),
        (Order("a", variation=Variation(1, 0.5), heat=True), {Ability.VARIATION, Ability.HEAT}),
        (
            Order("a", hires=Hires(), faces=Faces(), larger=Larger()),
            {Ability.HIRES, Ability.FACES, Ability.LARGER},
        ),
        (Order("a", hypernetworks=(Hypernetwork("h", Path("h")),)), {Ability.HYPERNETWORK}),
    ],
)
def test_what_was_asked_for_by_hand_is_known(order: Order, told: set[Ability]) -> None:
    assert set(wanted(order)) == told
