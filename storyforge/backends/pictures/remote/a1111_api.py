"""AUTOMATIC1111's API, as Forge and KoboldCpp speak it too: how an order is told to it, and how its
answers are read. Pure.

Source: the program's modules/api/models.py and api.py, at 1.10; KoboldCpp answers the same shape,
with less in it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

from storyforge.backends.pictures.remote.pixels import ANSWER_LIMIT, encoded
from storyforge.backends.remote.api import Call
from storyforge.domain.kept_json import read_json
from storyforge.domain.picture import seeds
from storyforge.domain.picture.orders import Order
from storyforge.domain.picture.samplers import AUTOMATIC
from storyforge.images import infotext

_ROOT = "/sdapi/v1"
# A1111's own, for what is drawn over with much noise.
_HIRES_UPSCALER = "Latent"
# No server has nearly as many steps or jobs.
_COUNTABLE = 1 << 20
# What info says of no VAE.
_NONE = ("", "None", "Automatic")


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a picture begins from, as files: the picture as large as will be drawn, and its mask."""

    image: bytes
    mask: bytes | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """What an order names, in the server's own words.

    Attributes:
        model: empty leaves the one that is loaded.
        schedule: None where the sampler's name has it in it.
        task: by which the server knows this picture.
    """

    model: str
    sampler: str
    schedule: str | None
    task: str


@dataclass(frozen=True, slots=True)
class Step:
    """How far the server is.

    Attributes:
        step, steps: 0 while it has not begun.
        preview: a picture file in base64; None where there is none.
    """

    step: int = 0
    steps: int = 0
    preview: str | None = None


def ask(name: str) -> Call:
    """Asks for one of the server's lists: nothing of a story goes with it."""
    return Call("GET", f"{_ROOT}/{name}")


def kobold() -> Call:
    """Asks whether it is KoboldCpp."""
    return Call("GET", "/api/extra/version")


def progress(*, preview: bool) -> Call:
    """Asks how far it is."""
    told = "false" if preview else "true"
    return Call("GET", f"{_ROOT}/progress", query={"skip_current_image": told}, again=False)


def interrupt() -> Call:
    """Ends what is drawn now, within a step."""
    return Call("POST", f"{_ROOT}/interrupt", {}, again=False)


def whose_turn(task: str) -> Call:
    """Asks whether a picture is drawn now, or waits for another's."""
    told = {"id_task": task, "live_preview": False}
    return Call("POST", "/internal/progress", told, again=False)


def waits(document: Any) -> bool:
    """Whether it waits for another's, by the answer to `whose_turn`."""
    return isinstance(document, dict) and bool(document.get("queued"))


def picture(order: Order, named: Named, beginning: Beginning | None) -> Call:
    """Has a picture drawn; nothing of it is saved over there."""
    body = _usual(order, named)
    if beginning is None:
        body |= _hires(order)
        return Call("POST", f"{_ROOT}/txt2img", body, limit=ANSWER_LIMIT)
    body |= {
        "init_images": [encoded(beginning.image)],
        "denoising_strength": order.redraw.strength if order.redraw else 1.0,
        "include_init_images": False,
    }
    if beginning.mask is not None:
        # Cut out, and put back, by us: no pixel outside changes, and nothing else is sent.
        body |= {
            "mask": encoded(beginning.mask),
            "mask_blur": order.redraw.blur if order.redraw else 0,
            "inpainting_fill": 1,
            "inpaint_full_res": False,
            "inpainting_mask_invert": 0,
        }
    return Call("POST", f"{_ROOT}/img2img", body, limit=ANSWER_LIMIT)


def _usual(order: Order, named: Named) -> dict[str, Any]:
    overrides: dict[str, Any] = {"CLIP_stop_at_last_layers": order.clip_skip}
    if named.model:
        overrides["sd_model_checkpoint"] = named.model
    body: dict[str, Any] = {
        "prompt": order.prompt,
        "negative_prompt": order.negative,
        "steps": order.steps,
        "width": order.width,
        "height": order.height,
        "cfg_scale": order.guidance,
        "seed": order.seed,
        "sampler_name": named.sampler,
        "batch_size": 1,
        "n_iter": 1,
        "override_settings": overrides,
        # Putting another checkpoint back would load two of them for each picture.
        "override_settings_restore_afterwards": not named.model,
        "send_images": True,
        "save_images": False,
        "do_not_save_samples": True,
        "do_not_save_grid": True,
        "force_task_id": named.task,
    }
    if named.schedule is not None:
        body["scheduler"] = named.schedule
    if order.variation is not None:
        body["subseed"] = order.variation.seed
        body["subseed_strength"] = order.variation.strength
    return body


def _hires(order: Order) -> dict[str, Any]:
    if order.hires is None:
        return {}
    return {
        "enable_hr": True,
        "hr_scale": order.hires.scale,
        "hr_second_pass_steps": order.hires.steps,
        "hr_upscaler": _HIRES_UPSCALER,
        "denoising_strength": order.hires.strength,
    }


