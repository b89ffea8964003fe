"""Slots: by themselves where one node fits, by titles and words where an author says so."""

from typing import Any

import pytest

from storyforge import i18n
from storyforge.domain.picture.workflows.slots import How, Slot
from storyforge.domain.picture.workflows.workflow import require
from storyforge.errors import BadInput
from tests.domain.picture.workflows.graphs import (
    FLUX,
    PLAIN,
    changed,
    controlled,
    hires,
    node,
    titled,
    where,
    workflow,
)


def test_of_a_plain_workflow_everything_is_found_by_itself() -> None:
    assert where(workflow(PLAIN)) == {
        "seed": [("3", "seed")],
        "steps": [("3", "steps")],
        "guidance": [("3", "cfg")],
        "sampler": [("3", "sampler_name")],
        "scheduler": [("3", "scheduler")],
        "checkpoint": [("4", "ckpt_name")],
        "strength": [("3", "denoise")],
        "width": [("5", "width")],
        "height": [("5", "height")],
        "prompt": [("6", "text")],
        "negative": [("7", "text")],
    }


def test_of_flux_everything_is_found_in_its_own_node() -> None:
    assert where(workflow(FLUX)) == {
        "seed": [("6", "noise_seed")],
        "steps": [("8", "steps")],
        "guidance": [("4", "guidance")],
        "sampler": [("7", "sampler_name")],
        "scheduler": [("8", "scheduler")],
        "checkpoint": [("1", "unet_name")],
        "strength": [("8", "denoise")],
        "width": [("9", "width")],
        "height": [("9", "height")],
        "prompt": [("3", "text")],
    }


def test_where_several_fit_none_is_guessed_but_a_seed_goes_into_all() -> None:
    told = workflow(hires())
    assert where(told)["seed"] == [("3", "seed"), ("11", "seed")]
    assert where(told)["width"] == [("5", "width")]
    assert where(told)["prompt"] == [("6", "text")]
    doubtful = {slot: [one.id for one in nodes] for slot, nodes in told.slots.doubtful.items()}
    assert doubtful == {
        Slot.STEPS: ["3", "11"],
        Slot.GUIDANCE: ["3", "11"],
        Slot.SAMPLER: ["3", "11"],
        Slot.SCHEDULER: ["3", "11"],
        Slot.STRENGTH: ["3", "11"],
    }


def test_a_seed_is_a_seed_whatever_its_sampler_calls_it() -> None:
    second = node("KSamplerAdvanced", noise_seed=3, steps=9, latent_image=["3", 0])
    told = where(workflow(changed(PLAIN, n10=second, n8={"samples": ["10", 0]})))
    assert told["seed"] == [("3", "seed"), ("10", "noise_seed")]


def test_a_title_decides_where_several_fit() -> None:
    told = workflow(titled(hires(), n3="storyforge: steps, sampler", n11="Storyforge: Denoise"))
    assert where(told)["steps"] == [("3", "steps")]
    assert where(told)["sampler"] == [("3", "sampler_name")]
    assert where(told)["strength"] == [("11", "denoise")]
    assert Slot.GUIDANCE in told.slots.doubtful


def test_both_sides_are_told_apart_behind_a_controlnet() -> None:
    told = where(workflow(controlled()))
    assert (told["prompt"], told["negative"]) == ([("6", "text")], [("7", "text")])
    assert "image" not in told


def test_one_text_that_is_taken_back_on_the_other_side_is_the_prompt_only() -> None:
    told = changed(
        PLAIN, n10=node("ConditioningZeroOut", conditioning=["6", 0]), n3={"negative": ["10", 0]}
    )
    assert where(workflow(told))["prompt"] == [("6", "text")]
    assert "negative" not in where(workflow(told))


def test_an_encoder_with_two_texts_takes_the_prompt_in_both() -> None:
    encoder = node("CLIPTextEncodeSDXL", width=4096, height=4096, text_g="a", text_l="b",
                   clip=["4", 1])  # fmt: skip
    told = where(workflow(changed(PLAIN, n6=encoder)))
    assert told["prompt"] == [("6", "text_g"), ("6", "text_l")]
    assert told["width"] == [("5", "width")]


def test_a_value_in_a_node_of_its_own_is_found_there() -> None:
    told = changed(
        PLAIN,
        n10=node("PrimitiveInt", value=3),
        n11=node("PrimitiveString", value="a boat"),
        n3={"seed": ["10", 0]},
        n6={"text": ["11", 0]},
    )
    assert where(workflow(told))["seed"] == [("10", "value")]
    assert where(workflow(told))["prompt"] == [("11", "value")]


