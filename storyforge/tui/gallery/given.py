"""What plan and painter say of a picture: its prompt and its values, or why there is none."""

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from storyforge.errors import BadInput
from storyforge.i18n import _
from storyforge.tui.gallery.form_values import Values
from storyforge.tui.work import lazily

if TYPE_CHECKING:
    from storyforge.domain.picture.compiled import Compiled
    from storyforge.domain.picture.orders import Family
    from storyforge.domain.picture.painters import Dialect
    from storyforge.tui.gallery.ordering import Ordering


@dataclass(frozen=True, slots=True)
class Given:
    """What is given.

    Attributes:
        compiled: None as long as there is no painter.
        texts: prompt and negative prompt.
        why_none: why there is no prompt; empty otherwise.
        family: of the painter; None where it is not known.
        dialect: that the painter's prompts are in; None without one.
    """

    values: Values
    compiled: "Compiled | None" = None
    texts: tuple[str, str] = ("", "")
    why_none: str = ""
    family: "Family | None" = None
    dialect: "Dialect | None" = None


async def given(ordering: "Ordering", key: str) -> Given:
    """What is given for a scene, or an item of the plan."""
    try:
        profile = await ordering.profile()
        compiled = await ordering.compiled(key, profile)
    except BadInput as error:
        return Given(await ordering.values(), why_none=error.message)
    cast = await lazily("storyforge.studio.pictures.cast_prompts")
    texts = (cast.whole_prompt(compiled), compiled.negative)
    told = "" if texts[0] else _("Its plan says nothing yet that a picture could show.")
    profiles = await lazily("storyforge.studio.pictures.profiles")
    family = await asyncio.to_thread(profiles.family_of, profile)
    return Given(await ordering.values(), compiled, texts, told, family, profile.dialect)
