"""What must not break it, by the real command: each fault is one sentence, and nothing is lost."""

import os
import re
import resource
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from storyforge import paths
from storyforge.domain.origin import Origin, Provenance
from storyforge.domain.sampling import Sampling
from storyforge.domain.story import Page
from storyforge.store.story_file import StoryFile
from storyforge.studio import model_files
from storyforge.studio.shelf import recent
from tests.cli.command import Answer, Command, finished
from tests.cli.conftest import FIRST
from tests.models import write_model
from tests.store.helpers import query

# C0 but for tab and newline, DEL, and C1 in UTF-8.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_EVIL = "\x1b]0;owned\x07\x1b[2J\x9b31m\x85\x7fna\u202eme"


def one_sentence(answer: Answer) -> str:
    """The one line that says what happened; there may be a hint below it and nothing else."""
    assert (answer.status, answer.out) == (1, "")
    first, *hint = answer.err.splitlines()
    assert first.startswith("storyforge: ")
    assert len(hint) <= 1
    assert all(line.startswith("  ") for line in hint)
    return first


def _cut_short(path: Path) -> None:
    bundled = model_files.bundled_model()
    assert bundled is not None
    with bundled.open("rb") as whole:
        path.write_bytes(whole.read(5_000_000))


def _unknown(path: Path) -> None:
    write_model(path, architecture="nebula")


def _no_model(path: Path) -> None:
    path.write_text("Once upon a time.")


def _too_large(path: Path) -> None:
    write_model(path)
    # Sparse: it takes no room on the disk, and would not fit into this machine's memory.
    memory = psutil.virtual_memory().total + psutil.swap_memory().total
    os.truncate(path, 2 * memory)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (_cut_short, "is cut short or damaged"),
        (_no_model, "is not a GGUF model"),
        (_unknown, "does not know models of the architecture “nebula”"),
        (_too_large, "of memory"),
    ],
)
def test_a_model_that_cannot_run_is_said_and_the_story_is_whole(
    storyforge: Command, light: Path, tmp_path: Path, make: Callable[[Path], None], said: str
) -> None:
    make(tmp_path / "writer.gguf")
    assert said in one_sentence(storyforge("continue", light, "--model", "writer.gguf"))
    with StoryFile.open(light) as story:
        scene = story.outline().scenes[0].id
        assert story.scenes.load(scene).text == FIRST
        assert story.takes.of_scene(scene) == ()


def test_a_window_smaller_than_the_scene_leaves_the_oldest_out_and_says_so(
    storyforge: Command, light: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "The fog came in over the rocks and the bell rang twice. " * 100
    with StoryFile.open(light) as story:
        scene = story.outline().scenes[0].id
        story.scenes.save(Page(scene, text, Provenance.whole(len(text), Origin.TYPED)))
    monkeypatch.setenv("STORYFORGE_MODEL__CONTEXT_TOKENS", "256")
    answer = storyforge("continue", light, "--model", "SmolLM2-135M", "-n", 4, "--json")
    assert re.fullmatch(
        r"The oldest [\d,]+ words are left out: the model's window is full.\n", answer.err
    )
    assert 0 < answer.json["prompt_tokens_read"] < 256


def _little_room() -> None:
    # In place of a full disk, which only root could make: no file may grow beyond this.
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, resource.RLIM_INFINITY))


def _long_scene(path: Path) -> tuple[str, str]:
    text = "The fog came in over the rocks. " * 12_000
    with StoryFile.open(path) as story:
        scene = story.outline().scenes[0].id
        story.scenes.save(Page(scene, text, Provenance.whole(len(text), Origin.TYPED)))
    return scene, text


def test_a_disk_that_fills_while_a_model_writes_is_said_and_later_saves_work(light: Path) -> None:
    scene, text = _long_scene(light)
    answer = finished("continue", light, "--demo", "-n", 5000, preexec_fn=_little_room)
    assert answer.status == 1
    left_out, told, hint = answer.err.splitlines()
    assert left_out.startswith("The oldest")
    assert "disk" in told
    assert hint.startswith("  ")
    again = finished("continue", light, "--demo", "-n", 5)
    assert again.status == 0
    with StoryFile.open(light) as story:
        page = story.scenes.load(scene)
        takes = story.takes.of_scene(scene)
    assert page.text.startswith(text)
    assert page.text.endswith(takes[-1].standing)
    assert query(light, "PRAGMA integrity_check") == [("ok",)]


def test_words_that_no_file_can_hold_are_shown_to_a_program_s_reader_too(light: Path) -> None:
    _long_scene(light)
    answer = finished("continue", light, "--demo", "-n", 5000, "--json", preexec_fn=_little_room)
    assert (answer.status, answer.out) == (1, "")
    _left_out, *words, _told, hint = answer.err.splitlines()
    assert " ".join(words).strip()
    assert "copy them from here" in hint


def _a_text(path: Path, _story: Path) -> None:
    path.write_text("Once upon a time.")


