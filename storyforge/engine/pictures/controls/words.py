"""The sentences an author reads of stagings that cannot be kept; `fault_words` holds this table."""

from storyforge.engine.fault_kinds import FaultKind
from storyforge.i18n import N_

_NET = N_("ControlNet not usable")
_STAGING = N_("Staging not read")

#: kind → title, sentence, advice
WORDS: dict[FaultKind, tuple[str, str, str]] = {
    FaultKind.CONTROL_KIND: (
        _NET,
        N_("{about} is no ControlNet that can be used here ({more})."),
        N_("Choose a plain ControlNet of Stable Diffusion 1, 2 or XL; nothing was drawn."),
    ),
    FaultKind.CONTROL_OTHER_BASE: (
        _NET,
        N_("The ControlNet {about} was made for {more}, and the checkpoint is another one."),
        N_("Choose one of the checkpoint's family, or draw without the staging."),
    ),
    FaultKind.CONTROL_UNFIT: (
        _NET,
        N_("The ControlNet {about} does not fit this checkpoint: {more}."),
        N_("Get it again, as a folder of diffusers if there is a choice; nothing was drawn."),
    ),
    FaultKind.CONTROL_UNREAD: (
        _NET,
        N_("The ControlNet {about} cannot be read: {more}."),
        N_("Look whether it is still there and may be read."),
    ),
    FaultKind.STAGING_SOURCE: (
        _STAGING,
        N_("The picture whose staging shall be kept is damaged, or no picture at all."),
        N_("Choose one as PNG, JPEG or WebP."),
    ),
    FaultKind.NO_STAGING_READERS: (
        _STAGING,
        N_("controlnet-aux, which reads stagings, does not start here: {about}."),
        N_('Install it with `pip install "storyforge[staging]"`, or give the staging itself.'),
    ),
    FaultKind.READER_MISSING: (
        _STAGING,
        N_("What reads this staging is not in your folders: {about}."),
        N_("Put it into a folder called annotators; docs/pictures-staging.md says where it is."),
    ),
    FaultKind.READER_UNFIT: (
        _STAGING,
        N_("{about} cannot read a staging: {more}."),
        N_("Get it again; docs/pictures-staging.md says which files are known."),
    ),
    FaultKind.NOBODY_THERE: (
        _STAGING,
        N_("Nobody's pose was found in the picture."),
        N_("Keep its depth or its lines instead, or choose another picture."),
    ),
}
