"""What was spent on models, day by day: a file a day, of lines that are only ever added.

What a request may cost is written down before it is sent, and what it did cost behind it: so a
program that is killed meanwhile leaves the estimate, and two programs at once know of each other.
Of what was asked nothing is kept here.
"""

import json
import math
import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from storyforge import paths
from storyforge.domain.kept_json import read_json

_SUFFIX = ".jsonl"


def today() -> date:
    """The day in the author's own time."""
    return datetime.now().astimezone().date()


@dataclass(frozen=True, slots=True)
class Entry:
    """A request in the ledger; it stands there with what it may cost until it is settled."""

    id: str
    file: Path

    def settle(self, cost: float) -> None:
        """It cost so much.

        Raises:
            OSError: it cannot be written.
        """
        _add(self.file, {"id": self.id, "cost": cost})


def begin(cost: float, currency: str, model: str, profile: str) -> Entry:
    """Write down what a request may cost.

    Raises:
        OSError: it cannot be written.
    """
    entry = Entry(uuid4().hex, _file(today()))
    told = {"at": datetime.now().astimezone().isoformat(timespec="seconds"), "currency": currency}
    _add(entry.file, {"id": entry.id, **told, "cost": cost, "model": model, "profile": profile})
    return entry


def spent(day: date | None = None) -> dict[str, float]:
    """What was spent on a day, today by default, by currency; what may be spent still counts.

    Raises:
        OSError: it cannot be read.
    """
    currencies, costs = dict[str, str](), dict[str, float]()
    for line in _lines(_file(day or today())):
        name, cost = str(line.get("id", "")), line.get("cost")
        if isinstance(cost, int | float) and math.isfinite(cost) and cost >= 0:
            costs[name] = float(cost)
        if currency := line.get("currency"):
            currencies[name] = str(currency)
    total: dict[str, float] = defaultdict(float)
    for name, cost in costs.items():
        if name in currencies:
            total[currencies[name]] += cost
    return dict(total)


def _file(day: date) -> Path:
    return paths.data_dir() / "spending" / f"{day.isoformat()}{_SUFFIX}"


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    """The whole lines; one that was cut off when the machine died is passed over."""
    try:
        told = file.read_text("utf-8", "replace")
    except FileNotFoundError:
        return
    for line in told.splitlines():
        read = read_json(line)
        if isinstance(read, dict):
            yield read


def _add(file: Path, line: dict[str, Any]) -> None:
    """One write at the file's end, so that the lines of two programs do not mix.

    Its line end stands in front: behind a line that was cut off it begins a line of its own.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    told = f"\n{json.dumps(line, ensure_ascii=False)}".encode()
    descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, told)
    finally:
        os.close(descriptor)