def test_pictures_and_masks_that_a_sampler_begins_from_are_found() -> None:
    told = workflow(
        changed(
            PLAIN,
            n10=node("LoadImage", image="a.png"),
            n11=node("VAEEncodeForInpaint", pixels=["10", 0], mask=["10", 1], vae=["4", 2]),
            n3={"latent_image": ["11", 0]},
        )
    )
    assert where(told)["image"] == where(told)["mask"] == [("10", "image")]
    assert told.same_picture


def test_words_in_texts_are_slots_and_file_names_are_none() -> None:
    told = workflow(
        changed(PLAIN, n6={"text": "oil, %Prompt%, seed %seed%"}, n3={"seed": "%seed%"})
    )
    assert where(told)["prompt"] == [("6", "text")]
    assert where(told)["seed"] == [("3", "seed"), ("6", "text")]
    assert [place.how for place in told.slots.of(Slot.WIDTH)] == [How.FOUND]
    filled = told.filled({Slot.PROMPT: "a quay %seed% 100%", Slot.SEED: 7}).sent()
    assert filled["6"]["inputs"]["text"] == "oil, a quay %seed% 100%, seed 7"
    assert filled["3"]["inputs"]["seed"] == 7
    assert filled["9"]["inputs"]["filename_prefix"] == "%width%/ComfyUI"


def test_a_title_may_name_the_input() -> None:
    told = changed(PLAIN, n6=node("Encoder", "storyforge: prompt (one, two)", one="", two="",
                                  three="", clip=["4", 1]))  # fmt: skip
    assert where(workflow(told))["prompt"] == [("6", "one"), ("6", "two")]


@pytest.mark.parametrize(
    ("title", "told", "hint"),
    [
        ("storyforge: promt", "names no slot: “promt”", "“prompt”"),
        ("storyforge: prompt, sede", "names no slot: “sede”", "“seed”"),
        ("storyforge: width", "has no place for the width", "“storyforge: width (INPUT)”"),
        ("storyforge: prompt (txet)", "has no place for the prompt", "It has: text"),
        ("storyforge: ((", "names no slot", "There are: prompt"),
    ],
)
def test_a_mark_that_means_nothing_is_named(title: str, told: str, hint: str) -> None:
    with pytest.raises(BadInput) as caught:
        workflow(titled(PLAIN, n6=title))
    assert told in caught.value.message
    assert hint in caught.value.hint


def test_what_is_missing_is_named_slot_by_slot_with_the_nodes_that_could_be_meant() -> None:
    wanted = [Slot.PROMPT, Slot.STEPS, Slot.IMAGE]
    with pytest.raises(BadInput) as caught:
        require(workflow(hires()), wanted)
    assert caught.value.message == (
        "“quay.json” has no place for: the steps, the picture to begin from."
    )
    assert "Several nodes fit the steps: KSampler (3), KSampler (11)." in caught.value.hint
    assert "“storyforge: steps”, “storyforge: image”" in caught.value.hint


def test_in_japanese_its_sentences_stand_together_without_blanks_or_foreign_quotes() -> None:
    i18n.use_language("ja")
    try:
        with pytest.raises(BadInput) as caught:
            require(workflow(hires()), [Slot.STEPS])
    finally:
        i18n.use_language("en")
    assert "。ComfyUI" in caught.value.hint
    assert "「storyforge: steps」" in caught.value.hint


def test_nodes_that_lead_to_no_picture_do_not_count() -> None:
    told = changed(PLAIN, n10=node("KSampler", seed=1, steps=2, cfg=1.0))
    assert where(workflow(told))["steps"] == [("3", "steps")]


def test_the_picture_that_is_kept_for_good_goes_before_a_preview() -> None:
    told: dict[str, Any] = changed(PLAIN, n2=node("PreviewImage", images=["8", 0]))
    assert workflow(told).outputs == ("9", "2")
    assert workflow(titled(told, n2="storyforge: picture")).outputs == ("2",)


def test_values_of_the_authors_own_are_told() -> None:
    told = workflow(PLAIN)
    assert (told.value(Slot.STEPS), told.value(Slot.SAMPLER)) == (25, "dpmpp_2m")
    assert told.value(Slot.IMAGE) is None
    assert told.digest != workflow(hires()).digest
