"""The harness of the benchmarks runs, at tiny sizes. How fast anything is, no test says."""

import json
import sys
from collections import Counter
from pathlib import Path

import pytest

from benchmarks import __main__ as program
from benchmarks import day, day_rows, takes_rows
from benchmarks.bare_llama import Bare
from benchmarks.day import Action, Deed
from benchmarks.engine_rows import model_spec
from benchmarks.house import House
from benchmarks.llama_server import LlamaServer
from benchmarks.measuring import measured
from benchmarks.pty_app import Frame, NotSeen, PtyApp, split_frames
from benchmarks.screen import Screen
from benchmarks.sizes import Sizes, interleaved, p95
from benchmarks.stories import MARK, long_scene, long_story, long_text, opening
from benchmarks.table import Bar, Failed, Row, as_json, as_text
from storyforge.domain.generation import Request
from storyforge.domain.model import ModelSpec
from storyforge.domain.sampling import Sampling
from storyforge.store.story_file import StoryFile
from tests.engine.tiny import write_model

TINY = Sizes(
    rounds=1,
    scene_bytes=20_000,
    story_words=400,
    scene_words=100,
    page_tokens=60,
    write_tokens=12,
    keys=6,
    starts=1,
    whole_day=False,
    day_page=60,
    day_answer=6,
    day_pause=0.8,
    day_switch=0.8,
)


def test_a_row_says_whether_its_bar_is_kept() -> None:
    assert Row("a", 1.5, 1.0, bar=Bar.RATIO_AT_MOST, limit=1.5).ok is True
    assert Row("a", 1.6, 1.0, bar=Bar.RATIO_AT_MOST, limit=1.5).ok is False
    assert Row("a", 94.0, 100.0, bar=Bar.RATIO_AT_LEAST, limit=0.95).ok is False
    assert Row("a", 0.1, unit="s", bar=Bar.AT_MOST, limit=0.1).ok is True
    assert Row("a", 99.0, unit="%", bar=Bar.AT_LEAST, limit=100).ok is False
    assert Row("a", 3.0).ok is None


def test_the_table_shows_every_row_and_what_could_not_be_measured() -> None:
    rows = [Row("first frame", 380.0, 400.0, bar=Bar.RATIO_AT_MOST, limit=1.5, note="of 5")]
    text = as_text(rows, [Failed("speed", "no model")])
    assert "first frame" in text
    assert "0.95" in text
    assert "ok" in text
    assert "NOT MEASURED  speed: no model" in text
    told = json.loads(as_json(rows, [Failed("speed", "no model")]))
    assert told["rows"][0]["ok"] is True
    assert told["not_measured"] == [{"what": "speed", "why": "no model"}]


def test_pairs_take_turns_and_the_95th_percentile_is_a_sample() -> None:
    order: list[str] = []

    def side(name: str) -> float:
        order.append(name)
        return 1.0

    assert interleaved(lambda _n: side("A"), lambda _n: side("B"), 2) == ([1.0, 1.0], [1.0, 1.0])
    assert order == ["A", "B", "A", "B"]
    assert p95([float(n) for n in range(1, 101)]) == 95.0
    assert p95([3.0]) == 3.0


def test_frames_come_out_whole_wherever_the_output_was_cut() -> None:
    whole = "start\x1b[2J\x1b[?2026h\x1b[1;1Hone\x1b[2;3H\x1b[?2026l\x1b[?2026htwo\x1b[?2026l"
    for cut in range(len(whole) + 1):
        frames, left = split_frames(whole[:cut], 0.0)
        more, left = split_frames(left + whole[cut:], 1.0)
        assert left == ""
        screen = Screen(20, 3)
        for frame in frames + more:
            screen.feed(frame.data)
        assert screen.lines() == ["one", "  two", ""]
    frames, _ = split_frames(whole, 0.0)
    assert [frame.cursor for frame in frames] == [None, (1, 2), None]


def test_the_screen_knows_wide_characters_and_leaves_colours_out() -> None:
    screen = Screen(12, 2)
    screen.feed(
        "\x1b[1;1H\x1b[38;2;1;2;3m灯台の\x1b[0mX\x1b]0;title\x07\x1b[2;1Habc\x1b[2;2H\x1b[K"
    )
    assert screen.lines() == ["灯台のX", "a"]
    assert screen.shows("台の")


def test_a_scene_is_the_same_in_every_run_and_holds_its_mark_once() -> None:
    text, caret = long_text(20_000, 9_000)
    assert (text, caret) == long_text(20_000, 9_000)
    assert text.count(MARK) == 1
    assert text[:caret].endswith(MARK)
    assert len(text) >= 20_000


def test_stories_to_measure_on_are_sound_story_files(tmp_path: Path) -> None:
    text, caret = long_text(4_000, 2_000)
    page = long_scene(tmp_path / "long.forge", text, caret)
    story = StoryFile.open(tmp_path / "long.forge")
    assert story.scenes.load(page.scene_id) == page
    story.close()
    assert long_story(tmp_path / "many.forge", words=1_200, scene_words=100) == 12
    story = StoryFile.open(tmp_path / "many.forge")
    heads = story.outline().scenes
    texts = [story.scenes.load(head.id).text for head in heads]
    story.close()
    assert [head.title for head in heads] == [f"Scene {n}" for n in range(1, 13)]
    assert all(text.startswith(opening(n)) for n, text in enumerate(texts, 1))


