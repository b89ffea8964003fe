"""From a profile to the backend that runs its model: the one place where that is put together.

Nothing is loaded or asked here. Of a local file only its head is read (0.03 s for a vocabulary of
49,000 tokens); a key is fetched when the model is first asked for something.
"""

from dataclasses import fields, replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol, cast

from storyforge.backends import registry
from storyforge.backends.base import Backend
from storyforge.domain.generation import Message, Request
from storyforge.domain.model import ModelSpec, Price, RemoteModel, RemoteSpec, TransformersSpec
from storyforge.domain.profile import LOCAL, Profile, Task
from storyforge.errors import BadInput, ModelError
from storyforge.i18n import _
from storyforge.settings import Settings
from storyforge.studio import model_files
from storyforge.studio.keys import key_of
from storyforge.studio.metering import metered
from storyforge.studio.models import BUNDLED_NAME, keeping, model_spec
from storyforge.studio.profiles import routing

# Seconds a word of the demo takes: about the pace at which one reads along.
_DEMO_PACE = 0.025


class Remote(Backend, Protocol):
    """A model behind an API, which may have others."""

    async def models(self) -> tuple[RemoteModel, ...]:
        """Those that it lists; none where it does not tell."""
        ...


def chosen(settings: Settings, profile: Profile | None = None, *, demo: bool = False) -> Backend:
    """The backend for one verb; it loads its model when it is first asked for something.

    Args:
        profile: as `meant` says; None for the one that writes.
        demo: the scripted backend, which needs no model.

    Raises:
        ModelError: there is no such model, or none at all.
    """
    if demo:
        return demo_backend()
    return backend_of(settings, profile or routing.for_task(settings, Task.CONTINUE))


def meant(
    settings: Settings,
    task: Task = Task.CONTINUE,
    *,
    profile: str | None = None,
    model: str | None = None,
) -> Profile:
    """The profile for one verb.

    Args:
        profile: another one, this once.
        model: a local file or a listed model in the place of the local one, this once.

    Raises:
        BadInput: there is no such profile, or both a profile and a model are asked for.
    """
    if model is None:
        named = routing.for_task(settings, task)
        return named if profile is None else routing.named(settings, profile)
    if profile is not None:
        raise BadInput(
            _("A profile has a model already."),
            title=_("Not understood"),
            hint=_("Give one of them: --profile NAME or --model NAME."),
        )
    return replace(routing.named(settings, LOCAL), model=model)


def demo_backend() -> Backend:
    """The scripted backend, at a pace at which one reads along."""
    return registry.factory("scripted")(delay=_DEMO_PACE)


def backend_of(settings: Settings, profile: Profile) -> Backend:
    """What runs a profile's model.

    Raises:
        ModelError: its file is not there, or there is no model at all.
    """
    if is_local(profile):
        spec = spec_of(settings, profile)
        if isinstance(spec, ModelSpec):
            return _llama_cpp(spec)
        name = model_files.folder_name(spec.path).rpartition("/")[2]
        return registry.factory("transformers")(spec, name=name)
    return metered(remote_backend(settings, profile), settings.spending)


def remote_backend(settings: Settings, profile: Profile) -> Remote:
    """What talks to a profile's model behind an API."""
    return cast(
        Remote,
        registry.factory(profile.backend)(
            remote_spec(profile),
            key=partial(key_of, profile, settings),
            messages=partial(_talk, profile.template),
        ),
    )


def is_local(profile: Profile) -> bool:
    """Whether the program itself runs the model, on this machine."""
    return profile.backend in registry.LOCAL


def spec_of(settings: Settings, profile: Profile) -> ModelSpec | TransformersSpec:
    """What the program loads for a local profile; equal ones are the same model in memory.

    Raises:
        ModelError: it is not there, or there is no model at all.
    """
    if profile.backend == "transformers":
        return transformers_spec(settings, profile)
    return local_spec(settings, profile)


def local_spec(settings: Settings, profile: Profile) -> ModelSpec:
    """A profile's GGUF file and how it is loaded: as [model] says, but for what is its own.

    Raises:
        ModelError: there is no such model, or none at all.
    """
    spec = model_spec(settings, profile.model or None)
    own = _own(profile, ModelSpec)
    if profile.context_tokens is not None:
        own["context_tokens"] = profile.context_tokens
    return replace(spec, **own)


def transformers_spec(settings: Settings, profile: Profile) -> TransformersSpec:
    """A profile's folder or file for transformers and how it is loaded.

    Raises:
        ModelError: it is not there.
    """
    path = Path(profile.model).expanduser()
    if not path.exists():
        raise ModelError(
            _("The model {path} is not there; your text is whole.").format(path=path),
            title=_("Model missing"),
            hint=_(
                "Put it back, or name another: storyforge profiles set {name} model=PATH"
            ).format(name=profile.name),
        )
    told = settings.model
    usual: dict[str, Any] = {"threads": told.threads, "threads_batch": told.threads_batch}
    return TransformersSpec(
        path=path,
        context_tokens=profile.context_tokens or told.context_tokens,
        batch_tokens=told.batch_tokens,
        give_way=told.give_way,
        keeping=keeping(settings.cache),
        **usual | _own(profile, TransformersSpec),
    )


def remote_spec(profile: Profile) -> RemoteSpec:
    """A profile's model behind an API."""
    return RemoteSpec(
        backend=profile.backend,
        name=profile.model.rpartition("/")[2] or profile.name,
        model=profile.model,
        url=profile.url or registry.home(profile.backend),
        context_tokens=profile.context_tokens,
        chats=profile.chats,
        price=_price(profile),
        profile=profile.name,
        reasoning=profile.reasoning,
        style=profile.style,
        plain_http=profile.plain_http,
        template=profile.template,
    )


def _price(profile: Profile) -> Price | None:
    """What its author set, and what the API's keeping of prompts makes of that."""
    price, kept = profile.price, registry.kept_price(profile.backend)
    if price is None or kept is None:
        return price
    cached = price.reading * kept.again if price.cached is None else price.cached
    return replace(price, cached=cached, keeping=price.reading * kept.first)


def _talk(template: str, request: Request) -> tuple[Message, ...]:
    # Templates cost 70 ms to import: no local model needs them to be chosen.
    from storyforge.studio.prompt.talking import talk

    return talk(template, request)


def _own(profile: Profile, kind: type[ModelSpec | TransformersSpec]) -> dict[str, Any]:
    """Of the profile's load settings those that this kind of model has."""
    known = {each.name for each in fields(kind)}
    return {name: value for name, value in profile.more if name in known}


def _llama_cpp(spec: ModelSpec) -> Backend:
    local = registry.factory("llama.cpp")
    if _is_bundled(spec.path):
        note = _("A very small model that only shows the keys, in English.")
        return local(spec, name=BUNDLED_NAME, note=note, languages=("en",))
    return local(spec, name=model_files.called(spec.path), languages=_languages(spec.path))


def _languages(path: Path) -> tuple[str, ...]:
    """What the file says it writes; a file that cannot be read is the engine's to explain."""
    try:
        return model_files.info(path).languages
    except BadInput:
        return ()


def _is_bundled(path: Path) -> bool:
    bundled = model_files.bundled_model()
    return bundled is not None and path.resolve() == bundled.resolve()
