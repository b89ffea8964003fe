"""GGUF files that Ollama keeps: blobs without a name, and manifests that name them.

It reads; Ollama's own files are never changed. Its server is not asked.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path

_WEIGHTS = "application/vnd.ollama.image.model"
_USUAL = ("registry.ollama.ai", "library")
# A manifest is some hundred bytes; a large file is none.
_LARGEST = 100_000
_MOST = 2_000


def find() -> Iterator[tuple[Path, str]]:
    """Files of weights and what their models are called there, such as "llama3.1:8b"."""
    for store in _stores():
        manifests = store / "manifests"
        for number, manifest in enumerate(sorted(manifests.glob("*/*/*/*"))):
            if number == _MOST:
                break
            blob = _weights(manifest, store / "blobs")
            if blob is not None:
                yield blob, _name(manifest.relative_to(manifests).parts)


def name_of(path: Path) -> str:
    """What Ollama calls the file at `path`; empty where it is none of its."""
    if path.parent.name != "blobs" or not path.name.startswith("sha256-"):
        return ""
    return next((name for blob, name in find() if blob == path), "")


def _stores() -> tuple[Path, ...]:
    moved = os.environ.get("OLLAMA_MODELS")
    if moved:
        return (Path(moved),)
    # On Linux it runs as a service with a home of its own.
    return (Path.home() / ".ollama/models", Path("/usr/share/ollama/.ollama/models"))


def _weights(manifest: Path, blobs: Path) -> Path | None:
    """The weights of a model; None where it has none here, or the file is no manifest."""
    try:
        if not manifest.is_file() or manifest.stat().st_size > _LARGEST:
            return None
        told = json.loads(manifest.read_text("utf-8"))
        digests = [each["digest"] for each in told["layers"] if each["mediaType"] == _WEIGHTS]
        blob = blobs / str(digests[0]).replace(":", "-")
    except (OSError, ValueError, KeyError, IndexError, TypeError):
        return None  # half a download, or a file of something else
    return blob if blob.parent == blobs and blob.is_file() else None


def _name(parts: tuple[str, ...]) -> str:
    host, owner, model, tag = parts
    if (host, owner) == _USUAL:
        return f"{model}:{tag}"
    return "/".join([*([] if host == _USUAL[0] else [host]), owner, f"{model}:{tag}"])
