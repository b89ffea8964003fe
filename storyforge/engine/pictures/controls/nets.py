"""ControlNets out of files and folders, kept in memory for the next picture."""

import inspect
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyforge.borrowed import reason
from storyforge.domain.picture.orders import Saving
from storyforge.engine.faults import EngineFault, Fault, FaultKind
from storyforge.engine.pictures import parts
from storyforge.engine.pictures.loaded import Loaded
from storyforge.engine.pictures.reading import faulted
from storyforge.engine.pictures.weights import read_tensors
from storyforge.engine.sequence import Interrupted
from storyforge.images import checkpoints, controlnets, diffusers_folders, weight_files
from storyforge.images.controlnets import CONFIG, CONTROL, ControlNetFacts

if TYPE_CHECKING:
    import torch

    Tensors = dict[str, torch.Tensor]

_ORIGINAL = "input_hint_block.0.weight"
# What diffusers' table leaves out: SDXL's word on the size of a picture.
_SIZES = {"label_emb.0.0": "add_embedding.linear_1", "label_emb.0.2": "add_embedding.linear_2"}
# What an IP-Adapter may have set in a U-Net's configuration.
_NOT_SHARED = frozenset(("encoder_hid_dim", "encoder_hid_dim_type"))


@dataclass(frozen=True, slots=True)
class Net:
    """A ControlNet in memory; `hash` is its file's AutoV2."""

    model: Any
    hash: str


class Nets:
    """The ControlNets of the last picture, by their files."""

    def __init__(self, loaded: Loaded) -> None:
        self._loaded = loaded
        self._kept: dict[tuple[Path, int], Net] = {}
        self._several: dict[tuple[int, ...], Any] = {}

    def get(self, paths: Sequence[Path], stopped: Callable[[], bool]) -> tuple[Net, ...]:
        """Each, from memory where its file is as it was; what is not asked for is let go.

        Raises:
            EngineFault: one cannot be used; all are looked at before the first is loaded.
            Interrupted: it was stopped.
        """
        keys = [(path, _changed(path)) for path in paths]
        if any(key not in self._kept for key in keys):
            self._several.clear()
        self._kept = {key: net for key, net in self._kept.items() if key in keys}
        new = [key for key in keys if key not in self._kept]
        looked = {key: self._looked(key[0]) for key in new}
        for key, facts in looked.items():
            self._kept[key] = _load(facts, self._loaded, stopped)
        return tuple(self._kept[key] for key in keys)

    def as_one(self, nets: Sequence[Net]) -> Any:
        """What a pipeline takes for them; the same again for the same ones."""
        from diffusers.models.controlnets.multicontrolnet import MultiControlNetModel

        if len(nets) == 1:
            return nets[0].model
        key = tuple(id(net.model) for net in nets)
        if key not in self._several:
            self._several = {key: MultiControlNetModel([net.model for net in nets])}
        return self._several[key]

    def let_go(self) -> None:
        """Forget all of them."""
        self._kept.clear()
        self._several.clear()

    def _looked(self, path: Path) -> ControlNetFacts:
        try:
            with faulted(path):
                facts = controlnets.look(path)
        except EngineFault as error:
            if error.fault.kind is not FaultKind.PAINTER_NOT_LOADED:
                raise
            fault = Fault(FaultKind.CONTROL_UNREAD, path.name, more=error.fault.more)
            raise EngineFault(fault) from error
        if facts.other is not None:
            raise EngineFault(Fault(FaultKind.CONTROL_KIND, path.name, more=facts.other.value))
        if facts.family not in (None, self._loaded.family):
            made_for = str(facts.family)
            raise EngineFault(Fault(FaultKind.CONTROL_OTHER_BASE, path.name, more=made_for))
        return facts


@contextmanager
def placed(model: Any, loaded: Loaded) -> Iterator[None]:
    """Inside, `model` calculates where the painter does, saving memory as the painter does."""
    if loaded.saving is Saving.SEQUENTIAL:
        from accelerate import cpu_offload
        from accelerate.hooks import remove_hook_from_submodules

        cpu_offload(model, loaded.device)
        try:
            yield
        finally:
            remove_hook_from_submodules(model)
        return
    model.to(loaded.device)
    try:
        yield
    finally:
        if loaded.saving is Saving.OFFLOAD:
            model.to("cpu")


def _changed(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError as error:
        fault = Fault(FaultKind.CONTROL_UNREAD, path.name, more=reason(error))
        raise EngineFault(fault) from error


def _load(facts: ControlNetFacts, loaded: Loaded, stopped: Callable[[], bool]) -> Net:
    from diffusers import ControlNetModel

    def told(_: int) -> None:
        if stopped():
            raise Interrupted

    path, unet = facts.path, loaded.pipe.unet
    config = _of_unet(unet.config)
    if path.is_dir():
        config = _of_folder(path)
        weights: Tensors = {}
        for file in diffusers_folders.files_of(path):
            weights |= read_tensors(file, dtype=unet.dtype, told=told)
    else:
        weights = _of_file(path, config, unet.dtype, told)
    _refuse_other(config, unet.config, path)
    try:
        model = parts.build(ControlNetModel, config, weights, path.name)
    except EngineFault as error:
        more = error.fault.more
        raise EngineFault(Fault(FaultKind.CONTROL_UNFIT, path.name, more=more)) from error
    except (TypeError, ValueError, LookupError) as error:
        more = reason(error)
        raise EngineFault(Fault(FaultKind.CONTROL_UNFIT, path.name, more=more)) from error
    return Net(model, checkpoints.autov2(path, stopped))


def _of_folder(path: Path) -> dict[str, Any]:
    with faulted(path):
        return diffusers_folders.read_json(path / CONFIG)


def _of_unet(config: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration of a ControlNet as the U-Net's own half, which each was made from."""
    from diffusers import ControlNetModel

    known = inspect.signature(ControlNetModel.__init__).parameters.keys() - _NOT_SHARED
    return {name: value for name, value in config.items() if name in known}


def _of_file(path: Path, config: dict[str, Any], dtype: Any, told: Callable[[int], None]) -> Any:
    """The weights of a single file, under diffusers' names."""
    from diffusers.loaders.single_file_utils import convert_controlnet_checkpoint

    with faulted(path):
        names = tuple(weight_files.look(path).tensors)
    mine = [name for name in names if name.startswith(CONTROL)] or names
    read = read_tensors(path, mine, dtype=dtype, told=told)
    weights = {name.removeprefix(CONTROL): each for name, each in read.items()}
    if _ORIGINAL not in weights:
        return weights
    try:
        found = convert_controlnet_checkpoint(weights, config)
    except (LookupError, AttributeError) as error:
        more = reason(error)
        raise EngineFault(Fault(FaultKind.CONTROL_UNFIT, path.name, more=more)) from error
    for theirs, ours in _SIZES.items():
        for kind in ("weight", "bias"):
            found[f"{ours}.{kind}"] = weights.get(f"{theirs}.{kind}")
    return {name: each for name, each in found.items() if each is not None}


def _refuse_other(config: Mapping[str, Any], unet: Mapping[str, Any], path: Path) -> None:
    """Refuse one of other words or another width than the U-Net that it would be added to."""
    for name in ("cross_attention_dim", "block_out_channels"):
        mine, theirs = json.dumps(config.get(name)), json.dumps(unet.get(name))
        if mine != theirs:
            more = f"{name} = {mine}"
            raise EngineFault(Fault(FaultKind.CONTROL_OTHER_BASE, path.name, more=more))
