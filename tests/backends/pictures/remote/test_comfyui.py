"""A painter behind ComfyUI, against a server that speaks its API and its socket."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from storyforge.backends.pictures.base import NotReady
from storyforge.backends.pictures.remote.comfyui import ComfyPainter
from storyforge.domain.picture.orders import Ability, Order, Variation
from storyforge.images import workflow_files
from tests.backends.pictures.remote.far_comfyui import FarComfy, far_comfyui, objects
from tests.backends.pictures.remote.hearing import HASTE, KEY, ORDER, paint, spec_of


def painter(far: FarComfy, *, pace: float = 5.0, gone: float = 5.0, **more: Any) -> ComfyPainter:
    told = {"model": "ink", **more}
    spec = spec_of("comfyui", far.url, **told)
    return ComfyPainter(spec, key=lambda: KEY, patience=HASTE, pace=pace, gone=gone)


def nodes(far: FarComfy) -> dict[str, Any]:
    """The inputs of the one workflow that was run, by kind of node; the last of a kind counts."""
    (graph,) = far.took.values()
    return {node["class_type"]: node["inputs"] for node in graph.values()}


def texts(far: FarComfy) -> list[str]:
    (graph,) = far.took.values()
    return [graph[key]["inputs"]["text"] for key in "23"]


def ours() -> dict[str, Any]:
    """The workflow that ships, to be changed."""
    told: dict[str, Any] = json.loads(workflow_files.OURS.read_bytes())
    return told


def put(folder: Path, graph: dict[str, Any], name: str = "quay.json") -> Path:
    file = folder / name
    file.write_text(json.dumps(graph))
    return file


async def test_a_picture_is_drawn_with_what_was_ordered() -> None:
    async with far_comfyui() as far:
        heard = await paint(painter(far), replace(ORDER, preview_every=2))
    assert heard.error is None
    raster = heard.drawn.raster
    assert (raster.width, raster.height, raster.rgb[:3]) == (64, 48, bytes((7, 20, 30)))
    told = nodes(far)
    assert told["KSampler"] | {"model": 0, "positive": 0, "negative": 0, "latent_image": 0} == {
        "seed": 7, "steps": 4, "cfg": 7.0, "sampler_name": "euler_ancestral",
        "scheduler": "normal", "denoise": 1.0,
        "model": 0, "positive": 0, "negative": 0, "latent_image": 0,
    }  # fmt: skip
    assert told["CheckpointLoaderSimple"] == {"ckpt_name": "ink.safetensors"}
    assert told["EmptyLatentImage"] == {"width": 64, "height": 48, "batch_size": 1}
    assert texts(far) == ["a quay", "fog"]
    facts = heard.drawn.facts
    assert facts["server"] == "ComfyUI 0.3.68"
    assert (facts["model"], facts["workflow"], facts["backend"]) == (
        "ink", "comfyui.json", "comfyui"
    )  # fmt: skip
    assert len(facts["workflow hash"]) == 10


async def test_each_step_is_told_with_previews_in_between() -> None:
    async with far_comfyui() as far:
        heard = await paint(painter(far), replace(ORDER, preview_every=2))
    assert far.extra == {"preview_method": "auto"}
    steps = [(each.step, each.steps) for each in heard.steps if each.preview is None]
    assert steps == [(1, 4), (2, 4), (3, 4), (4, 4)]
    shown = [(each.step, each.preview) for each in heard.steps if each.preview is not None]
    assert [step for step, _preview in shown] == [2, 4]
    assert shown[0][1] is not None
    assert (shown[0][1].width, shown[0][1].height) == (128, 64)


async def test_the_key_goes_with_each_question_and_with_the_socket() -> None:
    async with far_comfyui() as far:
        await paint(painter(far))
    assert any(asked.path.startswith("/ws?clientId=") for asked in far.asked)
    assert {asked.headers["authorization"] for asked in far.asked} == {f"Bearer {KEY}"}


async def test_loras_are_nodes_and_embeddings_have_their_word() -> None:
    order = Order(
        "<lora:mara:0.8> [a quay] <lora:gloom:0.5:0.7>", "bad-hands, (fog:1.2)", 64, 48, 4, seed=7
    )
    async with far_comfyui() as far:
        heard = await paint(painter(far), order)
    assert heard.error is None
    assert texts(far) == ["(a quay:0.909)", "embedding:bad-hands, (fog:1.2)"]
    (graph,) = far.took.values()
    first, second = (graph[f"storyforge-lora-{number}"]["inputs"] for number in (1, 2))
    assert first == {
        "lora_name": "people\\Mara.safetensors", "strength_model": 0.8, "strength_clip": 0.8,
        "model": ["1", 0], "clip": ["1", 1],
    }  # fmt: skip
    assert (second["strength_clip"], second["strength_model"]) == (0.5, 0.7)
    assert graph["5"]["inputs"]["model"] == ["storyforge-lora-2", 0]
    assert graph["2"]["inputs"]["clip"] == ["storyforge-lora-2", 1]
    assert graph["6"]["inputs"]["vae"] == ["1", 2]


async def test_a_lora_or_a_sampler_that_is_not_there_is_named_before_anything_is_sent() -> None:
    async with far_comfyui() as far:
        no_lora = await paint(painter(far), replace(ORDER, prompt="<lora:maro:1> a quay"))
        no_sampler = await paint(painter(far), replace(ORDER, sampler="Heun"))
    assert "no LoRA called “maro”" in str(no_lora.error)
    assert "no sampler called “Heun”" in str(no_sampler.error)
    assert not any(asked.method == "POST" for asked in far.asked)


async def test_clip_skip_is_a_node() -> None:
    async with far_comfyui() as far:
        await paint(painter(far), replace(ORDER, clip_skip=2))
    assert nodes(far)["CLIPSetLastLayer"]["stop_at_clip_layer"] == -2


async def test_an_authors_workflow_keeps_what_nothing_is_said_of(tmp_path: Path) -> None:
    graph = ours()
    graph["3"]["inputs"]["text"] = "watermark"
    graph["1"]["inputs"]["ckpt_name"] = "old/oil_xl.safetensors"
    graph["5"]["_meta"]["title"] = "KSampler"
    file = put(tmp_path, graph)
    async with far_comfyui() as far:
        far_painter = painter(far, workflow=file, model="")
        heard = await paint(far_painter, replace(ORDER, negative=""))
    assert heard.error is None
    assert texts(far) == ["a quay", "watermark"]
    assert nodes(far)["CheckpointLoaderSimple"]["ckpt_name"] == "old/oil_xl.safetensors"
    assert nodes(far)["KSampler"]["seed"] == 7
    assert heard.drawn.facts["workflow"] == "quay.json"


async def test_a_workflow_that_was_changed_is_read_anew(tmp_path: Path) -> None:
    graph = ours()
    file = put(tmp_path, graph)
    async with far_comfyui() as far:
        far_painter = painter(far, workflow=file)
        await paint(far_painter)
        graph["3"]["_meta"]["title"] = "another one"
        graph["8"] = {"class_type": "CLIPTextEncode", "inputs": {"text": "x", "clip": ["1", 1]}}
        graph["8"]["_meta"] = {"title": "storyforge: negative"}
        graph["5"]["inputs"]["negative"] = ["8", 0]
        put(tmp_path, graph)
        await paint(far_painter)
        assert list(far.took.values())[1]["8"]["inputs"]["text"] == "fog"
        async for _ready in far_painter.load():
            continue
        graph["6"]["class_type"] = "VAEDecodeByMoonlight"
        put(tmp_path, graph)
        heard = await paint(far_painter)
    assert "VAEDecodeByMoonlight" in str(heard.error)
    assert len(far.took) == 2


async def test_what_a_workflow_has_no_place_for_is_said(tmp_path: Path) -> None:
    graph = ours()
    graph["5"]["inputs"] |= {"negative": ["2", 0], "cfg": ["9", 0]}
    del graph["3"]
    graph["9"] = {"class_type": "Thinker", "inputs": {}}
    graph["5"]["_meta"]["title"] = "storyforge: seed, steps"
    known = objects() | {"Thinker": {"input": {"required": {}}}}
    async with far_comfyui(objects=known) as far:
        far_painter = painter(far, workflow=put(tmp_path, graph))
        heard = await paint(far_painter)
    assert heard.notes == [
        "“quay.json” has no place for the CFG scale: its own stays.",
        "“quay.json” has no place for the negative prompt: its own stays.",
    ]
    assert Ability.NEGATIVE in far_painter.card.lacks
    assert Ability.SEED not in far_painter.card.lacks


async def test_what_no_workflow_can_do_is_refused() -> None:
    async with far_comfyui() as far:
        heard = await paint(painter(far), replace(ORDER, variation=Variation(3, 0.2)))
    assert "cannot do this: variation" in str(heard.error)


@pytest.mark.parametrize(
    ("model", "told"),
    [
        ("oak", "has no checkpoint called “oak”"),
        ("", "It is not said which checkpoint of the server draws."),
    ],
)
async def test_a_checkpoint_is_chosen_before_anything_is_sent(model: str, told: str) -> None:
    async with far_comfyui() as far:
        heard = await paint(painter(far, model=model))
    assert isinstance(heard.error, NotReady)
    assert told in heard.error.message
    assert "ink" in heard.error.hint


async def test_the_only_checkpoint_there_needs_no_name() -> None:
    known = objects()
    known["CheckpointLoaderSimple"]["input"]["required"]["ckpt_name"] = [["oak.ckpt"]]
    async with far_comfyui(objects=known) as far:
        heard = await paint(painter(far, model=""))
    assert heard.drawn.facts["model"] == "oak"


async def test_a_server_without_a_checkpoint_says_so() -> None:
    known = objects()
    known["CheckpointLoaderSimple"]["input"]["required"]["ckpt_name"] = [[]]
    async with far_comfyui(objects=known) as far:
        heard = await paint(painter(far, model=""))
    assert "has no checkpoint" in str(heard.error)


async def test_nodes_that_the_server_does_not_know_are_named(tmp_path: Path) -> None:
    graph = ours()
    graph["6"]["class_type"] = "VAEDecodeByMoonlight"
    async with far_comfyui() as far:
        heard = await paint(painter(far, workflow=put(tmp_path, graph)))
    assert isinstance(heard.error, NotReady)
    assert "VAEDecodeByMoonlight" in heard.error.message
    assert not any(asked.method == "POST" for asked in far.asked)


async def test_a_workflow_without_its_slots_is_named_slot_by_slot(tmp_path: Path) -> None:
    graph = ours()
    del graph["2"], graph["3"]
    graph["5"]["inputs"] = {"latent_image": ["4", 0], "model": ["1", 0]}
    graph["5"]["_meta"]["title"] = "KSampler"
    async with far_comfyui() as far:
        heard = await paint(painter(far, workflow=put(tmp_path, graph)))
    assert isinstance(heard.error, NotReady)
    assert heard.error.message == "“quay.json” has no place for: the prompt."
    assert "“storyforge: prompt”" in heard.error.hint
    assert far.asked == []


async def test_what_cannot_be_told_of_an_order_is_said_once(tmp_path: Path) -> None:
    graph = ours()
    graph["9"] = {
        "class_type": "CheckpointLoaderSimple",
        "inputs": {"ckpt_name": "ink.safetensors"},
    }
    graph["6"]["inputs"]["vae"] = ["9", 2]
    order = replace(
        ORDER, prompt="<lora:mara:1> [calm:storm:0.5] sea", negative="[fog:rain:2]", clip_skip=2
    )
    async with far_comfyui() as far:
        heard = await paint(painter(far, workflow=put(tmp_path, graph)), order)
    assert heard.error is None
    assert heard.notes == [
        "ComfyUI's prompts cannot change while it draws: the first words are sent.",
        "“quay.json” has no place for clip skip: its own stays.",
        "“quay.json” has no one place for LoRAs, and goes without: mara.",
    ]
    assert texts(far) == ["calm sea", "fog"]
