"""The form over a profile: its rows, what is typed into them, and where a fault is said."""

import pytest
from rich.cells import cell_len
from textual.widgets import Input

from storyforge import settings as setting_file
from storyforge.backends import registry
from storyforge.setting_tables import ProfileSettings
from storyforge.studio.profiles.checking import fault_of
from storyforge.tui.dialogs.base import AskText, Choice, Choose
from storyforge.tui.dialogs.profile import EditProfile
from storyforge.tui.dialogs.profile_fields import (
    BACKENDS,
    BY_ID,
    FIELDS,
    Meant,
    brief,
    fields_of,
    meant,
    shown,
    unset_told,
)
from storyforge.tui.widgets.prose import Prose
from storyforge.tui.widgets.rows import RowList
from tests.tui.house import answer, asked, running, texts, until
from tests.tui.test_models import models_of


def test_every_setting_of_a_profile_has_a_row_and_every_backend_can_be_chosen() -> None:
    assert {field.id for field in FIELDS} == set(ProfileSettings.model_fields)
    assert {name for name, _title in BACKENDS} == set(registry.names()) - {"scripted"}


@pytest.mark.parametrize("backend", [name for name, _title in BACKENDS])
def test_the_rows_of_a_backend_are_settings_that_it_heeds(backend: str) -> None:
    idle = ("models on this machine only", "behind an API only", "This is for")
    for field in fields_of({"backend": backend}):
        value = {"switch": True, "maybe": True, "whole": 512, "amount": 1.0}.get(field.kind, "")
        if field.id == "backend" or not value:
            continue
        fault = fault_of({"backend": backend, field.id: value})
        assert fault is None or not any(words in fault[1] for words in idle), field.id


@pytest.mark.parametrize("backend", ["ollama", "anthropic"])
@pytest.mark.parametrize(
    ("url", "there"),
    [
        (None, False),
        ("https://lan.example", False),
        ("http://127.0.0.1:8080", False),
        ("http://lan.example", True),
    ],
)
def test_a_way_that_is_not_encrypted_is_asked_about_where_it_is_one(
    backend: str, url: str | None, there: bool
) -> None:
    values = {"backend": backend, "url": url}
    assert (BY_ID["plain_http"] in fields_of(values)) is there


@pytest.mark.parametrize(
    ("field", "given", "read"),
    [
        ("context_tokens", "8,192", Meant(8192)),
        ("context_tokens", "much", Meant(None, "That is no whole number.")),
        ("context_tokens", "", Meant(None)),
        ("price_reading", "0,25", Meant(0.25)),
        ("price_reading", "1,250", Meant(None, "Write an amount as 1250 or as 1.25.")),
        ("url", " http://127.0.0.1:8080/v1/ ", Meant("http://127.0.0.1:8080/v1")),
        ("model", " gpt ", Meant("gpt")),
    ],
)
def test_what_is_typed_is_read(field: str, given: str, read: Meant) -> None:
    assert meant(BY_ID[field], given) == read


def test_values_are_shown_as_they_are_meant() -> None:
    values = {"backend": "ollama", "context_tokens": 8192, "price_reading": 0.25, "chat": False}
    assert shown(BY_ID["backend"], values) == "Ollama"
    assert shown(BY_ID["context_tokens"], values) == "8,192"
    assert shown(BY_ID["price_reading"], values) == "0.25"
    assert shown(BY_ID["chat"], values) == "no"
    assert shown(BY_ID["url"], values) == ""
    assert unset_told(BY_ID["plain_http"], values) == "no"


def test_what_a_provider_has_kept_costs_what_it_says() -> None:
    field = BY_ID["price_cached"]
    assert unset_told(field, {"backend": "anthropic"}) == "10 % of what is read"
    assert unset_told(field, {"backend": "openai"}) == "as what is read"


@pytest.mark.parametrize(
    ("backend", "window"),
    [
        ("llama.cpp", "as of the local model"),
        ("openai-compatible", "as the server says, else 8,192"),
        ("ollama", "as the model says, 8,192 at the most"),
        ("anthropic", "as the model says, 32,768 at the most"),
        ("horde", "as the model says"),
    ],
)
def test_a_window_that_is_not_set_is_told_as_it_will_be(backend: str, window: str) -> None:
    assert unset_told(BY_ID["context_tokens"], {"backend": backend}) == window


