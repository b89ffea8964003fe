"""From the plan to a prompt: by rule, nothing too early, nothing that cannot be read."""

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storyforge.domain.picture.compiled import Compiled, Role, Why
from storyforge.domain.picture.compiling import Compiler
from storyforge.domain.picture.explaining import of_negative, of_prompt, part_at, placed
from storyforge.domain.picture.grammar import loras_of, weighted
from storyforge.domain.picture.painters import Dialect, PainterProfile
from storyforge.domain.picture.wording import is_latin
from storyforge.domain.plan.choices import FRAMINGS
from storyforge.domain.plan.fields import Kind
from storyforge.domain.plan.items import Item, Plan
from tests.domain.picture.plans import BOOK, COMMAS, NATURAL, PLAIN, SPACES, plan, with_facts


def made(of: Plan, key: str = "two", profile: PainterProfile = NATURAL) -> Compiled:
    return Compiler(of, profile, BOOK).item(key)


def why(of: Compiled) -> dict[str, Why]:
    return {one.text: one.why for one in of.left_out}


def test_a_scene_is_told_in_the_order_of_a_prompt_each_part_with_its_line() -> None:
    scene = with_facts(
        plan(), "two", framing="close-up", weather="fog", shown="Mara lifts the lantern."
    )
    told = made(plan(scene))
    assert told.prompt == (
        "best quality, close-up, A tall woman with red hair, a scar on her cheek, "
        "the tall woman with red hair lifts the lantern, a white lighthouse, night, fog, "
        "watercolour, soft light"
    )
    assert told.negative == "lowres"
    assert told.loras == (("mara", 0.8),)
    by_field = {(one.item_id, one.field): one for one in told.parts}
    assert by_field["scar", "look"].since == "two"
    assert by_field["mara", "look"].source == "A tall woman with red hair."
    assert by_field["", ""].role is Role.NEGATIVE
    assert told.alt == "Mara lifts the lantern, The Lighthouse, night, fog"


def test_a_dated_look_comes_with_its_scene_and_not_before() -> None:
    early, here = made(plan(), "one"), made(plan(), "three")
    assert "scar" not in early.prompt
    assert why(early)["the scar"] is Why.NOT_YET
    assert "a scar on her cheek" in here.prompt


def test_a_look_that_is_all_of_it_takes_the_place_of_what_was_before() -> None:
    scar = with_facts(plan(), "scar", instead="all of it", look="bandages, a burned face")
    told = made(plan(scar), "two")
    assert "red hair" not in told.prompt
    assert "bandages, a burned face" in told.prompt
    shown = with_facts(plan(), "two", shown="Mara runs")
    assert "the woman runs" in made(plan(scar, shown)).prompt


@pytest.mark.parametrize("since", ["", "gone", "three"])
def test_a_look_without_its_scene_has_not_come(since: str) -> None:
    told = made(plan(with_facts(plan(), "scar", since=since)), "two")
    assert "scar" not in told.prompt
    assert why(told)["the scar"] is Why.NOT_YET


def test_without_a_moment_no_beat_is_taken_for_one() -> None:
    scene = with_facts(plan(), "two", beats="Mara thinks of her father.", purpose="She must know.")
    told = made(plan(scene))
    assert "father" not in told.prompt
    assert why(told)["two"] is Why.NO_MOMENT


def test_thoughts_of_a_moment_are_named_and_not_sent() -> None:
    moment = "Mara thinks of the war and lifts a lantern. Lost in thought, Tom knows why."
    two = made(plan(with_facts(plan(), "two", cast="mara\ntom", shown=moment)))
    assert "lifts a lantern, Lost in thought, a white lighthouse" in two.prompt
    unseen = [one.text for one in two.left_out if one.why is Why.INVISIBLE]
    assert unseen == ["Mara thinks of the war", "Tom knows why"]


def test_names_become_looks_at_first_and_then_the_same_one() -> None:
    shown = "Mara lifts the lantern, and Tom watches Mara Keel's hand. Mara goes to the Lighthouse."
    scene = with_facts(plan(), "two", cast="mara\ntom", shown=shown)
    told = made(plan(scene)).prompt
    assert "the tall woman with red hair lifts the lantern" in told
    assert "the old man in a black coat watches the woman's hand" in told
    assert "the same woman goes to a white lighthouse" in told
    assert not {"Mara", "Keel", "Tom", "Reed"} & set(told.replace(",", " ").split())


