"""What a hypernetwork's file tells without torch."""

from pathlib import Path
from typing import Any

import pytest
import torch

from storyforge.domain.picture.orders import Family
from storyforge.errors import BadInput
from storyforge.images import folders, hypernetworks
from storyforge.images.folders import FoundFile
from tests.engine.pictures import hypernets

# As narrow as the layers within can be.
_NARROW = [1, 0.01, 1]


def _read(path: Path) -> hypernetworks.HypernetworkFile:
    return hypernetworks.read(FoundFile(path.stem, path))


def test_layers_and_base_are_told_and_what_lies_beside(tmp_path: Path) -> None:
    path = hypernets.write(
        tmp_path / "ink.pt", (320, 768), layer_structure=_NARROW, activation_func="swish"
    )
    path.with_suffix(".json").write_text('{"preferred weight": 0.6, "notes": "By me."}')
    told = _read(path)
    assert (told.name, told.families, told.problem) == ("ink", frozenset({Family.SD1}), "")
    assert (told.structure, told.activation) == ((1.0, 0.01, 1.0), "Hardswish")
    assert (told.steps, told.base) == (900, "base")
    assert (told.weight, told.notes) == (0.6, "By me.")
    assert told.size == path.stat().st_size


@pytest.mark.parametrize(
    ("widths", "families"),
    [
        ((1024, 320), {Family.SD2}),
        ((2048, 640), {Family.SDXL}),
        ((768, 1024), {Family.SD1, Family.SD2}),
        ((320,), set()),
    ],
)
def test_the_base_follows_from_the_widths(
    tmp_path: Path, widths: tuple[int, ...], families: set[Family]
) -> None:
    path = hypernets.write(tmp_path / "ink.pt", widths, layer_structure=_NARROW)
    assert _read(path).families == families


def test_one_that_cannot_be_used_is_listed_with_its_problem(tmp_path: Path) -> None:
    torch.save({"a": torch.zeros(2)}, tmp_path / "none.pt")
    _modules, held = hypernets.made()
    torch.save({**held, "activation_func": "Softmax"}, tmp_path / "odd.pt")
    (tmp_path / "runs.pt").write_bytes(b"cos\nsystem\n(S'true'\ntR.")
    assert _read(tmp_path / "none.pt").problem == "It is no hypernetwork, or a damaged one."
    assert "softmax" in _read(tmp_path / "odd.pt").problem
    assert "runs.pt" in _read(tmp_path / "runs.pt").problem
    assert "it is not there" in _read(tmp_path / "gone.pt").problem


def test_what_a_foreign_hand_wrote_beside_the_layers_is_kept_within_bounds(tmp_path: Path) -> None:
    _modules, held = hypernets.made()
    strange = {"layer_structure": [1, 10**400, 1], "step": 10**5000, "sd_checkpoint_name": b"x"}
    torch.save({**held, **strange}, tmp_path / "odd.pt")
    told = _read(tmp_path / "odd.pt")
    assert (told.structure, told.steps, told.base) == ((1.0, 2.0, 1.0), 0, "")
    others: tuple[Any, ...] = ({32: 5}, {32: "ab"}, {True: ({}, {})}, [], None, {32: ({}, {})})
    for value in others:
        with pytest.raises(hypernetworks.NoHypernetwork):
            hypernetworks.network_of(value)


def test_one_is_found_by_its_name(tmp_path: Path) -> None:
    path = hypernets.write(tmp_path / "models/hypernetworks/Ink.pt")
    found = folders.find([tmp_path])
    assert hypernetworks.find(found, "ink").path == path
    with pytest.raises(BadInput, match=r"no hypernetwork called “inc”.*Did you mean “Ink”"):
        hypernetworks.find(found, "inc")
