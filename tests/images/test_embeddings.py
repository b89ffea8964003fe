"""How many of CLIP's tokens an embedding counts as, told without torch where it is not pickled."""

from pathlib import Path
from typing import Any

import pytest

from storyforge.domain.picture.orders import Family
from storyforge.images import embeddings, folders
from storyforge.images.embeddings import vectors_of
from storyforge.images.folders import FoundFile
from tests.images import weights


@pytest.mark.parametrize(
    ("shapes", "count"),
    [
        ({"emb_params": (5, 768)}, 5),
        ({"emb_params": (768,)}, 1),
        ({"clip_l": (4, 768), "clip_g": (4, 1280)}, 4),
    ],
)
def test_a_word_counts_as_its_vectors(
    tmp_path: Path, shapes: dict[str, tuple[int, ...]], count: int
) -> None:
    assert vectors_of(weights.write(tmp_path / "a.safetensors", shapes)) == count


def test_pickled_ones_are_counted_without_being_run(tmp_path: Path) -> None:
    import torch

    vectors: Any = torch.zeros(3, 768)
    torch.save(
        {"string_to_token": {"*": 265}, "string_to_param": {"*": vectors}}, tmp_path / "a.pt"
    )
    torch.save({"<cat>": vectors[0]}, tmp_path / "b.bin")
    assert vectors_of(tmp_path / "a.pt") == 3
    assert vectors_of(tmp_path / "b.bin") == 1


def test_what_cannot_be_read_counts_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.pt").write_bytes(b"cos\nsystem\n(S'true'\ntR.")
    (tmp_path / "b.safetensors").write_bytes(b"no")
    for name in ("a.pt", "b.safetensors", "gone.pt"):
        assert vectors_of(tmp_path / name) == 0


@pytest.mark.parametrize(
    ("shapes", "family"),
    [
        ({"emb_params": (5, 768)}, Family.SD1),
        ({"emb_params": (1024,)}, Family.SD2),
        ({"clip_l": (4, 768), "clip_g": (4, 1280)}, Family.SDXL),
        ({"emb_params": (2, 32)}, None),
    ],
)
def test_its_family_follows_from_its_vectors(
    tmp_path: Path, shapes: dict[str, tuple[int, ...]], family: Family | None
) -> None:
    path = weights.write(tmp_path / "a.safetensors", shapes)
    assert embeddings.read(FoundFile("a", path)).family is family


@pytest.mark.parametrize(
    ("name", "negative"),
    [
        ("EasyNegative", True),
        ("ng_deepnegative_v1_75t", True),
        ("badhandv4", True),
        ("my-bad-hands", True),
        ("FastNegativeV2", True),
        ("neg-sketch", True),
        ("unaestheticXL", True),
        ("badger", False),
        ("Karlsbad", False),
        ("lamp", False),
        ("negotiators", False),
    ],
)
def test_a_word_for_the_negative_prompt_says_so(tmp_path: Path, name: str, negative: bool) -> None:
    path = weights.write(tmp_path / f"{name}.safetensors", {"emb_params": (1, 768)})
    assert embeddings.read(FoundFile(name, path)).negative is negative


def test_what_lies_beside_it_may_say_so_and_only_what_fits_is_offered(tmp_path: Path) -> None:
    where = tmp_path / "embeddings"
    dream = weights.write(where / "dream.safetensors", {"emb_params": (2, 768)})
    dream.with_suffix(".json").write_text('{"notes": "Put it in the NEGATIVE PROMPT."}')
    weights.write(where / "bad-wide.safetensors", {"clip_l": (1, 768), "clip_g": (1, 1280)})
    weights.write(where / "bad-small.safetensors", {"emb_params": (1, 768)})
    weights.write(where / "lamp.safetensors", {"emb_params": (1, 768)})
    (where / "bad-torn.pt").write_bytes(b"no")
    found = folders.find([tmp_path])
    names = [each.name for each in embeddings.negative(found, Family.SD1)]
    assert names == ["bad-small", "dream"]
    assert [each.name for each in embeddings.negative(found, None)] == [
        "bad-small", "bad-wide", "dream",
    ]  # fmt: skip
