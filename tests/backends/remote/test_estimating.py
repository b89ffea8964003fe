import pytest

from storyforge.backends.remote.estimating import Estimator

ENGLISH = "It was raining when she came home, and nobody had lit the lamp in the hall. " * 10
JAPANESE = "雨が降っていた。彼女は傘を持たずに家を出た。" * 10


def test_an_estimate_goes_by_the_script() -> None:
    estimate = Estimator()
    # About four letters of English a token, and about one sign of Japanese.
    assert 0.2 < estimate.of(ENGLISH) / len(ENGLISH) < 0.3
    assert 0.8 < estimate.of(JAPANESE) / len(JAPANESE) < 1.1
    assert estimate.of("Шёл дождь. " * 20) > 60
    assert estimate.of("") == 0
    assert estimate.of(".") == 1


@pytest.mark.parametrize("factor", [0.7, 1.5])
def test_answers_teach_it(factor: float) -> None:
    estimate = Estimator()
    tokens = round(estimate.of(ENGLISH) * factor)
    estimate.learn(ENGLISH, tokens)
    assert estimate.of(ENGLISH) == pytest.approx(tokens, rel=0.02)


def test_small_differences_short_texts_and_nonsense_teach_nothing() -> None:
    estimate = Estimator()
    before = estimate.of(ENGLISH)
    estimate.learn(ENGLISH, round(before * 1.03))
    estimate.learn("She", 90)
    estimate.learn(ENGLISH, 0)
    assert estimate.of(ENGLISH) == before
    estimate.learn(ENGLISH, before * 50)
    assert estimate.of(ENGLISH) == pytest.approx(before * 2, rel=0.02)
