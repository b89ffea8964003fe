"""What was seen of a picture is kept: it is looked at once, and what is damaged is found out."""

import os
from pathlib import Path
from typing import Any

import pytest
import torch

from storyforge import paths
from storyforge.domain.picture.orders import Family
from storyforge.engine.pictures.additions.references import References
from storyforge.engine.pictures.drawing import Drawer
from storyforge.engine.pictures.references import seeing
from storyforge.engine.pictures.references.remembering import Remembered
from tests.engine.pictures import easel, tiny
from tests.engine.pictures.references import making


def words(seed: int, dtype: Any = torch.float32) -> torch.Tensor:
    torch.manual_seed(seed)
    return torch.randn(2, 4, 32).to(dtype)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
def test_it_is_kept_over_programs_to_the_bit(dtype: Any) -> None:
    Remembered().put("a", words(1, dtype))
    found = Remembered().get("a")
    assert found is not None
    assert torch.equal(found, words(1, dtype))
    assert Remembered().get("b") is None
    (file,) = paths.references_dir().iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert paths.references_dir().stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("harm", ["cut", "bit", "swapped", "foreign"])
def test_what_is_damaged_is_not_used(harm: str) -> None:
    kept = Remembered()
    kept.put("a", words(1))
    kept.put("b", words(2))
    file, other = (paths.references_dir() / f"{name}.safetensors" for name in "ab")
    data = bytearray(file.read_bytes())
    if harm == "cut":
        file.write_bytes(data[:-9])
    elif harm == "bit":
        data[-1] ^= 1
        file.write_bytes(data)
    elif harm == "swapped":
        file.write_bytes(other.read_bytes())
    else:
        making.write_adapter(file, tiny.pipe_of(Family.SD1))
    assert Remembered().get("a") is None
    assert Remembered().get("b") is not None


def test_what_was_used_longest_ago_goes() -> None:
    kept = Remembered()
    for number, name in enumerate("abc"):
        kept.put(name, words(number))
    folder = paths.references_dir()
    size = (folder / "a.safetensors").stat().st_size
    (folder / "e-1.new").write_bytes(b"left by a program that is dead")
    os.utime(folder / "e-1.new", (1, 1))
    for age, name in ((30, "b"), (20, "a"), (10, "c")):
        file = folder / f"{name}.safetensors"
        os.utime(file, (file.stat().st_mtime - age,) * 2)
    kept = Remembered(most=3 * size)
    assert kept.get("b") is not None
    kept.put("d", words(4))
    assert {file.stem for file in folder.iterdir()} == {"b", "c", "d"}


def test_a_folder_that_cannot_be_written_costs_only_a_line_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "cache").write_text("in the way", "utf-8")
    kept = Remembered()
    kept.put("a", words(1))
    assert kept.get("a") is not None
    assert "could not be kept" in caplog.text


@pytest.fixture(scope="module")
def adapter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("adapter")
    making.write_encoder(folder / "image_encoder")
    return making.write_adapter(folder / "ip.safetensors", tiny.pipe_of(Family.SD1))


def test_a_character_is_looked_at_once(adapter: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    own = seeing.opened

    def opened(*given: Any) -> Any:
        looked.append("at")
        return own(*given)

    monkeypatch.setattr(seeing, "opened", opened)
    pipe = tiny.pipe_of(Family.SD1)
    faces = [easel.picture(30, 30), easel.picture(40, 40)]
    drawn = []
    for _program in range(2):
        drawer = Drawer(easel.loaded_of(pipe, Family.SD1))
        for face in (*faces, *faces):
            one = making.reference(adapter, image=face)
            wish = easel.order(references=(one,), steps=1)
            drawn.append(easel.draw(drawer, wish).raster.rgb)
    assert looked == ["at", "at"]
    assert len(set(drawn)) == 2
    assert drawn[:2] * 4 == drawn


def test_another_adapter_or_encoder_of_the_same_name_is_another(
    adapter: Path, tmp_path: Path
) -> None:
    loaded = easel.loaded_of(tiny.pipe_of(Family.SD1), Family.SD1)
    copy = tmp_path / "ip.safetensors"
    copy.write_bytes(adapter.read_bytes())
    making.write_encoder(tmp_path / "image_encoder", seed=12)
    keys = {
        References(loaded)._seen(making.reference(path, image=image), lambda: False).key
        for path in (adapter, copy)
        for image in (easel.picture(30, 30), easel.picture(31, 30))
    }
    assert len(keys) == 4
