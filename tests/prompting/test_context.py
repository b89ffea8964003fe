import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyforge import paths
from storyforge.domain.generation import Request
from storyforge.domain.length import Length, LengthUnit
from storyforge.domain.sampling import Sampling
from storyforge.domain.sections import SectionState
from storyforge.domain.story import EarlierScene
from storyforge.errors import BadInput
from storyforge.prompting import library
from storyforge.prompting.budget import tokens_of
from storyforge.prompting.context import Wanted, assemble, assemble_opening

_TOKEN = re.compile(r"\s?\w{1,6}|\s|[^\w\s]")
SENTENCE = "The tide was late and nobody had come. "


def count(texts: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(len(_TOKEN.findall(text)) for text in texts)


def scene(text: str, opens: str | None = None, title: str = "", start: int = 0) -> EarlierScene:
    return EarlierScene(f"id-{title}", title, opens, text, start)


def wanted(*scenes: EarlierScene, window: int = 4096, tokens: int = 120) -> Wanted:
    """The last scene is the one being written; the others get their offsets."""
    placed, at = [], 0
    for one in scenes:
        placed.append(replace(one, start=at))
        at += len(one.text)
    length = Length(LengthUnit.TOKENS, tokens)
    return Wanted("Salt", "A. B.", tuple(placed[:-1]), placed[-1], window, length, Sampling(seed=1))


def request(asked: Wanted) -> Request:
    return assemble(asked, library.find("draft/continue", "en"), count)


def test_the_prompt_reads_as_a_book_does_up_to_the_caret() -> None:
    made = request(
        wanted(
            scene("He left.\n", "One", "leaving"),
            scene("She stayed.", None, "staying"),
            scene("\nIt rained.\n\nThe tide ", "Two", "rain"),
        )
    )
    assert made.prompt == (
        "One\n\nHe left.\n\n* * *\n\nShe stayed.\n\nTwo\n\n\nIt rained.\n\nThe tide"
    )
    assert made.max_tokens == 120
    assert made.sampling.seed == 1
    assert made.template_hash == library.find("draft/continue", "en").hash


def test_working_titles_of_scenes_are_not_shown_to_the_model() -> None:
    made = request(wanted(scene("He left.", "One", "secret plan"), scene("It", None, "hidden")))
    assert "secret" not in made.prompt
    assert "hidden" not in made.prompt


def test_an_empty_scene_continues_the_one_before() -> None:
    made = request(wanted(scene("He left.", "One"), scene("")))
    assert made.prompt == "One\n\nHe left.\n\n* * *\n\n"


def test_a_chapter_that_begins_with_an_empty_scene_still_shows_its_title() -> None:
    made = request(wanted(scene("He left.", "One"), scene("", "Two"), scene("It rained.")))
    assert made.prompt == "One\n\nHe left.\n\nTwo\n\nIt rained."


def test_a_newline_at_the_caret_stays_and_spaces_go() -> None:
    assert request(wanted(scene("He left.\n\n  ", "One"))).prompt == "One\n\nHe left.\n\n"


def test_sections_say_what_was_left_out_and_why() -> None:
    long = (SENTENCE * 3).strip() + "\n"
    made = request(
        wanted(
            scene(long * 30, "One", "first"),
            scene(long * 30, None, "second"),
            scene(long, "Two", "third"),
            window=600,
        )
    )
    left, cut, here = made.sections
    assert (left.name, left.state, left.given, left.text) == (
        "first",
        SectionState.LEFT_OUT,
        0,
        "",
    )
    assert (cut.name, cut.state) == ("second", SectionState.TRIMMED)
    assert 0 < cut.given < cut.wanted
    assert cut.why == left.why != ""
    assert here.state is SectionState.WHOLE
    assert here.why == ""
    assert cut.text in made.prompt
    assert made.prompt.endswith("Two\n\n" + long)


def test_a_long_answer_never_takes_more_than_half_of_the_window() -> None:
    made = request(wanted(scene(SENTENCE * 100, "One"), window=400, tokens=4000))
    assert made.max_tokens == 200
    assert tokens_of(made.prompt, count) <= 200


def test_another_length_reads_nothing_again() -> None:
    scenes = (scene((SENTENCE * 3 + "\n") * 200, "One"), scene("It rained.", "Two"))
    prompts = {request(wanted(*scenes, window=2000, tokens=n)).prompt for n in (20, 120, 250)}
    assert len(prompts) == 1


def test_a_window_smaller_than_the_last_paragraph_still_works() -> None:
    made = request(wanted(scene("word " * 3000 + "end", "One"), window=256))
    assert made.prompt.endswith("word end")
    assert made.sections[-1].state is SectionState.TRIMMED


def own_template(source: str) -> None:
    file = paths.config_dir() / "prompts/en/draft/continue.md.j2"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(source, "utf-8")


def test_an_authors_template_that_adds_much_still_fits() -> None:
    own_template(
        "Write well. " * 20 + "{% for s in scenes %}\n{{ s.title * 9 }}\n{{ s.text }}{% endfor %}"
    )
    long = (SENTENCE + "\n") * 40
    made = request(wanted(scene(long, "One", "title "), scene(long, None, "t"), window=400))
    assert made.prompt.startswith("Write well.")
    assert tokens_of(made.prompt, count) + made.max_tokens <= 400


def test_an_authors_template_that_shows_texts_twice_still_fits() -> None:
    own_template("{% for s in scenes %}{{ s.text }}{{ s.text }}{% endfor %}")
    made = request(wanted(scene((SENTENCE + "\n") * 90, "One"), window=400))
    assert tokens_of(made.prompt, count) + made.max_tokens <= 400


def test_a_template_that_leaves_no_room_is_said() -> None:
    own_template("{{ 'too much ' * 400 }}{% for s in scenes %}{{ s.text }}{% endfor %}")
    with pytest.raises(BadInput, match="no room"):
        request(wanted(scene("He left.", "One"), window=256))


def test_a_story_opens_from_its_title() -> None:
    asked = wanted(scene(" \n", "One"))
    assert asked.is_opening
    made = assemble_opening(asked, library.find("draft/opening", "en"), "One", count)
    assert made.prompt == "Salt\nby A. B.\n\nOne\n\n"
    assert [section.name for section in made.sections] == ["Title"]


def test_a_story_with_text_in_an_earlier_scene_is_no_opening() -> None:
    assert not wanted(scene("He left.", "One"), scene("")).is_opening


texts = st.lists(st.text("ab .\n\u3000。彼!", max_size=300), min_size=1, max_size=6)


@given(texts, st.integers(256, 500), st.integers(1, 300))
def test_the_prompt_always_fits_and_ends_at_the_caret(
    pieces: list[str], window: int, tokens: int
) -> None:
    made = request(
        wanted(
            *(scene(t, None if n % 3 else f"{n}") for n, t in enumerate(pieces)),
            window=window,
            tokens=tokens,
        )
    )
    assert tokens_of(made.prompt, count) + made.max_tokens <= window
    last = pieces[-1].rstrip(" ")
    assert made.prompt.endswith(last[-40:])


def test_appending_sentence_by_sentence_moves_the_prompts_start_seldom() -> None:
    """Over scenes and chapters: what stands at the top stays for about a quarter of the window."""
    window = 800
    scenes = [scene("", "One", "0")]
    beginnings: list[str] = []
    written = 0
    total = 0
    while total < 8 * window:
        here = scenes[-1]
        scenes[-1] = replace(here, text=here.text + (SENTENCE if written % 5 else "\n" + SENTENCE))
        written += 1
        total += count((SENTENCE,))[0]
        if written % 60 == 0:
            n = len(scenes)
            scenes.append(scene("", f"Chapter {n}" if n % 4 == 0 else None, str(n)))
        if total > window:
            made = request(wanted(*scenes, window=window))
            assert tokens_of(made.prompt, count) + made.max_tokens <= window
            top = next(s for s in made.sections if s.given)
            beginnings.append(f"{top.name} {top.wanted - top.given}" if top.given else "")
    prompts_per_move = len(beginnings) / len(set(beginnings))
    sentences_in_window = window / count((SENTENCE,))[0]
    assert prompts_per_move >= sentences_in_window / 7
