"""The author's day, measured: the summed waiting for first tokens, all sides in one run.

The sides take turns at each action, so they meet the same weather, and the pauses are the same
ones. Only ours does something in them; what it has not done when a pause ends is stopped.
"""

import asyncio
import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path

from benchmarks import llama_server
from benchmarks.day import SHORT, WHOLE, Deed, actions
from benchmarks.day_sides import Asked, Ours, Plain
from benchmarks.engine_rows import model_spec
from benchmarks.llama_server import LlamaServer
from benchmarks.sizes import Sizes
from benchmarks.table import Bar, Row
from storyforge.domain.model import Keeping, ModelSpec

_WINDOW = 8192
_TAKES = 3
_NAMES = {
    Deed.APPEND: "a sentence appended",
    Deed.RETRY: "another take",
    Deed.EDIT: "an edit near the end",
    Deed.EDIT_TOP: "an edit near the top",
    Deed.TAKES: "three takes",
    Deed.NOTE: "another author's note",
    Deed.LORE: "lore called",
    Deed.SWITCH: "the first after a switch",
    Deed.RESTART: "the first after a restart",
}
_FIRST = "the day's first"


@dataclass
class _Waits:
    """Seconds waited, by what was done, a list for each side."""

    ours: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    off: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    plain: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    server: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))


def day(sizes: Sizes) -> list[Row]:
    """The whole day; at `--quick` a short one on a short page."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_lived(sizes, Path(folder)))


async def _lived(sizes: Sizes, folder: Path) -> list[Row]:
    spec = replace(model_spec(), context_tokens=_WINDOW)
    page, tokens = sizes.day_page, sizes.day_answer
    kept = replace(spec, keeping=Keeping(folder=folder / "states"))
    ours = Ours(folder / "ours.forge", page, tokens, kept, prepares=True)
    bare = replace(spec, keeping=Keeping(states=False))
    off = Ours(folder / "off.forge", page, tokens, bare, prepares=False)
    plain = Plain(spec)
    program = llama_server.found()
    server = LlamaServer([program], spec) if program else None
    waits = _Waits()
    try:
        await off.start()
        await ours.start()
        await _live(sizes, ours, off, plain, server, waits)
    finally:
        for side in (ours, off):
            await side.close()
        plain.close()
        if server is not None:
            server.close()
    return _rows(waits, ours, off, spec)


async def _live(
    sizes: Sizes, ours: Ours, off: Ours, plain: Plain, server: LlamaServer | None, waits: _Waits
) -> None:
    before = _FIRST
    for number, action in enumerate(actions(WHOLE if sizes.whole_day else SHORT)):
        for side in (off, ours):
            await side.do(action)
        if action.deed is Deed.RESTART:
            await asyncio.to_thread(plain.restart)
            if server is not None:
                await asyncio.to_thread(server.restart)
        if action.deed in (Deed.SWITCH, Deed.RESTART):
            before = _NAMES[action.deed]
            if action.deed is Deed.SWITCH:
                await ours.pause(sizes.day_switch)
            continue
        await ours.pause(sizes.day_pause)
        takes = _TAKES if action.deed is Deed.TAKES else 1
        name, before = before or _NAMES[action.deed], ""
        asked = await ours.ask(takes, number)
        waits.ours[name].append(asked.wait)
        waits.off[name].append((await off.ask(takes, number)).wait)
        waits.plain[name].append(await asyncio.to_thread(plain.ask, asked))
        if server is not None:
            waits.server[name].append(await asyncio.to_thread(server.ask, asked.request))
        _say(name, asked, waits)


def _say(name: str, asked: Asked, waits: _Waits) -> None:
    """One line an action, for who wants to know where the time went."""
    usage = asked.usage
    sides = {"ours": waits.ours, "off": waits.off, "plain": waits.plain, "server": waits.server}
    told = "  ".join(
        f"{side} {seconds[name][-1]:6.2f} s" for side, seconds in sides.items() if seconds
    )
    read = f"read {usage.read:,} of {usage.read + usage.reused:,}"
    print(f"  {name:28} {told}  {read}", file=sys.stderr, flush=True)


def _rows(waits: _Waits, ours: Ours, off: Ours, spec: ModelSpec) -> list[Row]:
    def summed(side: dict[str, list[float]]) -> float:
        return sum(map(sum, side.values()))

    plain = summed(waits.plain)
    asked = sum(map(len, waits.ours.values()))
    note = (
        f"{asked} times asked, {spec.threads} and {spec.threads_batch} threads; model and story "
        f"ready after {ours.started[0]:.2f} s, and after the restart {ours.started[-1]:.2f} s"
    )
    rows = [
        Row(
            "the author's day: waiting, against a plain prefix cache",
            summed(waits.ours), plain, "s", Bar.RATIO_AT_MOST, 0.35, note,
        ),
        Row("— with reading ahead and saved states off", summed(waits.off), plain, "s"),
    ]  # fmt: skip
    if waits.server:
        rows.append(Row("— llama-server with cache_prompt", summed(waits.server), plain, "s"))
    for name, samples in waits.ours.items():
        note = f"{len(samples)} times"
        rows.append(Row(f"— {name}", sum(samples), sum(waits.plain[name]), "s", note=note))
    return rows
