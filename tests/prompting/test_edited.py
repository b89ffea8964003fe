import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyforge.domain.sections import PromptEdit
from storyforge.prompting.edited import changes, merged

BASE = "Memory of the light.\n***\n\nHe left.\n\n[Note: slow]\n\nShe stayed, and"


@pytest.mark.parametrize(
    ("edited", "prompt", "told", "lost"),
    [
        (BASE, BASE, BASE, 0),
        (
            BASE.replace("light", "lamp"),
            BASE + " wept.",
            BASE.replace("light", "lamp") + " wept.",
            0,
        ),
        (BASE + " never", BASE + " wept.", BASE + " never wept.", 0),
        (
            BASE.replace("slow", "fast"),
            "Memory of the light.\n***\n\nHe left.\n\nShe stayed, and wept.\n\n[Note: slow]\n\nIt",
            "Memory of the light.\n***\n\nHe left.\n\nShe stayed, and wept.\n\n[Note: fast]\n\nIt",
            0,
        ),
        (
            BASE.replace("He left.", "He ran."),
            "Memory of the light.\n***\n\nShe stayed, and wept.",
            "Memory of the light.\n***\n\nShe stayed, and wept.",
            1,
        ),
        ("Write well.\n" + BASE, BASE + " wept.", "Write well.\n" + BASE + " wept.", 0),
        (
            BASE.replace("light", "lamp"),
            BASE.replace("light", "lamp"),
            BASE.replace("light", "lamp"),
            0,
        ),
    ],
)
def test_what_an_author_changed_is_changed_in_the_prompt_of_now(
    edited: str, prompt: str, told: str, lost: int
) -> None:
    assert merged(PromptEdit(BASE, edited), prompt) == (told, lost)


_words = st.lists(
    st.sampled_from(["She ", "left. ", "light\n", "灯台", "the ", "\n\n"]), max_size=14
)


@given(_words, _words, _words)
def test_changes_make_the_one_of_the_other_and_nothing_written_is_lost(
    one: list[str], other: list[str], more: list[str]
) -> None:
    base, edited = "".join(one), "".join(other)
    text, shift = base, 0
    for change in changes(base, edited):
        text = text[: change.start + shift] + change.text + text[change.end + shift :]
        shift += len(change.text) - (change.end - change.start)
    assert text == edited
    assert merged(PromptEdit(base, edited), base) == (edited, 0)
    written = "".join(more)
    appended, _lost = merged(PromptEdit(base, edited), base + written)
    assert appended.endswith(written)
    assert merged(PromptEdit(base, base), base + written) == (base + written, 0)
