"""A question about a plan is fitted into the window: what is near in full, the rest briefly."""

from dataclasses import replace

import pytest

from storyforge.domain.generation import Request
from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.items import PREMISE_ID, Item, Plan
from storyforge.domain.plan.tasks import TASKS
from storyforge.domain.sampling import Sampling
from storyforge.domain.sections import SectionState
from storyforge.errors import BadInput
from storyforge.prompting import library
from storyforge.prompting.planning import CHAT, Planning, assemble_plan, variables
from tests.prompting.counted import count
from tests.prompting.plans import full

WHOLE, SHORT = "the sea is iced and her knee hurts", "reach the boat before dawn"


def novel(chapters: int = 300, entries: int = 0) -> Plan:
    found = [Item(PREMISE_ID, Kind.PREMISE, {"logline": "A keeper finds a child."})]
    found += [
        Item(f"w{n}", Kind.WORLD, {"title": f"Thing {n}", "content": f"It is wet, {n} times. " * 6})
        for n in range(entries)
    ]
    found += [
        Item(f"c{n}", Kind.CHAPTER, {"title": f"Ch{n}", "goal": SHORT, "conflict": WHOLE})
        for n in range(1, chapters + 1)
    ]
    return Plan(tuple(found))


def request(planning: Planning, window: int = 4096, answer: int = 600) -> Request:
    template = library.find(planning.task.name, "en")
    return assemble_plan(planning, template, window, answer, Sampling(), count)


def mended(plan: Plan, number: int, window: int = 4096) -> str:
    item = plan.item(f"c{number}")
    return request(Planning(TASKS["outline/mend"], plan, item), window).prompt


def test_a_request_for_a_plan_is_a_form_in_the_plans_language() -> None:
    made = request(Planning(TASKS["premise/propose"], replace(full(), plan_language="de")))
    assert (made.chat, made.language, made.max_tokens) == (CHAT, "de", 600)
    assert "Deutsch" in made.prompt
    assert made.template_hash == library.find("premise/propose", "en").hash


def test_of_300_chapters_the_near_ones_are_told_in_full_and_others_in_a_line() -> None:
    lines = mended(novel(), 150).splitlines()
    chapters = [line for line in lines if ". Ch" in line]
    in_full = [line for line in chapters if WHOLE in line]
    assert [line.split(";")[0] for line in in_full] == ["149. Ch149", "150. Ch150", "151. Ch151"]
    numbers = [int(line.split(".")[0]) for line in chapters]
    assert numbers == sorted(numbers)
    assert all(SHORT in line for line in chapters)
    # What has no room is as far on both sides.
    assert abs((150 - numbers[0]) - (numbers[-1] - 150)) <= 1
    assert 20 < len(numbers) < 300


def test_where_nothing_is_asked_about_one_chapter_all_are_told_before_any_in_full() -> None:
    made = request(Planning(TASKS["outline/check"], novel(60)), 3072).prompt
    assert all(f"{n}. Ch{n};" in made for n in range(1, 61))
    assert 0 < made.count(WHOLE) < 60


def test_of_5000_entries_there_are_names_then_fewer() -> None:
    plan = novel(1, entries=5000)
    made = request(Planning(TASKS["world/propose"], plan))
    names = [line for line in made.prompt.splitlines() if line.startswith("- Thing")]
    assert names[:2] == ["- Thing 0", "- Thing 1"]
    assert 50 < len(names) < 5000
    (section,) = (one for one in made.sections if one.wanted > 50_000)
    assert section.state is SectionState.TRIMMED
    assert "left out" in section.why


def test_an_idea_of_20000_words_is_cut_and_the_rest_is_there() -> None:
    idea = "A keeper finds a child in a boat, and tells no one of it. " * 1600
    plan = Plan((Item(PREMISE_ID, Kind.PREMISE, {"idea": idea, "tone": "grim"}),))
    made = request(Planning(TASKS["premise/propose"], plan, wish="less grim"))
    assert '"tone": "grim"' in made.prompt
    assert "What the author wants: less grim" in made.prompt
    assert made.prompt.count("A keeper finds") > 50
    (section,) = (one for one in made.sections if one.state is SectionState.TRIMMED)
    assert section.wanted > section.given > 500


