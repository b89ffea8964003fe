"""Variants: asked for, shown as they come, taken whole and in part, mixed, dropped."""

import json
from pathlib import Path

from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.stages import Stage
from storyforge.store.story_file import StoryFile
from storyforge.tui.dialogs.base import AskText, Choose
from storyforge.tui.dialogs.plan_replacing import MayReplaceFacts
from storyforge.tui.dialogs.ticking import Tick
from storyforge.tui.dialogs.words import AskWords
from tests.tui.house import asked as asks
from tests.tui.house import notices, script, type_text, until, write_story
from tests.tui.planner.plans import IDEA, asked, at_plan, changed, premise, to_stage, write_plan

OTHER = premise(logline="A keeper finds a child who cannot speak.", tone="grim", genre="mystery")
CAST = json.dumps(
    {
        "items": [
            {"name": "Ida", "role": "the child from the boat"},
            {"name": "Rowan Pike", "role": "who owns the boat"},
            {"name": "Edda", "role": "keeps the shop"},
        ]
    }
)


def fresh(path: Path) -> Path:
    """A story of which only the idea is written."""
    write_story(path)
    with StoryFile.open(path) as story:
        story.plan.put("premise", {"idea": IDEA})
    return path


async def test_g_asks_for_premises_and_a_number_takes_one(tmp_path: Path) -> None:
    backend = script(premise(), OTHER, premise(tone="warm"))
    async with at_plan(fresh(tmp_path / "a.forge"), backend=backend) as (pilot, planner):
        await asked(pilot, planner, "g")
        told = planner.variants.view.plain
        assert "Logline A keeper hides a child from the law." in told
        assert "Logline A keeper finds a child who cannot speak." in told
        assert "propose a premise" in str(planner.variants.border_subtitle)
        await changed(pilot, planner, "2")
        assert planner.plan.premise.fact("tone") == "grim"
        assert "taken" in planner.variants.view.plain
        await changed(pilot, planner, "ctrl+z")
        assert planner.plan.premise.fact("tone") == ""


async def test_what_is_written_is_replaced_only_after_a_yes_that_shows_it(tmp_path: Path) -> None:
    backend = script(premise(), OTHER, premise())
    async with at_plan(write_plan(tmp_path / "a.forge"), backend=backend) as (pilot, planner):
        await asked(pilot, planner, "g")
        await pilot.press("2")
        await until(pilot, lambda: asks(planner.house, MayReplaceFacts), "the question")
        told = str(planner.house.screen.query("Static").first().render())
        assert "was: A keeper finds a child." in told
        assert "now: A keeper finds a child who cannot speak." in told
        await pilot.press("enter")
        await until(pilot, lambda: planner.house.screen is planner, "left as it is")
        assert planner.plan.premise.fact("tone") == ""
        await pilot.press("2")
        await until(pilot, lambda: asks(planner.house, MayReplaceFacts), "the question")
        await changed(pilot, planner, "end", "enter")
        assert planner.plan.premise.fact("logline") == "A keeper finds a child."
        assert planner.plan.premise.fact("tone") == "grim"


async def test_a_part_is_taken_by_enter_and_marked_ones_together(tmp_path: Path) -> None:
    backend = script(CAST)
    async with at_plan(fresh(tmp_path / "a.forge"), backend=backend) as (pilot, planner):
        await to_stage(pilot, planner, Stage.CHARACTERS)
        assert "No characters yet. G proposes a cast" in planner.fields.view.plain
        await asked(pilot, planner, "g")
        planner.to_pane(planner.variants)
        await until(pilot, lambda: planner.variants.view.has_focus, "the variants")
        await changed(pilot, planner, "right", "down", "enter")
        assert [one.name for one in planner.plan.characters] == ["Rowan Pike"]
        assert "✓ Rowan Pike — who owns the boat" in planner.variants.view.plain
        await pilot.press("up", "space", "down", "space")
        assert "● Edda" in planner.variants.view.plain
        await changed(pilot, planner, "t")
        assert {one.name for one in planner.plan.characters} == {"Ida", "Rowan Pike", "Edda"}


async def test_single_fields_of_proposed_things_are_marked_and_taken(tmp_path: Path) -> None:
    things = [
        {"title": "The log", "category": "thing", "keys": ["log"], "content": "A page is gone."},
        {"title": "The slip", "category": "place", "keys": ["slip"], "content": "Boats land."},
        {"title": "The flag", "category": "rule", "keys": ["flag"], "content": "It says no."},
    ]
    backend = script(json.dumps({"items": things}))
    async with at_plan(fresh(tmp_path / "a.forge"), backend=backend) as (pilot, planner):
        await to_stage(pilot, planner, Stage.WORLD)
        await asked(pilot, planner, "g")
        planner.to_pane(planner.variants)
        view = planner.variants.view
        await until(pilot, lambda: view.has_focus, "the variants")
        await pilot.press("right", "down")
        assert view.entry is not None
        assert view.entry.plain == "The slip"
        await pilot.press("right", "down", "down", "space")
        assert "● What is true of it: Boats land." in view.plain
        assert view.entry.plain == "The flag"
        await changed(pilot, planner, "t")
        (slip,) = planner.plan.of(Kind.WORLD)
        assert (slip.name, slip.fact("content")) == ("The slip", "Boats land.")
        assert slip.fact("category") == ""
        assert "✓ What is true of it: Boats land." in view.plain
        assert "taken in part" in view.plain


