"""The verbs about local models: models list, info, use; `pulling` and `tuning` add theirs."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from storyforge.cli import pulling, tuning
from storyforge.cli.options import JSON
from storyforge.cli.talk import note, quoted, say, say_json, table
from storyforge.cli.using import tell_use
from storyforge.cli.wording import Verbs
from storyforge.errors import BadInput
from storyforge.i18n import _, listed

if TYPE_CHECKING:
    from storyforge.domain.model import ModelFile, ModelSpec
    from storyforge.studio.fitting import Fit

_PATH = Annotated[Path, typer.Argument(metavar="PATH", help=_("A GGUF file."))]
_MODEL = Annotated[
    Path, typer.Argument(metavar="PATH", help=_("A GGUF file, or a folder for transformers."))
]


def add_to(app: typer.Typer) -> None:
    """Add these verbs."""
    models = Verbs(
        help=_(
            "The local models: GGUF files on this machine.\n\n"
            "storyforge comes with a very small one that only shows the keys. For real work take a "
            "larger GGUF file and say which one to use.\n\n"
            "\b\n"
            "  storyforge models list\n"
            "  storyforge models info ~/models/writer.Q4_K_M.gguf\n"
            "  storyforge models use ~/models/writer.Q4_K_M.gguf\n"
            "  storyforge models recommended\n"
            "  storyforge models pull bartowski/Mistral-Nemo-Instruct-2407-GGUF\n"
            "  storyforge models tune --quick"
        ),
        rich_markup_mode=None,
        no_args_is_help=True,
    )
    models.command("list", help=_("List the models found on this machine."))(list_models)
    models.command("info", help=_("Show what a model says of itself, and what it takes."))(info)
    models.command("use", help=_("Write with this model from now on."))(use)
    pulling.add_to(models)
    tuning.add_to(models)
    app.add_typer(models, name="models")


def list_models(as_json: JSON = False) -> None:
    """List the models found on this machine; ● marks the one in use."""
    from storyforge.studio import model_files
    from storyforge.studio.sizes import file_size

    found, folders = model_files.list_models(), model_files.list_folders()
    used = model_files.chosen_model() or model_files.bundled_model()
    in_use = used.resolve() if used else None
    if as_json:
        say_json([_json(model, model.path.resolve() == in_use) for model in found])
        return
    if not found:
        note(_("No models were found. Name a GGUF file: storyforge models use PATH"))
        return
    rows = [["", _("name"), _("kind"), _("quantisation"), _("size"), _("context"), _("file")]]
    for model in found:
        mark = "●" if model.path.resolve() == in_use else " "
        rows.append([mark, model.name, model.architecture, model.quantisation or "–"])
        rows[-1] += [file_size(model.size), f"{model.context_tokens:,}", str(model.path)]
    for line in table(rows, right=(4, 5)):
        say(line)
    for folder in folders:
        note(
            _(
                "{name} is a folder for transformers; a profile uses it: storyforge profiles set "
                "NAME backend=transformers model={path}"
            ).format(name=model_files.folder_name(folder), path=quoted(folder))
        )


def info(path: _MODEL, as_json: JSON = False) -> None:
    """Show what a model's file or folder says of itself, and whether it fits into this machine."""
    from storyforge.studio import model_files

    if (path.expanduser() / "config.json").is_file():
        _folder_info(path.expanduser(), as_json)
        return
    model = model_files.info(path)
    spec, fit = _fitting(model)
    weight = _weight(spec)
    if as_json:
        say_json(_json(model) | {"state_bytes_per_token": round(weight), "fit": _fit_json(fit)})
        return
    for line in table(_facts(model, weight, fit)):
        say(line)
    for warning in filter(None, (fit.warning, fit.advice)):
        note(warning)
    if model.template:
        say()
        say(model.template.rstrip("\n"))


