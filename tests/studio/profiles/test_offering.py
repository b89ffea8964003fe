"""The models that an API lists; of what it says of them nothing is trusted."""

from storyforge.domain.model import RemoteModel
from storyforge.domain.profile import Profile
from storyforge.settings import Settings
from storyforge.studio.profiles.offering import offered
from tests.backends.remote.far_side import document, far_side


async def test_no_name_that_is_listed_can_command_the_terminal() -> None:
    listed = [
        {"id": "tiny", "name": "Tiny\x1b]0;owned\x07"},
        {"id": "large\x1b[2J"},
        {"id": "other", "name": "Other\x9b31m"},
    ]
    async with far_side(document({"data": listed})) as far:
        found = await offered(Settings(), Profile("far", "openai-compatible", url=far.url))
    assert found == (
        RemoteModel("tiny", name="Tiny]0;owned"),
        RemoteModel("other", name="Other31m"),
    )
