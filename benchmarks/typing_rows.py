"""How long a key takes to its paint, in a long scene, while the engine works.

The program and the bare TextArea stand side by side in their own pseudo-terminals and take turns;
the engine rests while the bare side is measured. A letter is painted when the frame that holds it
has ended; every letter typed is one that stands nowhere else on the page.
"""

import json
import random
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from benchmarks.drawing_rows import write_tiny
from benchmarks.house import House
from benchmarks.pty_app import Frame, PtyApp
from benchmarks.screen import Screen
from benchmarks.sizes import Sizes, median, p95
from benchmarks.stories import MARK, long_scene, long_text
from benchmarks.table import Bar, Row
from storyforge.store.story_file import StoryFile

_PAINT_SECONDS = 20.0
_READY_SECONDS = 300.0
_CARET_LIMIT_MS = 100.0
_FIRST_LETTER = 0x100  # Latin Extended: letters of one cell that no English scene holds


class _Pair:
    """Both sides on the same text, ready for keys; the model reads when it is asked to."""

    def __init__(
        self,
        stack: ExitStack,
        sizes: Sizes,
        near: int,
        *arguments: str,
        planned: str = "",
        **settings: str,
    ) -> None:
        house = House(Path(stack.enter_context(tempfile.TemporaryDirectory())))
        text, caret = long_text(sizes.scene_bytes, near)
        long_scene(house.story("long"), text, caret)
        if planned:
            with StoryFile.open(house.story("long")) as story:
                story.plan.put(story.outline().scenes[0].id, {"shown_picture": planned})
        settings = {"CACHE__PREPARE": "false"} | settings
        self.ours = stack.enter_context(
            house.storyforge(str(house.story("long")), *arguments, **settings)
        )
        self.bare = stack.enter_context(house.bare(text, caret))
        self._pause = random.Random(7)
        self._letter = 0
        for app in (self.ours, self.bare):
            app.wait_for_screen(lambda screen: screen.shows(MARK), _READY_SECONDS, "the text")
            app.rest(1.0)
            # Away from the last row, where notes may come to lie over the page.
            app.send(*["down"] * 10, *["up"] * 10)
            app.rest(0.5)

    def breathe(self, app: PtyApp) -> None:
        """The time between two keys, never in step with a timer of the program."""
        app.rest(self._pause.uniform(0.09, 0.16))

    def type(self, app: PtyApp, count: int) -> list[float]:
        """Milliseconds from each letter to its paint."""
        samples = []
        for _ in range(count):
            if self._letter % 6 == 5:
                app.send(" ")
                self.breathe(app)
            letter = chr(_FIRST_LETTER + self._letter)
            self._letter += 1
            sent = app.send(letter)
            frame = app.wait(_holds(letter), _PAINT_SECONDS, "a letter")
            samples.append((frame.at - sent) * 1000)
            self.breathe(app)
        return samples

    def move(self, app: PtyApp, keys: list[str]) -> list[float]:
        """Milliseconds from each caret key until the frame that leaves the caret elsewhere."""
        samples = []
        for key in keys:
            app.rest(0)
            before = app.screen.cursor
            sent = app.send(key)
            frame = app.wait(
                _caret_left(before),
                _PAINT_SECONDS,
                f"the caret ({key})",
            )
            samples.append((frame.at - sent) * 1000)
            self.breathe(app)
        return samples

    def scroll(self, app: PtyApp, keys: list[str]) -> list[float]:
        """Milliseconds from each page key until other text stands in the middle of the page."""
        samples = []
        for key in keys:
            app.rest(0)
            before = _middle(app.screen.lines())
            sent = app.send(key)
            at = app.wait_for_screen(
                _middle_is_not(before),
                _PAINT_SECONDS,
                f"other text ({key})",
            )
            samples.append((at - sent) * 1000)
            self.breathe(app)
        return samples


def _holds(letter: str) -> Callable[[Frame], bool]:
    return lambda frame: letter in frame.data


def _caret_left(place: tuple[int, int]) -> Callable[[Frame], bool]:
    return lambda frame: frame.cursor not in (None, place)


def _middle_is_not(lines: list[str]) -> Callable[[Screen], bool]:
    return lambda screen: _middle(screen.lines()) != lines


def _middle(lines: list[str]) -> list[str]:
    return [line[30:90] for line in lines[6:20]]


def _doing(app: PtyApp, word: str) -> None:
    """Ask for a continuation unless one runs, and wait until the status line says `word`."""
    app.rest(0)
    if not app.screen.shows(word):
        app.send("f5")
        app.wait_for_screen(lambda screen: screen.shows(word), _READY_SECONDS, f"“{word.strip()}”")


def _idle(app: PtyApp, word: str) -> None:
    app.send("escape")
    app.wait_for_screen(lambda screen: not screen.shows(word), _READY_SECONDS, "the model to stop")
    app.rest(0.5)


def _row(what: str, ours: list[float], bare: list[float], limit: float, note: str = "") -> Row:
    told = f"p95 of {len(ours)} keys; medians {median(ours):.1f} and {median(bare):.1f} ms"
    note = f"{told}; {note}" if note else told
    return Row(what, p95(ours), p95(bare), "ms", Bar.RATIO_AT_MOST, limit, note)


