"""Hypernetworks with random weights, as AUTOMATIC1111 makes and saves them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import nn

#: widths of the tiny U-Nets' attention, those of the texts among them
WIDTHS = (32, 64)
_CLASSES: dict[str, Any] = {
    "relu": nn.ReLU, "swish": nn.Hardswish, "mish": nn.Mish, "softsign": nn.Softsign,
    "tanh": nn.Tanh, "prelu": nn.PReLU,
}  # fmt: skip


class Module(nn.Module):  # type: ignore[misc]
    """HypernetworkModule of modules/hypernetworks/hypernetwork.py, told again."""

    def __init__(self, dim: int, told: dict[str, Any]) -> None:
        super().__init__()
        structure, activation = told["layer_structure"], told["activation_func"]
        layers: list[nn.Module] = []
        for i in range(len(structure) - 1):
            layers.append(nn.Linear(int(dim * structure[i]), int(dim * structure[i + 1])))
            last = i >= len(structure) - 2
            if activation not in ("linear", None) and not (last and not told["activate_output"]):
                layers.append(_CLASSES[activation]())
            if told["is_layer_norm"]:
                layers.append(nn.LayerNorm(int(dim * structure[i + 1])))
            if told["use_dropout"] and not last:
                layers.append(nn.Dropout(p=0.3))
        self.linear = nn.Sequential(*layers)
        self.eval()

    def forward(self, x: torch.Tensor, multiplier: float = 1.0) -> torch.Tensor:
        return x + self.linear(x) * multiplier


def made(
    widths: Sequence[int] = WIDTHS, seed: int = 1, **told: Any
) -> tuple[dict[int, tuple[Module, Module]], dict[Any, Any]]:
    """The modules of a hypernetwork, and what its file says."""
    usual = {
        "layer_structure": [1, 2, 1],
        "activation_func": "linear",
        "is_layer_norm": False,
        "use_dropout": False,
        "activate_output": True,
    }
    settings = {**usual, **told}
    torch.manual_seed(seed)
    modules = {width: (Module(width, settings), Module(width, settings)) for width in widths}
    for pair in modules.values():
        for parameter in (*pair[0].parameters(), *pair[1].parameters()):
            nn.init.normal_(parameter, std=0.15)
            parameter.requires_grad_(False)
    state = {width: tuple(each.state_dict() for each in pair) for width, pair in modules.items()}
    return modules, {**state, **settings, "step": 900, "name": "ink", "sd_checkpoint_name": "base"}


def write(path: Path, widths: Sequence[int] = WIDTHS, **told: Any) -> Path:
    """A file of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save(made(widths, **told)[1], path)
    return path
