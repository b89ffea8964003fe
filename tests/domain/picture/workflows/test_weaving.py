"""What is added to a workflow: LoRAs behind its model, a picture to begin from."""

from storyforge.domain.picture.samplers import AUTOMATIC, SAMPLERS
from storyforge.domain.picture.workflows.names import (
    our_sampler,
    our_schedule,
    their_sampler,
    their_schedule,
)
from storyforge.domain.picture.workflows.prompts import told
from storyforge.domain.picture.workflows.slots import Slot
from storyforge.domain.picture.workflows.weaving import Lora, with_clip_skip, with_loras
from storyforge.domain.picture.workflows.workflow import begun_from
from tests.domain.picture.workflows.graphs import FLUX, PLAIN, changed, hires, node, where, workflow

INK = Lora("ink.safetensors", 0.8, 0.5)


def test_loras_stand_between_the_checkpoint_and_all_that_takes_from_it() -> None:
    graph = with_loras(workflow(PLAIN).graph, [INK, Lora("oil.safetensors", 1.0, 1.0)])
    assert graph["storyforge-lora-1"].inputs["model"] == ["4", 0]
    assert graph["storyforge-lora-2"].inputs["clip"] == ["storyforge-lora-1", 1]
    assert graph["3"].inputs["model"] == ["storyforge-lora-2", 0]
    assert graph["6"].inputs["clip"] == graph["7"].inputs["clip"] == ["storyforge-lora-2", 1]
    assert graph["8"].inputs["vae"] == ["4", 2]


def test_a_model_and_its_text_encoder_may_be_loaded_apart() -> None:
    graph = with_loras(workflow(FLUX).graph, [INK])
    assert graph["storyforge-lora-1"].kind == "LoraLoader"
    assert graph["storyforge-lora-1"].inputs["clip"] == ["2", 0]
    assert graph["5"].inputs["model"] == graph["8"].inputs["model"] == ["storyforge-lora-1", 0]
    assert graph["3"].inputs["clip"] == ["storyforge-lora-1", 1]


def test_a_model_alone_takes_a_lora_without_words() -> None:
    alone = changed(FLUX, n2=node("TextsFromAfar", clip_name="t5"))
    graph = with_loras(workflow(alone).graph, [INK])
    assert graph["storyforge-lora-1"].kind == "LoraLoaderModelOnly"
    assert "strength_clip" not in graph["storyforge-lora-1"].inputs
    assert graph["3"].inputs["clip"] == ["2", 0]


def test_with_two_checkpoints_nothing_is_added() -> None:
    two = changed(PLAIN, n10=node("CheckpointLoaderSimple", ckpt_name="refiner.safetensors"))
    graph = workflow(two).graph
    assert with_loras(graph, [INK]) == graph
    assert with_clip_skip(graph, 2) == graph


def test_clip_skip_is_added_behind_the_text_encoder() -> None:
    graph = with_clip_skip(workflow(PLAIN).graph, 2)
    assert graph["6"].inputs["clip"] == ["storyforge-clip-skip", 0]
    assert graph["storyforge-clip-skip"].inputs == {"stop_at_clip_layer": -2, "clip": ["4", 1]}


def test_a_workflow_that_draws_is_made_to_redraw() -> None:
    made = begun_from(workflow(FLUX), masked=True)
    assert made is not None
    assert where(made)["image"] == [("storyforge-image", "image")]
    assert where(made)["mask"] == [("storyforge-mask", "image")]
    assert made.graph["10"].inputs["latent_image"] == ["storyforge-there", 0]
    assert made.graph["storyforge-latent"].inputs["vae"] == ["11", 0]
    assert made.value(Slot.STRENGTH) == 1.0


def test_where_it_is_not_plain_how_it_is_not_made_to() -> None:
    assert begun_from(workflow(hires()), masked=False) is None
    without_strength = changed(PLAIN)
    del without_strength["3"]["inputs"]["denoise"]
    assert begun_from(workflow(without_strength), masked=False) is None


def test_a_workflow_that_begins_from_a_picture_is_taken_as_it_is() -> None:
    loaded = changed(
        PLAIN,
        n10=node("LoadImage", image="a.png"),
        n11=node("VAEEncode", pixels=["10", 0], vae=["4", 2]),
        n3={"latent_image": ["11", 0]},
    )
    assert begun_from(workflow(loaded), masked=False) == workflow(loaded)
    # Where its mask goes, nobody can know.
    assert begun_from(workflow(loaded), masked=True) is None


def test_a_prompt_is_told_in_its_grammar() -> None:
    words, notes = told(r"((storm)), [fog], \(1893\), mara:), (red:1.3)", 20, ())
    assert words == r"(storm:1.21), (fog:0.909), \(1893\), mara:\), (red:1.3)"
    assert notes == ()
    assert told("a boat (", 20, ())[0] == "a boat "


def test_what_it_has_no_grammar_for_is_said() -> None:
    words, notes = told("[calm:storm:0.5] sea BREAK night <lora:ink:1>", 20, ())
    assert words.split() == ["calm", "sea", "night"]
    assert len(notes) == 2


def test_embeddings_have_their_word_and_parts_of_words_are_none() -> None:
    words, _notes = told("bad-hands, Bad, badly, embedding:bad", 20, ("bad", "bad-hands"))
    assert words == "embedding:bad-hands, embedding:bad, badly, embedding:bad"
    # As Windows has folders.
    words, _notes = told("fog at night", 20, ("", r"seas\ink", r"\1", "night"))
    assert words == "fog at embedding:night"


def test_samplers_and_schedules_go_both_ways() -> None:
    for name in SAMPLERS:
        assert our_sampler(their_sampler(name)) == name
    assert their_sampler("res_multistep") == our_sampler("res_multistep") == "res_multistep"
    assert their_schedule(AUTOMATIC, "DPM++ 2M") == "karras"
    assert their_schedule(AUTOMATIC, "res_multistep") == "normal"
    assert our_schedule("normal") == "Uniform"
    assert our_schedule(their_schedule("SGM Uniform", "")) == "SGM Uniform"
