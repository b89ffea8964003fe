"""The author's settings: where they come from, what is refused, and how they are written."""

import ast
import inspect
from itertools import pairwise
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from storyforge import paths, settings
from storyforge.errors import BadInput


def _write(text: str) -> Path:
    paths.config_dir().mkdir(parents=True, exist_ok=True)
    paths.config_file().write_text(text, "utf-8")
    return paths.config_file()


def _fields(model: type[BaseModel], prefix: str = "") -> dict[str, type[BaseModel]]:
    """Every setting by its dotted name, with the class that holds it."""
    found: dict[str, type[BaseModel]] = {}
    for name, field in model.model_fields.items():
        kind = field.annotation
        if inspect.isclass(kind) and issubclass(kind, BaseModel):
            found |= _fields(kind, f"{prefix}{name}.")
        elif tables := [
            each for each in get_args(kind) if inspect.isclass(each) and issubclass(each, BaseModel)
        ]:
            found[f"{prefix}{name}"] = model
            found |= _fields(tables[0], f"{prefix}{name}.NAME.")
        else:
            found[f"{prefix}{name}"] = model
    return found


def test_without_a_file_the_defaults_stand() -> None:
    assert settings.load() == settings.Settings()
    assert settings.load().writing.length == "120"
    assert settings.load().model.path is None


def test_new_stories_are_in_the_language_of_the_locale_unless_it_is_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LANG", "ja_JP.UTF-8")
    assert settings.load().language == "ja"
    _write('language = "de"')
    assert settings.load().language == "de"


def test_the_file_wins_over_defaults_and_the_environment_over_the_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _write('author = "Mara"\n[writing]\ntemperature = 1.2\n[keys]\ncontinue = "f9"\n')
    assert settings.load().author == "Mara"
    assert settings.load().writing.temperature == 1.2
    assert settings.load().keys == {"continue": "f9"}
    monkeypatch.setenv("STORYFORGE_WRITING__TEMPERATURE", "0.5")
    assert settings.load().writing.temperature == 0.5
    assert settings.load().author == "Mara"


def test_a_setting_of_another_version_is_no_reason_to_stop() -> None:
    _write('of_the_future = 1\nauthor = "Mara"\n')
    assert settings.load().author == "Mara"


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("theme = 'pink'", "theme"),
        ("[writing]\nlength = 'a while'", "writing.length"),
        ("[writing]\ntemperature = -1", "writing.temperature"),
        ("[model]\ncontext_tokens = 3", "model.context_tokens"),
        ("[model]\nkv_type = 'q1'", "model.kv_type"),
    ],
)
def test_a_value_out_of_range_is_named_with_its_file(line: str, name: str) -> None:
    file = _write(line)
    with pytest.raises(BadInput) as caught:
        settings.load()
    assert f"“{name}”" in caught.value.message
    assert str(file) in caught.value.hint


def test_a_file_that_is_not_toml_is_named_and_left_alone() -> None:
    file = _write("author = Mara")
    with pytest.raises(BadInput, match="not valid TOML"):
        settings.load()
    with pytest.raises(BadInput, match="not valid TOML"):
        settings.update({"author": "Mara"})
    assert file.read_text("utf-8") == "author = Mara"


def test_a_file_in_another_encoding_is_refused_before_it_is_written_over() -> None:
    paths.config_dir().mkdir(parents=True)
    paths.config_file().write_bytes(b'author = "M\xe9ra"\n')
    with pytest.raises(BadInput):
        settings.load()
    with pytest.raises(BadInput):
        settings.update({"theme": "light"})


