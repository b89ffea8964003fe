"""What a painter cannot do, by its profile alone: before it is asked, or loaded."""

from storyforge.backends.pictures.remote import kinds as servers
from storyforge.domain.picture.orders import Ability
from storyforge.domain.picture.painters import PainterProfile
from storyforge.engine.pictures.library.kinds import lacks_of
from storyforge.studio.pictures import workflows
from storyforge.studio.pictures.profiles import family_of


def lacks(profile: PainterProfile) -> frozenset[Ability]:
    """What it lacks."""
    if profile.remote is not None:
        return servers.lacks(profile.remote.backend) | workflows.lacks(profile.remote)
    return lacks_of(family_of(profile))
