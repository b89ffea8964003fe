"""Opening, switching and typing in a very long story: Japanese against English of equal bytes.

Both stories are opened in programs of their own, which take turns.
"""

import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks import japanese, stories
from benchmarks.house import House
from benchmarks.pty_app import PtyApp
from benchmarks.sizes import Sizes, interleaved, median, p95
from benchmarks.stories import scene_text
from benchmarks.table import Bar, Row
from storyforge.domain.origin import Origin, Provenance
from storyforge.domain.story import Page
from storyforge.store.story_file import StoryFile

_SECONDS = 60.0
_BAR = 1.5
_FIRST_LETTER = 0x100  # Latin Extended: letters of one cell that no scene holds
#: the two sides: a story's file, and how its scenes begin
_OURS = ("japanese", japanese.opening)
_BARE = ("english", stories.opening)


@contextmanager
def _house(sizes: Sizes) -> Iterator[House]:
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder))
        japanese.two_stories(
            house.story("english"),
            house.story("japanese"),
            words=sizes.story_words,
            scene_words=sizes.scene_words,
        )
        yield house


def _shows(app: PtyApp, opening: Callable[[int], str], number: int) -> float:
    """When the scene of that number stood on the screen; its number tells it from the others."""
    mark = f"{number:05d}"
    assert mark in opening(number)
    return app.wait_for_screen(lambda screen: screen.shows(mark), _SECONDS, f"scene {number}")


def _row(what: str, ours: list[float], bare: list[float], unit: str) -> Row:
    note = f"Japanese against English of equal bytes; medians of {len(ours)}"
    return Row(what, median(ours), median(bare), unit, Bar.RATIO_AT_MOST, _BAR, note)


def opening(sizes: Sizes) -> list[Row]:
    """From starting the program with the story to its first scene's text."""

    def opened(house: House, name: str, begins: Callable[[int], str]) -> float:
        with house.storyforge(str(house.story(name))) as app:
            at = _shows(app, begins, 1)
            app.rest(0.3)
            app.quit("ctrl+q")
            return at - app.born

    with _house(sizes) as house:
        for side in (_OURS, _BARE):
            opened(house, *side)  # the files' and the modules' first reading
        ours, bare = interleaved(
            lambda _n: opened(house, *_OURS), lambda _n: opened(house, *_BARE), sizes.starts
        )
    return [_row(f"opening {sizes.story_words:,} words in Japanese", ours, bare, "s")]


def switching(sizes: Sizes) -> list[Row]:
    """From Enter in the binder to the next scene's text."""
    with _house(sizes) as house, ExitStack() as stack:
        sides = [
            (stack.enter_context(house.storyforge(str(house.story(name)))), begins)
            for name, begins in (_OURS, _BARE)
        ]
        for app, begins in sides:
            _shows(app, begins, 1)
            app.rest(1.5)

        def switched(side: tuple[PtyApp, Callable[[int], str]], number: int) -> float:
            app, begins = side
            app.send("ctrl+b")
            app.rest(0.3)
            app.send("down")
            app.rest(0.3)
            sent = app.send("enter")
            at = _shows(app, begins, number)
            app.rest(0.3)
            return (at - sent) * 1000

        scenes = max(2, sizes.story_words // sizes.scene_words)
        ours, bare = interleaved(
            lambda n: switched(sides[0], n + 2),
            lambda n: switched(sides[1], n + 2),
            min(sizes.rounds * 2, scenes - 1),
        )
    what = f"switching scenes among {sizes.story_words:,} words in Japanese"
    return [_row(what, ours, bare, "ms")]


def typing(sizes: Sizes) -> list[Row]:
    """From a letter to its paint, in a scene of such a story and in one long scene."""
    with _house(sizes) as house:
        among = _typed(house, sizes, "japanese", "english")
        english = scene_text(0, characters=sizes.scene_bytes)
        own = japanese.japanese_text(0, len(english.encode()))
        _one_scene(house.story("long-ja"), own, "ja")
        _one_scene(house.story("long-en"), english, "en")
        alone = _typed(house, sizes, "long-ja", "long-en")
    return [
        _keys(f"key to paint among {sizes.story_words:,} words in Japanese", *among),
        _keys(f"key to paint in a scene of {sizes.scene_bytes // 1000} KB in Japanese", *alone),
    ]


def _one_scene(path: Path, text: str, language: str) -> None:
    """A story of one scene, the caret at the end of the paragraph in its middle."""
    with StoryFile.create(path, title=language, language=language) as story:
        scene = story.outline().scenes[0].id
        caret = text.find("\n", len(text) // 2)
        whole = Provenance.whole(len(text), Origin.TYPED)
        story.scenes.save(Page(scene, text, whole, caret))


def _keys(what: str, ours: list[float], bare: list[float]) -> Row:
    told = f"p95 of {len(ours)} keys; medians {median(ours):.1f} and {median(bare):.1f} ms"
    return Row(what, p95(ours), p95(bare), "ms", Bar.RATIO_AT_MOST, _BAR, told)


def _typed(house: House, sizes: Sizes, ours: str, bare: str) -> tuple[list[float], list[float]]:
    pause = random.Random(7)
    letters = (chr(_FIRST_LETTER + number) for number in range(0x800))
    with ExitStack() as stack:
        apps = [
            stack.enter_context(house.storyforge(str(house.story(name)))) for name in (ours, bare)
        ]
        for app in apps:
            app.wait_for_screen(lambda screen: screen.shows("saved"), _SECONDS, "the story")
            app.rest(1.5)
            app.send(*["down"] * 3, "end")
            app.rest(0.5)

        def typed(app: PtyApp) -> list[float]:
            samples = []
            for _ in range(sizes.keys):
                letter = next(letters)
                sent = app.send(letter)
                frame = app.wait(lambda f, x=letter: x in f.data, _SECONDS, "a letter")  # type: ignore[misc]
                samples.append((frame.at - sent) * 1000)
                app.rest(pause.uniform(0.09, 0.16))
            return samples

        first: list[float] = []
        second: list[float] = []
        for _ in range(sizes.rounds):
            first += typed(apps[0])
            second += typed(apps[1])
    return first, second