def test_a_file_that_cannot_be_read_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    _write('author = "Mara"')

    def refuse(*_arguments: object, **_named: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(BadInput, match="cannot be read: you are not allowed to"):
        settings.load()


def test_a_table_in_the_environment_that_is_no_json_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("STORYFORGE_KEYS", "continue=f9")
    with pytest.raises(BadInput, match="environment"):
        settings.load()


def test_a_table_that_is_none_is_not_written_into() -> None:
    file = _write("model = 3\n")
    with pytest.raises(BadInput, match="“model” is not a table"):
        settings.update({"model.path": "/models/tale.gguf"})
    assert file.read_text("utf-8") == "model = 3\n"


def test_writing_a_setting_keeps_the_comments_and_the_others() -> None:
    file = _write('# mine\nauthor = "Mara"  # as on the cover\n\n[writing]\ntop_k = 20\n')
    settings.update({"writing.length": "sentence", "model.path": "/models/tale.gguf"})
    text = file.read_text("utf-8")
    assert "# mine" in text
    assert "# as on the cover" in text
    now = settings.load()
    assert (now.author, now.writing.top_k, now.writing.length) == ("Mara", 20, "sentence")
    assert now.model.path == Path("/models/tale.gguf")


def test_a_new_table_is_set_apart_from_those_around_it() -> None:
    file = _write('[profiles.a]\nbackend = "ollama"\n\n[writing]\ntop_k = 20\n')
    settings.update({"profiles.b.backend": "ollama", "profiles.b.model": "m", "tasks.draft": "b"})
    assert file.read_text("utf-8") == (
        '[profiles.a]\nbackend = "ollama"\n\n[profiles.b]\nbackend = "ollama"\nmodel = "m"\n\n'
        '[writing]\ntop_k = 20\n\n[tasks]\ndraft = "b"\n'
    )
    settings.update({"profiles.b.url": "http://127.0.0.1:1", "spending.daily_limit": 1.0})
    assert file.read_text("utf-8") == (
        '[profiles.a]\nbackend = "ollama"\n\n[profiles.b]\nbackend = "ollama"\nmodel = "m"\n'
        'url = "http://127.0.0.1:1"\n\n[writing]\ntop_k = 20\n\n[tasks]\ndraft = "b"\n\n'
        "[spending]\ndaily_limit = 1.0\n"
    )


def test_none_takes_a_setting_out_of_the_file() -> None:
    settings.update({"model.path": "/models/tale.gguf", "theme": "light"})
    settings.update({"model.path": None, "author": None})
    assert settings.load().model.path is None
    assert settings.load().theme == "light"


def test_the_file_is_replaced_in_one_step(monkeypatch: pytest.MonkeyPatch) -> None:
    file = _write('author = "Mara"\n')

    def fail(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="No space left"):
        settings.update({"author": "Ida"})
    assert file.read_text("utf-8") == 'author = "Mara"\n'


def test_every_setting_has_a_docstring_and_stands_in_the_documents() -> None:
    document = (Path(__file__).parents[1] / "docs" / "settings.md").read_text("utf-8")
    for dotted, model in _fields(settings.Settings).items():
        name = dotted.split(".")[-1]
        assert f"`{name}`" in document, dotted
        assert _docstring(model, name), dotted


def test_the_documents_name_no_setting_that_is_gone() -> None:
    document = (Path(__file__).parents[1] / "docs" / "settings.md").read_text("utf-8")
    rows = [line.split("|")[1].strip() for line in document.splitlines() if line.startswith("| `")]
    names = {dotted.split(".")[-1] for dotted in _fields(settings.Settings)}
    assert {row.strip("`") for row in rows} == names


def _docstring(model: type[BaseModel], name: str) -> str:
    """The text under a field, which pydantic does not keep."""
    [definition] = ast.parse(inspect.getsource(model)).body
    assert isinstance(definition, ast.ClassDef)
    body = definition.body
    for field, after in pairwise(body):
        if isinstance(field, ast.AnnAssign) and ast.unparse(field.target) == name:
            return ast.unparse(after).strip("'\"") if isinstance(after, ast.Expr) else ""
    return ""


def test_a_painter_that_cannot_be_used_costs_only_itself() -> None:
    _write(
        '[painters.ink]\nmodel = "ink.safetensors"\nwidth = 500\n\n'
        '[painters.oil]\nmodel = "oil.safetensors"\nstpes = 30\n'
    )

    told = settings.load()

    assert list(told.painters) == ["oil"]
    assert "width" in told.unusable_painters["ink"]
    assert told.unusable == {}
    assert told.unknown_of_painters == ("painters.oil.stpes",)
    assert told.unknown == ()
