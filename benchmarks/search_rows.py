"""Searching and replacing in a very long story: Japanese against English of equal bytes."""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.japanese import two_stories
from benchmarks.sizes import Sizes, interleaved, median
from benchmarks.table import Bar, Row
from storyforge.domain.replacing import Replacement
from storyforge.domain.searching import Query
from storyforge.store.story_file import StoryFile
from storyforge.studio import searching

#: it stands about as often in both stories
_ENGLISH, _JAPANESE = "lantern", "らんたん"
_BAR = 1.5


@contextmanager
def _stories(sizes: Sizes) -> Iterator[tuple[StoryFile, StoryFile]]:
    with tempfile.TemporaryDirectory() as folder:
        english, japanese = Path(folder) / "english.forge", Path(folder) / "japanese.forge"
        two_stories(english, japanese, words=sizes.story_words, scene_words=sizes.scene_words)
        with StoryFile.open(english) as first, StoryFile.open(japanese) as second:
            yield first, second


def search(sizes: Sizes) -> list[Row]:
    """Every place in all scenes: plain, by whole words, by an expression."""
    kinds: dict[str, Callable[[str], Query]] = {
        "plain": Query,
        "whole words": lambda text: Query(text, word=True),
        "an expression": lambda text: Query(f"{text}|{text}s?$", regex=True),
    }
    with _stories(sizes) as (english, japanese):
        return [
            _searched(name, (japanese, query(_JAPANESE)), (english, query(_ENGLISH)), sizes)
            for name, query in kinds.items()
        ]


def _searched(
    name: str, ours: tuple[StoryFile, Query], bare: tuple[StoryFile, Query], sizes: Sizes
) -> Row:
    counts: dict[str, int] = {}

    def looked(story: StoryFile, wanted: Query) -> float:
        began = time.perf_counter()
        counts[wanted.text] = sum(len(one.hits) for one in searching.find(story, wanted))
        return (time.perf_counter() - began) * 1000

    first, second = interleaved(lambda _n: looked(*ours), lambda _n: looked(*bare), sizes.rounds)
    found = " and ".join(f"{count:,}" for count in counts.values())
    return Row(
        f"searching {sizes.story_words:,} words, {name}",
        median(first),
        median(second),
        bar=Bar.RATIO_AT_MOST,
        limit=_BAR,
        note=f"Japanese against English of equal bytes; {found} places",
    )


def replace(sizes: Sizes) -> list[Row]:
    """Preview, replace in every scene with its snapshots, and take it back."""
    undone: dict[str, list[float]] = {_ENGLISH: [], _JAPANESE: []}

    def replaced(story: StoryFile, text: str, by: str) -> float:
        wish = Replacement(Query(text), by)
        began = time.perf_counter()
        found = [one for one in searching.preview(story, wish) if one.edits]
        batch = searching.replace(
            story,
            searching.label(wish),
            {one.scene_id: one.edits for one in found},
            {one.scene_id: one.text for one in found},
        )
        took = time.perf_counter() - began
        began = time.perf_counter()
        searching.undo(story, batch)
        undone[text].append(time.perf_counter() - began)
        return took

    with _stories(sizes) as (english, japanese):
        ours, bare = interleaved(
            lambda _n: replaced(japanese, _JAPANESE, "ランプ"),
            lambda _n: replaced(english, _ENGLISH, "lamp"),
            max(1, sizes.rounds // 2),
        )
    words = f"{sizes.story_words:,} words"
    note = "Japanese against English of equal bytes; a snapshot before and behind"
    return [
        Row(
            f"replacing in {words}",
            median(ours),
            median(bare),
            "s",
            Bar.RATIO_AT_MOST,
            _BAR,
            note,
        ),
        Row(
            f"taking that back in {words}",
            median(undone[_JAPANESE]),
            median(undone[_ENGLISH]),
            "s",
            Bar.RATIO_AT_MOST,
            _BAR,
        ),
    ]