def typing(sizes: Sizes) -> list[Row]:
    """Letters while the engine reads a prompt on all threads."""
    ours: list[float] = []
    bare: list[float] = []
    unread = 0
    with ExitStack() as stack:
        pair = _Pair(stack, sizes, sizes.scene_bytes // 2)
        for _ in range(sizes.rounds):
            _doing(pair.ours, "reading ")
            samples = pair.type(pair.ours, sizes.keys)
            pair.ours.rest(0)
            if pair.ours.screen.shows("reading "):
                ours += samples
            else:
                unread += 1
            _idle(pair.ours, "reading ")
            bare += pair.type(pair.bare, sizes.keys)
    if not ours:
        raise RuntimeError("the engine had read the whole prompt before the keys were typed")
    note = f"{unread} rounds left out: the reading ended in them" if unread else ""
    return [_row("key to paint, typing while it reads", ours, bare, 1.5, note)]


def preparing(sizes: Sizes) -> list[Row]:
    """The first letter behind a pause, while the engine reads ahead on all threads."""
    ours: list[float] = []
    bare: list[float] = []
    ahead = {"CACHE__PREPARE": "true", "CACHE__LOAD_ON_OPENING": "always"}
    with ExitStack() as stack:
        pair = _Pair(stack, sizes, sizes.scene_bytes // 2, **ahead)
        for _ in range(sizes.rounds):
            for _key in range(sizes.keys // 3):
                pair.ours.wait_for_screen(_reads_ahead, _READY_SECONDS, "reading ahead")
                ours += pair.type(pair.ours, 1)
            bare += pair.type(pair.bare, sizes.keys // 3)
    return [_row("key to paint, the first while it reads ahead", ours, bare, 1.5)]


def _draws(screen: Screen) -> bool:
    return screen.shows(" of 150")


def _rests(screen: Screen) -> bool:
    return not screen.shows("picture 1 of 1")


def _reads_ahead(screen: Screen) -> bool:
    return screen.shows("read ahead")


def spelling(sizes: Sizes) -> list[Row]:
    """Letters with every word in sight checked, against the same program without."""
    checked: list[float] = []
    unchecked: list[float] = []
    near = sizes.scene_bytes // 2
    with ExitStack() as with_it, ExitStack() as without_it:
        on = _Pair(with_it, sizes, near, "--demo", SPELLING="true")
        off = _Pair(without_it, sizes, near, "--demo")
        for _ in range(sizes.rounds):
            checked += on.type(on.ours, sizes.keys)
            unchecked += off.type(off.ours, sizes.keys)
    return [_row("key to paint, typing with the spelling on", checked, unchecked, 1.5)]


def picturing(sizes: Sizes) -> list[Row]:
    """Letters while a picture is drawn by a real painter in its process, and while it rests."""
    drawing: list[float] = []
    resting: list[float] = []
    over = 0
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "tiny"
        write_tiny(folder)
        # Enough steps for the keys of a round.
        tiny = {"model": str(folder), "steps": 150, "width": 256, "height": 256}
        pair = _Pair(
            stack,
            sizes,
            sizes.scene_bytes // 2,
            planned="a lighthouse at night",
            PAINTERS=json.dumps({"tiny": tiny}),
        )
        for _ in range(sizes.rounds):
            resting += pair.type(pair.ours, sizes.keys)
            pair.ours.send("alt+i")
            pair.ours.wait_for_screen(_draws, _READY_SECONDS, "a picture's steps")
            samples = pair.type(pair.ours, sizes.keys)
            pair.ours.rest(0)
            if _draws(pair.ours.screen):
                drawing += samples
            else:
                over += 1
            pair.ours.wait_for_screen(_rests, _READY_SECONDS, "the end of a picture")
            pair.ours.rest(1.0)
    if not drawing:
        raise RuntimeError("the pictures were drawn before the keys were typed")
    note = f"{over} rounds left out: the pictures were drawn in them" if over else ""
    return [_row("key to paint, typing while a picture is drawn", drawing, resting, 1.5, note)]


def _moving(sizes: Sizes, what: str, *arguments: str) -> list[Row]:
    ours: list[float] = []
    bare: list[float] = []
    with ExitStack() as stack:
        pair = _Pair(stack, sizes, 9_000, *arguments, WRITING__LENGTH="2000")
        for number in range(sizes.rounds):
            _doing(pair.ours, "writing")
            ours += _tour(pair, pair.ours, sizes.keys, again=lambda: _doing(pair.ours, "writing"))
            _idle(pair.ours, "writing")
            bare += _tour(pair, pair.bare, sizes.keys, again=lambda: None)
            for app in (pair.ours, pair.bare):
                app.send("pagedown", *["down"] * (3 + number % 2))
                app.rest(0.5)
    row = _row(f"key to paint, {what}", ours, bare, 3.0)
    worst = Row(f"   its p95, {what}", p95(ours), unit="ms", bar=Bar.AT_MOST, limit=_CARET_LIMIT_MS)
    return [row, worst]


def _tour(pair: _Pair, app: PtyApp, keys: int, again: Callable[[], None]) -> list[float]:
    """Caret keys with the stream in view, then page keys above it."""
    app.send(*["up"] * 4)
    app.rest(0.4)
    arrows = ["left", "up", "right", "down"] * (keys // 4 + 1)
    samples = pair.move(app, arrows[: keys * 2 // 3])
    app.send("pageup")
    app.rest(0.4)
    again()
    pages = ["pageup", "pagedown"] * keys
    return samples + pair.scroll(app, pages[: (keys // 3) // 2 * 2])


def moving(sizes: Sizes) -> list[Row]:
    """Caret and page keys while the small model writes, on all threads."""
    return _moving(sizes, "moving while it writes")


def moving_demo(sizes: Sizes) -> list[Row]:
    """The same while the demo writes: the screen's own share of the cost."""
    return _moving(sizes, "moving while the demo writes", "--demo")
