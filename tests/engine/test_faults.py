from collections.abc import Iterator

import pytest

from storyforge import i18n
from storyforge.domain.picture.orders import Ability
from storyforge.domain.picture.wanted import WORDS
from storyforge.engine.faults import EngineFault, Fault, FaultKind, to_error


@pytest.mark.parametrize("kind", FaultKind)
def test_every_fault_has_one_sentence_and_advice(kind: FaultKind) -> None:
    error = to_error(Fault(kind, "thing", 12_345_678, 3_000_000))
    assert error.message.endswith(".")
    assert error.title
    assert error.hint.endswith((".", "lies"))
    assert "{" not in str(error)


@pytest.fixture
def japanese() -> Iterator[None]:
    i18n.use_language("ja")
    yield
    i18n.use_language("en")


@pytest.mark.usefixtures("japanese")
def test_what_a_painter_lacks_is_told_in_the_authors_language() -> None:
    fault = Fault(FaultKind.PAINTER_LACKS, "FLUX", more=WORDS[Ability.FACES])
    assert WORDS[Ability.FACES] not in to_error(fault).message
    assert "顔の描き直し" in to_error(fault).message


def test_sizes_are_readable() -> None:
    fault = Fault(FaultKind.LARGER_THAN_MEMORY, "m.gguf", 5_400_000_000_000, 16_200_000_000)
    message = to_error(fault).message
    assert "5.4 TB" in message
    assert "16.2 GB" in message


def test_a_fault_travels_as_an_exception() -> None:
    fault = Fault(FaultKind.TOO_LONG, needed=9000, given=8192)
    assert EngineFault(fault).fault is fault
    assert "9,000 tokens" in to_error(fault).message
