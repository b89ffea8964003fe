"""What a profile's model takes of this machine, before it is loaded."""

from storyforge.domain.model import TransformersSpec
from storyforge.domain.profile import Profile
from storyforge.settings import Settings
from storyforge.studio import fitting, folder_fitting
from storyforge.studio.profiles.choosing import is_local, spec_of


async def takes(settings: Settings, profile: Profile) -> tuple[str, ...]:
    """What it takes, and what speaks against that, a line each; nothing of a model elsewhere.

    Raises:
        StoryforgeError: its files cannot be used.
    """
    if not is_local(profile):
        return ()
    spec = spec_of(settings, profile)
    if isinstance(spec, TransformersSpec):
        return folder_fitting.takes(spec)
    return (await fitting.fits(spec)).told
