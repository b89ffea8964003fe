"""A prompt looked at: the very request that would be sent, and nothing is written by looking."""

from collections.abc import AsyncGenerator
from pathlib import Path

from storyforge.backends.scripted import ScriptedBackend
from storyforge.domain.generation import Cached, Loading, Request
from storyforge.domain.length import Length
from storyforge.domain.sampling import Sampling
from storyforge.domain.sections import PromptEdit, Section, SectionKind, SectionState
from storyforge.domain.story import Passage
from storyforge.errors import ModelError
from storyforge.store.story_file import StoryFile
from storyforge.studio.continuing import Wish
from storyforge.studio.prompt.asking import ask
from storyforge.studio.prompt.looking import Look, look, parts
from tests.store.helpers import only_scene, typed

WISH = Wish(Length(), Sampling(), trim_to_sentence=False)
TEXT = "Mara kept the light.\n\nShe climbed the stairs."


class Missing(ScriptedBackend):
    """A model whose file is gone."""

    async def load(self) -> AsyncGenerator[Loading, None]:
        raise ModelError("The model's file is gone.")
        yield


def story(path: Path) -> tuple[StoryFile, Passage]:
    opened = StoryFile.create(path / "a.forge", title="The Light")
    scene_id = only_scene(opened)
    opened.scenes.save(typed(scene_id, TEXT))
    opened.context.set_text("memory", "Skerry Point, 1893.")
    return opened, Passage(scene_id, TEXT, "")


async def looked(
    opened: StoryFile, passage: Passage, model: ScriptedBackend, draft: PromptEdit | None = None
) -> Look:
    told = [one async for one in look(opened, passage, model, WISH, 4096, draft=draft)]
    assert isinstance(told[-1], Look)
    return told[-1]


async def test_what_is_looked_at_is_what_would_be_sent(tmp_path: Path) -> None:
    opened, passage = story(tmp_path)
    with opened:
        model = ScriptedBackend()
        seen = await looked(opened, passage, model)
        request, _notes = await ask(opened, passage, model, WISH.length, WISH.sampling)
        assert seen.request.prompt == request.prompt == seen.assembled
        assert seen.cached is not None
        assert seen.cached.reused == 0
        assert opened.takes.of_scene(passage.scene_id) == ()
        assert model.requests == []


async def test_without_a_model_the_parts_are_there_with_estimates(tmp_path: Path) -> None:
    opened, passage = story(tmp_path)
    with opened:
        seen = await looked(opened, passage, Missing())
        assert seen.problem.startswith("The model's file is gone.")
        assert seen.window == 4096
        assert seen.cached is None
        kinds = [section.kind for section in seen.request.sections]
        assert SectionKind.MEMORY in kinds
        assert sum(section.given for section in seen.request.sections) > len(TEXT) // 5


async def test_a_kept_edit_is_what_would_be_sent_and_the_assembled_prompt_is_known(
    tmp_path: Path,
) -> None:
    opened, passage = story(tmp_path)
    with opened:
        before = await looked(opened, passage, ScriptedBackend())
        edit = PromptEdit(before.assembled, "Slowly.\n" + before.assembled)
        opened.prompt_edits.keep(passage.scene_id, edit)
        seen = await looked(opened, passage, ScriptedBackend())
        assert seen.request.prompt == edit.edited
        assert seen.assembled == edit.base
        assert seen.request.sections[0].kind is SectionKind.EDITED


async def test_a_draft_goes_along_with_the_story(tmp_path: Path) -> None:
    opened, passage = story(tmp_path)
    with opened:
        before = await looked(opened, passage, ScriptedBackend())
        draft = PromptEdit(before.assembled, "Slowly.\n" + before.assembled)
        further = Passage(passage.scene_id, TEXT + " The fog came.", "")
        seen = await looked(opened, further, ScriptedBackend(), draft)
        assert seen.resumed == "Slowly.\n" + seen.assembled
        assert seen.resumed.endswith("The fog came.")


def test_a_cache_covers_the_parts_from_the_first_one_on() -> None:
    sections = tuple(Section(name, name, given, given) for name, given in (("a", 4), ("b", 4)))
    request = Request("a b", sections=sections)
    assert [part.cached for part in parts(request, Cached(6, 9))] == [1.0, 0.5]
    assert [part.cached for part in parts(request, Cached(9, 9))] == [1.0, 1.0]
    assert [part.cached for part in parts(request, None)] == [0.0, 0.0]
    out = Section("c", "", 3, 0, state=SectionState.LEFT_OUT)
    left_out = Request("a b", sections=(*sections, out))
    assert [part.cached for part in parts(left_out, Cached(9, 9))] == [1.0, 1.0, 0.0]


def test_many_scenes_above_the_window_are_one_part() -> None:
    above = [Section(f"{n}", "", 10, 0, SectionState.LEFT_OUT, "full") for n in range(4)]
    here = Section("This scene", "text", 4, 4)
    few = Request("text", sections=(*above[:3], here))
    assert [part.section.name for part in parts(few, None)] == ["0", "1", "2", "This scene"]
    many = Request("text", sections=(*above, here))
    first, last = (part.section for part in parts(many, Cached(4, 4)))
    assert (first.name, first.wanted, first.why) == ("Earlier scenes", 40, "full")
    assert last is here
