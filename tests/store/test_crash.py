import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from storyforge.domain.generation import TakeState
from storyforge.domain.sampling import Sampling
from storyforge.store.lock import lock_path
from storyforge.store.story_file import StoryFile
from tests.store.helpers import child, only_scene, query, typed


@pytest.mark.parametrize("lines", [3, 181])
def test_kill_9_loses_nothing_that_was_committed(path: Path, lines: int) -> None:
    script = Path(__file__).with_name("writing_child.py")
    with subprocess.Popen(
        [sys.executable, str(script), str(path)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        said = [process.stdout.readline() for _number in range(lines)]
        process.kill()
        said += [line for line in process.stdout if line.endswith("\n")]
    last: dict[str, str] = {}
    for line in said:
        last.update(json.loads(line))

    assert lock_path(path).exists()
    with StoryFile.open(path) as story:
        assert not story.read_only
        assert story.recovered is not None
        assert story.recovered.startswith("The last session ended without closing; everything up")
        assert story.recovered.endswith("and 1 unfinished take is kept.")
        page = story.scenes.load(only_scene(story))
        # What was being committed at the moment of the kill may be there, but never less.
        assert page.text.startswith("Typed 0. ")
        assert len(page.text) >= len(last["page"])
        assert page.provenance.length == len(page.text)
        (take,) = story.takes.of_scene(only_scene(story))
        assert take.state is TakeState.INTERRUPTED
        assert take.text.startswith(last.get("take", "").removesuffix("and"))
        assert len(take.text) >= len(last.get("take", ""))
        assert take.standing == take.text
        (place,) = page.provenance.places
        standing = page.text[place.start : place.end]
        assert take.text.startswith(standing) or standing.startswith(take.text[: -len("and")])
    assert query(path, "PRAGMA integrity_check") == [("ok",)]
    assert [p.name for p in path.parent.iterdir()] == [path.name]
    with StoryFile.open(path) as again:
        assert again.recovered is None


DIE_AT_ONCE = """
import os, signal, sys
from pathlib import Path
from storyforge.store.story_file import StoryFile
StoryFile.open(Path(sys.argv[1]))
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_session_that_died_without_a_change_is_told_too(story: StoryFile, path: Path) -> None:
    story.close()
    with child(DIE_AT_ONCE, path) as process:
        process.communicate(timeout=60)
    with StoryFile.open(path) as again:
        assert again.recovered is not None
        assert "unfinished" not in again.recovered
        assert not again.read_only


def test_a_zombie_holds_no_lock(story: StoryFile, path: Path) -> None:
    story.close()
    process = child(DIE_AT_ONCE, path)
    try:
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # dead, and not yet buried
        with StoryFile.open(path) as again:
            assert not again.read_only
    finally:
        process.communicate(timeout=60)


def test_an_older_days_session_is_told_with_its_date(story: StoryFile, path: Path) -> None:
    story.takes.begin(only_scene(story), "p", model="m", request_hash="h", sampling=Sampling())
    story.close()
    query(path, "UPDATE take SET text = 'The boat'")
    query(path, "UPDATE story SET changed = '2024-05-03T12:00:00+00:00'")
    with StoryFile.open(path) as again:
        assert again.recovered is not None
        assert "everything up to 2024-05-0" in again.recovered
        assert again.takes.of_place("p")[0].standing == "The boat"


def test_a_copy_made_while_a_take_runs_is_no_crash(story: StoryFile, tmp_path: Path) -> None:
    scene = only_scene(story)
    take = story.takes.begin(scene, "p", model="m", request_hash="h", sampling=Sampling())
    story.takes.grow(take.id, "The boat")
    story.scenes.save(typed(scene, "Fog."))
    story.copy_to(tmp_path / "copy.forge")
    with StoryFile.open(tmp_path / "copy.forge") as copy:
        assert copy.recovered is None
        assert copy.takes.of_place("p")[0].state is TakeState.INTERRUPTED
    story.takes.grow(take.id, "The boat came")
    assert story.takes.of_place("p")[0].state is TakeState.RUNNING
