"""What a LoRA's file and the files beside it tell: trigger words, base, rank, preview.

Only the head of a file is read. What its keys say of the base goes before what its metadata say,
which are copied from file to file. Nothing here knows torch; how one is put into a painter is
`engine.pictures.loras`' business.
"""

import hashlib
import heapq
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from storyforge.borrowed import reason
from storyforge.domain.picture.orders import Family
from storyforge.domain.text import clean, one_line
from storyforge.errors import BadInput
from storyforge.i18n import _
from storyforge.images import heads, lora_keys, sidecars
from storyforge.images.folders import Found, FoundFile, Missing, pick
from storyforge.images.lora_keys import Kind

#: hex digits of a LoRA's hash that infotexts have
HASH_DIGITS = 12
_BLOCK = 1 << 20
# What is known of thousands of files stays in memory.
_MOST_TAGS = 100
# How metadata and people write the families; the first that a text begins with.
_SAID = (
    (("stable diffusion xl", "sdxl", "pony", "illustrious", "noobai"), Family.SDXL),
    (("stable diffusion v2", "sd v2", "sd2", "sd 2"), Family.SD2),
    (("stable diffusion v1", "sd v1", "sd1", "sd 1"), Family.SD1),
)


@dataclass(frozen=True, slots=True)
class LoraFile:
    """One LoRA.

    Attributes:
        name: what `<lora:NAME:1>` calls it.
        family: that it was made for; None where its file does not say, or for one that is none.
        base: the checkpoint it was trained on, in the words of its file; may be empty.
        alias: the name that it was trained under; may be empty.
        words: that call what it has learned, as its author wrote them.
        weight: that its author likes best; None where none is said.
        negative: what its author would put into the negative prompt.
        tags: of the captions it was trained on, the most frequent, with their number.
        hash: the first digits of its hash, as its metadata have it; `hash_of` reckons it.
        problem: why its head cannot be read; a sentence.
    """

    name: str
    path: Path
    family: Family | None = None
    base: str = ""
    alias: str = ""
    kind: Kind = Kind.UNKNOWN
    rank: int = 0
    words: tuple[str, ...] = ()
    weight: float | None = None
    negative: str = ""
    notes: str = ""
    preview: Path | None = None
    tags: tuple[tuple[str, int], ...] = ()
    hash: str = ""
    size: int = 0
    problem: str = ""


def read(found: FoundFile) -> LoraFile:
    """What is known of a LoRA; one that cannot be read has a `problem`.

    A head is read once as long as file and side files stay as they are: some hundredth of a second.
    """
    try:
        stat = found.path.stat()
    except OSError:
        return _read(found, 0, 0, ())
    return _read(found, stat.st_size, stat.st_mtime_ns, sidecars.stamp(found.path))


def every(found: Found) -> Iterator[LoraFile]:
    """All LoRAs of the author's folders, one by one."""
    return map(read, found.loras)


def find(found: Found, name: str) -> FoundFile:
    """The LoRA that `<lora:name:1>` means: by its file, else by the name it was trained under.

    Raises:
        BadInput: there is none of that name; the nearest ones are named.
    """
    try:
        return pick(found.loras, name, Missing.LORA)
    except BadInput:
        # Only now all heads are read.
        aliases = {each.alias.casefold(): each for each in every(found) if each.alias}
        others = {alias: FoundFile(each.name, each.path) for alias, each in aliases.items()}
        return pick(found.loras, name, Missing.LORA, others)


def mentions(lora: LoraFile, text: str) -> bool:
    """Whether all words of `text` stand in what it is called, what it is for, or what calls it."""
    told = " ".join((lora.name, lora.alias, lora.base, *lora.words)).casefold()
    return all(word in told for word in text.casefold().split())


def hash_of(path: Path) -> str:
    """SHA-256 of what stands behind its head, the first twelve hex digits.

    Of a pickled file it is that of the whole file.

    Raises:
        OSError: it cannot be read.
        BadInput: it has no head although it should.
    """
    stat = path.stat()
    return _hash(path, stat.st_size, stat.st_mtime_ns)


