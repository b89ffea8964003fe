"""Verbs on a selection: templates of the house and of the author, takes over the author's words."""

import asyncio
from pathlib import Path

import pytest

from storyforge import paths
from storyforge.backends.scripted import ScriptedBackend
from storyforge.domain.generation import StopReason, Take, TakeKind, TakeState
from storyforge.domain.sampling import Sampling
from storyforge.errors import BadInput, Refused
from storyforge.prompting.verbs import Verb, template_of, verbs
from storyforge.store.story_file import StoryFile
from storyforge.studio.takes.rewording import Order, Selected, order_of, reword
from tests.studio.continuation import all_of, write

SHORTEN = Verb("shorten", "Shorten")


async def reworded(
    story: StoryFile, backend: ScriptedBackend, order: Order, text: str = "The light was lit.\n"
) -> tuple[Take, ...]:
    passage = write(story, f"Wet. {text}Dry.")
    selected = Selected(passage.scene_id, "Wet. ", text, "Dry.")
    stream = reword(story, selected, "place", backend, order, Sampling(seed=1), asyncio.Event())
    await all_of(stream)
    return story.takes.of_place("place")


async def test_takes_stand_beside_the_authors_words(story: StoryFile) -> None:
    backend = ScriptedBackend(["Light.\n\n### A passage\nmore"])
    original, first, second = await reworded(story, backend, Order(SHORTEN, takes=2))
    assert (original.state, original.text) == (TakeState.EDITED, "The light was lit.\n")
    assert [(take.kind, take.wish, take.standing) for take in (first, second)] == [
        (TakeKind.REWRITE, "Shorten", "Light.\n")
    ] * 2
    assert first.reason is StopReason.STOP_STRING
    prompt = backend.requests[0].prompt
    assert prompt.startswith("### The story so far\nWet.")
    assert prompt.endswith("### A passage\nThe light was lit.\n\n### The same passage, shorter\n")


@pytest.mark.parametrize(
    "said",
    ["Certainly! Here is the shortened passage:\n\nLight.", "Light.", "\n\n  Light.  \n"],
)
async def test_nothing_a_model_says_about_the_task_gets_in(story: StoryFile, said: str) -> None:
    *_, take = await reworded(story, ScriptedBackend([said]), Order(SHORTEN))
    assert take.standing == take.text == "Light.\n"


async def test_a_refusal_is_no_text(story: StoryFile) -> None:
    backend = ScriptedBackend(["I'm sorry, but I can't help with that."])
    (original,) = await reworded(story, backend, Order(SHORTEN))
    assert original.state is TakeState.EDITED


async def test_a_passage_that_is_one_can_be_put_otherwise(story: StoryFile) -> None:
    said = "I can't help you with that."
    _original, take = await reworded(story, ScriptedBackend([said]), Order(SHORTEN), f"{said}\n")
    assert take.standing == f"{said}\n"


async def test_what_the_author_says_is_in_the_prompt_and_in_the_take(story: StoryFile) -> None:
    (own,) = (verb for verb in verbs("en") if verb.name == "own")
    backend = ScriptedBackend(["The lamp was lit."])
    *_, take = await reworded(story, backend, Order(own, "it is a lamp"))
    assert backend.requests[0].prompt.endswith("### The same passage, but: it is a lamp\n")
    assert order_of(take.wish, "en") == Order(own, "it is a lamp")
    assert order_of("Shorten", "en") == Order(SHORTEN)
    assert order_of("Gone", "en") is None


async def test_more_than_fits_is_refused_and_nothing_is_kept(story: StoryFile) -> None:
    backend = ScriptedBackend(["x"], context_tokens=300)
    with pytest.raises(BadInput, match="too long"):
        await reworded(story, backend, Order(SHORTEN), "word " * 400)
    with pytest.raises(Refused, match="Nothing is selected"):
        await reworded(story, backend, Order(SHORTEN), " \n")
    assert story.takes.of_place("place") == ()


@pytest.mark.parametrize("language", ["en", "ja", "de"])
def test_every_verb_that_ships_works(language: str) -> None:
    found = verbs(language)
    assert [verb.name for verb in found][:3] == ["rewrite", "expand", "shorten"]
    assert found[-1].asks
    assert len({verb.title for verb in found}) == len(found) == 9
    for verb in found:
        prompt = template_of(verb, language).render(
            passage="灯。", before="夜。", after="", wish="短く", title="", author=""
        )
        assert "夜。" in prompt
        assert prompt.rindex("灯。") > prompt.index("夜。")
        assert prompt.endswith("\n")


def own_verb(name: str, source: str) -> Path:
    folder = paths.config_dir() / "prompts" / "en" / "rewrite"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.md.j2").write_text(source, "utf-8")
    return folder


def test_the_authors_own_verbs_are_listed_by_the_title_in_their_file() -> None:
    own_verb("noir", "{#- As a detective would tell it\n  asks: How dark? -#}\n{{ passage }}")
    own_verb("shorten", "{# Cut to the bone #}{{ passage }}")
    own_verb("plain", "{{ passage }}")
    found = {verb.name: verb for verb in verbs("en")}
    assert found["noir"] == Verb("noir", "As a detective would tell it", "How dark?", own=True)
    assert found["shorten"] == Verb("shorten", "Cut to the bone", own=True)
    assert found["plain"].title == "plain"
    assert list(found)[-1] == "own"


async def test_a_verb_that_is_broken_is_listed_and_says_so_when_asked(story: StoryFile) -> None:
    folder = own_verb("bad", "{# Bad #}{{ passage")
    (folder / "latin.md.j2").write_bytes(b"\xff\xfe{{")
    found = {verb.name: verb for verb in verbs("en")}
    for name in ("bad", "latin"):
        with pytest.raises(BadInput, match=f"{name}.md.j2"):
            await reworded(story, ScriptedBackend(["x"]), Order(found[name]))