def test_two_of_a_kind_are_told_apart() -> None:
    tom = with_facts(plan(), "tom", look="a young woman in white")
    scene = with_facts(plan(), "two", cast="mara\ntom", shown="Mara calls, Tom turns, Mara runs")
    told = made(plan(tom, scene)).prompt
    assert "the tall woman with red hair runs" in told
    assert "the young woman in white turns" in told


def test_whoever_sees_the_scene_is_not_seen_through_their_eyes() -> None:
    scene = with_facts(
        plan(), "two", cast="mara\ntom", point_of_view="mara", framing="through their eyes"
    )
    told = made(plan(scene))
    assert "first-person view, An old man" in told.prompt
    assert "red hair" not in told.prompt
    assert why(told)["Mara Keel"] is Why.INVISIBLE
    assert told.loras == ()


@pytest.mark.parametrize(
    ("time", "seen"),
    [
        ("three days later", False),
        ("the next day", False),
        ("the night before the wedding", False),
        ("early morning", True),
        ("winter 1893", True),
        ("3 p.m.", True),
    ],
)
def test_a_time_is_told_where_it_can_be_seen(time: str, seen: bool) -> None:
    told = made(plan(with_facts(plan(), "two", time=time)))
    assert (time.rstrip(".") in told.prompt) is seen
    assert (time in why(told)) is not seen


def test_brackets_and_calls_in_the_plan_are_text() -> None:
    look = "a woman (tall) [thin:fat:0.5] <lora:evil:1> BREAK {odd} \\ AND"
    mara = with_facts(plan(), "mara", look=look)
    prompt = made(plan(mara)).prompt
    bare, loras = loras_of(prompt)
    assert not loras
    (chunk,) = weighted(bare)
    assert {one.weight for one in chunk} == {1.0}
    assert "a woman (tall) [thin:fat:0.5] lora:evil:1 break {odd} and" in chunk[0].text


def test_a_picture_text_goes_before_the_storys_words_and_may_weigh() -> None:
    mara = with_facts(plan(), "mara", look_picture="woman, (red hair:1.3), freckles")
    told = made(plan(mara))
    assert "woman, (red hair:1.3), freckles" in told.prompt
    assert "tall" not in told.prompt
    broken = with_facts(plan(), "mara", look_picture="woman, (red hair")
    assert "woman, \\(red hair" in made(plan(broken)).prompt


def test_what_a_painter_cannot_read_is_named_and_not_sent() -> None:
    mara = with_facts(plan(), "mara", name="真琴", look="背の高い女性。赤い髪。")
    shown = with_facts(
        plan(), "two", shown="真琴がランプを掲げる", shown_picture="真琴 lifts a lamp"
    )
    of = plan(mara, shown, language="ja")
    told = made(of)
    assert is_latin(told.prompt)
    assert "a woman, a scar" in told.prompt or "a scar on her cheek" in told.prompt
    assert "the woman lifts a lamp" in told.prompt
    assert why(told)["背の高い女性"] is Why.NO_TEXT
    # Latin words of another language go, with a word about it.
    assert {one.why for one in told.noted} == {Why.NOT_ENGLISH}


def test_without_commas_there_are_none() -> None:
    told = made(plan(), "two", PLAIN).prompt
    assert told == (
        "A tall woman with red hair a scar on her cheek a white lighthouse night "
        "watercolour soft light"
    )


def test_tags_with_spaces_go_by_group_and_alphabet_and_begin_with_original() -> None:
    premise = with_facts(plan(), "premise", style="", style_picture="a. painter, watermark")
    scene = with_facts(plan(), "two", shown="Mara is holding a lantern, smiles", cast="mara\ntom")
    told = made(plan(premise, scene), "two", SPACES)
    assert told.prompt == (
        "original 1boy 1girl black_coat lantern lighthouse night old_man red_hair scar smile "
        "a._painter"
    )
    assert why(told)["watermark"] is Why.META_TAG
    assert why(told)["tall woman"] is Why.NO_TAG


def test_a_source_work_takes_the_place_of_original_and_its_signs_are_text() -> None:
    mara = with_facts(plan(), "mara", look_picture="saber (fate), fate (series), (long hair:1.2)")
    told = made(plan(mara), "one", SPACES).prompt
    assert told == r"fate_\(series\) saber_\(fate\) lighthouse (long_hair:1.2) night"


def test_tags_with_commas_keep_spaces_and_have_no_brackets() -> None:
    mara = with_facts(plan(), "mara", look_picture="1girl, saber (fate), Elderly Man, ^_^, no hat")
    told = made(plan(mara), "one", COMMAS)
    assert told.prompt == "1girl, solo, saber fate, old man, ^_^, lighthouse, night"
    assert why(told)["no hat"] is Why.NO_TAG


