"""Sentences of the system and of libraries, in our words."""

import errno
import json
import os
import tomllib

import pytest
import regex
import tomlkit

from storyforge import borrowed


@pytest.mark.parametrize(
    ("number", "why"),
    [
        (errno.ENOENT, "it is not there"),
        (errno.EACCES, "you are not allowed to"),
        (errno.ENOSPC, "the disk is full"),
        (errno.EROFS, "the disk can only be read"),
    ],
)
def test_the_system_says_why_in_our_words(number: int, why: str) -> None:
    assert borrowed.system_reason(OSError(number, os.strerror(number), "a.txt")) == why
    assert borrowed.reason(OSError(number, os.strerror(number))) == why


def test_what_is_not_known_stays_as_it_came() -> None:
    odd = OSError(errno.EDOM, "Numerical argument out of domain")
    assert borrowed.system_reason(odd) == "Numerical argument out of domain"
    assert borrowed.reason("Something new") == "Something new"
    assert borrowed.reason(ValueError()) == "ValueError"
    assert borrowed.expression_reason("something new") == "something new"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a 1\n", "a “=” is missing in line 1, column 3"),
        ('a = "x\nb = 1\n', "a closing quote is missing in line 1, column 7"),
        ("a = [1", "a closing bracket is missing at the end"),
        ("a = 1\na = 2\n", "the same name stands there twice, in line 2, column 6"),
        ("a = 1 2\n", "nothing more may stand in line 1 from column 7 on"),
        ("a = ", "it breaks off at its end"),
    ],
)
def test_a_fault_in_toml_is_told_with_its_place(text: str, why: str) -> None:
    with pytest.raises(tomllib.TOMLDecodeError) as caught:
        tomllib.loads(text)
    assert borrowed.reason(caught.value) == why


def test_the_reader_that_keeps_comments_is_understood_too() -> None:
    with pytest.raises(tomlkit.exceptions.ParseError) as caught:
        tomlkit.parse("a = 1\nb = 1 2\n")
    assert borrowed.reason(caught.value) == "line 2 cannot be read"
    with pytest.raises(tomlkit.exceptions.ParseError) as caught:
        tomlkit.parse("a = 1\na = 2\n")
    assert borrowed.reason(caught.value) == "“a” stands there twice"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "a value is missing."),
        ('{"a" 1}', "a colon is missing."),
        ("[1 2]", "a comma is missing."),
    ],
)
def test_a_fault_in_json_is_told(text: str, why: str) -> None:
    with pytest.raises(json.JSONDecodeError) as caught:
        json.loads(text)
    assert borrowed.reason(caught.value.msg) == why


def test_bytes_that_are_no_text_are_told() -> None:
    with pytest.raises(UnicodeDecodeError) as caught:
        b"ab\xff".decode()
    assert borrowed.reason(caught.value) == "it is no text in utf-8 from byte 2 on"


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("(", "a “)” is missing"),
        (")", "a bracket is closed that was not opened"),
        ("[a", "a “]” is missing"),
        ("*a", "nothing stands before a sign that repeats"),
        ("[z-a]", "a range such as “a-z” goes backwards"),
        ("\\", "a “\\” stands alone at the end"),
        ("(?P=x)", "a group is meant that is not there"),
        ("\\p{Foo}", "a property is meant that there is not"),
        ("a{3,1}", "a repetition goes backwards"),
    ],
)
def test_a_fault_in_an_expression_is_told(expression: str, why: str) -> None:
    with pytest.raises(regex.error) as caught:
        regex.compile(expression)
    said = str(getattr(caught.value, "msg", ""))
    assert borrowed.expression_reason(said) == why
