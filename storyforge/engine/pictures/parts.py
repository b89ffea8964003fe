"""A part of a checkpoint from its configuration and its weights, both of which were read already.

The libraries' own loading reads files by itself: pickles too, without a word of how far it is, and
it draws at random what the files lack.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from storyforge.engine.faults import EngineFault, Fault, FaultKind

if TYPE_CHECKING:
    import torch

    Tensors = dict[str, torch.Tensor]

# transformers took this level out of some of its classes, and older files have it.
_LEVEL = "text_model."
# What transformers would fetch, or import, where a configuration names it.
_OTHERS = frozenset({
    "attn_implementation", "_attn_implementation", "_attn_implementation_internal", "auto_map",
    "quantization_config", "dtype", "torch_dtype",
})  # fmt: skip
# No part has more: of layers, and of anything that is counted.
_MOST_LAYERS, _MOST = 1000, 1 << 20
_TOLD = 80
_EYES = "vision_model."


def build(kind: Any, config: Mapping[str, Any], weights: "Tensors", name: str) -> Any:
    """A module of diffusers or transformers with its weights.

    Args:
        kind: its class.
        config: as its config.json says.
        weights: under the class's names, or older ones that it still knows.
        name: of the file, for what goes wrong.

    Raises:
        EngineFault: weights are missing, or have other shapes than the configuration says.
        ValueError, TypeError, LookupError, RuntimeError: the configuration is none of its class.
    """
    from accelerate import init_empty_weights

    with init_empty_weights():
        module = _empty(kind, config)
    if hasattr(module, "_fix_state_dict_keys_on_load"):
        module._fix_state_dict_keys_on_load(weights)
    wanted = module.state_dict()
    weights = _renamed(weights, wanted)
    for key, empty in wanted.items():
        # First, since other sizes come with other layers.
        if key in weights and weights[key].shape != empty.shape:
            more = f"{key}: {_told(weights[key])}, {_told(empty)}"
            raise EngineFault(Fault(FaultKind.UNUSUAL_SIZES, name, more=more))
    missing = sorted(wanted.keys() - weights.keys())
    if missing:
        raise EngineFault(Fault(FaultKind.CHECKPOINT_LACKS, name, more=missing[0]))
    try:
        module.load_state_dict({key: weights[key].contiguous() for key in wanted}, assign=True)
    except RuntimeError as error:  # whole numbers where parts of one are wanted
        raise EngineFault(Fault(FaultKind.NOT_WHOLE, name)) from error
    return module.eval().requires_grad_(False)


def configured(kind: Any, config: Mapping[str, Any]) -> Any:
    """The configuration of a class of transformers: sizes, and no word of whom else to ask.

    Raises:
        ValueError: it is none.
    """
    from huggingface_hub.errors import StrictDataclassError

    _refuse_endless(config)
    try:
        return kind.config_class.from_dict(_own(config))
    except (StrictDataclassError, ArithmeticError, AttributeError) as error:
        raise ValueError(str(error).strip().partition("\n")[0]) from error


def _own(told: Any) -> Any:
    if isinstance(told, Mapping):
        return {name: _own(each) for name, each in told.items() if name not in _OTHERS}
    return [_own(each) for each in told] if isinstance(told, list) else told


def _empty(kind: Any, config: Mapping[str, Any]) -> Any:
    """The module without weights."""
    if hasattr(kind, "config_class"):
        return kind(configured(kind, config))
    _refuse_endless(config)
    try:
        return kind.from_config(dict(config))
    except (ArithmeticError, AttributeError) as error:
        raise ValueError(str(error).strip().partition("\n")[0]) from error


def _refuse_endless(told: Any, name: str = "") -> None:
    """Refuse what would be built for hours before it is seen that no weights are there for it.

    Raises:
        ValueError: it says that it has so much.
    """
    if isinstance(told, Mapping):
        for each, value in told.items():
            _refuse_endless(value, str(each))
    elif isinstance(told, list):
        for value in told:
            _refuse_endless(value, name)
    elif isinstance(told, int) and told > (_MOST_LAYERS if "layers" in name else _MOST):
        raise ValueError(f"{name} = {told}"[:_TOLD])


def _renamed(weights: "Tensors", wanted: Mapping[str, Any]) -> "Tensors":
    """Under the names that this version of the library has."""
    weights = {_seen(key, wanted): each for key, each in weights.items()}
    if any(key.startswith(_LEVEL) for key in wanted):
        return {key if key in wanted else _LEVEL + key: each for key, each in weights.items()}
    return {key.removeprefix(_LEVEL): each for key, each in weights.items()}


def _seen(key: str, wanted: Mapping[str, Any]) -> str:
    """A safety checker's eyes, which had the level of their own name twice."""
    bare = key.removeprefix(_EYES)
    return bare if key not in wanted and bare.startswith(_EYES) and bare in wanted else key


def _told(tensor: "torch.Tensor") -> str:
    return "×".join(map(str, tensor.shape)) or "1"
