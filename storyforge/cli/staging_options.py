"""Stagings on the command line: which kind is kept, and of which picture."""

from typing import TYPE_CHECKING, Annotated

from storyforge.cli.illustrate_options import either, option
from storyforge.domain.picture.staging import Staging
from storyforge.errors import BadInput
from storyforge.i18n import _, listed

if TYPE_CHECKING:
    from storyforge.cli.illustrate_wishes import Asked
    from storyforge.domain.picture.painters import PainterProfile
    from storyforge.domain.picture.staging import Control
    from storyforge.settings import Settings
    from storyforge.store.story_file import StoryFile
    from storyforge.studio.pictures.resolving import Folders

STAGED = _("Keep another picture's staging")

#: as they are written: no blanks
KINDS = {kind.value.replace(" ", "-"): kind for kind in Staging}

STAGING = Annotated[
    str | None,
    option(
        STAGED, "--staging", metavar="PICTURE|FILE",
        help=_("Keep the staging of this picture, by a ControlNet."),
    ),
]  # fmt: skip
KEEP = Annotated[
    str | None,
    option(
        STAGED, "--keep", metavar="KIND",
        help=_("What of it: pose, depth, lines, edges or soft-edges; else the pose."),
    ),
]  # fmt: skip
STAGING_WEIGHT = Annotated[
    float | None,
    option(
        STAGED, "--staging-weight", min=0.05, max=2.0, metavar="W",
        help=_("How much it counts; 1 where nothing is said."),
    ),
]  # fmt: skip
STAGING_READY = Annotated[
    bool,
    option(
        STAGED, "--staging-ready", help=_("It is a staging itself: a skeleton, depth, lines.")
    ),
]  # fmt: skip
STAGING_STAYS = Annotated[
    bool,
    option(STAGED, "--staging-stays", help=_("These scenes keep it for their next pictures.")),
]
NO_STAGING = Annotated[
    bool,
    option(STAGED, "--no-staging", help=_("Without the staging that a scene keeps.")),
]


def kind_named(told: str | None) -> Staging:
    """What shall be kept; poses where nothing is said.

    Raises:
        BadInput: there is no such kind.
    """
    name = (told or Staging.POSE).strip().casefold().replace(" ", "-")
    if name in KINDS:
        return KINDS[name]
    raise BadInput(
        _("“{name}” is nothing of a picture that can be kept.").format(name=told),
        title=_("Keep what?"),
        hint=_("One of these: {names}.").format(names=listed(KINDS)),
    )


def check(asked: "Asked") -> None:
    """Refuse what does not go together.

    Raises:
        BadInput: why.
    """
    kind_named(asked.keep)
    if asked.staging is not None and asked.no_staging:
        raise either(["--staging", "--no-staging"])
    if asked.staging is not None:
        return
    alone = [
        name
        for name, is_given in (
            ("--keep", asked.keep is not None),
            ("--staging-weight", asked.staging_weight is not None),
            ("--staging-ready", asked.staging_ready),
            ("--staging-stays", asked.staging_stays),
        )
        if is_given
    ]
    if alone:
        raise BadInput(
            _("{names} needs a picture whose staging is kept.").format(names=listed(alone)),
            title=_("Not understood"),
            hint=_("Name one: --staging PICTURE|FILE"),
        )


def controls_of(
    story: "StoryFile", asked: "Asked", profile: "PainterProfile", folders: "Folders"
) -> "tuple[Control, ...] | None":
    """What pictures are drawn with for the stagings that are asked for; None leaves it to scenes.

    Raises:
        BadInput: there is no such picture, or what keeps or reads its staging is not there.
    """
    if asked.no_staging:
        return ()
    if asked.staging is None:
        return None
    from storyforge.cli.illustrate_wishes import source
    from storyforge.domain.picture.kept_stagings import KeptStaging
    from storyforge.store.picture_sources import digest_of
    from storyforge.studio.pictures import stagings

    image, picture_id, _scene = source(story, asked.staging)
    kept = KeptStaging(
        kind_named(asked.keep),
        digest_of(image),
        asked.staging_ready,
        1.0 if asked.staging_weight is None else asked.staging_weight,
        picture_id=picture_id,
    )
    return (stagings.control_of(kept, image, profile, folders.found),)


def stay(
    story: "StoryFile", asked: "Asked", scene_id: str, controls: "tuple[Control, ...]"
) -> None:
    """Have a scene keep what was asked for, for its next pictures too, where that is wanted."""
    if not asked.staging_stays:
        return
    from storyforge.domain.picture.kept_stagings import KeptStaging
    from storyforge.studio.pictures import stagings

    for one in controls:
        source = story.picture_sources.put(one.image)
        kept = KeptStaging(one.kind, source, one.ready, one.weight, one.begin, one.end)
        stagings.keep(story, scene_id, kept)


def scenes_line(story: "StoryFile", scene_id: str) -> str:
    """What `--show` says of the staging that a scene keeps; "" where it keeps none."""
    from storyforge.domain.picture.kept_stagings import told_of
    from storyforge.studio.pictures import stagings

    kept = stagings.of_scene(story, scene_id)
    if kept is None:
        return ""
    return _("Staging that is kept: {staging}; --no-staging draws without it.").format(
        staging=told_of(kept.kind, kept.weight)
    )


def kinds_kept(profile: "PainterProfile", settings: "Settings") -> str:
    """Which kinds of stagings a painter can keep, by what lies in the author's folders."""
    from storyforge.domain.picture.kept_stagings import NAMES
    from storyforge.studio.pictures import profiles, stagings

    missing = stagings.lacking(profile, profiles.found_in(settings))
    return listed(_(name) for kind, name in NAMES.items() if kind not in missing)
