"""What a prompt calls by name, found in the author's folders."""

from pathlib import Path

from storyforge.images import clip_tokens
from storyforge.setting_tables import PictureSettings
from storyforge.settings import Settings
from storyforge.studio.pictures.resolving import Folders
from tests.images import weights


def test_an_embedding_is_as_long_as_its_vectors(tmp_path: Path) -> None:
    folder = tmp_path / "ComfyUI" / "models" / "embeddings"
    weights.write(folder / "bad-hands.safetensors", {"emb_params": (6, 768)})
    (folder / "broken.pt").write_bytes(b"no")
    here = Folders(Settings(pictures=PictureSettings(folders=[str(tmp_path / "ComfyUI")])))
    assert here.vectors("a lamp, (Bad-Hands:1.2), broken") == {"bad-hands": 6}
    assert here.vectors("my bad-handsome") == {}
    prompt = "a lamp, bad-hands"
    assert clip_tokens.length(prompt, here.vectors(prompt)).tokens == 3 + 6
