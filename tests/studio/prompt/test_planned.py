"""What a model is told of the plan: this scene and those on stage, nothing that is to come."""

from pathlib import Path

import pytest

from storyforge.backends.scripted import ScriptedBackend
from storyforge.domain.generation import Request
from storyforge.domain.length import Length
from storyforge.domain.lore import ContextRules, LoreEntry
from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.items import PREMISE_ID
from storyforge.domain.sampling import Sampling
from storyforge.domain.sections import SectionKind, SectionState
from storyforge.prompting.scene_plan import Beat
from storyforge.store.plan.drafted import Drafted
from storyforge.store.story_file import StoryFile
from storyforge.studio.prompt.asking import ask
from tests.studio.continuation import scene_of, write

BACKEND = ScriptedBackend(context_tokens=1024)
TEXT = "She waited at the door."


async def asked(story: StoryFile, text: str = TEXT, beat: Beat | None = None) -> Request:
    request, _notes = await ask(
        story, write(story, text), BACKEND, Length(), Sampling(seed=1), beat=beat
    )
    return request


def plan(story: StoryFile) -> dict[str, str]:
    """A small plan; the ids by name."""
    story.plan.put(
        PREMISE_ID, {"logline": "A keeper finds a boy", "tone": "grim", "theme": "guilt"}
    )
    add = story.plan.add
    mara = add(Kind.CHARACTER, {"name": "Mara", "role": "keeper", "want": "peace", "arc": "drowns"})
    tom = add(Kind.CHARACTER, {"name": "Tom", "role": "boy", "voice": "No.\nNot yet."})
    hale = add(Kind.CHARACTER, {"name": "Hale", "role": "inspector"})
    facts = {
        "purpose": "Mara finds Tom",
        "cast": f"{mara}\n{tom}",
        "place": "the rocks",
        "time": "night",
        "beats": "She sees a light.\nShe climbs down.",
        "change": "She is not alone",
    }
    story.plan.put(scene_of(story), facts)
    (chapter,) = story.plan.read().chapters
    later = {"beats": "Hale hangs the boy.", "cast": hale}
    story.plan.add(Kind.SCENE, later, chapter_id=chapter.id)
    return {"Mara": mara, "Tom": tom, "Hale": hale}


async def test_a_story_without_a_plan_has_the_prompt_it_always_had(story: StoryFile) -> None:
    request = await asked(story)
    assert request.prompt == f"Chapter 1\n\n{TEXT}"
    assert {section.kind for section in request.sections} == {SectionKind.STORY}


async def test_the_scene_and_those_on_stage_are_told_above_the_story(story: StoryFile) -> None:
    ids = plan(story)
    request = await asked(story)
    assert request.prompt == (
        "A keeper finds a boy. Tone: grim.\n"
        "Mara: keeper. Wants: peace.\n"
        "Tom: boy. Talks like this: “No.” “Not yet.”\n"
        "This scene: Mara finds Tom. Place: the rocks. Time: night. There: Mara, Tom. What happens "
        "in it: She sees a light. She climbs down. How it ends: She is not alone.\n"
        f"***\n\nChapter 1\n\n{TEXT}"
    )
    told = {section.name: section for section in request.sections}
    assert (told["Cast: Mara"].why, told["Cast: Mara"].source) == ("on stage", ids["Mara"])
    away = told["Cast: Hale"]
    assert (away.why, away.state, away.given) == ("not on stage", SectionState.LEFT_OUT, 0)
    for name in ("Plan: the story", "Cast: Tom", "Plan: this scene"):
        one = told[name]
        assert request.prompt[one.start : one.start + len(one.text)] == one.text
        assert one.given > 0


async def test_what_was_drafted_is_told_as_told(story: StoryFile) -> None:
    plan(story)
    story.drafted.put(Drafted(scene_of(story), 1, "She sees a light."))
    prompt = (await asked(story)).prompt
    assert "Told already: She sees a light. Still to come: She climbs down. How" in prompt


async def test_nothing_of_later_scenes_or_of_an_end_is_told(story: StoryFile) -> None:
    plan(story)
    prompt = (await asked(story)).prompt
    for spoiler in ("hangs", "Hale", "drowns", "guilt"):
        assert spoiler not in prompt


async def test_a_story_can_have_its_models_told_nothing_of_it(story: StoryFile) -> None:
    plan(story)
    story.context.set_rules(ContextRules(plan_share=0))
    assert (await asked(story)).prompt == f"Chapter 1\n\n{TEXT}"


