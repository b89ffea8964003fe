"""A picture drawn exactly again, from what it remembers of how it was drawn."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from storyforge.domain.picture.orders import Order, Variation
from storyforge.domain.picture.pictures import Picture, QueuedPicture
from storyforge.errors import BadInput
from storyforge.i18n import N_, _
from storyforge.images import infotext, png
from storyforge.studio.pictures import heat as heat_of
from storyforge.studio.pictures import order_files
from storyforge.studio.pictures.drawing import new_id, new_seed, now

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

# Facts of a drawn picture on which its pixels hang, and how they are called.
_EXACT = {
    "model hash": N_("checkpoint"),
    "VAE hash": N_("VAE"),
    "refiner hash": N_("refiner"),
    "refine from": N_("the refiner's part"),
    "later stages": N_("later stages"),
    "prediction": N_("prediction"),
    "lora hashes": N_("LoRAs"),
    "embedding hashes": N_("embeddings"),
    "hypernetwork hashes": N_("hypernetworks"),
    "control hashes": N_("ControlNets"),
    "workflow hash": N_("workflow"),
    "server model": N_("checkpoint"),
    "server": N_("server"),
    "torch": N_("torch"),
    "diffusers": N_("diffusers"),
    "transformers": N_("transformers"),
    "device": N_("device"),
    "threads": N_("threads"),
    "dtype": N_("numbers"),
    "VAE dtype": N_("the VAE's numbers"),
    "saving": N_("memory saving"),
}
# What it means where nothing is said.
_UNSAID = {"VAE hash": N_("the checkpoint's own"), "refiner hash": N_("none")}


def again(story: "StoryFile", picture_id: str, *, heat: bool = False) -> QueuedPicture:
    """The order that draws a picture exactly again.

    Args:
        heat: with its word heat, which it may have been drawn without.

    Raises:
        BadInput: it does not remember how it was drawn, or what it began from is gone.
    """
    picture = story.pictures.get(picture_id)
    order = order_files.order_of(picture.settings, story.picture_sources.read)
    return _queued(picture, replace(order, heat=order.heat or heat), picture.parent_id)


def heavier(story: "StoryFile", picture_id: str) -> QueuedPicture:
    """The order of a picture with more weight on what got no area in it, by the same seed.

    Raises:
        BadInput: it was drawn without its word heat, or all that was planned of it got an area.
    """
    picture = story.pictures.get(picture_id)
    found = heat_of.read(story, picture)
    if not found.unheard:
        raise BadInput(
            _("All that was planned of this picture got an area in it."),
            title=_("Nothing to weigh more"),
            hint=_("Give a word more weight by hand: (a grey cat:1.2)."),
        )
    order = order_files.order_of(picture.settings, story.picture_sources.read)
    return _queued(picture, replace(order, prompt=found.heavier, heat=True), picture.id)


def painter_of(picture: Picture) -> str:
    """The painter that drew a picture, and draws it again, by its profile's name."""
    return picture.settings.get(order_files.PAINTER, picture.painter)


def varied(
    story: "StoryFile", picture_id: str, strength: float, *, heat: bool = False
) -> QueuedPicture:
    """The order of a picture, with so much of any other noise mixed in.

    Args:
        heat: with its word heat, which the first one may have been drawn without.

    Raises:
        BadInput: it does not remember how it was drawn, or begins from no noise of its own.
    """
    picture = story.pictures.get(picture_id)
    order = order_files.order_of(picture.settings, story.picture_sources.read)
    if order.is_kept:
        raise BadInput(
            _("This picture was only made larger, or its faces were drawn anew."),
            title=_("No variation"),
            hint=_("Vary the picture that it was made from."),
        )
    other = Variation(new_seed(), strength)
    mixed = replace(order, variation=other, heat=order.heat or heat)
    return _queued(picture, mixed, picture.id)


def _queued(picture: Picture, order: Order, parent_id: str) -> QueuedPicture:
    queued = QueuedPicture(
        id=new_id(),
        scene_id=picture.scene_id,
        created=now(),
        order="",
        item_id=picture.item_id,
        parts=picture.parts,
        plan_hash=picture.plan_hash,
        text_hash=picture.text_hash,
        parent_id=parent_id,
    )
    return order_files.kept(queued, order_files.Ticket(order, painter_of(picture), picture.alt))


def changed_since(picture: Picture, facts: Mapping[str, str]) -> tuple[str, ...]:
    """What is otherwise than when a picture was drawn, and may change its pixels; for the author.

    Args:
        facts: of a picture that was drawn now.
    """
    told = []
    for name, label in _EXACT.items():
        usual = _(_UNSAID[name]) if name in _UNSAID else ""
        was, is_now = picture.settings.get(name, usual), facts.get(name, usual)
        if was and is_now and was != is_now:
            told.append(
                _("{what}: {was} then, {now} now").format(what=_(label), was=was, now=is_now)
            )
    return tuple(told)


def compared(story: "StoryFile", first: Picture, picture: Picture) -> tuple[str, ...]:
    """Whether a picture that was drawn again is the same, and then what was otherwise; a line each.

    Raises:
        BadInput: the file of one of them is gone.
    """
    read = story.pictures.read
    if same_pixels(read(first.id), read(picture.id)):
        return (_("It is the same picture, to the last pixel."),)
    if "seed" in infotext.without(picture.settings):
        return (_("Its painter draws by chance: the same order gives another picture each time."),)
    changed = changed_since(first, picture.settings)
    if changed:
        return (_("It differs from the first one, and so did this:"), *changed)
    return (_("It differs from the first one, though all that is known of it was the same."),)


def same_pixels(one: bytes, other: bytes) -> bool:
    """Whether two picture files show the same, to the bit; what is written in them aside.

    Raises:
        BadInput: one of them cannot be read.
    """
    with png.unpacked(one) as first, png.unpacked(other) as second:
        if first.size != second.size:
            return False
        return first.convert("RGB").tobytes() == second.convert("RGB").tobytes()
