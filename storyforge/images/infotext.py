"""How a picture was made, in AUTOMATIC1111's words: the text in its file's `parameters`. Pure.

Its order, its quoting and the way it is read are that program's (modules/processing.py and
modules/infotext_utils.py). Only names go in: no path, no address, nobody's name.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import PurePosixPath, PureWindowsPath

from storyforge.domain.kept_json import read_json
from storyforge.domain.picture.grammar import loras_of
from storyforge.domain.picture.orders import Order
from storyforge.domain.text import clean
from storyforge.images import control_text

#: the name of the text in a PNG file
KEYWORD = "parameters"
_NEGATIVE = "Negative prompt:"
# A1111's expression; that a name stands at the beginning or behind a comma keeps it from looking
# through a long line again from each of its letters.
_PAIR = re.compile(r'(?:^|(?<=,))\s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)')
_LONGEST_LINE = 1 << 16
# The last line tells settings only where it has so many.
_FEWEST = 3
_SIZE = re.compile(r"(\d{1,6})x(\d{1,6})")
_WHOLE, _NUMBER = re.compile(r"-?\d{1,20}"), re.compile(r"-?\d{1,9}(?:\.\d{1,9})?")
#: of what the prompt calls, and the facts that have them
_HASHES = {
    "Lora hashes": "lora hashes",
    "TI hashes": "embedding hashes",
    "Hypernet hashes": "hypernetwork hashes",
}
# Behind the name of a hypernetwork.
_OLDER_HASH = re.compile(r"\([0-9a-f]{8}\)$")
_WEIGHTS = (".safetensors", ".ckpt", ".pt", ".pth", ".bin")


@dataclass(frozen=True, slots=True)
class Reading:
    """How a picture was made, as far as its file tells; None and "" where it does not.

    Attributes:
        source: the program that made it, by its name.
        loras: (name, weight) of those in the prompt.
        strength: denoising strength.
        more: what else the file tells, as it tells it.
    """

    prompt: str = ""
    negative: str = ""
    steps: int | None = None
    sampler: str = ""
    schedule: str = ""
    guidance: float | None = None
    seed: int | None = None
    width: int | None = None
    height: int | None = None
    clip_skip: int | None = None
    strength: float | None = None
    loras: tuple[tuple[str, float], ...] = ()
    model: str = ""
    model_hash: str = ""
    source: str = ""
    more: Mapping[str, str] = field(default_factory=dict)


def write(order: Order, facts: Mapping[str, str], model: str) -> str:
    """The text of a picture.

    Args:
        facts: `Drawn.facts`.
        model: the checkpoint's name or file.
    """
    told = "" if "negative prompt" in without(facts) else order.negative
    negative = f"\n{_NEGATIVE} {told}" if told else ""
    pairs = ", ".join(f"{name}: {quoted(told)}" for name, told in _pairs(order, facts, model))
    return clean(f"{order.prompt}{negative}\n{pairs}").strip()


def read(text: str) -> Reading:
    """What such a text tells; what is no such text is a prompt."""
    *lines, last = clean(text).strip().split("\n")
    if len(last) > _LONGEST_LINE or len(_PAIR.findall(last)) < _FEWEST:
        lines, last = [*lines, last], ""
    parts: tuple[list[str], list[str]] = ([], [])
    at = 0
    for line in (each.strip() for each in lines):
        if line.startswith(_NEGATIVE):
            at, line = 1, line.removeprefix(_NEGATIVE).strip()
        # As A1111 has it, lines before the first words are no lines of a prompt.
        if line or parts[at]:
            parts[at].append(line)
    told = {name: unquoted(value) for name, value in _PAIR.findall(last)}
    return _reading("\n".join(parts[0]).rstrip("\n"), "\n".join(parts[1]).rstrip("\n"), told)


def quoted(told: str) -> str:
    """A value as it stands in the text."""
    return json.dumps(told, ensure_ascii=False) if re.search(r"[,\n:]", told) else told


def unquoted(told: str) -> str:
    """What `quoted` was given."""
    if len(told) < 2 or told[0] != '"' or told[-1] != '"':
        return told.strip(" ")
    read = read_json(told)
    return clean(read) if isinstance(read, str) else told


def name_of(path: str) -> str:
    """The name of a checkpoint's file, without folders and ending: of paths of any system."""
    name = _file(path)
    for ending in _WEIGHTS:
        if name.lower().endswith(ending):
            return name[: -len(ending)]
    return name


def _file(path: str) -> str:
    return PurePosixPath(PureWindowsPath(path).name).name


def number(value: float) -> str:
    """A number as short as it can be said: 7, 7.5."""
    return repr(value).removesuffix(".0") if isinstance(value, float) else str(value)


