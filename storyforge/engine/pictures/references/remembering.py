"""What pictures became in an adapter's words, kept: a character is looked at once.

In memory and as files of the cache folder, which may be lost. A name there is a digest of all that
must be the same; nothing tells whose picture it was.
"""

import contextlib
import hashlib
import logging
import os
import secrets
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING

from storyforge import paths

if TYPE_CHECKING:
    import torch

log = logging.getLogger(__name__)

#: bytes of files; a picture takes 24 to 1,600 KB
MOST = 64 << 20
_IN_MEMORY = 32
_NAME, _DIGEST = "words", "sha256"
_SUFFIX = ".safetensors"


class Remembered:
    """Words by digests.

    Args:
        most: bytes of files; those that were used longest ago go.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: OrderedDict[str, torch.Tensor] = OrderedDict()

    def get(self, key: str) -> "torch.Tensor | None":
        """(2, words, width) on the processor; None where they are not kept, or not whole."""
        if key not in self._kept:
            found = self._read(key)
            if found is None:
                return None
            self._keep(key, found)
        self._kept.move_to_end(key)
        return self._kept[key]

    def put(self, key: str, words: "torch.Tensor") -> None:
        """Keep `words`; where no file can be written, in memory only."""
        words = words.to("cpu").contiguous()
        self._keep(key, words)
        try:
            self._write(key, words)
            self._make_room()
        except OSError as error:
            log.warning("What was seen of a reference could not be kept: %s", error)

    def _keep(self, key: str, words: "torch.Tensor") -> None:
        self._kept[key] = words
        while len(self._kept) > _IN_MEMORY:
            self._kept.popitem(last=False)

    def _read(self, key: str) -> "torch.Tensor | None":
        from safetensors import SafetensorError, safe_open

        file = _file(key)
        if not file.is_file():
            return None
        try:
            with safe_open(file, framework="pt") as opened:
                words: torch.Tensor = opened.get_tensor(_NAME).clone()
                said = (opened.metadata() or {}).get(_DIGEST)
            os.utime(file)
        except (SafetensorError, OSError) as error:
            log.warning("What was seen of a reference could not be read: %s", error)
            return None
        if said != _digest(key, words):
            log.warning("What was seen of a reference is damaged, and is made anew")
            return None
        return words

    def _write(self, key: str, words: "torch.Tensor") -> None:
        from safetensors.torch import save

        file = _file(key)
        file.parent.mkdir(0o700, parents=True, exist_ok=True)
        data = save({_NAME: words}, {_DIGEST: _digest(key, words)})
        new = file.with_name(f"{file.stem}-{secrets.token_hex(4)}.new")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        try:
            with os.fdopen(os.open(new, flags, 0o600), "wb") as opened:
                opened.write(data)
            new.replace(file)
        finally:
            new.unlink(missing_ok=True)

    def _make_room(self) -> None:
        files = []
        for file in paths.references_dir().iterdir():
            with contextlib.suppress(FileNotFoundError):  # another program makes room too
                facts = file.stat()
                files.append((facts.st_mtime_ns, facts.st_size, file))
        left = sum(size for _used, size, _file in files)
        for _used, size, file in sorted(files)[:-1]:
            if left <= self._most:
                return
            file.unlink(missing_ok=True)
            left -= size


def _file(key: str) -> Path:
    return paths.references_dir() / f"{key}{_SUFFIX}"


def _digest(key: str, words: "torch.Tensor") -> str:
    """Of the numbers and of what they belong to: a file under another's name is found out."""
    import torch

    told = f"{key} {tuple(words.shape)} {words.dtype} ".encode()
    return hashlib.sha256(told + words.view(torch.uint8).numpy().tobytes()).hexdigest()
