"""A checkpoint in memory, as the rooms that draw with it see it. Engine process only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from storyforge.domain.picture.orders import Family, PainterCard, PainterNote, PainterSpec, Saving
from storyforge.engine.pictures.families import ROWS, Row, habits_of
from storyforge.engine.pictures.library.kinds import lacks_of

if TYPE_CHECKING:
    import torch


@dataclass(slots=True)
class Loaded:
    """What `loading` made of a `PainterSpec`; a later saving mode (`memory.apply`) changes it.

    Attributes:
        pipe: diffusers' pipeline from words to a picture, safety checker included where the
            checkpoint brought one.
        saving: the mode that is on now.
        device: where the numbers are calculated ("cuda", "cpu", "mps"); with offloading the
            weights lie elsewhere meanwhile.
        dtype: the weights' numbers; the VAE's may be float32 (`pipe.vae.dtype` says).
        threads: of the processor, as torch was told.
        facts: what it takes to load the same again, by the names of `Drawn.facts`.
        notes: what to say of how it was loaded.
        later: pipelines that draw on where the first one ends: a refiner's, or later stages.
    """

    pipe: Any
    family: Family
    spec: PainterSpec
    saving: Saving
    device: "torch.device"
    dtype: "torch.dtype"
    threads: int
    needed: int = 0
    hash: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[PainterNote, ...] = ()
    later: tuple[Any, ...] = ()

    @property
    def pipes(self) -> tuple[Any, ...]:
        """All pipelines, in the order in which they draw."""
        return (self.pipe, *self.later)

    @property
    def row(self) -> Row:
        """Its family's values, where we draw with it ourselves."""
        return ROWS[self.family]

    @property
    def side(self) -> int:
        """Pixels of a side that its family was trained on."""
        return habits_of(self.family).size

    @property
    def made_with(self) -> dict[str, str]:
        """What any of its pictures is made with, by the names of `Drawn.facts`."""
        import diffusers
        import torch
        import transformers

        return {
            **self.facts,
            "model hash": self.hash,
            "family": self.family.value,
            "torch": torch.__version__,
            "diffusers": diffusers.__version__,
            "transformers": transformers.__version__,
            "threads": str(self.threads),
            "device": str(self.device),
            "dtype": str(self.dtype).removeprefix("torch."),
            "saving": self.saving.value,
        }

    @property
    def card(self) -> PainterCard:
        """What to tell the author of it."""
        return PainterCard(
            self.spec.path.name,
            family=self.family,
            device=str(self.device),
            dtype=str(self.dtype).removeprefix("torch."),
            saving=self.saving,
            needed=self.needed,
            hash=self.hash,
            lacks=lacks_of(self.family),
        )