async def test_a_wish_goes_along(tmp_path: Path) -> None:
    backend = script(premise(), OTHER, premise())
    async with at_plan(fresh(tmp_path / "a.forge"), backend=backend) as (pilot, planner):
        await pilot.press("w")
        await until(pilot, lambda: asks(planner.house, AskText), "the wish")
        await type_text(pilot, "less grim")
        await asked(pilot, planner, "enter")
        assert "less grim" in backend.requests[0].prompt
        assert "“less grim”" in str(planner.variants.border_subtitle)


async def test_ideas_are_kept_dropped_and_more_are_asked_for(tmp_path: Path) -> None:
    ideas = json.dumps({"ideas": [f"What the keeper hides is number {n}" for n in range(1, 21)]})
    backend = script(ideas)
    async with at_plan(write_plan(tmp_path / "a.forge"), backend=backend) as (pilot, planner):
        await pilot.press("right", "down", "down")
        await asked(pilot, planner, "b")
        assert planner.at == ("premise", "premise")
        planner.to_pane(planner.variants)
        await until(pilot, lambda: planner.variants.view.has_focus, "the variants")
        await pilot.press("down", "space", "backspace")
        assert "Enter take it" in planner.keys_bar.plain
        assert "Backspace drop" in planner.keys_bar.plain
        assert "number 2" not in planner.variants.view.plain.split("\n")
        await asked(pilot, planner, "g")
        assert "hides is number 1" in backend.requests[-1].prompt
        view = planner.variants.view
        kept = "Kept\n● What the keeper hides is number 1\n1"
        await until(pilot, lambda: view.plain.startswith(kept), "what was kept is in sight")
        await changed(pilot, planner, "right", "enter")
        assert planner.plan.premise.fact("premise") == "What the keeper hides is number 1"


async def test_what_is_asked_for_shows_where_the_author_asked(tmp_path: Path) -> None:
    ideas = json.dumps({"ideas": [f"What the keeper hides is number {n}" for n in range(1, 21)]})
    backend = script(ideas)
    async with at_plan(write_plan(tmp_path / "a.forge"), backend=backend) as (pilot, planner):
        assert planner.at == ("premise", "")
        await asked(pilot, planner, "b")
        assert "What the keeper hides is number 20" in planner.variants.view.plain
        await pilot.press("1")
        await until(pilot, lambda: "you take one" in notices(planner.house), "which one")


async def test_an_outline_tells_its_acts_plot_lines_and_chapters_apart(tmp_path: Path) -> None:
    keeps = "She hides the child under the lamp."
    outline = {
        "shape": "It ends at sea.",
        "acts": [{"name": "The boat", "purpose": "She finds it."}],
        "plot_lines": [{"name": "The law", "about": "Who asks for the child."}],
        "chapters": [{"title": "Fog", "act": "The boat", "goal": "Reach it.", "turn": keeps}],
    }
    backend = script(json.dumps(outline))
    async with at_plan(write_plan(tmp_path / "a.forge"), backend=backend) as (pilot, planner):
        await to_stage(pilot, planner, Stage.OUTLINE)
        await asked(pilot, planner, "g")
        told = planner.variants.view.plain
        assert "Acts\n· The boat — She finds it.\nPlot lines\n· The law" in told
        assert "Chapters\n· Fog\nAct: The boat\nGoal: Reach it.\nTurn: She hides the child" in told
        planner.to_pane(planner.variants)
        await until(pilot, lambda: planner.variants.view.has_focus, "the variants")
        assert all(one in planner.keys_bar.plain for one in ("Space mark", "M mix", "→ its parts"))


async def test_questions_are_answered_below_them(tmp_path: Path) -> None:
    questions = [f"Who knows of secret number {n}?" for n in range(1, 6)]
    backend = script(json.dumps({"questions": questions}))
    async with at_plan(fresh(tmp_path / "a.forge"), backend=backend) as (pilot, planner):
        await pilot.press("h")
        await until(pilot, lambda: asks(planner.house, Choose), "what can be asked")
        await asked(pilot, planner, "down", "enter")
        planner.to_pane(planner.variants)
        await until(pilot, lambda: planner.variants.view.has_focus, "the variants")
        await pilot.press("right", "enter")
        await until(pilot, lambda: asks(planner.house, AskWords), "the answer")
        await type_text(pilot, "nobody")
        await changed(pilot, planner, "enter")
        assert "secret number 1? nobody" in planner.variants.view.plain
        assert planner.plan.premise.fact("idea") == f"{IDEA}\n\n{questions[0]}\nnobody"


