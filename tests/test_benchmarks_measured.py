"""Each measure of the engine and the store runs, at tiny sizes.

A file of its own: these take a minute, and the gate's processes share by files.
"""

import pytest

from benchmarks import __main__ as program
from benchmarks.measuring import measured
from tests.test_benchmarks import TINY


@pytest.mark.parametrize(
    "name",
    [
        "speed",
        "first-token",
        "remote",
        "stop",
        "saving",
        "search",
        "replace",
        "plan-forms",
        "plan-overhead",
        "plan-marks",
        "compiling",
    ],
)
def test_the_engine_and_the_store_are_measured(name: str) -> None:
    rows = measured(*program.MEASURES[name], TINY)
    assert rows
    assert all(row.ours > 0 for row in rows)