def test_a_letter_is_painted_by_the_bare_text_area(tmp_path: Path) -> None:
    with House(tmp_path).bare("One line.", 9) as app:
        app.wait_for_screen(lambda s: s.shows("One line."), 30, "the text")
        app.send("\u0100")
        frame = app.wait(lambda f: "\u0100" in f.data, 30, "the letter")
        app.rest(0)
        assert app.screen.shows("One line.\u0100")
        assert frame.cursor == app.screen.cursor
        assert app.rss() > 0


def test_what_does_not_come_is_said_with_what_stood_there_instead() -> None:
    argv = [sys.executable, "-c", "print('only this')"]
    with PtyApp(argv, {}) as app, pytest.raises(NotSeen, match=r"the moon did not come.*only this"):
        app.wait(lambda _frame: False, 30, "the moon")


def test_a_frame_without_a_cursor_says_so() -> None:
    assert Frame(0.0, "text").cursor is None


def test_the_bare_loop_keeps_a_common_prefix() -> None:
    bare = Bare(model_spec())
    try:
        first = bare.answer("The lamp was", 4, Sampling(seed=1))
        again = bare.answer("The lamp was lit.", 4, Sampling(seed=1))
    finally:
        bare.close()
    assert first.reused == 0
    assert again.reused > 0
    assert again.read < first.read + again.reused


@pytest.mark.parametrize("name", ["start", "memory", "opening", "switching", "moving-demo"])
def test_the_screen_is_measured(name: str) -> None:
    rows = measured(*program.MEASURES[name], TINY)
    assert rows
    assert all(row.ours > 0 for row in rows)


@pytest.mark.parametrize("name", ["japanese-opening", "japanese-switching", "japanese-typing"])
def test_a_japanese_story_is_measured_against_an_english_one(name: str) -> None:
    rows = measured(*program.MEASURES[name], TINY)
    assert rows
    assert all(row.ours > 0 and row.bare for row in rows)


def test_a_measure_that_breaks_is_named_and_the_status_is_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    measures = {"broken": ("benchmarks.nowhere", "measure")}
    monkeypatch.setattr(program, "MEASURES", measures)
    assert program.main([]) == 1
    assert "NOT MEASURED  broken: No module named 'benchmarks.nowhere'" in capsys.readouterr().out


def test_an_unknown_measure_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        program.main(["nowhere"])
    assert left.value.code == 2
    assert "known are: speed" in capsys.readouterr().err


def test_the_authors_day_is_what_it_says() -> None:
    done = Counter(action.deed for action in day.actions(day.WHOLE))
    assert done == {
        Deed.APPEND: 24, Deed.RETRY: 8, Deed.EDIT: 10, Deed.EDIT_TOP: 2, Deed.TAKES: 3,
        Deed.NOTE: 3, Deed.LORE: 2, Deed.SWITCH: 6, Deed.RESTART: 1,
    }  # fmt: skip
    assert {action.deed for action in day.actions(day.SHORT)} == set(Deed)


def test_what_an_author_does_to_a_page_is_done_to_it(tmp_path: Path) -> None:
    desk = day.new_desk(tmp_path / "day.forge", 200)
    try:
        page = desk.texts[1]
        desk.do(Action(Deed.APPEND))
        assert desk.texts[1].startswith(page)
        assert len(desk.texts[1]) > len(page)
        place = desk.place
        desk.accept(" Nobody came.")
        desk.do(Action(Deed.RETRY))
        assert (desk.place, desk.texts[1]) == (place, desk.before)
        desk.do(Action(Deed.EDIT_TOP))
        assert desk.texts[1][400:] == desk.before[400:]
        assert desk.place != place
        desk.do(Action(Deed.SWITCH, 2))
        assert desk.passage().scene_id == desk.scenes[2]
        desk.do(Action(Deed.LORE))
        desk.save()
        assert desk.story.scenes.load(desk.scenes[2]).text == desk.texts[2]
    finally:
        desk.story.close()


@pytest.fixture
def tiny_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModelSpec:
    """A model of random weights in the place of the small one."""
    spec = ModelSpec(write_model(tmp_path / "tiny.gguf"), threads=1, threads_batch=1)
    for module in (day_rows, takes_rows):
        monkeypatch.setattr(module, "model_spec", lambda: spec)
    return spec


def test_the_authors_day_takes_and_reopening_are_measured(tiny_model: ModelSpec) -> None:
    rows = [
        row
        for name in ("day", "takes", "reopening")
        for row in measured(*program.MEASURES[name], TINY)
    ]
    assert all(row.ours > 0 and row.bare for row in rows)
    assert {row.limit for row in rows} == {0.35, 0, 1.1, 3}


def test_a_server_on_the_path_is_spoken_to(tmp_path: Path, tiny_model: ModelSpec) -> None:
    script = tmp_path / "server.py"
    script.write_text(FAKE_SERVER)
    server = LlamaServer([sys.executable, str(script)], tiny_model)
    try:
        assert 0 < server.ask(Request("Mara")) < 30
        server.restart()
        assert server.ask(Request("Mara")) > 0
    finally:
        server.close()


FAKE_SERVER = """
import http.server, json, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert asked["cache_prompt"] and asked["prompt"] == "Mara"
        self.send_response(200)
        self.end_headers()
        for told in ({"content": ""}, {"content": " waits"}, {"stop": True}):
            self.wfile.write(b"data: " + json.dumps(told).encode() + b"\\n\\n")
    def log_message(self, *_):
        pass
port = int(sys.argv[sys.argv.index("--port") + 1])
http.server.HTTPServer(("127.0.0.1", port), Handler).serve_forever()
"""