async def test_a_plan_larger_than_its_share_is_shortened_and_says_so(story: StoryFile) -> None:
    plan(story)
    story.plan.put(scene_of(story), {"beats": "\n".join(f"Beat {n} happens." for n in range(300))})
    request = await asked(story)
    plans = [one for one in request.sections if one.kind in (SectionKind.PLAN, SectionKind.CAST)]
    assert sum(one.given for one in plans) <= 256
    scene = next(one for one in plans if one.name == "Plan: this scene")
    assert scene.state is SectionState.TRIMMED
    assert "had no room" in scene.why
    assert request.prompt.endswith(TEXT)


async def test_an_opening_is_told_it_too(story: StoryFile) -> None:
    plan(story)
    prompt = (await asked(story, "")).prompt
    assert prompt.startswith("A keeper finds a boy. Tone: grim.\n")
    assert prompt.endswith("***\n\nSalt\nby A. B.\n\nChapter 1\n\n")


async def test_names_are_those_of_the_story(tmp_path: Path) -> None:
    with StoryFile.create(tmp_path / "ja.forge", title="灯台", language="ja") as story:
        story.plan.set_language("en")
        facts = {"name": "Mara", "prose_name": "真昼", "role": "keeper"}
        mara = story.plan.add(Kind.CHARACTER, facts)
        told = {"cast": mara, "point_of_view": mara, "beats": "She waits."}
        story.plan.put(scene_of(story), told)
        story.plan.put(PREMISE_ID, {"tense": "past", "point_of_view": "first person"})
        prompt = (await asked(story, "風が強い。")).prompt
    assert prompt.startswith(
        "語り：一人称、過去形。\n真昼：keeper。\n視点：真昼。登場：真昼。起きること：She waits。\n"
    )


async def test_a_beat_stands_where_it_begins_and_calls_its_lore(story: StoryFile) -> None:
    plan(story)
    story.context.put_entry(LoreEntry("e1", "Rope", ("rope",), "The rope is new."))
    assert "The rope is new." not in (await asked(story)).prompt
    beat = Beat("She ties a rope", 120, ("Tom",), "", back=len("She tied"))
    prompt = (await asked(story, f"{TEXT}\n\nShe tied", beat)).prompt
    told = "[What happens next, told in about 120 words: She ties a rope. With Tom.]"
    assert prompt.endswith(f"{TEXT}\n\n[The rope is new.]\n\n{told}\n\nShe tied")
    assert prompt.index("Salt\nby A. B.\n\n") < prompt.index("Chapter 1")


@pytest.mark.parametrize("where", ["story", "settings"])
async def test_the_authors_own_words_for_it_win(story: StoryFile, where: str) -> None:
    from storyforge import paths

    plan(story)
    source = "{% if part == 'scene' %}NOW: {{ scene.purpose }}{% endif %}"
    if where == "story":
        story.prompt_copies.put("en", "draft/plan", source)
    else:
        file = paths.config_dir() / "prompts/en/draft/plan.md.j2"
        file.parent.mkdir(parents=True)
        file.write_text(source, "utf-8")
    assert (await asked(story)).prompt.startswith("NOW: Mara finds Tom\n***\n\n")


async def test_a_look_is_told_from_its_scene_on_and_never_before(story: StoryFile) -> None:
    ids = plan(story)
    story.plan.put(ids["Mara"], {"look": "A tall woman."})
    here, later = story.plan.read().scenes
    facts = {"name": "scar", "who": ids["Mara"], "since": later.id, "look": "A scar."}
    scar = story.plan.add(Kind.LOOK, facts)
    story.plan.put(here.id, {"weather": "fog", "shown_picture": "a tall woman"})
    prompt = (await asked(story)).prompt
    assert "Looks: A tall woman. " in prompt
    assert "Weather: fog." in prompt
    assert "scar" not in prompt
    story.plan.put(scar, {"since": here.id})
    request = await asked(story)
    assert "Looks: A tall woman; A scar. " in request.prompt
    cast = next(one for one in request.sections if "A scar" in one.text)
    assert cast.kind is SectionKind.CAST
    story.plan.put(scar, {"instead": "all of it"})
    assert "Looks: A scar. " in (await asked(story)).prompt
    story.plan.put(scar, {"since": "nowhere"})
    assert "Looks: A tall woman. " in (await asked(story)).prompt
