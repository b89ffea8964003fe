"""What an order may ask for beside words and a sampler: one seam for stagings, references, heat.

Each kind is an `Addition` in a module of its own; `all_of` lists them in the order in which they
are put in. What works on attention listens at the layers (`to_q`, `to_k`, `to_v`) instead of taking
their processors away, so that any of them go together.
"""

from typing import TYPE_CHECKING

from storyforge.engine.pictures.additions.base import Added, Addition, Asked

if TYPE_CHECKING:
    from storyforge.engine.pictures.loaded import Loaded

__all__ = ["Added", "Addition", "Asked", "all_of"]


def all_of(loaded: "Loaded") -> tuple[Addition, ...]:
    """Every addition, for one painter."""
    from storyforge.engine.pictures.additions.controls import Controls
    from storyforge.engine.pictures.additions.heat import WordHeat
    from storyforge.engine.pictures.additions.hypernetworks import Hypernetworks
    from storyforge.engine.pictures.additions.references import References

    return Controls(loaded), References(loaded), Hypernetworks(loaded), WordHeat(loaded)
