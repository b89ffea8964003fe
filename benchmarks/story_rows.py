"""A very long story: the memory it takes, opening it, switching scenes; and saving a long scene."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from benchmarks.house import House
from benchmarks.pty_app import PtyApp
from benchmarks.sizes import Sizes, interleaved, median
from benchmarks.stories import (
    CHAPTER_SCENES,
    LONG_TITLE,
    empty_story,
    long_scene,
    long_story,
    long_text,
    opening,
)
from benchmarks.table import Bar, Row

_SECONDS = 60.0
_MIB = 1024 * 1024


@contextmanager
def _house() -> Iterator[House]:
    with tempfile.TemporaryDirectory() as folder:
        yield House(Path(folder))


def _words_of(number: int) -> str:
    """What is looked for on the screen: short enough to stand on one row."""
    return " ".join(opening(number).split()[:4])


def memory(sizes: Sizes) -> list[Row]:
    """What the program's own process holds, with a long story and with an empty one."""

    def settled(app: PtyApp) -> float:
        """Once it has not grown for a second and a half; the caret's blink never stops painting."""
        with app:
            app.rest(1.5)
            seen = [app.rss()]
            while len(seen) < 30 and (len(seen) < 4 or seen[-1] > seen[-4] * 1.002):
                app.rest(0.5)
                seen.append(app.rss())
            return seen[-1] / _MIB

    with _house() as house:
        long_story(house.story("long"), words=sizes.story_words, scene_words=sizes.scene_words)
        empty_story(house.story("empty"))
        ours, bare = interleaved(
            lambda _n: settled(house.storyforge(str(house.story("long")))),
            lambda _n: settled(house.storyforge(str(house.story("empty")))),
            min(3, sizes.rounds),
        )
    what = f"memory, {sizes.story_words:,} words against none"
    return [Row(what, median(ours), median(bare), "MiB", Bar.RATIO_AT_MOST, 1.3)]


def opening_it(sizes: Sizes) -> list[Row]:
    """From Enter in the library to the first scene's text."""
    samples: list[float] = []
    with _house() as house:
        path = house.story("long")
        long_story(path, words=sizes.story_words, scene_words=sizes.scene_words)
        with house.storyforge(str(path)) as app:  # puts it on the list of recent stories
            app.wait_for_screen(lambda s: s.shows(_words_of(1)), _SECONDS, "the first scene")
            app.quit("ctrl+q")
        for _ in range(sizes.starts):
            samples.append(_open_from_library(house))
    return [
        Row(
            f"opening {sizes.story_words:,} words from the library",
            median(samples),
            unit="s",
            bar=Bar.AT_MOST,
            limit=1.0,
            note=f"median of {len(samples)}; the worst {max(samples):.2f} s",
        )
    ]


def switching(sizes: Sizes) -> list[Row]:
    """From Enter in the binder to the next scene's text."""
    samples: list[float] = []
    with _house() as house:
        path = house.story("long")
        scenes = long_story(path, words=sizes.story_words, scene_words=sizes.scene_words)
        with house.storyforge(str(path)) as app:
            app.wait_for_screen(lambda s: s.shows(_words_of(1)), _SECONDS, "the first scene")
            app.rest(1.5)
            for number in range(2, 2 + min(sizes.rounds * 2, scenes - 1)):
                samples.append(_next_scene(app, number))
    return [
        Row(
            f"switching scenes among {sizes.story_words:,} words",
            median(samples),
            unit="s",
            bar=Bar.AT_MOST,
            limit=0.1,
            note=f"median of {len(samples)}; the worst {max(samples):.3f} s",
        )
    ]


def _next_scene(app: PtyApp, number: int) -> float:
    app.send("ctrl+b")
    app.rest(0.3)
    # Above a chapter's first scene stands the chapter's own row.
    app.send(*["down"] * (2 if number % CHAPTER_SCENES == 1 else 1))
    app.rest(0.3)
    sent = app.send("enter")
    at = app.wait_for_screen(
        lambda s: s.shows(_words_of(number)), _SECONDS, f"the scene number {number}"
    )
    app.rest(0.3)
    return at - sent


def _open_from_library(house: House) -> float:
    with house.storyforge() as app:
        app.wait_for_screen(lambda s: s.shows(LONG_TITLE), _SECONDS, "the story in the library")
        app.rest(1.0)
        sent = app.send("enter")
        at = app.wait_for_screen(lambda s: s.shows(_words_of(1)), _SECONDS, "the scene")
        app.rest(0.3)
        app.quit("ctrl+q")
        return at - sent


def saving(sizes: Sizes) -> list[Row]:
    """One transaction of a long scene, as the autosave writes it."""
    from storyforge.store.story_file import StoryFile

    with _house() as house:
        path = house.story("long")
        text, caret = long_text(sizes.scene_bytes, sizes.scene_bytes // 2)
        page = long_scene(path, text, caret)
        story = StoryFile.open(path)
        samples = []
        try:
            for _ in range(sizes.rounds * 4):
                at = page.caret
                page = replace(
                    page,
                    text=f"{page.text[:at]}x{page.text[at:]}",
                    provenance=page.provenance.typed(at, at, 1),
                    caret=at + 1,
                )
                began = time.perf_counter()
                story.scenes.save(page)
                samples.append((time.perf_counter() - began) * 1000)
        finally:
            story.close()
    note = f"median of {len(samples)} commits; the worst {max(samples):.1f} ms"
    return [Row("saving a long scene", median(samples), unit="ms", note=note)]