def _pairs(order: Order, facts: Mapping[str, str], model: str) -> Iterator[tuple[str, str]]:
    unsaid = without(facts)
    if "steps" not in unsaid:
        yield "Steps", str(order.steps)
    if "sampler" not in unsaid:
        yield "Sampler", order.sampler
        yield "Schedule type", order.schedule
    if "steps" not in unsaid:
        yield "CFG scale", number(order.guidance)
    if "seed" not in unsaid:
        yield "Seed", str(order.seed)
    yield "Size", f"{order.width}x{order.height}"
    if facts.get("model hash"):
        yield "Model hash", facts["model hash"]
    if model:
        yield "Model", name_of(model)
    if facts.get("VAE hash"):
        yield "VAE hash", facts["VAE hash"]
    if facts.get("VAE"):
        yield "VAE", _file(facts["VAE"])
    if facts.get("refiner") and order.redraw is None:
        yield "Refiner", f"{name_of(facts['refiner'])} [{facts.get('refiner hash', '')}]"
        yield "Refiner switch at", facts.get("refine from", "")
    if order.variation is not None and order.variation.strength:
        yield "Variation seed", str(order.variation.seed)
        yield "Variation seed strength", number(order.variation.strength)
    if (strength := _strength(order)) is not None:
        yield "Denoising strength", number(strength)
    yield from _larger(order)
    if order.clip_skip > 1:
        yield "Clip skip", str(order.clip_skip)
    # Ours is made on the processor, whatever draws; of a server's, only it can tell.
    if noise := facts.get("RNG", "CPU"):
        yield "RNG", noise
    if order.redraw is not None and order.redraw.is_inpaint:
        yield "Mask blur", str(order.redraw.blur)
        if order.redraw.only_masked:
            yield "Inpaint area", "Only masked"
            yield "Masked area padding", str(order.redraw.padding)
    for name, fact in _HASHES.items():
        if hashes := _hashes(facts.get(fact, "")):
            yield name, hashes
    hashed = _read_hashes(facts.get("control hashes", ""))
    yield from control_text.pairs(order, hashed, name_of)
    if order.freeu:
        yield "freeu_enabled", "True"
    yield "Version", f"storyforge {version('storyforge')}"


def without(facts: Mapping[str, str]) -> frozenset[str]:
    """What the painter does not go by, whatever was ordered: an API may know no seeds."""
    read = read_json(facts.get("without"))
    return frozenset(map(str, read)) if isinstance(read, list) else frozenset()


def _strength(order: Order) -> float | None:
    """How much was drawn over: at the beginning, or of a picture that was kept, afterwards."""
    if order.redraw is None:
        return None if order.hires is None else order.hires.strength
    if order.is_kept:
        passes = (order.hires, order.larger, order.faces)
        return next(one.strength for one in passes if one is not None)
    return order.redraw.strength


def _larger(order: Order) -> Iterator[tuple[str, str]]:
    """Hires fix, and that program's script for tiles; both enlarge by Lanczos here."""
    if order.hires is not None:
        yield "Hires upscale", number(order.hires.scale)
        if order.hires.steps:
            yield "Hires steps", str(order.hires.steps)
        yield "Hires upscaler", "Lanczos"
    if order.larger is not None:
        yield "SD upscale overlap", str(order.larger.overlap)
        yield "SD upscale upscaler", "Lanczos"


def _hashes(told: str) -> str:
    return ", ".join(f"{name_of(name)}: {each}" for name, each in _read_hashes(told).items())


def _read_hashes(told: str) -> dict[str, str]:
    read = read_json(told)
    pairs = read.items() if isinstance(read, dict) else ()
    return {str(name): str(each) for name, each in pairs}


def _reading(prompt: str, negative: str, told: dict[str, str]) -> Reading:
    size = _SIZE.fullmatch(told.get("Size", ""))
    if network := _OLDER_HASH.sub("", told.pop("Hypernet", "")).strip():
        # As A1111 takes it up again that once had it in the settings.
        prompt += f" <hypernet:{network}:{told.pop('Hypernet strength', '1')}>"
    tags = loras_of(prompt)[1]
    known = {
        *("Steps", "Sampler", "Schedule type", "CFG scale", "Seed", "Size", "Clip skip"),
        *("Denoising strength", "Model", "Model hash"),
    }
    return Reading(
        prompt,
        negative,
        steps=whole(told.get("Steps")),
        sampler=told.get("Sampler", ""),
        schedule=told.get("Schedule type", ""),
        guidance=real(told.get("CFG scale")),
        seed=whole(told.get("Seed")),
        width=int(size[1]) if size else None,
        height=int(size[2]) if size else None,
        clip_skip=whole(told.get("Clip skip")),
        strength=real(told.get("Denoising strength")),
        loras=tuple((tag.name, tag.weight) for tag in tags),
        model=told.get("Model", ""),
        model_hash=told.get("Model hash", ""),
        source="AUTOMATIC1111" if told else "",
        more={name: value for name, value in told.items() if name not in known},
    )


def whole(told: object) -> int | None:
    """A whole number that somebody wrote; None for anything else."""
    return int(str(told)) if _WHOLE.fullmatch(str(told)) else None


def real(told: object) -> float | None:
    """A number that somebody wrote; None for anything else."""
    return float(str(told)) if _NUMBER.fullmatch(str(told)) else None
