"""What a prompt calls by name, found in the author's folders."""

from pathlib import Path
from typing import Any

import pytest

from storyforge.domain.picture.adapters import Hypernetwork
from storyforge.domain.picture.orders import Family
from storyforge.domain.picture.painters import PainterProfile
from storyforge.errors import BadInput
from storyforge.images import clip_tokens
from storyforge.setting_tables import PictureSettings
from storyforge.settings import Settings
from storyforge.studio.pictures import resolving
from storyforge.studio.pictures.resolving import Folders
from tests.engine.pictures import hypernets
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


def test_a_hypernetwork_is_found_and_one_for_another_base_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "ComfyUI" / "models" / "hypernetworks"
    narrow: dict[str, Any] = {"layer_structure": [1, 0.01, 1]}
    path = hypernets.write(folder / "ink.pt", (768,), **narrow)
    hypernets.write(folder / "wide.pt", (2048,), **narrow)
    (folder / "broken.pt").write_bytes(b"no")
    here = Folders(Settings(pictures=PictureSettings(folders=[str(tmp_path / "ComfyUI")])))
    monkeypatch.setattr(resolving, "family_of", lambda _profile: Family.SD1)
    profile = PainterProfile("ink", Path("ink.safetensors"))
    prompt = "a lamp <hypernet:ink:0.4><hypernet:INK:0.6>"
    assert here.hypernetworks(prompt, profile) == (Hypernetwork("INK", path, 0.6),)
    with pytest.raises(BadInput, match=r"“wide” was made for SDXL.*“ink” is SD 1.x"):
        here.hypernetworks("<hypernet:wide:1>", profile)
    with pytest.raises(BadInput, match="“broken” cannot be used"):
        here.hypernetworks("<hypernet:broken:1>", profile)
    with pytest.raises(BadInput, match="no hypernetwork called “gone”"):
        here.hypernetworks("<hypernet:gone:1>", profile)
