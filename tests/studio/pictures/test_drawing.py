"""From a scene to orders: what is compiled, wished, usual for the family, and found in folders."""

from collections.abc import Callable
from pathlib import Path

import pytest

from storyforge.domain.picture.adapters import LoraUse
from storyforge.domain.picture.orders import Family
from storyforge.domain.picture.painters import PainterProfile
from storyforge.errors import BadInput
from storyforge.setting_tables import PictureSettings
from storyforge.settings import Settings
from storyforge.store.story_file import StoryFile
from storyforge.studio.pictures import hand_prompts, order_files, profiles, resolving
from storyforge.studio.pictures.drawing import (
    NothingToShow,
    Planned,
    Wish,
    order_for,
    tickets,
    with_new_seed,
)
from storyforge.studio.pictures.hand_prompts import HandPrompt
from tests.images import weights

INK = profiles.usual(PainterProfile("ink", Path("ink.safetensors"), quality="fine"), Family.SD1)


@pytest.fixture
def order(
    story: StoryFile, scene: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Planned]:
    """What `scene` is ordered with; the checkpoint is one of Stable Diffusion 1."""
    folder = tmp_path / "ComfyUI" / "models"
    weights.write(folder / "loras" / "mara.safetensors", weights.lora(768))
    weights.write(folder / "loras" / "large.safetensors", weights.lora(2048))
    weights.write(folder / "embeddings" / "bad-hands.safetensors", {"emb_params": (2, 768)})
    settings = Settings(pictures=PictureSettings(folders=[str(folder.parent)]))
    monkeypatch.setattr(resolving, "family_of", lambda _profile: Family.SD1)

    def ordered(profile: PainterProfile = INK, key: str = scene, **wish: object) -> Planned:
        return order_for(story, key, profile, settings, Wish(**wish))  # type: ignore[arg-type]

    return ordered


def test_the_plan_says_what_and_the_family_how(
    order: Callable[..., Planned], tmp_path: Path
) -> None:
    planned = order()

    assert planned.order.prompt.startswith("fine, ")
    assert "an old woman" in planned.order.prompt
    assert planned.order.prompt.endswith("<lora:mara:0.8>")
    path = tmp_path / "ComfyUI" / "models" / "loras" / "mara.safetensors"
    assert planned.order.loras == (LoraUse("mara", path, 0.8),)
    assert (planned.order.width, planned.order.height) == (512, 512)
    assert (planned.order.steps, planned.order.guidance) == (20, 7.0)
    assert planned.order.sampler == "Euler a"
    assert planned.painter == "ink"
    assert planned.compiled.hash
    assert planned.compiled.alt


def test_wishes_go_before_plan_and_painter(order: Callable[..., Planned]) -> None:
    told = order(
        prompt="sea, bad-hands",
        negative="fog",
        seed=3,
        steps=4,
        width=64,
        sampler="dpm++ 2m karras",
    ).order

    assert (told.prompt, told.negative, told.seed) == ("sea, bad-hands", "fog", 3)
    assert (told.steps, told.width, told.height) == (4, 64, 512)
    assert (told.sampler, told.schedule) == ("DPM++ 2M", "Karras")
    assert told.loras == ()
    assert [one.name for one in told.embeddings] == ["bad-hands"]
    assert order(prompt="my bad-handsome").order.embeddings == ()


def test_a_prompt_changed_by_hand_counts_and_is_named_where_the_plan_went_on(
    story: StoryFile, scene: str, order: Callable[..., Planned]
) -> None:
    base = order().compiled.hash
    hand_prompts.keep(story, scene, HandPrompt("a lamp", "fog", base))
    assert (order().order.prompt, order().order.negative, order().notes) == ("a lamp", "fog", ())

    story.plan.put(scene, {"shown_picture": "on the stairs"})
    assert order().order.prompt == "a lamp"
    assert "changed by hand" in order().notes[0]


def test_what_is_not_there_is_named_before_anything_is_drawn(
    story: StoryFile, order: Callable[..., Planned]
) -> None:
    with pytest.raises(BadInput, match="no LoRA called “marra”") as caught:
        order(prompt="sea <lora:marra:1>")
    assert "mara" in caught.value.hint
    with pytest.raises(BadInput, match=r"made for SDXL, but the painter “ink” is SD 1\.x"):
        order(prompt="sea <lora:large:1>")
    with pytest.raises(BadInput, match="no sampler or schedule called “Oiler a”") as caught:
        order(prompt="sea", sampler="Oiler a")
    assert "Euler a" in caught.value.hint
    bare = story.binder.add_scene(story.outline().chapters[0].id, "")
    with pytest.raises(NothingToShow):
        order(key=bare)


def test_seeds_count_up_and_another_one_is_drawn_for_ever(order: Callable[..., Planned]) -> None:
    planned = order(seed=2**32 - 1)
    batch = [order_files.outline(one.order) for one in tickets(planned, 3)]
    assert [one.order.seed for one in batch] == [2**32 - 1, 0, 1]
    assert {one.alt for one in batch} == {planned.compiled.alt}

    [queued] = tickets(planned)
    more = with_new_seed(queued)
    assert more.id != queued.id
    assert order_files.outline(more.order).order.seed != 2**32 - 1
    assert more.plan_hash == queued.plan_hash == planned.compiled.hash


def test_a_lora_that_draws_in_few_steps_sets_what_the_author_has_not(
    order: Callable[..., Planned], tmp_path: Path
) -> None:
    folder = tmp_path / "ComfyUI" / "models" / "loras"
    weights.write(folder / "lcm-lora-sdv1-5.safetensors", weights.lora(768))
    planned = order(prompt="sea <lora:lcm-lora-sdv1-5:1>")
    told = planned.order
    assert (told.sampler, told.schedule, told.steps, told.guidance) == ("LCM", "Automatic", 4, 1.5)
    assert "“lcm-lora-sdv1-5” draws in few steps: 4 steps, guidance 1.5, LCM" in planned.notes[0]
    mine = order(prompt="sea <lora:lcm-lora-sdv1-5:1>", steps=6, sampler="Euler").order
    assert (mine.sampler, mine.schedule, mine.steps, mine.guidance) == (
        "Euler", "Automatic", 6, 1.5,
    )  # fmt: skip
    off = order(prompt="sea <lora:lcm-lora-sdv1-5:0>")
    assert (off.order.steps, off.notes) == (20, ())
