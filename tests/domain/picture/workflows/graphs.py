"""Workflows as ComfyUI exports them, shortened: the shapes that authors have."""

import copy
import json
from typing import Any

from storyforge.domain.picture.workflows.workflow import Workflow, workflow_of


def node(kind: str, title: str = "", **inputs: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"class_type": kind, "inputs": inputs}
    return told | {"_meta": {"title": title}} if title else told


#: the workflow that ComfyUI opens with
PLAIN: dict[str, Any] = {
    "3": node(
        "KSampler", seed=15, steps=25, cfg=6.5, sampler_name="dpmpp_2m", scheduler="karras",
        denoise=1, model=["4", 0], positive=["6", 0], negative=["7", 0], latent_image=["5", 0],
    ),
    "4": node("CheckpointLoaderSimple", ckpt_name="ink.safetensors"),
    "5": node("EmptyLatentImage", width=768, height=512, batch_size=1),
    "6": node("CLIPTextEncode", text="a bottle", clip=["4", 1]),
    "7": node("CLIPTextEncode", text="watermark", clip=["4", 1]),
    "8": node("VAEDecode", samples=["3", 0], vae=["4", 2]),
    "9": node("SaveImage", filename_prefix="%width%/ComfyUI", images=["8", 0]),
}  # fmt: skip

#: FLUX: a guider without a negative side, and a node for everything
FLUX: dict[str, Any] = {
    "1": node("UNETLoader", unet_name="flux-dev.safetensors", weight_dtype="default"),
    "2": node("DualCLIPLoader", clip_name1="t5.safetensors", clip_name2="clip_l.safetensors"),
    "3": node("CLIPTextEncode", text="a bottle", clip=["2", 0]),
    "4": node("FluxGuidance", guidance=3.5, conditioning=["3", 0]),
    "5": node("BasicGuider", model=["1", 0], conditioning=["4", 0]),
    "6": node("RandomNoise", noise_seed=15),
    "7": node("KSamplerSelect", sampler_name="euler"),
    "8": node("BasicScheduler", scheduler="simple", steps=20, denoise=1.0, model=["1", 0]),
    "9": node("EmptySD3LatentImage", width=1024, height=768, batch_size=1),
    "10": node(
        "SamplerCustomAdvanced", noise=["6", 0], guider=["5", 0], sampler=["7", 0],
        sigmas=["8", 0], latent_image=["9", 0],
    ),
    "11": node("VAELoader", vae_name="ae.safetensors"),
    "12": node("VAEDecode", samples=["10", 0], vae=["11", 0]),
    "13": node("PreviewImage", images=["12", 0]),
}  # fmt: skip


def changed(graph: dict[str, Any], **nodes: Any) -> dict[str, Any]:
    """A copy with some nodes in it, or with some inputs of nodes (`n3=…`) put over."""
    told = copy.deepcopy(graph)
    for key, value in nodes.items():
        number = key.removeprefix("n")
        if "class_type" in value:
            told[number] = value
        else:
            told[number]["inputs"] |= value
    return told


def hires() -> dict[str, Any]:
    """Drawn, enlarged, and drawn over by a second sampler."""
    second = dict(PLAIN["3"]["inputs"], seed=16, denoise=0.5, latent_image=["10", 0])
    return changed(
        PLAIN,
        n10=node("LatentUpscale", samples=["3", 0], width=1536, height=1024),
        n11=node("KSampler", **second),
        n8={"samples": ["11", 0]},
    )


def controlled() -> dict[str, Any]:
    """Both sides go through a ControlNet, whose picture is loaded."""
    return changed(
        PLAIN,
        n10=node("LoadImage", image="pose.png"),
        n11=node("ControlNetLoader", control_net_name="openpose.pth"),
        n12=node(
            "ControlNetApplyAdvanced", strength=1.0, positive=["6", 0], negative=["7", 0],
            control_net=["11", 0], image=["10", 0],
        ),
        n3={"positive": ["12", 0], "negative": ["12", 1]},
    )  # fmt: skip


def titled(graph: dict[str, Any], **titles: str) -> dict[str, Any]:
    """A copy with nodes called so."""
    told = copy.deepcopy(graph)
    for key, title in titles.items():
        told[key.removeprefix("n")]["_meta"] = {"title": title}
    return told


def workflow(graph: dict[str, Any]) -> Workflow:
    return workflow_of(json.dumps(graph), "quay.json")


def where(told: Workflow) -> dict[str, list[tuple[str, str]]]:
    """Node and input of each slot."""
    return {
        str(slot): [(place.node, place.input) for place in places]
        for slot, places in told.slots.places.items()
    }
