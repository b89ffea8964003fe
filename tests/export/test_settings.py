"""Wishes survive being kept, also those of a newer version; nonsense falls back to the defaults."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyforge.export.settings import (
    ExportSettings,
    names,
    parsed,
    read_settings,
    write_settings,
)


def test_wishes_come_back() -> None:
    settings = ExportSettings(
        format="epub",
        chapters=("a", "b"),
        title_page=False,
        heading="第{number}章　{title}",
        dedication="For Ann\nand Bob",
        vertical=True,
        extra={"paper_colour": "cream", "nested": {"x": [1]}},
    )
    kept = write_settings(settings)
    assert read_settings(kept) == settings
    assert kept.isascii()
    assert "\n" not in kept


def test_defaults_are_not_kept() -> None:
    assert json.loads(write_settings(ExportSettings())) == {}


def test_what_a_newer_version_keeps_survives() -> None:
    newer = json.dumps({"layout": "scroll", "sound": True, "vertical": True})
    settings = read_settings(newer)
    assert (settings.layout, settings.vertical) == ("modern", True)
    assert json.loads(write_settings(settings.changed(vertical=False))) == {
        "layout": "scroll",
        "sound": True,
    }


@pytest.mark.parametrize("text", ["", "no json", "[1]", '"x"', '{"format": 3, "chapters": [1]}'])
def test_nonsense_is_the_defaults(text: str) -> None:
    settings = read_settings(text)
    assert settings.changed() == settings
    assert (settings.format, settings.chapters) == ("md", ())


@given(st.dictionaries(st.text(), st.one_of(st.text(), st.booleans(), st.integers(), st.none())))
def test_any_object_is_read(given_values: dict[str, object]) -> None:
    settings = read_settings(json.dumps(given_values))
    assert read_settings(write_settings(settings)) == settings


def test_no_control_character_comes_in() -> None:
    settings = read_settings(json.dumps({"heading": "a\x1b[31m\nb", "about": "a\x1b\nb"}))
    assert (settings.heading, settings.about) == ("a[31m b", "a\nb")


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("vertical", "yes", True),
        ("vertical", "maybe", None),
        ("layout", "classic", "classic"),
        ("layout", "brutalist", None),
        ("contact", r"Ana\n12 Way", "Ana\n12 Way"),
        ("heading", "{number}", "{number}"),
    ],
)
def test_a_typed_wish(name: str, text: str, expected: object) -> None:
    changed = parsed(ExportSettings(), name, text)
    assert (getattr(changed, name) if changed else None) == expected


def test_every_name_can_be_typed() -> None:
    assert "heading" in names()
    assert not {"extra", "format", "out", "chapters"} & set(names())


@pytest.mark.parametrize(
    ("template", "known"),
    [("{number}: {title}", True), ("{nummer}", False), ("{}", False), ("{ a brace", True)],
)
def test_a_heading_with_a_slip_in_it_is_no_heading(template: str, known: bool) -> None:
    changed = parsed(ExportSettings(), "heading", template)
    assert (changed.heading if changed else None) == (template if known else None)
