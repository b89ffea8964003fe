"""Painters behind an API: from the settings to a picture in the story, and what stands between."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from storyforge import settings as settings_file
from storyforge.backends.pictures.remote import kinds
from storyforge.domain.picture.adapters import Embedding, Reference
from storyforge.domain.picture.orders import Ability, Order, Redraw
from storyforge.domain.picture.painters import PainterProfile
from storyforge.domain.picture.passes import Faces
from storyforge.domain.picture.remote import RemotePainterSpec
from storyforge.errors import BadInput
from storyforge.images import infotext, own_facts, png
from storyforge.setting_tables import PainterSettings, SpendingSettings
from storyforge.settings import Settings, table_fault
from storyforge.store.story_file import StoryFile
from storyforge.studio import key_file, ledger, permission, spending
from storyforge.studio.keys import key_of
from storyforge.studio.pictures import again, asking_first, drawing, profiles, remote_painters
from storyforge.studio.pictures.drawing import Wish
from storyforge.studio.pictures.lacking import fitted
from storyforge.studio.pictures.looking import asked, look, overview, takes
from storyforge.studio.pictures.profiles import ready_profile
from storyforge.studio.pictures.progress import progress_words
from storyforge.studio.pictures.queue import PictureQueue, left_over
from storyforge.studio.pictures.spending import estimate
from tests.backends.pictures.remote.far_a1111 import base64_of, far_a1111
from tests.backends.pictures.remote.far_a1111 import png as picture
from tests.backends.remote.far_side import document, far_side
from tests.studio.pictures.settled import painters_of

FAR = "http://gpu.example:7860"
PRICES = {"price_reading": 5.0, "price_writing": 40.0}


def told(**table: Any) -> Settings:
    return Settings(painters={"far": PainterSettings(**table)})


def profile(**table: Any) -> PainterProfile:
    return ready_profile(told(**table))


def queued(story: StoryFile, scene: str, settings: Settings, **wish: Any) -> Any:
    planned = drawing.order_for(story, scene, ready_profile(settings), settings, Wish(**wish))
    return drawing.tickets(planned, 2)


# From the settings.


@pytest.mark.parametrize(
    ("table", "fault"),
    [
        ({}, ("model", "it must be set")),
        ({"backend": "a1111"}, ("url", "it must be set")),
        ({"backend": "comfyui", "model": "x"}, ("url", "it must be set")),
        ({"backend": "openai"}, None),
        ({"backend": "a1111", "url": FAR}, None),
        ({"model": "ink.safetensors"}, None),
    ],
)
def test_a_server_has_an_address_and_a_checkpoint_a_file(
    table: dict[str, Any], fault: tuple[str, str] | None
) -> None:
    assert table_fault(PainterSettings, table) == fault


def test_a_table_says_how_a_server_is_asked() -> None:
    one = profile(backend="a1111", url=f"{FAR}/sdapi/v1/", model="pony_v6", plain_http=True)
    assert one.remote == RemotePainterSpec("a1111", "far", FAR, "pony_v6", plain_http=True)
    assert (one.backend, one.checkpoint, one.remote.place) == ("a1111", "pony_v6", "gpu.example")
    assert (one.width, one.height, one.sampler) == (1024, 1024, "Euler a")
    assert profile(backend="a1111", url=FAR, model="ink").width == 512
    assert profile(backend="openai").remote == RemotePainterSpec(
        "openai", "far", "https://api.openai.com/v1", "gpt-image-1"
    )
    assert PainterProfile("ink", Path("ink.safetensors")).backend == "local"


def test_of_a_painter_elsewhere_no_file_is_opened_and_no_memory_reckoned() -> None:
    settings = told(backend="openai")
    seen = look(settings, "far")
    assert (seen.told, seen.place, seen.fault) == ("OpenAI", "api.openai.com", "")
    assert "prompts are sent there" in seen.notes[0]
    assert takes(seen.profile) is None
    assert [one.draws for one in overview(settings)] == [True]
    assert look(told(backend="a1111", url="http://localhost:7860"), "far").notes == ()


async def test_what_a_server_has_is_asked_and_why_it_cannot_be_is_said() -> None:
    async with far_a1111() as far:
        settings = told(backend="a1111", url=far.url)
        seen = await asked(settings, look(settings))
    assert seen.has is not None
    assert seen.has.loras == ("mara",)
    assert seen.has.loaded == "old/ink.safetensors [1a2b3c4d5e]"
    gone = await asked(settings, look(settings))
    assert "No server answers" in gone.fault
    assert gone.has is None


def test_a_key_is_found_as_a_text_models_is(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = told(backend="openai")
    (own,) = remote_painters.keyed(settings)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-env-0123456789")
    assert key_of(own, settings) == "sk-env-0123456789"
    elsewhere = told(backend="openai", url="https://images.example/v1")
    (other,) = remote_painters.keyed(elsewhere)
    assert key_of(other, elsewhere) == ""
    key_file.write({"images.example": "sk-file-0123456789"})
    assert key_of(other, elsewhere) == "sk-file-0123456789"


# What it cannot do.


def test_what_plan_and_profile_bring_along_is_left_out_and_said() -> None:
    far = profile(backend="openai", freeu=True)
    order = Order(
        "a quay <lora:mara:1>", "fog", 768, 512, freeu=True,
        embeddings=(Embedding("bad", Path("bad.pt")),),
        references=(Reference(Path("a"), b""),),
    )  # fmt: skip
    left, notes = fitted(order, far, Wish())
    assert (left.prompt, left.negative, left.loras) == ("a quay ", "", ())
    assert (left.references, left.embeddings, left.freeu) == ((), (), False)
    assert (left.width, left.height) == (1536, 1024)
    for words in ("LoRA (mara)", "embedding (bad)", "negative prompt", "FreeU", "reference"):
        assert words in notes[0]
    assert "1536×1024" in notes[1]


def test_what_was_asked_for_by_hand_is_refused() -> None:
    far = profile(backend="openai")
    with pytest.raises(BadInput, match="cannot do this: face pass, word heat"):
        fitted(Order("a quay", faces=Faces(), heat=True), far, Wish())
    references = (Reference(Path("a"), b""),)
    with pytest.raises(BadInput, match="reference picture"):
        fitted(Order("a", references=references), far, Wish(references=references))
    order = Order("a quay", redraw=Redraw(picture((1, 2, 3)), region=(0, 0, 8, 8)))
    assert fitted(order, far, Wish())[0].redraw == order.redraw


def test_a_servers_loras_and_samplers_are_its_own(story: StoryFile, scene: str) -> None:
    settings = told(backend="a1111", url=FAR, sampler="DPM++ 2S a", schedule="Align Your Steps")
    planned = drawing.order_for(story, scene, ready_profile(settings), settings)
    assert "<lora:mara:0.8>" in planned.order.prompt
    assert planned.order.loras == ()
    assert (planned.order.sampler, planned.order.schedule) == ("DPM++ 2S a", "Align Your Steps")
    assert planned.notes == ()


# What is asked before.


async def test_before_the_first_prompt_the_author_is_told_where_it_goes(
    story: StoryFile, scene: str
) -> None:
    settings = told(backend="openai")
    orders = queued(story, scene, settings)
    own = painters_of(settings)
    with pytest.raises(permission.NotAllowed) as caught:
        await asking_first.may_draw(story, own, orders)
    objection = caught.value.objection
    assert "far runs at api.openai.com." in objection.told
    assert "The prompts of your pictures are sent there." in objection.told
    permission.allow(objection)
    await asking_first.may_draw(story, own, orders)
    permission.forget_painter("far")
    with pytest.raises(permission.NotAllowed):
        await asking_first.may_draw(story, own, orders)


async def test_a_story_that_stays_here_is_drawn_by_no_server_elsewhere(
    story: StoryFile, scene: str
) -> None:
    permission.set_local_only(story, True)
    settings = told(backend="openai")
    with pytest.raises(permission.NotAllowed) as caught:
        await asking_first.may_draw(story, painters_of(settings), queued(story, scene, settings))
    assert not caught.value.objection.can_be_allowed
    here = told(backend="a1111", url="http://127.0.0.1:7860")
    await asking_first.may_draw(story, painters_of(here), queued(story, scene, here))


async def test_a_yes_to_an_unencrypted_way_is_a_setting_of_the_painter(
    story: StoryFile, scene: str
) -> None:
    settings_file.update({"painters.far.backend": "a1111", "painters.far.url": FAR})
    settings = settings_file.load()
    with pytest.raises(permission.NotAllowed) as caught:
        await asking_first.may_draw(story, painters_of(settings), queued(story, scene, settings))
    assert caught.value.objection.kind is permission.Kind.UNENCRYPTED
    assert "not encrypted" in caught.value.objection.told
    permission.allow(caught.value.objection)
    after = settings_file.load()
    assert after.painters["far"].plain_http
    await asking_first.may_draw(story, painters_of(after), queued(story, scene, after))


async def test_what_costs_much_is_asked_about_and_the_days_limit_holds(
    story: StoryFile, scene: str
) -> None:
    settings = told(backend="openai", **PRICES)
    orders = queued(story, scene, settings)
    spec = ready_profile(settings).remote
    assert spec is not None
    found = estimate(spec, (Order("a quay"),) * 2)
    assert found is not None
    assert found.cost == pytest.approx(2 * (4 * 5 + 4160 * 40) / 1e6, rel=0.01)
    own = painters_of(settings)
    objection = permission.objection_to_painter(story, asking_first.card_of(spec))
    assert objection is not None
    permission.allow(objection)
    with pytest.raises(spending.NeedsYes):
        await asking_first.may_draw(story, own, orders)
    await asking_first.may_draw(story, own, orders, paid=True)
    settings_file.update({"spending.daily_limit": 0.01})
    with pytest.raises(spending.LimitReached):
        await asking_first.may_draw(story, own, orders)


# The picture.


async def ended(queue: PictureQueue) -> None:
    async for _progress in queue.run():
        continue


async def test_a_servers_picture_is_kept_as_any_other(story: StoryFile, scene: str) -> None:
    async with far_a1111(steps=2) as far:
        settings = told(backend="a1111", url=far.url, width=64, height=48)
        queue = PictureQueue(story, own := painters_of(settings))
        await queue.add(queued(story, scene, settings, seed=7))
        told_words = [progress_words(progress) async for progress in queue.run()]
        await own.close()
    assert not queue.progress.failed
    assert any(words.endswith("waiting for the server") for words in told_words)
    first, second = sorted(story.pictures.all(), key=lambda one: one.seed)
    assert (first.seed, second.seed) == (7, 8)
    assert (first.painter, first.settings["model"]) == ("far", "ink")
    texts = png.texts_of(story.pictures.read(first.id))
    assert "Model: ink" in texts[infotext.KEYWORD]
    assert "127.0.0.1" not in "".join(texts.values())
    found = own_facts.read(texts[own_facts.KEYWORD], story.pictures.read(first.id))
    assert found is not None
    assert found[0].settings["model hash"] == "1a2b3c4d5e"


USAGE = {"usage": {"input_tokens": 100, "output_tokens": 272}}
ANSWER = document({"data": [{"b64_json": base64_of(picture((1, 2, 3), 1024, 1024))}], **USAGE})


async def test_what_a_picture_cost_is_in_the_ledger_and_with_the_story(
    story: StoryFile, scene: str
) -> None:
    other = document({"data": [{"b64_json": base64_of(picture((9, 9, 9), 1024, 1024))}], **USAGE})
    async with far_side(document({"data": []}), ANSWER, other) as far:
        settings = told(backend="openai", url=far.url, effort="low", **PRICES)
        queue = PictureQueue(story, own := painters_of(settings))
        await queue.add(queued(story, scene, settings))
        await asyncio.wait_for(ended(queue), 20)
        await own.close()
    assert not queue.progress.failed
    first, second = story.pictures.all()
    assert "by chance" in again.compared(story, first, second)[0]
    cost = 2 * (100 * 5 + 272 * 40) / 1e6
    assert ledger.spent() == {"USD": pytest.approx(cost)}
    assert spending.spent_on(story) == {"USD": pytest.approx(cost)}


async def test_what_would_pass_the_days_limit_is_not_asked_for_and_waits(
    story: StoryFile, scene: str
) -> None:
    async with far_side(document({"data": []}), ANSWER) as far:
        settings = Settings(
            painters={"far": PainterSettings(backend="openai", url=far.url, **PRICES)},
            spending=SpendingSettings(daily_limit=0.001),
        )
        queue = PictureQueue(story, own := painters_of(settings))
        await queue.add(queued(story, scene, settings))
        with pytest.raises(spending.LimitReached):
            await asyncio.wait_for(ended(queue), 20)
        await own.close()
        assert not any(asked.method == "POST" for asked in far.asked)
    assert [one.state for one in left_over(story)] == ["waiting", "waiting"]
    assert ledger.spent() == {"USD": 0.0}


async def test_a_picture_that_was_refused_costs_nothing(story: StoryFile, scene: str) -> None:
    refusal = document({"error": {"message": "safety system", "code": "moderation_blocked"}}, 400)
    async with far_side(document({"data": []}), refusal) as far:
        settings = told(backend="openai", url=far.url, **PRICES)
        queue = PictureQueue(story, own := painters_of(settings))
        await queue.add(queued(story, scene, settings)[:1])
        await asyncio.wait_for(ended(queue), 20)
        await own.close()
    assert "safety system" in queue.progress.failed[0].why
    assert ledger.spent() == {"USD": 0.0}


def test_what_no_kind_of_server_can_is_known_without_asking_it() -> None:
    assert Ability.HEAT in kinds.lacks("a1111")
    assert Ability.REDRAW not in kinds.lacks("openai")
    assert profiles.usual(profile(backend="openai"), None).width == 1024
