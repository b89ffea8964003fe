"""One model of transformers in memory, as the engine knows models. Runs in the engine process only.

It was loaded by `loading`; here it gets its tokens, its sequence and its threads.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from storyforge.domain.model import TransformersSpec
from storyforge.domain.sampling import Sampling
from storyforge.engine import hardware
from storyforge.engine.crew import Crews
from storyforge.engine.memory import TAKES_ROOM
from storyforge.engine.torch.drawing import Drawer
from storyforge.engine.torch.kept import Texts
from storyforge.engine.torch.pasts import TorchSequence, kind_of
from storyforge.engine.torch.tokens import HubVocabulary

if TYPE_CHECKING:
    from storyforge.engine.loaded import Logits


class TorchModel:
    """A loaded model.

    Attributes:
        window: the context window in tokens.
        threads: what it writes and reads with.
        gpu: torch can use a GPU.
        kind: how it remembers.
    """

    flash_forced = False
    plan = None

    def __init__(
        self, spec: TransformersSpec, threads: hardware.Threads, model: Any, tokenizer: Any
    ) -> None:
        import torch

        self._torch = torch
        self._model = model
        self.threads = threads
        self._crews = Crews(threads, torch.set_num_threads, give_way=spec.give_way)
        self.gpu = torch.accelerator.is_available()
        self.kind = kind_of(model)
        told = model.config.get_text_config(decoder=True)
        trained = getattr(told, "max_position_embeddings", None) or spec.context_tokens
        self.window = min(int(trained), spec.context_tokens)
        self.vocabulary = HubVocabulary(tokenizer, int(told.vocab_size), _ends(model))
        self.sequence = TorchSequence(model, spec.batch_tokens, self.kind)
        self.states = Texts(self.sequence, spec.keeping)

    @property
    def on_gpu(self) -> bool:
        """Whether layers lie on a GPU, where a stop is not heard within an evaluation."""
        devices = {parameter.device.type for parameter in self._model.parameters()}
        return not devices <= {"cpu", "meta"}

    def takes_at_once(self, prompt: int, limit: int) -> int:
        """How many takes of `limit` tokens can be written in one batch behind `prompt` tokens."""
        room = (self.window + TAKES_ROOM) // (prompt + limit)
        return max(1, min(room, self.kind.takes))

    def turn_to_reading(self, *, exactly: bool = False) -> None:
        """The threads that a prompt is read with."""
        self._crews.turn_to_reading(exactly=exactly)

    def turn_to_writing(self, *, exactly: bool = False) -> None:
        """The threads that are written with."""
        self._crews.turn_to_writing(exactly=exactly)

    def give_way(self) -> None:
        """Work with fewer threads while other programs want their processors."""
        self._crews.look()

    def logits(self, row: int) -> "Logits":
        """A copy of a row that the last evaluation made; -1 for the last."""
        return self.sequence.logits(row)

    def sampler(self, sampling: Sampling, story: Sequence[int]) -> Drawer:
        """Draws as `sampling` asks, whose seed is settled, behind the tokens of `story`.

        Raises:
            EngineFault: a value is out of its range.
        """
        return Drawer(sampling, self.vocabulary, self.window, story)

    def grammar(self, schema: str, begun: str) -> None:
        """None: what answers a schema here is read, and mended, by who asked."""

    def close(self) -> None:
        """Give the memory back."""
        on_gpu = self.on_gpu
        self.states.close()
        self.sequence.close()
        self._model = None
        if on_gpu:
            self._torch.accelerator.empty_cache()


def _ends(model: Any) -> set[int]:
    """The tokens that the model's own settings call the end."""
    found: set[int] = set()
    for settings in (model.generation_config, model.config):
        told = getattr(settings, "eos_token_id", None)
        found.update([told] if isinstance(told, int) else told or ())
    return found
