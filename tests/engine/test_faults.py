import pytest

from storyforge.engine.faults import EngineFault, Fault, FaultKind, to_error


@pytest.mark.parametrize("kind", FaultKind)
def test_every_fault_has_one_sentence_and_advice(kind: FaultKind) -> None:
    error = to_error(Fault(kind, "thing", 12_345_678, 3_000_000))
    assert error.message.endswith(".")
    assert error.title
    assert error.hint.endswith((".", "lies"))
    assert "{" not in str(error)


def test_sizes_are_readable() -> None:
    fault = Fault(FaultKind.LARGER_THAN_MEMORY, "m.gguf", 5_400_000_000_000, 16_200_000_000)
    message = to_error(fault).message
    assert "5.4 TB" in message
    assert "16.2 GB" in message


def test_a_fault_travels_as_an_exception() -> None:
    fault = Fault(FaultKind.TOO_LONG, needed=9000, given=8192)
    assert EngineFault(fault).fault is fault
    assert "9,000 tokens" in to_error(fault).message
