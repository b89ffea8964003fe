"""Which files of a repository are meant."""

import pytest

from storyforge.errors import BadInput
from storyforge.studio.pulling.choosing import choose
from storyforge.studio.pulling.hub import RemoteFile, Repo


def repo(*names: str) -> Repo:
    return Repo("anna/tales", "main", tuple(RemoteFile(name, 10, "0" * 64) for name in names))


def chosen(names: tuple[str, ...], wanted: str = "") -> list[str]:
    return [file.name for file in choose(repo(*names), wanted)]


MANY = ("a-Q4_K_M.gguf", "a-Q5_K_M.gguf", "a-Q8_0.gguf", "mmproj-a-f16.gguf", "README.md")


def test_without_a_wish_the_only_gguf_or_the_usual_one_is_taken() -> None:
    assert chosen(("only.gguf", "README.md", "mmproj-only.gguf")) == ["only.gguf"]
    assert chosen(MANY) == ["a-Q4_K_M.gguf"]


@pytest.mark.parametrize("wish", ["a-Q5_K_M.gguf", "q5_k_m", "Q5", "*Q5*"])
def test_a_wish_is_a_name_a_piece_of_it_or_a_pattern(wish: str) -> None:
    assert chosen(MANY, wish) == ["a-Q5_K_M.gguf"]


def test_a_whole_name_wins_over_pieces() -> None:
    assert chosen(("a.gguf", "b-a.gguf"), "a.gguf") == ["a.gguf"]


def test_all_parts_of_a_split_model_are_taken() -> None:
    parts = tuple(f"Q8_0/a-Q8_0-0000{at}-of-00003.gguf" for at in (1, 2, 3))
    assert chosen((*reversed(parts), "a-Q4_K_M.gguf"), "Q8") == list(parts)
    assert chosen(parts, parts[1]) == list(parts)


def test_a_folder_is_taken_without_code_and_pickles() -> None:
    names: tuple[str, ...] = (
        "model-00001-of-00002.safetensors",
        "model-00002-of-00002.safetensors",
        "config.json",
    )
    names += ("tokenizer.model", "merges.txt", "chat_template.jinja")
    others = ("pytorch_model.bin", "modeling.py", "onnx/model.json", "README.md", ".gitattributes")
    assert chosen((*names, *others)) == list(names)


@pytest.mark.parametrize(
    ("names", "wish", "said"),
    [
        (MANY, "Q2", "has no such GGUF file"),
        (MANY, "Q", "Several files"),
        (("a-Q8_0.gguf", "a-Q5_K_M.gguf"), "", "Several files"),
        (("pytorch_model.bin", "config.json"), "", "no GGUF file and no safetensors"),
    ],
)
def test_what_is_not_clear_is_asked_back(names: tuple[str, ...], wish: str, said: str) -> None:
    with pytest.raises(BadInput, match=said) as caught:
        chosen(names, wish)
    assert caught.value.title
    assert caught.value.hint
