"""Hypernetworks bend keys and values as AUTOMATIC1111 does, and are gone behind the picture."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from storyforge.domain.picture.adapters import Hypernetwork
from storyforge.domain.picture.orders import Family, Order
from storyforge.engine.faults import EngineFault, FaultKind, to_error
from storyforge.engine.pictures.drawing import Drawer
from storyforge.engine.pictures.hypernetworks.nets import Nets
from storyforge.engine.sequence import Interrupted
from storyforge.images import hypernetworks, loras
from storyforge.images.hypernetworks import NoHypernetwork
from tests.engine.pictures import easel, hypernets, tiny

_SHAPES: Mapping[str, dict[str, Any]] = {
    "usual": {},
    "deep": {"layer_structure": [1, 2, 1.5, 1], "activation_func": "relu"},
    "with norms": {"activation_func": "swish", "is_layer_norm": True},
    "with dropout": {
        "layer_structure": [1, 2, 2, 1], "activation_func": "mish", "use_dropout": True,
        "is_layer_norm": True,
    },
    "without output": {"activation_func": "softsign", "activate_output": False},
    "with slopes": {"activation_func": "prelu", "is_layer_norm": True},
}  # fmt: skip


class _A1111:
    """Attention as that program calculates it with hypernetworks: apply_hypernetworks(context)."""

    def __init__(self, nets: list[tuple[Any, float]]) -> None:
        self.nets = nets

    def __call__(
        self, attn: Any, hidden: torch.Tensor, encoder_hidden_states: Any = None, **_: Any
    ) -> torch.Tensor:
        context = hidden if encoder_hidden_states is None else encoder_hidden_states
        keys = values = context
        for modules, multiplier in self.nets:
            pair = modules.get(context.shape[2])
            if pair is not None:
                keys, values = pair[0](keys, multiplier), pair[1](values, multiplier)
        query = attn.head_to_batch_dim(attn.to_q(hidden))
        key = attn.head_to_batch_dim(attn.to_k(keys))
        value = attn.head_to_batch_dim(attn.to_v(values))
        probabilities = attn.get_attention_scores(query, key)
        made: torch.Tensor = attn.to_out[0](attn.batch_to_head_dim(probabilities @ value))
        return made


@contextmanager
def _as_a1111(painter: Drawer, nets: list[tuple[Any, float]]) -> Iterator[None]:
    unet = painter.loaded.pipe.unet
    own = unet.attn_processors
    unet.set_attn_processor(_A1111(nets))
    try:
        yield
    finally:
        unet.set_attn_processor(own)


def _near(one: bytes, other: bytes) -> bool:
    pairs = zip(one, other, strict=True)
    return max(abs(mine - theirs) for mine, theirs in pairs) <= 1


def _use(path: Path, strength: float = 1.0) -> Hypernetwork:
    return Hypernetwork(path.stem, path, strength)


def _order(*uses: Hypernetwork, **wishes: Any) -> Order:
    return easel.order(hypernetworks=uses, **wishes)


@pytest.mark.parametrize("shape", _SHAPES)
def test_it_bends_what_the_other_program_bends(tmp_path: Path, shape: str) -> None:
    painter = easel.drawer(Family.SD1)
    modules, held = hypernets.made(**_SHAPES[shape])
    torch.save(held, tmp_path / "ink.pt")
    drawn = easel.draw(painter, _order(_use(tmp_path / "ink.pt", 0.8)))
    with _as_a1111(painter, [(modules, 0.8)]):
        theirs = easel.draw(painter, easel.order())
    assert _near(drawn.raster.rgb, theirs.raster.rgb)
    plain = easel.pixels(Family.SD1, easel.order())
    assert not _near(drawn.raster.rgb, plain)
    assert json.loads(drawn.facts["hypernetwork hashes"]) == {
        "ink": loras.hash_of(tmp_path / "ink.pt")
    }


def test_several_come_one_after_the_other_and_nothing_stays(tmp_path: Path) -> None:
    painter = easel.drawer(Family.SDXL)
    before = easel.draw(painter, easel.order()).raster.rgb
    nets = []
    uses = []
    for seed in (1, 2):
        modules, held = hypernets.made(seed=seed)
        torch.save(held, tmp_path / f"{seed}.pt")
        nets.append((modules, 0.5 * seed))
        uses.append(_use(tmp_path / f"{seed}.pt", 0.5 * seed))
    drawn = easel.draw(painter, _order(*uses)).raster.rgb
    with _as_a1111(painter, nets):
        assert _near(drawn, easel.draw(painter, easel.order()).raster.rgb)
    assert drawn != easel.draw(painter, _order(*reversed(uses))).raster.rgb
    without = _order(*(replace(each, strength=0.0) for each in uses))
    assert easel.draw(painter, without).raster.rgb == before
    unet = painter.loaded.pipe.unet
    assert not any(module._forward_pre_hooks for module in unet.modules())


def test_it_goes_together_with_saved_memory_and_word_heat(tmp_path: Path) -> None:
    from accelerate import cpu_offload
    from accelerate.hooks import remove_hook_from_module

    use = _use(hypernets.write(tmp_path / "ink.pt"))
    whole = easel.pixels(Family.SD1, _order(use))
    drawn = easel.draw(easel.drawer(Family.SD1), _order(use, heat=True))
    assert drawn.raster.rgb == whole
    assert drawn.heat
    pipe = tiny.pipe_of(Family.SD1)
    cpu_offload(pipe.unet, torch.device("cpu"))
    try:
        saved = Drawer(easel.loaded_of(pipe, Family.SD1))
        assert easel.draw(saved, _order(use)).raster.rgb == whole
    finally:
        remove_hook_from_module(pipe.unet, recurse=True)


def _fault(use: Hypernetwork) -> EngineFault:
    painter = easel.drawer(Family.SD1)
    with pytest.raises(EngineFault) as caught:
        easel.draw(painter, _order(use))
    assert "{" not in to_error(caught.value.fault).message
    assert use.name in str(to_error(caught.value.fault))
    assert not any(module._forward_pre_hooks for module in painter.loaded.pipe.unet.modules())
    return caught.value


def test_one_for_another_base_is_named(tmp_path: Path) -> None:
    small: dict[str, Any] = {"layer_structure": [1, 0.04, 1]}
    other = hypernets.write(tmp_path / "other.pt", (64, 768), **small)
    fault = _fault(_use(other)).fault
    assert (fault.kind, fault.more) == (FaultKind.HYPERNETWORK_OTHER_BASE, "SD 1.x")
    unfit = hypernets.write(tmp_path / "unfit.pt", (48,))
    fault = _fault(_use(unfit)).fault
    assert (fault.kind, fault.more) == (FaultKind.HYPERNETWORK_UNFIT, "48")


class _Runs:
    """Whoever unpickles it is the victim."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __reduce__(self) -> tuple[Any, ...]:
        return (open, (str(self._file), "w"))


