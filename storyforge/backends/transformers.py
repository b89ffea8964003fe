"""A Hugging Face folder or a GGUF file on this machine, run by transformers in the engine process.

Owns what is transformers' own of it; nothing of the library is imported here.
"""

from storyforge.backends.in_engine import EngineBackend
from storyforge.domain.model import TransformersSpec
from storyforge.engine.messages import Loaded
from storyforge.engine.torch.preflight import preflight


class TransformersBackend(EngineBackend):
    """A local model.

    Args:
        spec: the folder or file and how it is loaded.
        name: for the status line; the folder's or file's name when empty.
        note: one honest sentence about the model.
        languages: the languages it is known to write.
    """

    def __init__(
        self,
        spec: TransformersSpec,
        name: str = "",
        note: str = "",
        languages: tuple[str, ...] = (),
    ) -> None:
        plain = spec.path.stem if spec.path.suffix.lower() == ".gguf" else spec.path.name
        super().__init__(spec, name or plain, note, languages)
        self._files = spec

    def _preflight(self) -> None:
        preflight(self._files)

    def _notes_on(self, loaded: Loaded) -> str:
        return ""