def names(document: Any, *keys: str) -> tuple[str, ...]:
    """The names in a list, each by the first of `keys` that it has; none in anything else."""
    rows = document.values() if isinstance(document, dict) else document
    found = []
    for row in rows if isinstance(rows, list) or isinstance(document, dict) else ():
        if isinstance(row, dict):
            told = next((row[key] for key in keys if isinstance(row.get(key), str)), "")
            found += [told] if told else []
    return tuple(found)


def embeddings(document: Any) -> tuple[str, ...]:
    """The embeddings that it has loaded."""
    told = document.get("loaded") if isinstance(document, dict) else None
    return tuple(map(str, told)) if isinstance(told, dict | list) else ()


def step_of(document: Any) -> Step:
    """How far it is, over all that it does for a picture."""
    state = document.get("state") if isinstance(document, dict) else None
    if not isinstance(state, dict):
        return Step()
    each, jobs = _whole(state, "sampling_steps"), _whole(state, "job_count")
    steps = each * jobs
    step = min(_whole(state, "job_no") * each + _whole(state, "sampling_step"), steps)
    preview = document.get("current_image")
    return Step(step, steps, preview if isinstance(preview, str) else None)


def image_of(document: Any) -> str:
    """The picture in an answer, base64; "" where there is none."""
    images = document.get("images") if isinstance(document, dict) else None
    first = images[0] if isinstance(images, list) and images else ""
    return first if isinstance(first, str) else ""


def info_of(document: Any) -> dict[str, Any]:
    """What an answer says of how it was drawn; KoboldCpp says nothing."""
    info = document.get("info") if isinstance(document, dict) else None
    read = read_json(info) if isinstance(info, str) else info
    return read if isinstance(read, dict) else {}


def seed_of(info: Mapping[str, Any], order: Order) -> int:
    """The seed that was used."""
    seed = info.get("seed")
    return seed if type(seed) is int and 0 <= seed < seeds.MOST else order.seed


def facts_of(info: Mapping[str, Any], server: str, loaded: str) -> dict[str, str]:
    """What it takes to draw it again, by the names that our own painters use.

    Args:
        server: what it is.
        loaded: the checkpoint that was asked for, or is loaded: for servers that do not tell.
    """
    told = info.get("infotexts")
    text = told[0] if isinstance(told, list) and told and isinstance(told[0], str) else ""
    more = infotext.read(text).more
    facts = {
        "server": " ".join(filter(None, (server, _text(info, "version") or more.get("Version")))),
        "model": _text(info, "sd_model_name") or _stem(loaded),
        "model hash": _text(info, "sd_model_hash"),
        "VAE": _text(info, "sd_vae_name"),
        "VAE hash": _text(info, "sd_vae_hash"),
        "lora hashes": _hashes(more.get("Lora hashes", "")),
        "embedding hashes": _hashes(more.get("TI hashes", "")),
        # A1111 writes it where the noise is not the GPU's own.
        "RNG": more.get("RNG", "GPU") if text else "",
    }
    return {name: one for name, one in facts.items() if one not in _NONE or name == "RNG"}


def _text(info: Mapping[str, Any], name: str) -> str:
    told = info.get(name)
    return told if isinstance(told, str) else ""


def _whole(state: Mapping[str, Any], name: str) -> int:
    told = state.get(name)
    return told if type(told) is int and 0 <= told < _COUNTABLE else 0


def _hashes(told: str) -> str:
    """ "name: hash, name: hash" as JSON; "" for nothing."""
    pairs = (pair.rpartition(":") for pair in told.split(","))
    found = {name.strip(): value.strip() for name, colon, value in pairs if colon}
    return json.dumps(found, ensure_ascii=False) if found else ""


def _stem(title: str) -> str:
    """A checkpoint's name out of its title: "folder/ink.safetensors [1a2b3c4d5e]"."""
    bare = title.rpartition(" [")[0] if title.endswith("]") else title
    return infotext.name_of(PurePosixPath(PureWindowsPath(bare).name).name) if bare else ""


def sampler_of(order: Order, samplers: tuple[str, ...], schedules: tuple[str, ...]) -> Named | None:
    """The order's sampler in the server's words; None where it has none of that name.

    Before 1.9 a schedule was a part of the sampler's name.
    """
    known = {name.casefold(): name for name in samplers}
    joined = known.get(f"{order.sampler} {order.schedule}".casefold())
    if joined and not schedules:
        return Named("", joined, None, "")
    sampler = known.get(order.sampler.casefold(), "" if samplers else order.sampler)
    named = {name.casefold(): name for name in schedules}
    schedule = named.get(order.schedule.casefold(), order.schedule)
    return Named("", sampler, schedule, "") if sampler else None


def may_pass_over(named: Named, schedules: tuple[str, ...]) -> bool:
    """Whether a server may pass over the schedule without a word: it lists none."""
    return not schedules and named.schedule not in (None, AUTOMATIC)
