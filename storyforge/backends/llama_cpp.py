"""A GGUF model on this machine, run by llama.cpp in the engine process.

Owns what is llama.cpp's own of it; nothing of the library is imported here.
"""

from storyforge.backends.in_engine import EngineBackend
from storyforge.domain.model import ModelSpec
from storyforge.engine import gpu
from storyforge.engine.messages import Loaded
from storyforge.engine.preflight import preflight
from storyforge.i18n import _


class LlamaCppBackend(EngineBackend):
    """A local model.

    Args:
        spec: the file and how it is loaded.
        name: for the status line; the file's name when empty.
        note: one honest sentence about the model; the engine's own notes follow it.
        languages: the languages it is known to write.
    """

    _structured = True

    def __init__(
        self,
        spec: ModelSpec,
        name: str = "",
        note: str = "",
        languages: tuple[str, ...] = (),
    ) -> None:
        super().__init__(spec, name or spec.path.stem, note, languages)
        self._file = spec

    def _preflight(self) -> None:
        preflight(self._file)

    def _notes_on(self, loaded: Loaded) -> str:
        found = gpu.gpu_status(usable=loaded.gpu)
        flash = ""
        if loaded.flash_forced:
            flash = _("Flash attention is on: the KV type {kv_type} needs it.").format(
                kv_type=self._file.kv_type
            )
        return " ".join(filter(None, (found.note, flash)))