def test_what_is_negated_becomes_no_tag() -> None:
    mara = with_facts(plan(), "mara", look="a woman without a coat")
    assert "coat" not in made(plan(mara), "one", SPACES).prompt


def test_the_negative_prompt_has_what_the_book_avoids() -> None:
    premise = with_facts(plan(), "premise", avoid="text, watermark, 文字")
    told = made(plan(premise))
    assert told.negative == "lowres, text, watermark"
    assert why(told)["文字"] is Why.NO_TEXT
    assert made(plan(premise), "two", COMMAS).negative == "text, watermark"


def test_somebody_alone_and_a_thing_alone_have_a_prompt() -> None:
    assert made(plan(), "mara").prompt == (
        "best quality, A tall woman with red hair, watercolour, soft light"
    )
    assert "a scar on her cheek" in made(plan(), "scar").prompt
    assert made(plan(), "light", SPACES).prompt == "original lighthouse"
    assert made(plan(), "chapter") == Compiled("")


def test_the_hash_follows_what_it_was_made_from() -> None:
    same, other = made(plan()), made(plan(with_facts(plan(), "premise", style="ink")))
    assert same.hash == made(plan()).hash != other.hash


def test_the_part_at_a_caret_is_found_after_edits_by_hand_too() -> None:
    told = made(plan())
    parts = of_prompt(told)
    assert [one.part for one in placed(told.prompt, parts)] == list(parts)
    edited = (
        "(soft light:1.2), a red boat, watercolour, " + told.prompt.partition(", watercolour")[0]
    )
    at = edited.index("a scar")
    found = part_at(edited, parts, at + 3)
    assert found is not None
    assert found.item_id == "scar"
    light = part_at(edited, parts, 4)
    assert light is not None
    assert light.field == "style"
    assert part_at(edited, parts, edited.index("boat") + 1) is None
    assert [one.text for one in of_negative(told)] == ["lowres"]


def test_every_framing_is_told_in_words_and_as_a_tag() -> None:
    from storyforge.domain.picture import framing

    for one in filter(None, FRAMINGS):
        assert is_latin(framing.told(one))
        assert framing.tag(one).replace("_", " ").isascii()
        assert framing.tag(one) in framing.TAGS.values()


LETTERS = st.text("abcde ,.()[]:<>|\\\n“”真琴はФ、。é1AND", max_size=24)


@settings(max_examples=150, deadline=None)
@given(
    looks=st.lists(
        st.tuples(
            st.sampled_from(("one", "two", "three", "", "gone")),
            st.sampled_from(("", "all of it")),
            LETTERS,
        ),
        max_size=4,
    ),
    texts=st.lists(LETTERS, min_size=5, max_size=5),
    key=st.sampled_from(("one", "two", "three")),
    dialect=st.sampled_from(tuple(Dialect)),
    language=st.sampled_from(("en", "ja", "fr")),
)
def test_whatever_is_planned_nothing_is_too_early_unreadable_or_without_its_line(
    looks: list[tuple[str, str, str]],
    texts: list[str],
    key: str,
    dialect: Dialect,
    language: str,
) -> None:
    name, look, shown, style, avoid = texts
    base = plan(language=language)
    of = plan(
        with_facts(base, "mara", name=name, look=look),
        with_facts(base, key, shown=shown),
        with_facts(base, "premise", style=style, avoid=avoid),
        *(
            Item(
                f"look{at}",
                Kind.LOOK,
                {"who": "mara", "since": since, "instead": all_, "look": told},
            )
            for at, (since, all_, told) in enumerate(looks)
        ),
        language=language,
    )
    told = Compiler(of, replace(NATURAL, dialect=dialect), BOOK).item(key)
    order = ("one", "two", "three")
    came = {"scar": "two"} | {f"look{at}": since for at, (since, _all, _told) in enumerate(looks)}
    for part in told.parts:
        if part.item_id in came:
            since = came[part.item_id]
            assert order.index(since) <= order.index(key)
            assert part.since == since
    for prompt in (told.prompt, told.negative):
        assert all(map(_is_readable, prompt))
        assert not loras_of(prompt)[1]
    assert len(placed(told.prompt, of_prompt(told))) == len(of_prompt(told))
    assert len(placed(told.negative, of_negative(told))) == len(of_negative(told))


def _is_readable(sign: str) -> bool:
    return sign.isascii() or unicodedata.name(sign).startswith(("LATIN", "COMBINING"))
