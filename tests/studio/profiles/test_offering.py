"""The models that an API lists; of what it says of them nothing is trusted."""

from pathlib import Path

from storyforge import paths
from storyforge.domain.model import RemoteModel
from storyforge.domain.profile import Profile
from storyforge.settings import Settings
from storyforge.studio import model_files
from storyforge.studio.profiles.choosing import chosen
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


def _folder(path: Path, *names: str) -> Path:
    path.mkdir(parents=True)
    for name in names:
        (path / name).write_text("{}", "utf-8")
    return path


async def test_of_this_machine_folders_are_offered_where_they_can_be_used(home: Path) -> None:
    whole = ("config.json", "model.safetensors", "tokenizer.json")
    pulled = _folder(paths.models_dir() / "weaver" / "loom-1b", *whole)
    hub = home / ".cache/huggingface/hub/models--sea--tide-3b/snapshots/0123abcd"
    _folder(hub, *whole)
    _folder(home / "models" / "sd" / "text_encoder", "config.json", "model.safetensors")
    found = await offered(Settings(), Profile("folder", "transformers"))
    assert [(one.id, one.name) for one in found][:2] == [
        (str(pulled), "loom-1b"),
        (str(hub), "sea/tide-3b"),
    ]
    files = await offered(Settings(), Profile("local", "llama.cpp"))
    assert files == found[2:]
    assert model_files.list_folders() == (pulled, hub)
    named = chosen(Settings(), Profile("folder", "transformers", model=str(hub)))
    assert named.card.name == "tide-3b", "not by the commit that its folder is called after"
