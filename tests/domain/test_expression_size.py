"""What `regex` would write out is known before it does."""

import pytest

from storyforge.domain.expression_size import LARGEST, is_too_large


@pytest.mark.parametrize(
    "written",
    [
        "(?:(?:(?:(?:a{99}){99}){99}){99})",
        "(?:(?:(?:a|bb){99}c){99}){50}",
        "(?:[^]a]{99}){99}",
        "(){99999}",
        "a{99999999999999999999}",
        f"a{{{LARGEST + 1}}}",
        "x" * (LARGEST + 1),
    ],
)
def test_what_would_take_minutes_or_end_the_process_is_too_large(written: str) -> None:
    assert is_too_large(written)


@pytest.mark.parametrize(
    "written",
    [
        "(a+)+$",
        "((a{1,1000}){1,1000}){1,1000}",
        f"a{{{LARGEST}}}",
        r"[(]{3}\({2}\p{L}{4}",
        "a{,99999}",
        "))){9}",
        "{99}{99}",
        "(",
    ],
)
def test_what_authors_write_is_not(written: str) -> None:
    assert not is_too_large(written)