@pytest.mark.parametrize(
    ("backend", "address"),
    [
        ("openai", "the provider's own"),
        ("ollama", "http://127.0.0.1:11434"),
        ("koboldcpp", "http://127.0.0.1:5001"),
        ("openai-compatible", "–"),
    ],
)
def test_an_address_that_is_not_set_is_the_usual_one(backend: str, address: str) -> None:
    assert unset_told(BY_ID["url"], {"backend": backend}) == address


def test_a_long_value_is_told_by_its_end() -> None:
    assert brief("mistralai/mistral-small") == "mistralai/mistral-small"
    told = brief("/home/nadia/.local/share/models/a-publisher/SmolLM2-135M-Instruct.Q4_1.gguf")
    assert told.startswith("…")
    assert told.endswith("/SmolLM2-135M-Instruct.Q4_1.gguf")
    assert cell_len(told) == 44
    assert cell_len(brief("/模型" * 30)) <= 44


async def test_another_backend_lets_go_of_what_means_nothing_to_it() -> None:
    setting_file.update(
        {
            "profiles.far.backend": "openai",
            "profiles.far.model": "gpt-9",
            "profiles.far.price_reading": 2.5,
        }
    )
    async with running(None) as (pilot, app):
        screen = await models_of(pilot, app)
        await pilot.press("end", "e")
        await until(pilot, lambda: asked(app, EditProfile), "the form")
        form = app.screen
        assert "2.5" in texts(form.query_one(RowList).rows)
        await pilot.press("down", "enter")
        await until(pilot, lambda: asked(app, Choose), "the backends")
        await pilot.press("home", "down", "down", "enter")  # Ollama
        await until(pilot, lambda: asked(app, EditProfile), "chosen")
        assert "Price" not in texts(form.query_one(RowList).rows)
        await pilot.press("home", "enter")
        await until(pilot, lambda: screen is app.screen, "kept")
        await until(
            pilot, lambda: setting_file.load().profiles["far"].backend == "ollama", "written"
        )
        far = setting_file.load().profiles["far"]
        assert far.model == "gpt-9"
        assert far.price_reading is None


async def test_a_yes_to_a_models_code_is_not_one_to_another_models() -> None:
    values = {"backend": "transformers", "model": "/models/salt", "trust_code": True}

    async def none(_field: str, _values: object) -> list[Choice]:
        return []

    async with running(None) as (pilot, app):
        form = EditProfile("loom", values, lambda _values: None, none)
        app.push_screen(form)
        await until(pilot, lambda: any(each.rows for each in form.query(RowList)), "the form")
        rows = form.query_one(RowList)
        assert [row.note for row in rows.rows if row.id == "trust_code"] == ["yes"]
        await pilot.press("down", "down", "enter")
        await until(pilot, lambda: asked(app, AskText), "the model")
        await answer(pilot, "/models/foam")
        await until(pilot, lambda: app.screen is form, "taken")
        await until(pilot, lambda: "/models/foam" in texts(rows.rows), "shown")
        assert [row.note for row in rows.rows if row.id == "trust_code"] == ["no"]


async def test_the_local_model_is_set_by_the_same_form() -> None:
    async with running(None) as (pilot, app):
        screen = await models_of(pilot, app)
        await pilot.press("e")
        await until(pilot, lambda: asked(app, EditProfile), "the form")
        form = app.screen
        assert "Run by" not in texts(form.query_one(RowList).rows)
        assert ", which came along" in texts(form.query_one(RowList).rows)
        await pilot.press("down", "down", "enter")
        await until(pilot, lambda: asked(app, AskText), "the window")
        await answer(pilot, "12")
        wrong = app.screen.query_one(".wrong", Prose)
        assert "256" in str(wrong.render())
        assert isinstance(app.focused, Input)
        await answer(pilot, "4096")
        await until(pilot, lambda: asked(app, EditProfile), "taken")
        await pilot.press("home", "enter")
        await until(pilot, lambda: screen is app.screen, "kept")
        await until(pilot, lambda: setting_file.load().model.context_tokens == 4096, "written")