def _folder_info(path: Path, as_json: bool) -> None:
    """What a folder for transformers says, and what it takes."""
    from storyforge import settings
    from storyforge.domain.profile import Profile
    from storyforge.engine.torch import preflight
    from storyforge.studio import folder_fitting, model_files
    from storyforge.studio.profiles.choosing import transformers_spec

    spec = transformers_spec(settings.load(), Profile("", "transformers", model=str(path)))
    told = folder_fitting.takes(spec)
    kind, count = str(preflight.read_config(path).get("model_type", "")), preflight.count_of(path)
    if as_json:
        facts = {"path": str(path), "architecture": kind, "parameters": count, "takes": told}
        say_json({"name": model_files.folder_name(path), **facts})
        return
    for line in table(
        [
            [_("name"), model_files.folder_name(path)],
            [_("folder"), str(path)],
            [_("kind"), kind or "–"],
            [_("weights"), _("{count} million").format(count=f"{count / 1e6:,.0f}")],
        ]
    ):
        say(line)
    for each in told:
        note(each)


def _facts(model: "ModelFile", weight: float, fit: "Fit") -> list[list[str]]:
    from storyforge.studio import saved_states, sizes
    from storyforge.studio.languages import language_name

    tokens = min(saved_states.SCENE_TOKENS, model.context_tokens)
    weighs = _("{size}, read to {tokens:,} tokens")
    weighs = weighs.format(size=sizes.size(weight * tokens), tokens=tokens) if weight else "–"
    needs = _("{needs}, with a window of {tokens:,} tokens")
    needs = needs.format(needs=fit.needs, tokens=fit.plan.window) if fit.plan.layers else "–"
    rows = [
        [_("name"), model.name],
        [_("file"), str(model.path)],
        [_("kind"), model.architecture or "–"],
        [_("size"), sizes.file_size(model.size)],
        [_("quantisation"), model.quantisation or "–"],
        [_("weights"), _("{count} million").format(count=f"{model.parameters / 1e6:,.0f}")],
        [_("context"), _("{tokens} tokens").format(tokens=f"{model.context_tokens:,}")],
        [_("takes up"), needs],
    ]
    if fit.layers:
        rows.append([_("GPU"), fit.layers])
    return [
        *rows,
        [_("a scene"), weighs],
        [_("languages"), listed(map(language_name, model.languages)) or _("it does not tell")],
        [_("template"), _("see below") if model.template else _("none: it was not tuned to chat")],
    ]


def _fitting(model: "ModelFile") -> "tuple[ModelSpec, Fit]":
    """How the settings load `model`, and whether that fits."""
    from storyforge import settings
    from storyforge.studio import fitting
    from storyforge.studio.models import model_spec

    spec = model_spec(settings.load(), str(model.path))
    return spec, asyncio.run(fitting.fits(spec))


def _weight(spec: "ModelSpec") -> float:
    from storyforge.studio import saved_states

    return saved_states.weigh(spec).per_token


def _fit_json(fit: "Fit") -> dict[str, Any]:
    return {
        "fits": fit.fits,
        "window": fit.plan.window,
        "largest_window": fit.window,
        "layers": fit.plan.layers,
        "layers_on_gpu": fit.plan.on_gpu,
        "memory_bytes": fit.plan.machine.used,
        "gpu_bytes": fit.plan.gpu_used,
        "warning": fit.warning,
    }


def use(path: _PATH) -> None:
    """Write with this model from now on."""
    from storyforge.studio import model_files

    if (folder := path.expanduser() / "config.json").is_file():
        raise BadInput(
            _("{path} is a folder for transformers, and no GGUF file.").format(path=path),
            title=_("Model not usable"),
            hint=_(
                "A profile uses it: storyforge profiles set NAME backend=transformers model={path}"
            ).format(path=quoted(folder.parent.absolute())),
        )
    model = model_files.use(path)
    tell_use(model)
    if warning := _fitting(model)[1].warning:
        note(warning)


def _json(model: "ModelFile", in_use: bool | None = None) -> dict[str, Any]:
    told = {
        "path": str(model.path),
        "name": model.name,
        "architecture": model.architecture,
        "size": model.size,
        "quantisation": model.quantisation,
        "parameters": model.parameters,
        "context_tokens": model.context_tokens,
        "languages": list(model.languages),
        "template": model.template,
    }
    return told if in_use is None else {**told, "in_use": in_use}