@lru_cache(maxsize=4096)
def _hash(path: Path, _size: int, _changed: int) -> str:
    start = heads.read(path).start if path.suffix.casefold() == heads.SUFFIX else 0
    reckoned = hashlib.sha256()
    with path.open("rb") as opened:
        opened.seek(start)
        while block := opened.read(_BLOCK):
            reckoned.update(block)
    return reckoned.hexdigest()[:HASH_DIGITS]


@lru_cache(maxsize=16_384)
def _read(found: FoundFile, size: int, _changed: int, _beside: tuple[object, ...]) -> LoraFile:
    told: Mapping[str, str] = {}
    shapes: Mapping[str, Sequence[int]] = {}
    problem = ""
    if found.path.suffix.casefold() == heads.SUFFIX:
        try:
            head = heads.read(found.path)
            told, shapes = head.metadata, {name: t.shape for name, t in head.tensors.items()}
        except BadInput as error:
            problem = error.message
        except OSError as error:
            problem = _("It cannot be read: {why}.").format(why=reason(error))
    beside = sidecars.read(found.path)
    return LoraFile(
        name=found.name,
        path=found.path,
        family=lora_keys.family_of(shapes) or family_told(told, beside.base),
        base=beside.base or base_told(told),
        alias=_line(told.get("ss_output_name")) or _line(told.get("modelspec.title")),
        kind=lora_keys.kind_of(shapes),
        rank=lora_keys.rank_of(shapes) or _number(told.get("ss_network_dim")),
        words=beside.words or _words(told.get("modelspec.trigger_phrase", "")),
        weight=beside.weight,
        negative=beside.negative,
        notes=beside.notes or _text(told.get("modelspec.usage_hint")),
        preview=beside.preview,
        tags=_tags(told.get("ss_tag_frequency", "")),
        hash=_line(told.get("sshs_model_hash"))[:HASH_DIGITS],
        size=size,
        problem=problem,
    )


def base_told(told: Mapping[str, str]) -> str:
    """The base in the words of a file's metadata."""
    model = _line(told.get("ss_sd_model_name"))
    version = _line(told.get("ss_base_model_version")) or _line(told.get("modelspec.architecture"))
    return ", ".join(each for each in (version, model) if each)


def family_told(told: Mapping[str, str], base: str = "") -> Family | None:
    """The family by what is said, in a file's metadata or (`base`) beside it.

    The keys know better where they say anything.
    """
    said = (
        told.get("modelspec.architecture", ""),
        told.get("ss_base_model_version", ""),
        base,
    )
    for each in said:
        folded = str(each).casefold().replace("_", " ").replace("-", " ")
        for words, family in _SAID:
            if any(folded.startswith(word) for word in words):
                return family
    return Family.SD2 if told.get("ss_v2") == "True" else None


def _tags(text: str) -> tuple[tuple[str, int], ...]:
    """Captions' tags with their number, those of all folders of training pictures together."""
    try:
        folders = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return ()
    counted: Counter[str] = Counter()
    for tags in folders.values() if isinstance(folders, dict) else ():
        for tag, count in tags.items() if isinstance(tags, dict) else ():
            if isinstance(count, int):
                counted[tag] += count
    most = heapq.nsmallest(_MOST_TAGS, counted.items(), key=lambda each: (-each[1], each[0]))
    cleaned = ((one_line(tag).strip(), count) for tag, count in most)
    return tuple(each for each in cleaned if each[0])


def _words(phrase: str) -> tuple[str, ...]:
    return sidecars.words_of([phrase])


def _line(value: Any) -> str:
    text = one_line(value).strip() if isinstance(value, str) else ""
    return "" if text == "None" else text


def _text(value: Any) -> str:
    return clean(value).strip() if isinstance(value, str) else ""


def _number(value: Any) -> int:
    text = _line(value)
    return int(text) if text.isdecimal() and len(text) < 6 else 0
