"""What is done to a picture after it was drawn, each by drawing again: people, faces, tiles.

Each kind is a `Pass` in a module of its own; `PASSES` lists them in their order. People come behind
the hires fix, which draws all of the picture over with no person's LoRA.
"""

from storyforge.engine.pictures.passes.base import Once, Pass, again
from storyforge.engine.pictures.passes.faces import FACES
from storyforge.engine.pictures.passes.hires import HIRES
from storyforge.engine.pictures.passes.larger import LARGER
from storyforge.engine.pictures.passes.people import PEOPLE

__all__ = ["PASSES", "Once", "Pass", "again"]

PASSES: tuple[Pass, ...] = (HIRES, PEOPLE, FACES, LARGER)
