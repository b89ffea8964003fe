"""Cold starts: first frame, the scene's text, the first typed key; and memory with a long story."""

import tempfile
from pathlib import Path

from benchmarks.house import House
from benchmarks.pty_app import PtyApp
from benchmarks.sizes import Sizes, median
from benchmarks.stories import MARK, long_scene, long_text
from benchmarks.table import Bar, Row

_SECONDS = 60.0
_LETTER = "\u0100"


def _start(app: PtyApp) -> tuple[float, float, float]:
    """Milliseconds from the start of the process to: something painted, the text, a typed key."""
    with app:
        first = app.wait_for_screen(lambda s: s.text().strip() != "", _SECONDS, "the first frame")
        text = app.wait_for_screen(lambda s: s.shows(MARK), _SECONDS, "the scene's text")
        app.send(_LETTER)
        key = app.wait(lambda frame: _LETTER in frame.data, _SECONDS, "the typed key").at
        return ((first - app.born) * 1000, (text - app.born) * 1000, (key - app.born) * 1000)


def starting(sizes: Sizes) -> list[Row]:
    """Program starts on a long scene, against the minimal app on the same text."""
    ours: list[tuple[float, float, float]] = []
    bare: list[tuple[float, float, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder))
        text, caret = long_text(sizes.scene_bytes, sizes.scene_bytes // 2)
        long_scene(house.story("long"), text, caret)
        for number in range(sizes.starts + 1):
            pair = (
                _start(house.storyforge(str(house.story("long")))),
                _start(house.bare(text, caret)),
            )
            if number:  # the first pair compiles and fills the disk cache
                ours.append(pair[0])
                bare.append(pair[1])
    note = f"medians of {len(ours)} starts"
    limits = (("first frame", 1.5), ("scene text on screen", 3.0), ("typed key shown", 3.0))
    return [
        Row(
            f"start: {what}",
            median([times[index] for times in ours]),
            median([times[index] for times in bare]),
            "ms",
            Bar.RATIO_AT_MOST,
            limit,
            note,
        )
        for index, (what, limit) in enumerate(limits)
    ]
