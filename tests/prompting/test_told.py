"""What a model is told beside the story: where it stands, how much of it gets in, and why."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from storyforge import paths
from storyforge.domain.common_ends import shared_start
from storyforge.domain.generation import Request
from storyforge.domain.length import Length, LengthUnit
from storyforge.domain.lore import ContextRules, LoreEntry, LorePosition
from storyforge.domain.sampling import Sampling
from storyforge.domain.sections import Section, SectionKind, SectionState
from storyforge.domain.story import EarlierScene
from storyforge.prompting import library
from storyforge.prompting.allotting import Told
from storyforge.prompting.budget import tokens_of
from storyforge.prompting.context import Wanted, assemble, assemble_opening
from storyforge.prompting.lore_calling import ON_TOP, Called, Calls
from storyforge.prompting.retelling import PastChapter, PastScene
from tests.prompting.counted import count

SENTENCE = "The tide was late and nobody had come. "
STORY = "He left.\n\nShe stayed.\n\nIt rained.\n\nThe tide was"


def scene(text: str, key: str = "here", opens: str | None = None, start: int = 0) -> EarlierScene:
    return EarlierScene(key, key, opens, text, start)


def wanted(
    told: Told, *texts: str, window: int = 4096, past: tuple[PastChapter, ...] = ()
) -> Wanted:
    placed, at = [], 0
    for number, text in enumerate(texts):
        placed.append(scene(text, f"s{number}", "One" if number == 0 else None, at))
        at += len(text)
    length = Length(LengthUnit.TOKENS, 60)
    return Wanted(
        "Salt",
        "A. B.",
        tuple(placed[:-1]),
        placed[-1],
        window,
        length,
        Sampling(),
        told=told,
        past=past,
    )


def made(told: Told, *texts: str, **more: object) -> Request:
    asked = wanted(told, *texts, **more)  # type: ignore[arg-type]
    return assemble(asked, library.find("draft/continue", "en"), count)


def called(content: str, *, at: int = ON_TOP, up: int | None = None, **rules: object) -> Called:
    name = content.split()[0]
    entry = LoreEntry(name, name, ("key",), content, **rules)  # type: ignore[arg-type]
    return Called(entry, "key “key”", at, up)


def by_name(request: Request) -> dict[str, Section]:
    return {section.name: section for section in request.sections}


def check_places(request: Request) -> None:
    for section in request.sections:
        if section.start >= 0:
            end = section.start + len(section.text)
            assert request.prompt[section.start : end] == section.text


def test_everything_has_its_place() -> None:
    told = Told(
        memory="Skerry Point, 1893.\n",
        note="slow",
        style="past tense",
        wish="she finds the letter",
        calls=Calls(
            (
                called("Log of the light.", position=LorePosition.TOP),
                called("Boat without a crew."),
                called("Fog is near.", up=2),
                called("Oil runs low.", at=10),
            )
        ),
    )
    request = made(told, STORY)
    assert request.prompt == (
        "Skerry Point, 1893.\n"
        "[Style: past tense]\n"
        "Log of the light.\n"
        "Boat without a crew.\n"
        "***\n\n"
        "One\n\n"
        "He left.\n\n"
        "[Oil runs low.]\n\n"
        "[Author's note: slow]\n\n"
        "She stayed.\n\n"
        "[Fog is near.]\n\n"
        "It rained.\n\n"
        "[What happens next: she finds the letter]\n\n"
        "The tide was"
    )
    assert [section.name for section in request.sections] == [
        "Memory",
        "Style",
        "Log",
        "Boat",
        "This scene",
        "Oil",
        "Fog",
        "Author's note",
        "Wish",
    ]
    sections = by_name(request)
    assert sections["Author's note"].why == "3 lines up"
    assert sections["Fog"].why == "key “key” · 2 lines up"
    assert sections["This scene"].start == -1
    assert sections["Boat"].source == "Boat"
    check_places(request)


def test_the_note_moves_to_the_border_of_a_line_and_over_scenes() -> None:
    for lines, before in ((0, "The tide"), (1, "The tide"), (2, "It rained"), (9, "One\n\n")):
        told = Told(note="slow", rules=ContextRules(note_lines=lines))
        prompt = made(told, "He left.", STORY).prompt
        place = prompt.index("[Author's note: slow]\n\n")
        behind = prompt[place:].removeprefix("[Author's note: slow]\n\n")
        assert behind.startswith(before) or lines == 9
    told = Told(note="slow", rules=ContextRules(note_lines=2))
    prompt = made(told, "He left.\n\nShe stayed.", "It").prompt
    assert prompt.endswith("He left.\n\n[Author's note: slow]\n\nShe stayed.\n\n* * *\n\nIt")
    at_line = made(replace(told, rules=ContextRules(note_lines=0)), "He left.\n").prompt
    assert at_line == "One\n\nHe left.\n[Author's note: slow]\n"


def test_a_japanese_prompt_is_laid_out_as_japanese() -> None:
    told = Told(memory="灯台の島。", note="静かに", style="です・ます", wish="手紙を見つける")
    asked = replace(
        wanted(told, "　霧が出た。\n　灯が消えた。\n　彼は立った。\n　波の音"), language="ja"
    )
    prompt = assemble(asked, library.find("draft/continue", "ja"), count).prompt
    assert prompt == (
        "灯台の島。\n【文体：です・ます】\n＊＊＊\n\nOne\n\n　霧が出た。\n【脚注：静かに】\n"
        "　灯が消えた。\n　彼は立った。\n【このあとの展開：手紙を見つける】\n　波の音"
    )


def test_a_memory_larger_than_the_window_leaves_the_storys_last_lines() -> None:
    request = made(Told(memory=(SENTENCE * 3 + "\n") * 400), SENTENCE * 30 + "The end", window=600)
    assert request.prompt.endswith("The end")
    memory = by_name(request)["Memory"]
    assert memory.state is SectionState.TRIMMED
    assert memory.why.startswith("always on; trimmed: ")
    assert 0 < memory.given <= memory.reserved <= 300
    assert tokens_of(request.prompt, count) + request.max_tokens <= 600


def test_shares_of_nothing_leave_all_out_and_say_so() -> None:
    rules = ContextRules(memory_share=0, lore_share=0, summary_share=0)
    told = Told(memory="Skerry.", rules=rules, calls=Calls((called("Boat."),)))
    request = made(told, STORY)
    assert request.prompt == "One\n\n" + STORY
    sections = by_name(request)
    assert {sections[name].state for name in ("Memory", "Boat.")} == {SectionState.LEFT_OUT}
    assert sections["Memory"].why == "no room"
    assert sections["Memory"].wanted > 0


def test_lore_gets_room_in_its_order_and_no_more_than_its_share() -> None:
    long = [called(f"L{n} " + SENTENCE * 6) for n in range(200)]
    request = made(Told(calls=Calls(tuple(long))), STORY, window=1000)
    lore = [one for one in request.sections if one.kind is SectionKind.LORE]
    given = [one for one in lore if one.given]
    assert [one.name for one in given] == [f"L{n}" for n in range(len(given))]
    assert given[-1].state is SectionState.TRIMMED
    assert sum(one.given for one in given) <= 250
    assert lore[-1].why == "no room"
    assert len(lore) <= 64 + 101, "thousands that are left out are counted, not listed"


def test_an_entry_takes_at_most_its_own_share_cut_at_a_sentence() -> None:
    entry = called(SENTENCE * 50, share=0.1)
    section = made(Told(calls=Calls((entry,))), STORY).sections[0]
    assert section.state is SectionState.TRIMMED
    assert section.text.endswith("come.")
    assert section.given <= 4096 * 0.25 * 0.1


def test_a_text_is_cut_at_a_paragraph_where_that_fills_enough() -> None:
    memory = "\n\n".join([SENTENCE.strip()] * 100)
    rules = ContextRules(memory_share=0.1)
    section = made(Told(memory=memory, rules=rules), STORY, window=2000).sections[0]
    assert memory.startswith(section.text + "\n\n")


def test_lore_above_the_window_moves_on_top_of_it() -> None:
    long = "\n\n".join(f"{n} {SENTENCE * 3}".strip() for n in range(80))
    anchored = Told(calls=Calls((called("Oil runs low.", at=9),)))
    prompt = made(anchored, long, window=600).prompt
    assert prompt.startswith("Oil runs low.\n***\n\n")


def test_lore_that_was_told_behind_the_caret_stands_near_it() -> None:
    prompt = made(Told(calls=Calls((called("Oil runs low.", at=999),))), STORY).prompt
    assert "It rained.\n\n[Oil runs low.]\n\nThe tide was" in prompt


def test_an_authors_own_template_that_shows_no_memory_is_told() -> None:
    file = paths.config_dir() / "prompts/en/draft/continue.md.j2"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("{% for s in scenes %}{{ s.text }}{% endfor %}", "utf-8")
    request = made(Told(memory="Skerry.", note="slow"), STORY)
    assert request.prompt == STORY
    for name in ("Memory", "Author's note"):
        section = by_name(request)[name]
        assert section.why == "your own prompt template does not show it"
        assert section.state is SectionState.LEFT_OUT


def past(dated: bool = False) -> tuple[PastChapter, ...]:
    scenes = tuple(PastScene(f"s{n}", f"Scene {n}", f"Summary {n}.", dated) for n in range(3))
    return (
        PastChapter("c1", "One", scenes[:2], "Chapter one in short."),
        PastChapter("c2", "Two", (scenes[2], PastScene("s3", "Scene 3")), whole=False),
    )


def test_what_is_above_the_window_is_told_by_its_summary() -> None:
    long = ((SENTENCE * 3).strip() + "\n\n") * 12
    request = made(Told(), long, long, long, long, window=700, past=past())
    assert request.prompt.startswith(
        "Earlier in the story:\nChapter one in short.\nSummary 2.\n***\n"
    )
    assert tokens_of(request.prompt, count) + request.max_tokens <= 700
    assert [s.name for s in request.sections[:2]] == ["Summary: One", "Summary: Scene 2"]
    check_places(request)


def test_a_story_that_fits_needs_no_summaries_and_an_old_one_says_that_it_is_old() -> None:
    assert "Summary" not in made(Told(), STORY, STORY, STORY, STORY, past=past()).prompt
    long = ((SENTENCE * 3).strip() + "\n\n") * 12
    request = made(Told(), long, long, long, long, window=700, past=past(dated=True))
    scene = by_name(request)["Summary: Scene 2"]
    assert scene.text == "Summary 2."
    assert "it changed since" in scene.why


def test_summaries_take_at_most_their_share_the_nearest_first() -> None:
    scenes = tuple(PastScene(f"p{n}", f"P{n}", f"P{n} " + SENTENCE * 2) for n in range(60))
    chapter = (PastChapter("c", "One", scenes, whole=False),)
    long = ((SENTENCE * 3).strip() + "\n\n") * 12
    request = made(Told(), long, window=1000, past=chapter)
    given = [one for one in request.sections if one.kind is SectionKind.SUMMARY and one.given]
    assert given[-1].name == "Summary: P59"
    assert sum(one.given for one in given) <= 200
    assert len(given) >= 3


def test_an_opening_has_memory_and_notes_too() -> None:
    told = Told(memory="Skerry.", note="slow", calls=Calls((called("Sea is wide."),)))
    request = assemble_opening(wanted(told, ""), library.find("draft/opening", "en"), "One", count)
    assert request.prompt == (
        "Skerry.\nSea is wide.\n[Author's note: slow]\n***\n\nSalt\nby A. B.\n\nOne\n\n"
    )
    assert [one.name for one in request.sections] == ["Memory", "Sea", "Author's note", "Title"]


def test_the_text_behind_the_caret_goes_along_where_it_is_wanted() -> None:
    asked = replace(wanted(Told(), STORY), behind=" late.\n\n" + SENTENCE * 200)
    request = assemble(asked, library.find("draft/continue", "en"), count)
    assert request.suffix.startswith(" late.")
    room = asked.room - tokens_of(request.suffix, count)
    assert tokens_of(request.prompt, count) <= room
    assert request.slot == "s0"


pieces = st.text("ab .\n\u3000。彼!", max_size=200)


@given(
    st.lists(pieces, min_size=1, max_size=4),
    pieces,
    pieces,
    st.lists(st.tuples(pieces, st.integers(-1, 60), st.integers(0, 5) | st.none()), max_size=4),
    st.integers(256, 500),
    st.integers(0, 4),
)
def test_the_prompt_always_fits_and_ends_at_the_caret(
    texts: list[str],
    memory: str,
    note: str,
    lore: list[tuple[str, int, int | None]],
    window: int,
    lines: int,
) -> None:
    entries = tuple(
        Called(LoreEntry(str(n), str(n), (), text), "key", at, up)
        for n, (text, at, up) in enumerate(lore)
        if text.strip()
    )
    rules = ContextRules(note_lines=lines)
    told = Told(memory, note, memory, note, rules, Calls(entries))
    request = made(told, *texts, window=window)
    assert tokens_of(request.prompt, count) + request.max_tokens <= window
    last = texts[-1].rstrip(" ").rpartition("\n")[2]
    assert request.prompt.endswith(last[-20:])
    check_places(request)


def test_the_prefix_stays_over_many_appends() -> None:
    """With memory, lore and a note: what stands above the last lines changes seldom."""
    window, text, before, again = 800, "", "", 0
    told = Told(
        memory=SENTENCE * 3,
        note="slow and sensory",
        calls=Calls((called("Log " + SENTENCE), called("Oil " + SENTENCE, at=0))),
    )
    appended = 0
    while count((text,))[0] < 6 * window:
        text += SENTENCE if appended % 4 else "\n\n" + SENTENCE
        appended += 1
        prompt = made(told, text, window=window).prompt
        shared = shared_start(before, prompt)
        again += shared < len(before) // 2
        before = prompt
    assert again <= 6 * 6, "about four times a window"


def test_a_word_more_in_the_note_does_not_move_the_cut() -> None:
    long = "\n\n".join(f"{n} {SENTENCE * 2}".strip() for n in range(200))
    starts = set()
    for words in range(1, 8):
        request = made(Told(memory="Skerry.", note="slow " * words), long, window=1500)
        starts.add(request.prompt[:200])
    assert len(starts) == 1
