"""A painter's words, asked of a model: what is asked for, what an answer is held to."""

import asyncio
import json
from pathlib import Path

import pytest

from storyforge.backends.scripted import ScriptedBackend
from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.items import PREMISE_ID, Item
from storyforge.domain.plan.proposals import Target
from storyforge.domain.plan.stages import Stage
from storyforge.domain.plan.tasks import ASKED
from storyforge.domain.profile import Task
from storyforge.domain.sampling import Sampling
from storyforge.errors import BadInput
from storyforge.prompting.planning import Planning
from storyforge.store.story_file import StoryFile
from storyforge.studio.planning import picturing
from storyforge.studio.planning.asking import VariantFinished, Wanted, propose
from storyforge.studio.planning.editing import add, write
from storyforge.studio.planning.picturing import missing_moments, missing_texts, trimmed, unfit
from storyforge.studio.planning.taking import take
from storyforge.studio.staleness import stale
from tests.domain.picture.plans import BOOK, plan, with_facts


@pytest.fixture(autouse=True)
def small_book(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storyforge.studio.pictures.tag_books.book", lambda: BOOK)


async def ask(story: StoryFile, wanted: Wanted, *answers: str) -> tuple[VariantFinished, str]:
    """The last variant, and what the model was told."""
    backend = ScriptedBackend([json.dumps({"value": one}) for one in answers])
    last: VariantFinished | None = None
    async for event in propose(story, backend, wanted, Sampling(seed=1), asyncio.Event()):
        if isinstance(event, VariantFinished):
            last = event
    assert last is not None
    return last, backend.requests[-1].prompt


def mara(story: StoryFile, **facts: str) -> str:
    return add(story, Kind.CHARACTER, {"name": "Mara", "look": "A tall woman.", **facts})


async def test_a_picture_text_is_asked_for_taken_and_marked_when_its_look_changes(
    story: StoryFile,
) -> None:
    key = mara(story)
    wanted = Wanted(Target(Stage.CHARACTERS, "picture/text", key, "look_picture"))
    assert wanted.target.asks is Task.PICTURE_PROMPT
    told, prompt = await ask(story, wanted, "Picture text: a tall woman, red hair.")
    assert "How it looks: A tall woman." in prompt
    assert told.proposal.value == {"value": "a tall woman, red hair"}
    assert not told.proposal.flaw
    take(story, told.proposal.id)
    assert story.plan.read().characters[0].fact("look_picture") == "a tall woman, red hair"
    write(story, key, {"look": "A short man."})
    assert [one.fields for one in stale(story)] == [("look_picture",)]


async def test_an_answer_that_names_somebody_is_asked_for_again(story: StoryFile) -> None:
    key = mara(story)
    wanted = Wanted(Target(Stage.CHARACTERS, "picture/text", key, "look_picture"))
    told, _prompt = await ask(story, wanted, "Mara, a tall woman", "a tall woman in an oilskin")
    assert told.proposal.value == {"value": "a tall woman in an oilskin"}
    told, _prompt = await ask(story, wanted, "Mara, tall", "tall Mara", "Mara, a woman")
    assert told.proposal.flaw == "It names somebody, and no painter knows them."


async def test_of_tags_only_those_of_the_dictionary_stay(story: StoryFile) -> None:
    key = mara(story)
    target = Target(Stage.CHARACTERS, "picture/text", key, "look_picture")
    told, prompt = await ask(story, Wanted(target, tags=True), "Elderly man, red_hair, very proud")
    assert "Tags:" in prompt
    assert told.proposal.value == {"value": "old man, red hair"}


async def test_the_moment_of_a_scene_is_told_in_the_storys_language(story: StoryFile) -> None:
    scene = story.plan.read().scenes[0]
    write(story, scene.id, {"beats": "Mara hears a boat."})
    target = picturing.shown_target(story.plan.read().scenes[0])
    assert target is not None
    told, _prompt = await ask(story, Wanted(target), "Mara leans over the rail of the lighthouse.")
    take(story, told.proposal.id)
    shown = story.plan.read().scenes[0].fact("shown")
    assert shown == "Mara leans over the rail of the lighthouse."


async def test_a_prompt_is_sharpened_and_is_no_fact_of_the_plan(story: StoryFile) -> None:
    scene = story.plan.read().scenes[0]
    target = Target(Stage.SCENES, "picture/prompt", scene.id, "prompt")
    sharper = "a tall woman lifts a lantern in thick fog, watercolour"
    told, prompt = await ask(story, Wanted(target, prompt="a woman, fog, lantern"), sharper)
    assert "Prompt: a woman, fog, lantern" in prompt
    assert told.proposal.value == {"value": sharper}
    assert [one.id for one in story.proposals.about(target)] == [told.proposal.id]
    assert take(story, told.proposal.id) == ()
    assert story.plan.read().scenes[0].facts == scene.facts


@pytest.mark.parametrize(
    ("task", "field"),
    [("picture/text", "look_picture"), ("picture/text", "want"), ("picture/text", "nothing")],
)
async def test_what_is_not_written_cannot_be_put_before_a_painter(
    story: StoryFile, task: str, field: str
) -> None:
    key = add(story, Kind.CHARACTER, {"name": "Mara"})
    with pytest.raises(BadInput):
        await ask(story, Wanted(Target(Stage.CHARACTERS, task, key, field)), "x")


async def test_nothing_is_sharpened_or_shown_where_there_is_nothing(story: StoryFile) -> None:
    scene = story.plan.read().scenes[0]
    for task, field in (("picture/prompt", "prompt"), ("picture/shown", "shown")):
        with pytest.raises(BadInput):
            await ask(story, Wanted(Target(Stage.SCENES, task, scene.id, field)), "x")


def test_what_is_missing_is_listed_for_the_painter_in_use() -> None:
    of = plan(with_facts(plan(), "one", shown="Mara runs."))
    assert missing_texts(of, tags=False) == ()
    tagged = {(one.item_id, one.field) for one in missing_texts(of, tags=True)}
    assert tagged == {
        ("premise", "style_picture"),
        ("mara", "look_picture"),
        ("scar", "picture"),
        ("light", "look_picture"),
        ("one", "shown_picture"),
        *((scene, "time_picture") for scene in ("one", "two", "three")),
    }
    assert {one.item_id for one in missing_texts(plan(language="ja"), tags=False)} >= {"mara"}
    planned = plan(with_facts(plan(), "two", beats="Mara runs."))
    assert [one.item_id for one in missing_moments(planned)] == ["two"]


@pytest.mark.parametrize(
    ("told", "bare"),
    [
        ("Sure! Here you go: a tall woman", "a tall woman"),
        ("Picture text: `a tall woman.`", "a tall woman"),
        ("The picture shows a tall woman, fog", "a tall woman, fog"),
        ("“a tall woman”\nred hair\n", "a tall woman, red hair"),
    ],
)
def test_chatter_goes(told: str, bare: str) -> None:
    assert trimmed(about("picture/text"), told) == bare


@pytest.mark.parametrize(
    "told",
    [
        *("背の高い女", "Mara Keel", "mara is tall"),
        *("a woman <lora:x:1>", "sea <hypernet:x:1>", "a (woman"),
    ],
)
def test_what_no_painter_can_read_is_unfit(told: str) -> None:
    assert unfit(about("picture/text"), told)
    assert not unfit(about("picture/text"), "a tall woman (weathered)")
    assert not unfit(about("field/again"), told)


def test_the_style_is_put_before_a_painter_too() -> None:
    target = picturing.text_target(Item(PREMISE_ID, Kind.PREMISE, {"style": "墨絵"}), "style")
    assert target == Target(Stage.PREMISE, "picture/text", PREMISE_ID, "style_picture")


def about(task: str) -> Planning:
    return Planning(ASKED[task], plan(), plan().item("mara"), "look_picture")


def test_the_templates_are_there_in_both_languages() -> None:
    root = Path(__file__).parents[3] / "prompts"
    for language in ("en", "ja"):
        assert {one.name for one in (root / language / "picture").iterdir()} == {
            "text.md.j2",
            "shown.md.j2",
            "prompt.md.j2",
        }
