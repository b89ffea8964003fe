"""What tests of pictures hold in their hands."""

from storyforge.settings import Settings
from storyforge.studio.pictures.painters import Painters


def painters_of(settings: Settings) -> Painters:
    """The painters of these settings, whatever a file says."""

    async def now() -> Settings:
        return settings

    return Painters(now)
