"""From the settings to a model's file and how it is loaded.

Nothing is loaded here. Which files there are is `model_files`' business; what runs them,
`profiles.choosing`'s.
"""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from storyforge import paths
from storyforge.domain.model import Keeping, ModelSpec
from storyforge.errors import ModelError
from storyforge.i18n import _
from storyforge.setting_tables import CacheSettings
from storyforge.settings import Settings
from storyforge.studio import model_files
from storyforge.studio.sizes import GIB
from storyforge.studio.tuning import kept

#: what the small model that comes with storyforge is called on the screen
BUNDLED_NAME = "SmolLM2-135M"


def model_spec(settings: Settings, model: str | None = None) -> ModelSpec:
    """The model to use and how it is to be loaded.

    Args:
        model: a path, or the name of a listed model; None takes the settings' one.

    Raises:
        ModelError: there is no such model, or none at all.
    """
    told = settings.model
    spec = ModelSpec(
        path=_model_path(settings, model),
        context_tokens=told.context_tokens,
        threads=told.threads,
        threads_batch=told.threads_batch,
        gpu_layers=told.gpu_layers,
        kv_type=told.kv_type,
        flash_attention=told.flash_attention,
        mmap=told.mmap,
        mlock=told.mlock,
        batch_tokens=told.batch_tokens,
        pin_threads=told.pin_threads,
        give_way=told.give_way,
        keeping=keeping(settings.cache),
    )
    return _tuned(spec, told.model_fields_set)


def _tuned(spec: ModelSpec, own: set[str]) -> ModelSpec:
    """`spec` with what `models tune` found to be best, but for what the settings say themselves."""
    best = kept.known(spec.path)
    if best is None:
        return spec
    found: dict[str, Any] = {}
    if spec.threads is None:
        found |= {"threads": best.threads, "writing_on": best.writing_on}
    if spec.threads_batch is None:
        found |= {"threads_batch": best.threads_batch, "reading_on": best.reading_on}
    if spec.gpu_layers is None:
        found["gpu_layers"] = best.gpu_layers
    if "batch_tokens" not in own:
        found["batch_tokens"] = best.batch_tokens
    return replace(spec, **found)


def keeping(told: CacheSettings) -> Keeping:
    """What is kept of the texts that models read."""
    on_disk = told.states and told.disk_gib != 0
    return Keeping(
        states=told.states,
        folder=paths.states_dir() if on_disk else None,
        disk_bytes=None if told.disk_gib is None else int(told.disk_gib * GIB),
        memory_bytes=None if told.memory_gib is None else int(told.memory_gib * GIB),
    )


def _model_path(settings: Settings, model: str | None) -> Path:
    if model is not None:
        return file_of(model)
    if settings.model.path is not None:
        return _existing(settings.model.path.expanduser())
    bundled = model_files.bundled_model()
    if bundled is None:
        raise ModelError(
            _("There is no model on this machine yet; your text is whole."),
            title=_("No model"),
            hint=_("`make run` fetches a small one, or choose a file: storyforge models use PATH"),
        )
    return bundled


def file_of(model: str) -> Path:
    """The file that `model` means: a path, or the name of a listed model.

    Raises:
        ModelError: there is no such model.
    """
    path = Path(model).expanduser()
    if path.is_file():
        return path
    bundled = model_files.bundled_model()
    if bundled is not None and model.lower() in (BUNDLED_NAME.lower(), bundled.stem.lower()):
        return bundled
    if path.suffix.lower() == ".gguf" or os.sep in model or path.is_dir():
        return _existing(path)
    for file in model_files.list_models():
        if model.lower() in (file.path.stem.lower(), file.name.lower()):
            return file.path
    raise ModelError(
        _("There is no model called “{name}” here.").format(name=model),
        title=_("No such model"),
        hint=_("`storyforge models list` shows what there is; a path to a GGUF file works too."),
    )


def _existing(path: Path) -> Path:
    if path.is_file():
        return path
    raise ModelError(
        _("The model file {path} is not there; your text is whole.").format(path=path),
        title=_("Model missing"),
        hint=_("Put it back, or choose another: storyforge models use PATH"),
    )
