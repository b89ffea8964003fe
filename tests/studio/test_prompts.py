"""The templates for their author: whose each is, what is wrong, what it makes of the story."""

from pathlib import Path

import pytest

from storyforge import paths
from storyforge.backends.scripted import ScriptedBackend
from storyforge.domain.generation import Request
from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.items import PREMISE_ID
from storyforge.errors import BadInput
from storyforge.prompting.library import Origin
from storyforge.store.story_file import StoryFile
from storyforge.studio import prompts
from storyforge.studio.prompt.samples import known_variables
from storyforge.studio.prompt.talking import own_talk, talk, window_of
from storyforge.studio.prompt.trying import flaw, render, render_for
from tests.backends.talking import Chats

NAME = "premise/propose"


def test_every_template_that_ships_works_without_a_story() -> None:
    assert prompts.check_all() == ()
    found = prompts.prompts()
    assert {one.origin for one in found} == {Origin.PACKAGED}
    assert [one.name for one in found if one.language == "en"][:2] == [NAME, "premise/mix"]
    for one in found:
        made = render(one.name, one.language, one.text)
        assert made.flaw is None, one.name
        assert (made.tokens > 5) is (made.text != ""), one.name
        assert made.text or one.name in ("item/asked",), one.name
        assert prompts.difference(one) == ""


def test_without_data_a_template_shows_what_would_stand_there() -> None:
    text = prompts.prompt(NAME, "en").text
    assert '"logline": "‹Logline›"' in render(NAME, "en", text).text


def test_a_template_is_shown_with_the_storys_data(story: StoryFile) -> None:
    story.plan.put(PREMISE_ID, {"idea": "A lamp.", "tone": "grim"})
    story.plan.add(Kind.CHARACTER, {"name": "Mara", "role": "Keeps the light."})
    text = prompts.prompt("characters/deepen", "en", story).text
    made = render("characters/deepen", "en", text, story)
    assert '{"name": "Mara", "role": "Keeps the light."}' in made.text
    assert "‹" not in made.text


async def test_its_tokens_are_the_models_own(story: StoryFile) -> None:
    story.plan.put(PREMISE_ID, {"idea": "A lamp. " * 4000})
    model = ScriptedBackend(context_tokens=2048)
    text = prompts.prompt(NAME, "en", story).text
    made = await render_for(model, NAME, "en", text, story)
    assert not made.estimated
    assert (await model.count_tokens((made.text,)))[0] <= made.tokens < 2048


def test_a_copy_of_a_storys_wins_over_the_authors_and_that_over_the_packaged(
    story: StoryFile,
) -> None:
    packaged = prompts.prompt(NAME, "en").text
    prompts.write(NAME, "en", "Mine: {{ idea }}", Origin.YOURS)
    mine = prompts.write(NAME, "en", "Here: {{ idea }}", Origin.STORY, story)
    assert (mine.origin, mine.text, mine.packaged) == (Origin.STORY, "Here: {{ idea }}", packaged)
    assert prompts.prompt(NAME, "en").origin is Origin.YOURS
    assert "+Here: {{ idea }}" in prompts.difference(mine)
    here = {one.name: one for one in prompts.prompts(story, "en")}
    assert here[NAME].is_own
    prompts.take_back(NAME, "en", Origin.STORY, story)
    assert prompts.prompt(NAME, "en", story).text == "Mine: {{ idea }}"
    prompts.take_back(NAME, "en", Origin.YOURS)
    assert prompts.prompt(NAME, "en", story).text == packaged


def test_what_is_taken_back_is_kept_and_can_come_again(story: StoryFile) -> None:
    for origin in (Origin.YOURS, Origin.STORY):
        prompts.write(NAME, "en", f"{origin}: {{{{ idea }}}}", origin, story)
        taken = prompts.take_back(NAME, "en", origin, story)
        assert taken.file.is_relative_to(prompts.trash())
        assert taken.file.read_text("utf-8") == taken.text
        again = prompts.bring_back(taken, story)
        assert (again.origin, again.text) == (origin, taken.text)
    with pytest.raises(BadInput, match="no prompt"):
        prompts.take_back("premise/mix", "en", Origin.YOURS)


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("fine\n{% if %}\n", 2, "a value is missing"),
        ("{#- a\nnowhere\n-#}\nfine\n{{ nowhere }}\n", 5, "“nowhere”"),
        ("\n\n{{ premise.nothing }}", 3, "has no 'nothing'"),
        ("\n{{ title.__class__ }}", 2, "forbidden"),
        ("\n{{ 'a' * 10 ** 9 }}", 2, "too large"),
        ("{% if a %}", 1, "not closed"),
    ],
)
def test_what_is_wrong_is_known_before_a_model_is_asked(
    story: StoryFile, text: str, line: int, why: str
) -> None:
    found = flaw(NAME, "en", text, story)
    assert found is not None
    assert found.line == line
    assert why in found.why
    assert found.sentence.startswith(f"{found.path}:{line}: ")
    kept = prompts.write(NAME, "en", text, Origin.STORY, story)
    assert kept.flaw is not None
    assert kept.flaw.line == line
    assert story.prompt_copies.all()["en", NAME] == text


def test_a_template_without_room_for_anything_is_a_flaw() -> None:
    found = flaw(NAME, "en", "a " * 24_000)
    assert found is not None
    assert "leaves no room" in found.why


def test_a_copy_that_cannot_be_read_is_listed_with_what_is_wrong() -> None:
    file = paths.config_dir() / f"prompts/en/{NAME}.md.j2"
    file.parent.mkdir(parents=True)
    file.write_bytes("café".encode("utf-16"))
    (found,) = (one for one in prompts.prompts(language="en") if one.name == NAME)
    assert found.text == ""
    assert found.flaw is not None


def test_a_copy_that_cannot_be_written_is_said() -> None:
    folder = paths.config_dir() / "prompts"
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("no folder")
    with pytest.raises(BadInput, match="cannot be written"):
        prompts.write(NAME, "en", "Mine", Origin.YOURS)
    with pytest.raises(BadInput, match="a copy of"):
        prompts.write(NAME, "en", "Mine", Origin.PACKAGED)


def test_the_storys_languages_come_first(tmp_path: Path) -> None:
    with StoryFile.create(tmp_path / "a.forge", title="灯台", language="ja-JP") as story:
        assert prompts.languages(story)[0] == "ja"
    assert prompts.languages() == ("en", "ja")


@pytest.mark.parametrize("name", ["rewrite/mine", "draft/continue", "summary/scene", "chat/mine"])
def test_what_a_template_may_ask_for_is_known(name: str) -> None:
    stage = {"rewrite": "passage", "draft": "scenes", "summary": "text", "chat": "ending"}
    assert stage[name.partition("/")[0]] in known_variables(name)


async def test_a_storys_own_words_around_a_prompt_are_used_and_counted(story: StoryFile) -> None:
    text = "{% block user %}Fill in: {{ text }}{% endblock %}"
    story.prompt_copies.put("en", "chat/form", text)
    own, model = story.prompt_copies.all(), Chats(context_tokens=2048)
    said = own_talk(own, model, "en", "form")
    assert said == text
    (turn,) = talk("", Request("A form.", chat="form", talk=said))
    assert turn.text == "Fill in: A form."
    shipped = await window_of(model, "en", "form")
    assert await window_of(model, "en", "form", own) > shipped
    assert own_talk(own, ScriptedBackend(), "en", "form") == ""
    assert own_talk(own, model, "en") == ""
