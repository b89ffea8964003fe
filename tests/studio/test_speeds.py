"""How fast a model is: measured when it answers, remembered by model, forgotten by nobody."""

from storyforge import paths
from storyforge.domain.generation import Usage
from storyforge.domain.model import ModelCard
from storyforge.studio import speeds

SMALL = ModelCard("small")
CLOUD = ModelCard("large", "api.example.org", profile="cloud")


def test_nothing_is_known_before_the_first_answer() -> None:
    assert speeds.seconds(SMALL, 100, 100) is None
    speeds.note(SMALL, Usage(read=3, read_seconds=1.0, written=2, write_seconds=1.0))
    assert speeds.seconds(SMALL, 100, 100) is None


def test_a_model_is_as_fast_as_it_was() -> None:
    speeds.note(SMALL, Usage(read=200, read_seconds=1.0, written=100, write_seconds=5.0))
    assert speeds.seconds(SMALL, 400, 40) == 2.0 + 2.0
    assert speeds.seconds(CLOUD, 400, 40) is None
    speeds.note(CLOUD, Usage(written=100, write_seconds=1.0))
    assert speeds.seconds(CLOUD, 400, 100) == 1.0


def test_how_fast_a_model_reads_is_known_apart() -> None:
    assert speeds.reading(SMALL) == 0
    speeds.note(SMALL, Usage(read=200, read_seconds=4.0))
    assert speeds.reading(SMALL) == 50


def test_what_was_measured_lately_counts_for_more() -> None:
    speeds.note(SMALL, Usage(written=4_000, write_seconds=400.0))
    speeds.note(SMALL, Usage(written=4_000, write_seconds=40.0))
    known = speeds.seconds(SMALL, 0, 1_000)
    assert known is not None
    assert 10.0 < known < (100.0 + 10.0) / 2


def test_what_cannot_be_read_is_as_if_nothing_was_measured() -> None:
    file = paths.cache_dir() / "speeds.json"
    file.parent.mkdir(parents=True)
    for told in ("{", '["small"]', '{"small": 3}', '{"small": {"written": ["a", 1e999]}}'):
        file.write_text(told, "utf-8")
        assert speeds.seconds(SMALL, 1, 1) is None
    speeds.note(SMALL, Usage(written=100, write_seconds=1.0))
    assert speeds.seconds(SMALL, 0, 100) == 1.0
