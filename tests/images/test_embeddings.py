"""How many of CLIP's tokens an embedding counts as, told without torch where it is not pickled."""

from pathlib import Path
from typing import Any

import pytest

from storyforge.images.embeddings import vectors_of
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
