import gc
import weakref

import pytest

from storyforge.backends.scripted import ScriptedBackend
from storyforge.domain.generation import TokenCounter
from storyforge.errors import ModelError
from storyforge.studio.prompt.token_counts import TokenCounts, counts_of


class Recording(ScriptedBackend):
    """Remembers what it was asked to count."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    async def count_tokens(self, texts: tuple[str, ...]) -> tuple[int, ...]:
        self.asked += texts
        return await super().count_tokens(texts)


async def made(counts: TokenCounts, backend: ScriptedBackend, *texts: str) -> int:
    return await counts.made(backend, lambda count: sum(count(texts)))


async def test_only_new_texts_are_counted_by_the_model() -> None:
    backend = Recording()
    counts = TokenCounts()
    assert await made(counts, backend, "It rained.", "The tide was late.") == 6
    assert await made(counts, backend, "It rained.", "The tide was late.", "He left.") == 8
    assert backend.asked == ["It rained.", "The tide was late.", "He left."]


async def test_a_text_asked_for_twice_in_a_row_is_counted_once() -> None:
    backend = Recording()
    assert await made(TokenCounts(), backend, "a b", "a b") == 4
    assert backend.asked == ["a b"]


async def test_a_second_question_depends_on_the_first_answer() -> None:
    def make(count: TokenCounter) -> tuple[int, int]:
        (first,) = count(("a b c",))
        (second,) = count(("x " * first,))
        return first, second

    assert await TokenCounts().made(Recording(), make) == (3, 4)


async def test_the_longest_unused_counts_are_forgotten() -> None:
    backend = Recording()
    counts = TokenCounts(remembered=2)
    for text in ("a", "b", "a", "c", "a", "b"):
        await made(counts, backend, text)
    assert backend.asked == ["a", "b", "c", "b"]


async def test_more_texts_than_can_be_remembered_still_come_to_an_end() -> None:
    assert await made(TokenCounts(remembered=2), Recording(), *"abcdef") == 6


async def test_a_model_that_cannot_count_is_said() -> None:
    class Dead(ScriptedBackend):
        async def count_tokens(self, texts: tuple[str, ...]) -> tuple[int, ...]:
            raise ModelError("The engine stopped.")

    with pytest.raises(ModelError):
        await made(TokenCounts(), Dead(), "a")


def test_counts_are_kept_for_each_backend_and_forgotten_with_it() -> None:
    one, two = ScriptedBackend(), ScriptedBackend()
    assert counts_of(one) is counts_of(one)
    assert counts_of(one) is not counts_of(two)
    gone = weakref.ref(one)
    del one
    gc.collect()
    assert gone() is None