def _nothing(path: Path, _story: Path) -> None:
    path.touch()


def _half(path: Path, story: Path) -> None:
    path.write_bytes(story.read_bytes()[: story.stat().st_size // 2])


def _scribbled(path: Path, story: Path) -> None:
    data = story.read_bytes()
    path.write_bytes(data[:4096] + b"\xff" * 8192 + data[12288:])


def _newer(path: Path, story: Path) -> None:
    shutil.copyfile(story, path)
    query(path, "PRAGMA user_version = 99")


def _a_folder(path: Path, _story: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize("make", [_a_text, _nothing, _half, _scribbled, _newer, _a_folder])
def test_a_file_that_is_no_whole_story_is_one_sentence_and_stays_as_it_was(
    storyforge: Command, light: Path, tmp_path: Path, make: Callable[[Path, Path], None]
) -> None:
    path = tmp_path / "odd.forge"
    make(path, light)
    before = path.read_bytes() if path.is_file() else b""
    for arguments in (
        ("show", path),
        ("takes", path),
        ("continue", path, "--demo"),
        ("export", path),
        ("export", path, "--copy"),
    ):
        assert "odd.forge" in one_sentence(storyforge(*arguments))
    assert (path.read_bytes() if path.is_file() else b"") == before
    assert {entry.name for entry in tmp_path.iterdir()} == {"light.forge", "odd.forge"}


def test_a_paragraph_of_a_megabyte_is_imported_continued_and_exported(
    storyforge: Command, tmp_path: Path
) -> None:
    text = "The fog came in over the rocks. " * 32_000
    (tmp_path / "long.txt").write_text(text)
    assert storyforge("import", "long.txt", "-o", "long", "--split", 0).status == 0
    assert storyforge("continue", "long", "--demo", "-n", 10).status == 0
    assert "224,0" in storyforge("show", "long").out
    assert storyforge("export", "long", "-o", "-").out.count("The fog came in") == 32_000


def test_no_name_text_or_metadata_reaches_the_terminal_as_a_control_sequence(
    storyforge: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = tmp_path / f"{_EVIL}.forge"
    model = write_model(
        paths.data_dir() / "models" / f"{_EVIL}.gguf", architecture="llama", template=_EVIL
    )
    (tmp_path / f"{_EVIL}.txt").write_text(f"# {_EVIL}\n\n\x00{_EVIL}\n\n***\n\n{_EVIL}")
    monkeypatch.setenv("TERM_PROGRAM", _EVIL)
    assert storyforge("new", story, "--title", _EVIL, "-a", _EVIL, "-l", _EVIL).status == 0
    _put_evil_into(story)
    for arguments in (
        ("new", story),
        ("show", story),
        ("show", story, "--json"),
        ("show", f"{_EVIL}x.forge"),
        ("show", story, _EVIL),
        (_EVIL, "b"),
        ("takes", story),
        ("takes", story, "--json"),
        ("continue", story, "--demo", "-n", 5),
        ("continue", story, "--model", _EVIL),
        ("continue", story, "--model", f"./{_EVIL}.gguf"),
        ("export", story),
        ("export", story),
        ("export", story, "-o", "-"),
        ("export", story, "-o", f"nowhere/{_EVIL}"),
        ("export", story, "--format", _EVIL),
        ("export", story, "--copy"),
        ("export", story, "--copy"),
        ("import", f"{_EVIL}.txt"),
        ("import", f"{_EVIL}.txt", "--encoding", _EVIL),
        ("import", _EVIL),
        ("models", "list"),
        ("models", "list", "--json"),
        ("models", "info", model),
        ("models", "info", model, "--json"),
        ("models", "info", _EVIL),
        ("models", "use", model),
        ("doctor",),
        ("doctor", "--json"),
    ):
        answer = storyforge(*arguments)
        assert _CONTROL.findall(answer.out + answer.err) == [], arguments


def _put_evil_into(path: Path) -> None:
    with StoryFile.open(path) as story:
        scene = story.outline().scenes[0].id
        story.takes.begin(scene, "place", model="x", request_hash="", sampling=Sampling())
    query(path, "UPDATE scene SET text = ?, title = ?, length = ?", _EVIL, _EVIL, len(_EVIL))
    query(path, "UPDATE chapter SET title = ?", _EVIL)
    query(path, "UPDATE story SET title = ?, author = ?, language = ?", _EVIL, _EVIL, _EVIL)
    query(
        path,
        f"INSERT INTO take SELECT ?, id, ?, 1, ?, ?, 0{', ?' * 14} FROM scene",
        *(_EVIL,) * 18,
    )


def test_a_file_name_that_is_no_text_comes_back_from_json(
    storyforge: Command, tmp_path: Path
) -> None:
    name = os.fsdecode(b"\xff\x9b.forge") if sys.platform == "linux" else "\x9b.forge"
    assert storyforge("new", name, "--title", "Odd").status == 0
    assert storyforge("show", name, "--json").json["path"] == name
    assert [story.path.name for story in recent()] == [name]