def test_what_is_none_or_would_run_something_is_named(tmp_path: Path) -> None:
    assert _fault(_use(tmp_path / "gone.pt")).fault.kind is FaultKind.HYPERNETWORK_UNREAD
    torch.save({"a": torch.zeros(2)}, tmp_path / "none.pt")
    assert _fault(_use(tmp_path / "none.pt")).fault.kind is FaultKind.HYPERNETWORK_DAMAGED
    _modules, held = hypernets.made()
    torch.save({**held, "activation_func": "Softmax"}, tmp_path / "odd.pt")
    fault = _fault(_use(tmp_path / "odd.pt")).fault
    assert (fault.kind, fault.more) == (FaultKind.HYPERNETWORK_KIND, "softmax")
    victim = tmp_path / "victim"
    torch.save({**held, "more": _Runs(victim)}, tmp_path / "runs.pt")
    assert _fault(_use(tmp_path / "runs.pt")).fault.kind is FaultKind.FORBIDDEN_PICKLE
    assert not victim.exists()


def test_a_stop_leaves_no_hook(tmp_path: Path) -> None:
    painter = easel.drawer(Family.SD1)
    use = _use(hypernets.write(tmp_path / "ink.pt"))
    steps: list[object] = []
    with pytest.raises(Interrupted):
        painter.draw(_order(use), lambda: len(steps) > 1, steps.append)
    assert not any(module._forward_pre_hooks for module in painter.loaded.pipe.unet.modules())


@pytest.mark.parametrize(
    "change",
    [
        {"linear.0.weight": torch.zeros(64, 31)},
        {"linear.1.bias": torch.zeros(31)},
        {"linear.1.weight": torch.zeros(31, 64), "linear.1.bias": torch.zeros(31)},
        {"linear.2.weight": torch.zeros(9)},
        {"linear.2.weight": torch.zeros(32), "linear.2.bias": torch.zeros(1)},
        {"linear.2.weight": torch.zeros(32), "linear.2.bias": "no numbers"},
    ],
)
def test_layers_that_do_not_fit_together_are_no_hypernetwork(change: dict[str, Any]) -> None:
    _modules, held = hypernets.made((32,))
    keys, values = held[32]
    with pytest.raises(NoHypernetwork):
        hypernetworks.network_of({**held, 32: ({**keys, **change}, values)})


def test_the_oldest_files_have_other_names(tmp_path: Path) -> None:
    _modules, held = hypernets.made((32,))
    older = {"linear.0": "linear1", "linear.1": "linear2"}
    pair = [
        {f"{older[name.rpartition('.')[0]]}.{name.rpartition('.')[2]}": each
         for name, each in side.items()}
        for side in held[32]
    ]  # fmt: skip
    torch.save({32: pair}, tmp_path / "old.pt")
    torch.save(held, tmp_path / "new.pt")
    one, other = Nets().get(_use(tmp_path / "old.pt")), Nets().get(_use(tmp_path / "new.pt"))
    x = torch.randn(3, 32)
    assert torch.equal(one.sides[32][1](x), other.sides[32][1](x))


def test_those_that_were_used_last_stay_in_memory(tmp_path: Path) -> None:
    uses = [_use(hypernets.write(tmp_path / f"{n}.pt", seed=n)) for n in range(3)]
    roomy = Nets()
    first = roomy.get(uses[0])
    assert roomy.get(uses[0]) is first
    narrow = Nets(most=first.size)
    kept = narrow.get(uses[1])
    narrow.get(uses[2])
    assert narrow.get(uses[1]) is not kept
