"""The author's settings: defaults, then `settings.toml`, then `STORYFORGE_…` in the environment.

Importing this module costs a quarter of a second (pydantic): the screen draws its first frame
before it does. What that frame needs comes from `paths.peek_setting`.
"""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, Self

import tomlkit
from pydantic import (
    BaseModel,
    Field,
    ModelWrapValidatorHandler,
    PrivateAttr,
    ValidationError,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from storyforge import paths
from storyforge.borrowed import reason
from storyforge.errors import BadInput
from storyforge.i18n import _, story_language
from storyforge.setting_tables import (
    CacheSettings,
    GoalSettings,
    ModelSettings,
    PageSettings,
    PainterSettings,
    PictureSettings,
    ProfileSettings,
    SpendingSettings,
    WritingSettings,
)
from storyforge.small_files import put

#: tables under names of the author's: one that is wrong costs only itself
_NAMED: dict[str, type[BaseModel]] = {"profiles": ProfileSettings, "painters": PainterSettings}


class Settings(BaseSettings):
    """Everything an author can set."""

    model_config = SettingsConfigDict(
        env_prefix="STORYFORGE_", env_nested_delimiter="__", extra="ignore"
    )

    theme: Literal["dark", "light"] = "dark"
    """The colours of the screen."""
    interface: Literal["auto", "en", "ja"] = "auto"
    """The language of menus and messages; "auto" follows the system."""
    keys: dict[str, str] = Field(default_factory=dict)
    """Keys by action, such as `continue = "f9"`; see docs/keys.md."""
    author: str = ""
    """Your name, for new stories."""
    language: str = Field(default_factory=story_language)
    """The language of new stories, as a tag such as "en" or "ja"; unset follows the system."""
    show_origin: bool = False
    """Tint the text by where it came from."""
    scene_panel: bool = True
    """Show the scene's notes below the takes where the screen is wide."""
    outline_numbers: bool = True
    """Number chapters and scenes in the binder."""
    spelling: bool = False
    """Underline words that the dictionary of the story's language does not have."""
    model: ModelSettings = Field(default_factory=ModelSettings)
    profile: str = "local"
    """The profile that writes; "local" is the model of [model]."""
    profiles: dict[str, ProfileSettings] = Field(default_factory=dict)
    """Other models by name; see docs/models.md."""
    tasks: dict[str, str] = Field(default_factory=dict)
    """Profiles by task, such as `summary = "small"`; the others go to `profile`."""
    key_commands: dict[str, str] = Field(default_factory=dict)
    """Commands that print a key, by provider, such as `openai = "pass show openai"`."""
    spending: SpendingSettings = Field(default_factory=SpendingSettings)
    writing: WritingSettings = Field(default_factory=WritingSettings)
    goals: GoalSettings = Field(default_factory=GoalSettings)
    pictures: PictureSettings = Field(default_factory=PictureSettings)
    painters: dict[str, PainterSettings] = Field(default_factory=dict)
    """Checkpoints that draw, by name; see docs/pictures.md."""
    page: PageSettings = Field(default_factory=PageSettings)
    cache: CacheSettings = Field(default_factory=CacheSettings)
    _unusable: dict[str, dict[str, str]] = PrivateAttr(default_factory=dict)
    _unknown: tuple[str, ...] = PrivateAttr(default=())

    @property
    def unusable(self) -> dict[str, str]:
        """Profiles whose tables cannot be used, and why."""
        return self._unusable.get("profiles", {})

    @property
    def unusable_painters(self) -> dict[str, str]:
        """The same of painters."""
        return self._unusable.get("painters", {})

    @property
    def unknown(self) -> tuple[str, ...]:
        """Names in [spending] and [profiles] that mean nothing, dotted: a limit may be mistyped."""
        return tuple(name for name in self._unknown if not name.startswith("painters."))

    @property
    def unknown_of_painters(self) -> tuple[str, ...]:
        """The same of [painters]."""
        return tuple(name for name in self._unknown if name.startswith("painters."))

    @model_validator(mode="wrap")
    @classmethod
    def _without_unusable(cls, told: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        """One profile or painter with a wrong value costs the author that one only."""
        unusable: dict[str, dict[str, str]] = {}
        for kind, model in _NAMED.items():
            if isinstance(told, dict) and isinstance(tables := told.get(kind), dict):
                faults = {name: table_fault(model, table) for name, table in tables.items()}
                wrong = {name: ": ".join(filter(None, it)) for name, it in faults.items() if it}
                usable = {name: one for name, one in tables.items() if name not in wrong}
                told, unusable[kind] = {**told, kind: usable}, wrong
        settings = handler(told)
        settings._unusable = unusable
        settings._unknown = tuple(_unknown_names(told)) if isinstance(told, dict) else ()
        return settings

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment over file over defaults; no .env files and no secrets folder."""
        toml = TomlConfigSettingsSource(settings_cls, toml_file=paths.config_file())
        return init_settings, env_settings, toml


def _unknown_names(told: Mapping[str, Any]) -> Iterator[str]:
    tables: dict[str, tuple[object, type[BaseModel]]] = {
        "spending": (told.get("spending"), SpendingSettings)
    }
    for kind, model in _NAMED.items():
        named = told.get(kind)
        for name, table in named.items() if isinstance(named, dict) else ():
            tables[f"{kind}.{name}"] = (table, model)
    for title, (table, model) in tables.items():
        if isinstance(table, dict):
            yield from (f"{title}.{name}" for name in table if name not in model.model_fields)


def profile_fault(table: object) -> tuple[str, str] | None:
    """(the setting, what is wrong with it) in a profile's table; "" where it is no table."""
    return table_fault(ProfileSettings, table)


def table_fault(model: type[BaseModel], table: object) -> tuple[str, str] | None:
    """The same in a table of any kind."""
    try:
        model.model_validate(table)
    except ValidationError as error:
        first = error.errors()[0]
        return ".".join(str(part) for part in first["loc"]), reason(first["msg"])
    return None


def load() -> Settings:
    """The settings as they stand now.

    Raises:
        BadInput: the file cannot be read, or a value in it (or in the environment) cannot be used.
    """
    file = paths.config_file()
    title = _("Settings not read")
    try:
        return Settings()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        hint = _("Correct that line or delete the file; until then the screen uses the defaults.")
        raise _not_toml(file, error, title, hint) from error
    except OSError as error:
        raise BadInput(
            _("The settings file {file} cannot be read: {why}.").format(
                file=file, why=reason(error)
            ),
            title=title,
            hint=_("Until it can be read the screen uses the defaults."),
        ) from error
    except SettingsError as error:
        raise BadInput(
            _("A setting in the environment cannot be used: {why}.").format(why=reason(error)),
            title=title,
            hint=_("Tables are written as JSON there, such as STORYFORGE_KEYS='{example}'.").format(
                example='{"continue": "f9"}'
            ),
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise BadInput(
            _("The setting “{name}” cannot be used: {why}.").format(
                name=name, why=reason(first["msg"])
            ),
            title=title,
            hint=_(
                "Correct it in {file} or in the environment; until then the screen uses the "
                "defaults."
            ).format(file=file),
        ) from error


def _not_toml(file: Path, error: Exception, title: str, hint: str) -> BadInput:
    message = _("The settings file {file} is not valid TOML: {error}.")
    return BadInput(message.format(file=file, error=reason(error)), title=title, hint=hint)


def update(values: dict[str, Any]) -> None:
    """Write dotted settings (`{"model.path": "…"}`) into the file, keeping its comments.

    A value of None removes the setting. The file is replaced in one step.

    Raises:
        BadInput: the file is there but is not TOML, or a table in it is none.
        OSError: it cannot be written.
    """
    file = paths.config_file()
    try:
        document = tomlkit.parse(file.read_text("utf-8")) if file.exists() else tomlkit.document()
    except (tomlkit.exceptions.ParseError, UnicodeDecodeError) as error:
        hint = _("Correct that line or delete the file, then try again.")
        raise _not_toml(file, error, _("Settings not saved"), hint) from error
    added: list[Any] = []
    for dotted, value in values.items():
        *tables, key = dotted.split(".")
        table: Any = document
        for name in tables:
            if name not in table:
                table[name] = tomlkit.table()
                added.append(table[name])
            table = table[name]
            if not isinstance(table, dict):
                raise BadInput(
                    _("In the settings file {file}, “{name}” is not a table.").format(
                        file=file, name=name
                    ),
                    title=_("Settings not saved"),
                    hint=_("Write it as [{name}] with its settings below.").format(name=name),
                )
        if value is None:
            table.pop(key, None)
        else:
            table[key] = value
    for table in added:
        # What stands behind a table in the middle of the file is set apart from it.
        if any(not isinstance(value, dict) for value in table.values()):
            table.add(tomlkit.nl())
    told = tomlkit.dumps(document)
    put(file, told.rstrip("\n") + "\n" if added else told)
