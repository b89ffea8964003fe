"""Stagings that pictures keep: which ControlNet keeps one, and what a scene has kept of it.

What a scene keeps is a setting of the story, as its prompt by hand is; the picture lies among the
story's sources, and goes once nothing names it.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from storyforge.borrowed import reason
from storyforge.domain.kept_json import read_json
from storyforge.domain.picture.kept_stagings import MOST, NAMES, KeptStaging
from storyforge.domain.picture.orders import Ability, Family
from storyforge.domain.picture.painters import PainterProfile
from storyforge.domain.picture.staging import Control, Staging
from storyforge.errors import BadInput
from storyforge.i18n import _, in_quotes, listed
from storyforge.images import controlnets, readers
from storyforge.images.controlnets import ControlNetFacts
from storyforge.images.folders import Found
from storyforge.images.wrong import WrongFile
from storyforge.studio.pictures.abilities import lacks
from storyforge.studio.pictures.profiles import family_of
from storyforge.studio.pictures.resolving import Folders

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

#: in the place of a ControlNet, where a staging is only read
NO_NET = Path()
_KEPT = "picture_staging:"
_DIGEST = 64
_NUMBERS = ("weight", "begin", "end")


def of_scene(story: "StoryFile", key: str) -> KeptStaging | None:
    """What a scene, or an item of the plan, keeps; None where it keeps nothing."""
    told = read_json(story.recall(_KEPT + key))
    if not isinstance(told, dict) or str(told.get("kind")) not in set(Staging):
        return None
    numbers = [told.get(name) for name in _NUMBERS]
    if not all(isinstance(each, int | float) and 0 <= each <= MOST for each in numbers):
        return None
    source = str(told.get("source", ""))
    if len(source) != _DIGEST:
        return None
    weight, begin, end = (float(each) for each in numbers if each is not None)
    picture = str(told.get("picture_id", ""))
    ready = bool(told.get("ready"))
    return KeptStaging(Staging(str(told["kind"])), source, ready, weight, begin, end, picture)


def keep(story: "StoryFile", key: str, kept: KeptStaging | None) -> None:
    """Have a scene keep it, in the place of an older one; None lets it go.

    `story.picture_sources` must have its picture.
    """
    story.remember(_KEPT + key, None if kept is None else json.dumps(asdict(kept)))


def kept_controls(
    story: "StoryFile", key: str, profile: PainterProfile, folders: Folders
) -> tuple[Control, ...]:
    """What a scene's pictures are drawn with for the staging that it keeps; () where it has none.

    Of a painter that keeps none it has no ControlNet: it is left out there, and said.

    Raises:
        BadInput: what it takes is not in the folders.
    """
    kept = of_scene(story, key)
    if kept is None:
        return ()
    image = story.picture_sources.read(kept.source)
    if Ability.CONTROL in lacks(profile):
        return (Control(kept.kind, NO_NET, image, kept.ready, weight=kept.weight),)
    return (control_of(kept, image, profile, folders.found),)


def control_of(kept: KeptStaging, image: bytes, profile: PainterProfile, found: Found) -> Control:
    """The control of an order; nothing is loaded.

    Args:
        image: a picture file's bytes, what `kept.source` names.

    Raises:
        BadInput: the painter cannot keep a staging, or what it takes is not in the folders.
    """
    if Ability.CONTROL in lacks(profile):
        raise BadInput(
            _("The painter “{painter}” cannot keep a staging.").format(painter=profile.name),
            title=_("Staging not kept"),
            hint=_("Let the scene's staging go, or draw with Stable Diffusion on this machine."),
        )
    return Control(
        kept.kind,
        net_for(kept.kind, family_of(profile), profile.name, found),
        image,
        ready=kept.ready,
        reader=None if kept.ready else reader_for(kept.kind, found),
        weight=kept.weight,
        begin=kept.begin,
        end=kept.end,
    )


def lacking(profile: PainterProfile, found: Found) -> dict[Staging, str]:
    """Why each kind that cannot be kept with this painter cannot be; a sentence or two each."""
    told = {}
    for kind in Staging:
        try:
            control_of(KeptStaging(kind, "", ready=False), b"", profile, found)
        except BadInput as error:
            told[kind] = str(error)
    return told


def net_for(kind: Staging, family: Family | None, painter: str, found: Found) -> Path:
    """The ControlNet in the author's folders that keeps `kind`, and fits the painter.

    Raises:
        BadInput: there is none; what there is instead is named, or why it cannot be read.
    """
    known, unread = list[ControlNetFacts](), list[BadInput]()
    for each in found.controlnets:
        if controlnets.keeps(each.path) is kind:
            looked = _looked(each.path)
            if isinstance(looked, ControlNetFacts):
                known.append(looked)
            else:
                unread.append(looked)
    usable = [each for each in known if each.other is None]
    fitting = [each for each in usable if family is None or each.family in (None, family)]
    if fitting:
        return min(fitting, key=lambda each: each.family is None).path
    if unread and not usable:
        raise unread[0]
    raise _none_fits(kind, family, painter, known)


def doubts(controls: Sequence[Control], profile: PainterProfile) -> tuple[str, ...]:
    """What is not known of the ControlNets of an order, each a sentence for the author."""
    family = family_of(profile)
    if family is None:
        return ()
    paths = dict.fromkeys(each.model for each in controls if each.model != NO_NET)
    looked = (_looked(path) for path in paths)
    return tuple(
        _(
            "The ControlNet “{name}” does not tell its base; it was taken for what it keeps. If "
            "it was not made for {base}, the picture cannot be drawn."
        ).format(name=each.path.stem, base=family)
        for each in looked
        if isinstance(each, ControlNetFacts) and each.family is None
    )


def reader_for(kind: Staging, found: Found) -> Path | None:
    """What reads `kind` out of a picture; None where nothing has to.

    Raises:
        BadInput: it is not in the author's folders.
    """
    reader = readers.find(kind, found)
    if reader is None and kind in readers.NEEDED:
        raise BadInput(
            _("What reads {staging} out of a picture is not in your folders: {file}.").format(
                staging=_(NAMES[kind]), file=readers.NEEDED[kind]
            ),
            title=_("Staging not read"),
            hint=_("Put it into a folder called annotators; docs/pictures-staging.md tells more."),
        )
    return reader


def _looked(path: Path) -> ControlNetFacts | BadInput:
    """What a file is, or why that cannot be told: another one may do."""
    try:
        return controlnets.look(path)
    except WrongFile as error:
        return error
    except OSError as error:
        return BadInput(
            _("The ControlNet “{name}” cannot be read: {why}.").format(
                name=path.stem, why=reason(error)
            ),
            title=_("No ControlNet for it"),
            hint=_("Look whether it is still there and may be read."),
        )


def _none_fits(
    kind: Staging, family: Family | None, painter: str, known: Sequence[ControlNetFacts]
) -> BadInput:
    staging = _(NAMES[kind])
    title = _("No ControlNet for it")
    others = [each for each in known if each.other is None]
    if others:
        names = (
            _("“{name}” ({base})").format(name=each.path.stem, base=each.family) for each in others
        )
        return BadInput(
            _(
                "The ControlNets that keep {staging} were made for other bases than the painter "
                "“{painter}” ({base}): {names}."
            ).format(staging=staging, painter=painter, base=family, names=listed(names)),
            title=title,
            hint=_("Get one of its base, or choose a painter of theirs; nothing was drawn."),
        )
    if known:
        kinds = (f"{in_quotes(each.path.stem)} ({each.other})" for each in known)
        return BadInput(
            _("What is called so cannot be used here: {names}.").format(names=listed(kinds)),
            title=title,
            hint=_("Get a plain ControlNet that keeps {staging}.").format(staging=staging),
        )
    return BadInput(
        _("No ControlNet that keeps {staging} is in your folders.").format(staging=staging),
        title=title,
        hint=_(
            "Put one whose name says so into a folder called ControlNet; docs/pictures-staging.md "
            "tells more."
        ),
    )