async def test_two_variants_are_mixed(tmp_path: Path) -> None:
    backend = script(premise(), OTHER, premise(tone="warm"), premise(tone="of both"))
    async with at_plan(fresh(tmp_path / "a.forge"), backend=backend) as (pilot, planner):
        await asked(pilot, planner, "g")
        await pilot.press("m")
        await until(pilot, lambda: asks(planner.house, Tick), "which two")
        await asked(pilot, planner, "down", "enter", "down", "enter", "up", "up", "enter")
        prompt = backend.requests[3].prompt
        assert "hides a child from the law" in prompt
        assert "who cannot speak" in prompt
        assert "mix two premises" in str(planner.variants.border_subtitle)
        await pilot.press("alt+down")
        assert "propose a premise" in str(planner.variants.border_subtitle)


async def test_a_variant_shows_while_it_comes_and_a_stop_keeps_it(tmp_path: Path) -> None:
    path = fresh(tmp_path / "a.forge")
    backend = script(premise(), delay=0.05)
    async with at_plan(path, backend=backend) as (pilot, planner):
        await pilot.press("g")
        await until(
            pilot, lambda: "Logline A keeper hides" in planner.variants.view.plain, "some of it"
        )
        assert "variant 1 of 3" in planner.status_bar.plain
        assert "writing" in planner.variants.view.plain
        ended = planner.asking.ended
        await pilot.press("escape")
        await until(pilot, lambda: planner.asking.ended > ended, "stopped")
        await until(pilot, lambda: "stopped" in planner.variants.view.plain, "it is said")
        assert planner.house.screen is planner
    with StoryFile.open(path) as story:
        (kept,) = story.proposals.of_stage(Stage.PREMISE)
        assert kept.text.startswith('{"logline": "A keeper hides')


async def test_a_model_that_fails_says_so_and_keeps_what_came(tmp_path: Path) -> None:
    backend = script(premise(), fail_after=12)
    async with at_plan(fresh(tmp_path / "a.forge"), backend=backend) as (pilot, planner):
        await asked(pilot, planner, "g")
        assert "failed" in planner.variants.view.plain
        await until(pilot, lambda: notices(planner.house), "said")


async def test_without_an_idea_nothing_is_asked(tmp_path: Path) -> None:
    async with at_plan(write_story(tmp_path / "a.forge"), backend=script(premise())) as (
        pilot,
        planner,
    ):
        await asked(pilot, planner, "g")
        assert "There is no idea yet" in notices(planner.house)


async def test_the_run_goes_on_at_the_desk_and_what_came_is_there(tmp_path: Path) -> None:
    backend = script(premise(), delay=0.01)
    async with at_plan(fresh(tmp_path / "a.forge"), backend=backend) as (pilot, planner):
        await pilot.press("g")
        await until(pilot, lambda: planner.asking.running, "it runs")
        await pilot.press("f3")
        await until(pilot, lambda: planner.house.screen is planner.desk, "the desk")
        await until(pilot, lambda: not planner.asking.running, "it ends")
        await pilot.press("f2")
        await until(pilot, lambda: planner.house.screen is planner, "the planner")
        assert planner.variants.view.plain.count("Logline A keeper hides") == 3


async def test_escape_on_the_page_stops_it_after_all_else(tmp_path: Path) -> None:
    backend = script(premise(), delay=0.05)
    async with at_plan(fresh(tmp_path / "a.forge"), backend=backend) as (pilot, planner):
        desk = planner.desk
        await pilot.press("g")
        await until(pilot, lambda: planner.asking.running, "it runs")
        await pilot.press("f3")
        await until(pilot, lambda: planner.house.screen is desk, "the desk")
        await until(pilot, lambda: "Esc stops" in desk.status_bar.plain, "it is said")
        await pilot.press("ctrl+b")
        await until(pilot, lambda: desk.binder.has_focus, "the binder")
        ended = planner.asking.ended
        await pilot.press("escape")
        await until(pilot, lambda: desk.manuscript.has_focus, "the page")
        assert planner.asking.running
        assert planner.asking.ended == ended
        await pilot.press("escape")
        await until(pilot, lambda: planner.asking.ended > ended, "stopped")
    with StoryFile.open(tmp_path / "a.forge") as story:
        assert [one.number for one in story.proposals.of_stage(Stage.PREMISE)] == [1]


async def test_all_that_is_missing_is_asked_for_one_after_the_other(tmp_path: Path) -> None:
    deep = json.dumps({"role": "keeps the light", "want": "quiet", "need": "a voice"})
    async with at_plan(write_plan(tmp_path / "a.forge"), backend=script(deep)) as (pilot, planner):
        await to_stage(pilot, planner, Stage.CHARACTERS)
        await asked(pilot, planner, "a")
        assert "Mara ◇1" in planner.fields.view.plain
        assert "Tom Reed the inspector ◇1" in planner.fields.view.plain
        assert "Want quiet" in planner.variants.view.plain
