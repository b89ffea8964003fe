"""Painters behind an API: from a table of the settings to what asks the server.

Nothing is asked here. A key is fetched when a picture is first drawn, as a text model's is.
"""

from functools import partial
from typing import TYPE_CHECKING

from storyforge import paths
from storyforge.backends import registry
from storyforge.backends.pictures.remote import kinds
from storyforge.domain.picture.painters import PainterProfile
from storyforge.domain.picture.remote import LOCAL, PicturePrice, RemotePainterSpec
from storyforge.domain.profile import Profile
from storyforge.setting_tables import PainterSettings

if TYPE_CHECKING:
    from storyforge.backends.pictures.base import Painter
    from storyforge.backends.pictures.remote.base import RemotePainter
    from storyforge.settings import Settings

#: OpenAI's model where none is set
USUAL_MODEL = "gpt-image-1"
_LARGE_SIDE = 1024
# What checkpoints that draw 1024 pixels a side are called.
_LARGE = ("xl", "pony", "illustrious", "noobai", "flux", "sd3")
_A1111S = "/sdapi/v1"
_KINDS = {"a1111": "AUTOMATIC1111", "comfyui": "ComfyUI", "openai": "OpenAI"}


def spec_of_table(name: str, told: PainterSettings) -> RemotePainterSpec | None:
    """How a table's painter is asked; None where this program draws."""
    if told.backend == LOCAL:
        return None
    url = told.url or registry.home(told.backend)
    return RemotePainterSpec(
        backend=told.backend,
        profile=name,
        url=url.removesuffix(_A1111S) if told.backend == "a1111" else url,
        model=told.model or (USUAL_MODEL if told.backend == "openai" else ""),
        key=told.key,
        workflow=paths.at_home(told.workflow) if told.workflow else None,
        effort=told.effort,
        plain_http=told.plain_http,
        price=_price(told),
    )


def usual_side(spec: RemotePainterSpec) -> int:
    """Pixels a side where the table says nothing, as far as a name tells; 0 where it does not."""
    name = spec.model.lower()
    large = spec.backend == "openai" or any(word in name for word in _LARGE)
    return _LARGE_SIDE if large else 0


def kind_words(spec: RemotePainterSpec) -> str:
    """What a painter's server speaks, by the name that authors know."""
    return _KINDS[spec.backend]


def what_draws(profile: PainterProfile) -> str:
    """A painter's checkpoint; of one behind an API what its server speaks, and where it is."""
    if profile.remote is None:
        return profile.checkpoint
    told = (kind_words(profile.remote), profile.checkpoint, profile.remote.place)
    return " · ".join(filter(None, told))


def priced(spec: RemotePainterSpec, settings: "Settings") -> "Painter":
    """What asks a server, with its costs written down where it has a price."""
    from storyforge.studio.pictures.spending import PricedPainter

    made = painter(spec, settings)
    if spec.price is None:
        return made
    return PricedPainter(made, spec, spec.price, settings.spending.daily_limit)


def painter(spec: RemotePainterSpec, settings: "Settings") -> "RemotePainter":
    """What asks a server."""
    from storyforge.studio.keys import key_of

    return kinds.painter_of(spec, partial(key_of, as_profile(spec), settings))


def as_profile(spec: RemotePainterSpec) -> Profile:
    """What says whose key it is called with: the rooms of keys know profiles."""
    return Profile(spec.profile, spec.backend, spec.model, spec.url, spec.key)


def keyed(settings: "Settings") -> tuple[Profile, ...]:
    """The painters behind an API, as the rooms of keys know them."""
    specs = (spec_of_table(name, told) for name, told in settings.painters.items())
    return tuple(as_profile(spec) for spec in specs if spec is not None)


def _price(told: PainterSettings) -> PicturePrice | None:
    prices = (told.price_picture, told.price_reading, told.price_writing)
    if all(price is None for price in prices):
        return None
    picture, reading, writing = (price or 0.0 for price in prices)
    return PicturePrice(picture, reading, writing, told.currency)
