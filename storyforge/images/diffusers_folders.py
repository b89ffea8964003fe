"""A checkpoint as a folder of diffusers: a part a folder, each with its configuration."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from storyforge.images.wrong import Wrong, WrongFile

INDEX = "model_index.json"
# The names of a part's weights, diffusers' and transformers': the safe ones first, whole numbers
# before halves, since halves are made of them at will.
_STEMS = ("diffusion_pytorch_model", "model", "pytorch_model")
_VARIANTS = ("", ".bf16", ".fp16")
_SUFFIXES = (".safetensors", ".bin")
# Configurations are a few kilobytes.
_LONGEST = 4 << 20


def is_folder(path: Path) -> bool:
    """Whether `path` is a checkpoint of this kind."""
    return (path / INDEX).is_file()


def read_json(file: Path) -> dict[str, Any]:
    """A configuration.

    Raises:
        OSError: it cannot be read.
        WrongFile: it is none.
    """
    try:
        with file.open("rb") as opened:
            told = json.loads(opened.read(_LONGEST))
    except (ValueError, RecursionError) as error:
        raise WrongFile(Wrong.NOT_WHOLE, f"{file.parent.name}/{file.name}") from error
    if not isinstance(told, dict):
        raise WrongFile(Wrong.NOT_WHOLE, f"{file.parent.name}/{file.name}")
    return told


def parts(folder: Path) -> dict[str, str]:
    """The parts that the checkpoint has, with the names of their classes.

    Raises:
        OSError: the index cannot be read.
        WrongFile: it is none.
    """
    told = read_json(folder / INDEX)
    pairs = ((name, each) for name, each in told.items() if isinstance(each, list))
    return {name: each[1] for name, each in pairs if len(each) == 2 and isinstance(each[1], str)}


def files_of(folder: Path) -> tuple[Path, ...]:
    """The files that a part's weights lie in; none where it has none.

    Args:
        folder: the part's own.

    Raises:
        OSError: it cannot be read.
        WrongFile: the index of its files is none, or names what is not there.
    """
    for suffix in _SUFFIXES:
        for variant, stem in ((v, s) for v in _VARIANTS for s in _STEMS):
            whole = folder / f"{stem}{variant}{suffix}"
            if whole.is_file():
                return (whole,)
            index = folder / f"{stem}{suffix}.index{variant}.json"
            if index.is_file():
                return _listed(index)
    return ()


def pipeline_of(folder: Path) -> str:
    """What its pipeline is called, without the word.

    Raises:
        OSError, WrongFile: as for `parts`.
    """
    return str(read_json(folder / INDEX).get("_class_name")).removesuffix("Pipeline")


def beside(folder: Path, pipeline: str) -> Path | None:
    """The folder beside `folder` with that pipeline; the first by name, where several have it."""
    near = (each for each in sorted(folder.resolve().parent.iterdir()) if is_folder(each))
    return next((each for each in near if _is_of(each, pipeline)), None)


def _is_of(folder: Path, pipeline: str) -> bool:
    try:
        return pipeline_of(folder) == pipeline
    except (OSError, WrongFile):
        return False  # a broken neighbour is nobody's business here


def vae_in(path: Path) -> Path:
    """Where the VAE lies that `path` means: a file, its own folder, or one in a checkpoint's."""
    inner = path / "vae"
    return inner if inner.is_dir() else path


def _listed(index: Path) -> tuple[Path, ...]:
    told = read_json(index).get("weight_map")
    names = set(told.values()) if isinstance(told, dict) else set()
    found = sorted(index.parent / Path(str(name)).name for name in names)
    missing = next((file for file in found if not file.is_file()), None)
    if not found or missing is not None:
        raise WrongFile(Wrong.NOT_WHOLE, f"{index.parent.name}/{(missing or index).name}")
    return tuple(found)


def all_files(folder: Path) -> Iterator[Path]:
    """The files with the weights of all parts.

    Raises:
        OSError, WrongFile: as for `files_of`.
    """
    for part in parts(folder):
        yield from files_of(folder / part)
