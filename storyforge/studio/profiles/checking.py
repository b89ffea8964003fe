"""Whether a profile can be used as it is set: what is wrong, at which setting.

Nothing is loaded and nothing is sent; of a local model's file the head is read.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from storyforge.backends import registry
from storyforge.domain.hosts import is_plain
from storyforge.domain.profile import LOCAL, Profile
from storyforge.errors import BadInput, ModelError
from storyforge.i18n import _, listed
from storyforge.prompting import library
from storyforge.setting_tables import ProfileSettings
from storyforge.settings import profile_fault
from storyforge.studio import model_files, preset_files
from storyforge.studio.key_names import key_name
from storyforge.studio.models import file_of
from storyforge.studio.profiles.choosing import is_local
from storyforge.studio.profiles.routing import LOAD_SETTINGS, of_table

_LONGEST_NAME = 40
# What an API of many models has to be told.
_NEEDS_MODEL = frozenset({"openai", "anthropic", "gemini", "ollama", "transformers"})
# Settings that only mean something behind an API.
_REMOTE_SETTINGS = (
    "url", "key", "chat", "reasoning", "style", "template", "plain_http",
    "price_reading", "price_writing", "price_cached", "currency",
)  # fmt: skip
_TRANSFORMERS_SETTINGS = ("dtype", "quantise", "device", "trust_code")


class Wrong(NamedTuple):
    """What is wrong with a profile, and at which of its settings ("" for the profile itself)."""

    setting: str
    why: str


def name_fault(name: str) -> str:
    """Why a profile cannot be called that; "" where it can."""
    if name == LOCAL:
        return _("“local” is the model of [model]; give the profile another name.")
    letters = name.replace("-", "").replace("_", "").replace(" ", "")
    lawful = letters.isalnum() and name[0].isalnum() and name == name.rstrip()
    if not lawful or len(name) > _LONGEST_NAME:
        return _(
            "A profile's name is made of letters, digits, spaces, “-” and “_”, {count} at the most."
        ).format(count=_LONGEST_NAME)
    return ""


def fault_of(table: Mapping[str, Any]) -> Wrong | None:
    """What is wrong with a profile's table, the first thing; None where it can be used."""
    for name in table:
        if name not in ProfileSettings.model_fields:
            known = listed(ProfileSettings.model_fields)
            return Wrong(
                name, _("There is no such setting. Known are: {names}.").format(names=known)
            )
    if "backend" not in table:
        return Wrong("backend", _("It is not said what runs the model."))
    fault = profile_fault(dict(table))
    if fault is not None:
        return Wrong(fault[0], _("This value cannot be used: {why}.").format(why=fault[1]))
    profile = of_table("", ProfileSettings.model_validate(dict(table)))
    return (
        _idle(table, profile)
        or _style(profile)
        or _template(profile)
        or _preset(profile)
        or _model(profile)
        or _key(profile)
    )


def _idle(table: Mapping[str, Any], profile: Profile) -> Wrong | None:
    """A setting that this backend has no use for would be believed to do something."""
    for name in table:
        if not is_local(profile) and name in LOAD_SETTINGS:
            return Wrong(name, _("This is for models on this machine only."))
        if is_local(profile) and name in _REMOTE_SETTINGS:
            return Wrong(name, _("This is for models behind an API only."))
        if profile.backend == "llama.cpp" and name in _TRANSFORMERS_SETTINGS:
            return Wrong(name, _("This is for transformers only."))
        if profile.backend == "transformers" and name == "gpu_layers":
            return Wrong(name, _("This is for llama.cpp only."))
    return None


def _key(profile: Profile) -> Wrong | None:
    try:
        key_name(profile)
    except ModelError as error:
        return Wrong("key", error.message)
    return None


def _style(profile: Profile) -> Wrong | None:
    known = registry.styles(profile.backend)
    if not profile.style or profile.style in known:
        return None
    if not known:
        return Wrong("style", _("This backend has one way to ask only."))
    return Wrong(
        "style", _("There is no such style. Known are: {names}.").format(names=listed(known))
    )


def _template(profile: Profile) -> Wrong | None:
    if not profile.template or library.is_there(f"chat/{profile.template}"):
        return None
    told = _("There is no template prompts/LANGUAGE/chat/{name}.md.j2 beside the settings.")
    return Wrong("template", told.format(name=profile.template))


def _preset(profile: Profile) -> Wrong | None:
    if not profile.preset:
        return None
    try:
        preset_files.find(profile.preset)
    except BadInput as error:
        return Wrong("preset", error.message)
    return None


def _model(profile: Profile) -> Wrong | None:
    if profile.backend in _NEEDS_MODEL and not profile.model:
        return Wrong("model", _("It is not said which model."))
    if profile.backend == "llama.cpp":
        return _gguf(profile)
    if profile.backend == "transformers":
        return _folder(Path(profile.model).expanduser())
    return _address(profile)


def _gguf(profile: Profile) -> Wrong | None:
    if not profile.model:
        return None  # the local model, loaded in another way
    try:
        model_files.writer(file_of(profile.model))
    except (BadInput, ModelError) as error:
        return Wrong("model", error.message)
    return None


def _folder(path: Path) -> Wrong | None:
    if path.is_file() and path.suffix.lower() == ".gguf":
        return None
    if (path / "config.json").is_file():
        return None
    if path.exists():
        return Wrong(
            "model", _("{path} is no model's folder: config.json is missing.").format(path=path)
        )
    return Wrong("model", _("{path} is not there.").format(path=path))


def _address(profile: Profile) -> Wrong | None:
    url = profile.url or registry.home(profile.backend)
    if not url:
        if profile.backend == "horde":
            return None
        return Wrong("url", _("It is not said where the API is, such as http://127.0.0.1:8080/v1."))
    try:
        parts = urlsplit(url)
        whole = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        whole = False
    if not whole or any(letter.isspace() for letter in url):
        return Wrong("url", _("This is no address that begins with https:// or http://."))
    if parts.username or parts.password or parts.query or parts.fragment:
        return Wrong("url", _("Only the address itself belongs here; a key is set by “keys set”."))
    if is_plain(url) and not profile.plain_http:
        return Wrong(
            "plain_http",
            _("What goes to {host} by http could be read on its way: plain_http allows it.").format(
                host=parts.hostname
            ),
        )
    return None
