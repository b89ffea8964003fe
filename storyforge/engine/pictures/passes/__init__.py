"""What is done to a picture after it was drawn, each by drawing again: people, faces, tiles.

Each kind is a `Pass` in a module of its own; `PASSES` lists them in their order.
"""

from storyforge.engine.pictures.passes.base import Once, Pass, again

__all__ = ["PASSES", "Once", "Pass", "again"]

PASSES: tuple[Pass, ...] = ()
