"""No text of a story leaves this machine before its author said yes; counting is sending, too."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from storyforge import paths, settings
from storyforge.backends.scripted import ScriptedBackend
from storyforge.backends.sharing import Shared
from storyforge.domain.generation import Asked
from storyforge.domain.plan.items import PREMISE_ID
from storyforge.domain.plan.proposals import Target
from storyforge.domain.plan.stages import Stage
from storyforge.domain.sampling import Sampling
from storyforge.domain.summary import SummaryOf
from storyforge.prompting.verbs import verbs
from storyforge.store.story_file import StoryFile
from storyforge.studio import permission
from storyforge.studio.continuing import continue_story
from storyforge.studio.permission import Kind, NotAllowed, Objection, objection
from storyforge.studio.planning.asking import Wanted, propose
from storyforge.studio.prompt.asking import ask
from storyforge.studio.prompt.looking import Look, look
from storyforge.studio.reading_in.queue import ReadingQueue
from storyforge.studio.summaries.listing import entry
from storyforge.studio.summaries.making import Summariser
from storyforge.studio.summaries.queue import SummaryQueue
from storyforge.studio.takes.choosing import Spot, choices_at
from storyforge.studio.takes.rewording import Order, Selected, reword
from storyforge.studio.takes.taking import Writing, write_takes
from tests.studio.continuation import all_of, continued, scene_of, wish, write
from tests.studio.drafting.planned import queue
from tests.studio.remote_like import Elsewhere

TEXT = "The light of Skerry Point went out in the night of the great storm. " * 8


def test_a_local_model_gets_everything(story: StoryFile) -> None:
    permission.set_local_only(story, True)
    assert objection(story, ScriptedBackend().card) is None


def test_the_first_use_of_a_profile_says_where_the_text_goes(story: StoryFile) -> None:
    found = objection(story, Elsewhere().card)
    assert found == Objection(Kind.FIRST_USE, "far", "Far", "api.far.example")
    assert found.can_be_allowed
    assert "Far runs at api.far.example." in found.told
    assert "memory, lore and summaries" in found.told
    permission.allow(found)
    assert objection(story, Elsewhere().card) is None


def test_what_a_model_says_of_itself_is_told_with_it(story: StoryFile) -> None:
    found = objection(story, Elsewhere(note="Strangers' machines read the text.").card)
    assert found is not None
    assert "Strangers' machines read the text." in found.told


def test_a_yes_holds_for_that_host_only_and_can_be_forgotten(story: StoryFile) -> None:
    found = objection(story, Elsewhere().card)
    assert found is not None
    permission.allow(found)
    assert objection(story, Elsewhere(host="other.example").card) is not None
    permission.forget("far")
    assert objection(story, Elsewhere().card) == found


def test_a_way_that_is_not_encrypted_needs_a_yes_that_is_set_in_the_profile(
    story: StoryFile,
) -> None:
    settings.update({"profiles.far.backend": "ollama", "profiles.far.url": "http://far.example"})
    found = objection(story, Elsewhere(unencrypted=True).card)
    assert found is not None
    assert found.kind is Kind.UNENCRYPTED
    assert "not encrypted" in found.told
    permission.allow(found)
    assert settings.load().profiles["far"].plain_http
    assert objection(story, Elsewhere().card) is None


def test_a_story_that_is_marked_never_leaves_whatever_was_allowed(
    story: StoryFile, tmp_path: Path
) -> None:
    found = objection(story, Elsewhere().card)
    assert found is not None
    permission.allow(found)
    permission.set_local_only(story, True)
    found = objection(story, Elsewhere().card)
    assert found is not None
    assert found.kind is Kind.LOCAL_ONLY
    assert not found.can_be_allowed
    with pytest.raises(NotAllowed):
        permission.allow(found)
    # The mark goes along with the file.
    story.copy_to(tmp_path / "copy.forge", as_new=True)
    with StoryFile.open(tmp_path / "copy.forge") as copy:
        assert permission.is_local_only(copy)
    permission.set_local_only(story, False)
    assert objection(story, Elsewhere().card) is None


def test_what_cannot_be_read_allows_nothing(story: StoryFile) -> None:
    file = paths.data_dir() / "permissions.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    for told in (b"{", b'["far"]', b"7", b"\xff", b'[{"profile": "far"}]'):
        file.write_bytes(told)
        assert objection(story, Elsewhere().card) is not None


def test_a_yes_that_cannot_be_written_down_holds_for_this_session(
    story: StoryFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = paths.data_dir().parent / "a file"
    blocked.write_text("")
    monkeypatch.setenv("STORYFORGE_DATA_DIR", os.fspath(blocked))
    monkeypatch.setattr(permission, "_allowed_now", set())
    found = objection(story, Elsewhere().card)
    assert found is not None
    permission.allow(found)
    assert objection(story, Elsewhere().card) is None
    permission.forget("far")
    assert objection(story, Elsewhere().card) is not None


# Every verb that sends a story's text, whatever a screen has asked before.


async def _continue(story: StoryFile, far: Elsewhere) -> None:
    await all_of(continued(story, write(story, TEXT), far))


async def _continue_an_edited_prompt(story: StoryFile, far: Elsewhere) -> None:
    asked = Asked(prompt=TEXT)
    events = continue_story(
        story, write(story, TEXT), "place", far, wish(), asyncio.Event(), asked=asked
    )
    await all_of(events)


async def _ask(story: StoryFile, far: Elsewhere) -> None:
    await ask(story, write(story, TEXT), far, wish().length, Sampling())


async def _reword(story: StoryFile, far: Elsewhere) -> None:
    write(story, TEXT)
    selected = Selected(scene_of(story), "", TEXT, "")
    order = Order(verbs("en")[0])
    await all_of(reword(story, selected, "place", far, order, Sampling(), asyncio.Event()))


async def _choose(story: StoryFile, far: Elsewhere) -> None:
    spot = Spot("place", write(story, TEXT), "The", "light")
    await choices_at(story, spot, far, wish(), asyncio.Event())


async def _sum_up(story: StoryFile, far: Elsewhere) -> None:
    write(story, TEXT)
    one = entry(story, SummaryOf.SCENE, scene_of(story))
    assert one is not None
    await Summariser(story, Shared(far, rest=0)).make(one, asyncio.Event())


async def _sum_all_up(story: StoryFile, far: Elsewhere) -> None:
    write(story, TEXT)
    async for _progress in SummaryQueue(story, Shared(far, rest=0)).run():
        continue


async def _plan(story: StoryFile, far: Elsewhere) -> None:
    story.plan.put(PREMISE_ID, {"idea": TEXT})
    for task in ("premise/propose", "field/brainstorm", "item/update"):
        wanted = Wanted(Target(Stage.PREMISE, task, PREMISE_ID, "tone"))
        await all_of(propose(story, far, wanted, Sampling(), asyncio.Event()))


async def _draft(story: StoryFile, far: Elsewhere) -> None:
    story.plan.put(scene_of(story), {"beats": TEXT})
    await all_of(queue(story, far, scene_of(story), candidates=2, agreed=True).run())


async def _read_in(story: StoryFile, far: Elsewhere) -> None:
    write(story, TEXT)
    await all_of(ReadingQueue(story, Shared(far, rest=0), agreed=True).run())


async def _write_takes(story: StoryFile, far: Elsewhere) -> None:
    passage = write(story, TEXT)
    request, _notes = await ask(story, passage, ScriptedBackend(), wish().length, Sampling())
    writing = Writing(passage.scene_id, "place", request, lambda: None, False, Asked())  # type: ignore[arg-type, return-value]
    await all_of(write_takes(story, writing, far, asyncio.Event()))


_Verb = Callable[[StoryFile, Elsewhere], Awaitable[None]]
_VERBS: tuple[_Verb, ...] = (
    _continue,
    _continue_an_edited_prompt,
    _ask,
    _reword,
    _choose,
    _sum_up,
    _sum_all_up,
    _plan,
    _draft,
    _read_in,
    _write_takes,
)


@pytest.mark.parametrize("verb", _VERBS)
@pytest.mark.parametrize("kind", Kind)
async def test_no_verb_counts_or_sends_anything_before_a_yes(
    story: StoryFile, verb: _Verb, kind: Kind
) -> None:
    far = Elsewhere(" It rained.", unencrypted=kind is Kind.UNENCRYPTED)
    permission.set_local_only(story, kind is Kind.LOCAL_ONLY)
    with pytest.raises(NotAllowed) as caught:
        await verb(story, far)
    assert caught.value.objection.kind is kind
    assert "Nothing was sent." in caught.value.message
    assert far.sent == []
    assert story.takes.of_place("place") == ()


async def test_looking_at_a_prompt_needs_no_yes_and_sends_nothing(story: StoryFile) -> None:
    far = Elsewhere()
    seen = [one async for one in look(story, write(story, TEXT), far, wish(), 4096)]
    (shown,) = (one for one in seen if isinstance(one, Look))
    assert "Nothing was sent." in shown.problem
    assert TEXT.strip()[-20:] in shown.request.prompt
    assert far.sent == []


async def test_a_server_that_only_passes_the_text_on_is_found_out_before_anything_is_sent(
    story: StoryFile,
) -> None:
    """A model in Ollama may run in its cloud: that is known once it was asked about."""

    class Passing(Elsewhere):
        async def load(self):  # type: ignore[no-untyped-def]
            self._shown["place"] = "ollama.example"
            return
            yield

    far = Passing(host="")
    with pytest.raises(NotAllowed):
        await all_of(continued(story, write(story, TEXT), far))
    assert far.sent == []