def test_an_item_that_is_longer_than_the_window_is_shortened_field_by_field() -> None:
    facts = {"name": "Mara", "want": "w" + "ant " * 9000, "wound": "wou" + "nd " * 9000}
    plan = Plan((Item("m", Kind.CHARACTER, facts),))
    made = request(Planning(TASKS["characters/deepen"], plan, plan.items[0]))
    (line,) = (line for line in made.prompt.splitlines() if '"name": "Mara"' in line)
    assert '"want"' in line
    assert '"wound"' in line


@pytest.mark.parametrize("window", [1024, 1536, 4096, 32_768])
@pytest.mark.parametrize("name", ["outline/mend", "scenes/propose", "item/again", "field/again"])
def test_the_prompt_always_fits(name: str, window: int) -> None:
    plan = novel(300, entries=300)
    item = plan.item("c7")
    planning = Planning(TASKS[name], plan, item, "goal" if "field" in name else "", chapter=item)
    made = request(planning, window, 400)
    (tokens,) = count((made.prompt,))
    assert tokens + made.max_tokens <= window
    assert sum(one.given for one in made.sections) <= window


def test_a_window_without_room_is_said() -> None:
    with pytest.raises(BadInput, match="leaves no room for the plan"):
        request(Planning(TASKS["scenes/propose"], novel(3)), 512)


def test_references_are_told_by_their_names() -> None:
    mara = Item("m", Kind.CHARACTER, {"name": "Mara", "prose_name": "マーラ"})
    scene = Item("s", Kind.SCENE, {"title": "Oil", "cast": "m\nTom", "point_of_view": "m"}, "c")
    chapter = Item("c", Kind.CHAPTER, {"title": "One"})
    plan = Plan((mara, chapter, scene), language="ja", plan_language="en")
    told = variables(Planning(TASKS["scenes/beats"], plan, scene))
    assert told["item"] == {"title": "Oil", "cast": "Mara / Tom", "point_of_view": "Mara"}
    assert told["names"] == [{"name": "Mara", "prose_name": "マーラ"}]
    assert told["chapter"] == {"number": "1", "title": "One"}


def test_the_latest_ideas_that_were_kept_are_told_first() -> None:
    kept = tuple(f"idea {n} " + "of a lighthouse " * 10 for n in range(500))
    planning = Planning(TASKS["field/brainstorm"], full(), full().premise, "tone", kept=kept)
    made = request(planning).prompt
    assert "idea 499 " in made
    assert "idea 0 " not in made


def test_a_list_says_how_many_it_may_have() -> None:
    scene = Item("s", Kind.SCENE, {"title": "Watch"})
    made = request(Planning(TASKS["scenes/beats"], Plan((scene,)), scene))
    assert "a list, 12 at the most" in made.prompt


def test_a_template_that_fits_by_no_length_is_given_up_soon() -> None:
    source = "{% if idea %}{{ 'a ' * 5000 }}{{ idea | truncate(5) }}{% endif %}"
    template = library.find("premise/propose", "en", {("en", "premise/propose"): source})
    measured = 0

    def measure(text: str) -> int:
        nonlocal measured
        if not text.startswith("a a "):
            return count((text,))[0]
        measured += 1
        return 3_455  # a few tokens more than there is room for

    planning = Planning(TASKS["premise/propose"], novel(1), idea="A keeper. " * 900)
    with pytest.raises(BadInput, match="leaves no room"):
        assemble_plan(
            planning,
            template,
            4096,
            600,
            Sampling(),
            lambda texts: tuple(map(measure, texts)),
        )
    assert 1 < measured < 20
