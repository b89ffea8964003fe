"""An API is told where a sampler does nothing, since it cannot be told to leave it out."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from storyforge.backends.remote.drawing import drawn
from storyforge.domain.dials import DIALS
from storyforge.domain.sampling import ORDER, Sampling

BOLD = Sampling(
    temperature=1.2, dynamic_range=0.4, top_k=30, top_p=0.9, min_p=0.1, typical_p=0.8,
    top_n_sigma=1.5, xtc_probability=0.5, dry_multiplier=0.8, repeat_penalty=1.2,
    presence_penalty=0.3, frequency_penalty=0.3,
)  # fmt: skip


def test_what_is_asked_stays_as_it_is() -> None:
    assert drawn(BOLD) == BOLD


@given(st.permutations(ORDER), st.integers(0, len(ORDER)))
def test_a_sampler_outside_the_order_does_nothing(order: list[str], length: int) -> None:
    asked = tuple(order[:length])
    told = drawn(replace(BOLD, order=asked))
    for dial in DIALS:
        if dial.sampler not in ORDER or dial.off is None:
            continue
        value = getattr(BOLD, dial.field) if dial.sampler in asked else dial.off
        assert getattr(told, dial.field) == value
    assert told.temperature == (1.2 if "temperature" in asked else 1.0)


def test_mirostat_takes_the_place_of_what_narrows_where_the_api_has_it() -> None:
    asked = replace(BOLD, mirostat=True)
    told = drawn(asked, mirostat=True)
    assert (told.mirostat, told.top_k, told.top_p, told.min_p) == (True, 0, 1, 0)
    assert (told.repeat_penalty, told.dry_multiplier) == (1.2, 0.8)
    without = drawn(asked)
    assert (without.mirostat, without.top_k) == (False, 30)
