"""Text to tokens and back to bytes, by tokenizers of every make that models have."""

import json
from pathlib import Path
from typing import Any

import pytest

from storyforge.engine.faults import EngineFault, FaultKind
from storyforge.engine.torch.model import TorchModel
from storyforge.engine.torch.tokens import HubVocabulary, renderer
from tests.engine.conftest import ask
from tests.engine.torch.conftest import Load
from tests.engine.torch.folders import SPECIAL, write_folder

TEXTS = (
    "Mara said nothing.",
    "  Two  spaces,\n\n\ttabs and “quotes” — 灯台の光が消えた。🌊",
    "<|im_end|> in a story is only text <|im_start|>",
    "the the thethe",
    "",
)


def test_text_of_any_script_survives_the_vocabulary(tiny: TorchModel) -> None:
    words = tiny.vocabulary
    for text in TEXTS:
        tokens = words.encode(text)
        assert b"".join(map(words.piece, tokens)).decode() == text
        assert words.encode_prompt(text)[-len(tokens) :] == tokens or not tokens
        assert not any(map(words.ends_text, tokens))
    assert words.encode("lone \ud800") == words.encode("lone ?")
    assert b" the" in words.pieces
    assert len(words.pieces) == words.size == 300
    assert words.pieces[:3] == (b"", b"", b"")
    assert words.pieces[-1] == b"", "more logits than tokens"


def test_an_empty_prompt_can_be_gone_on_from(tiny: TorchModel) -> None:
    assert tiny.vocabulary.encode_prompt("") == [1]
    assert ask(tiny, "", 3).finish.usage.written <= 3
    assert not tiny.vocabulary.infills
    plain = ask(tiny, "She", 3).finish.usage
    assert ask(tiny, "She", 3, suffix="He left.").finish.usage.reused == plain.read - 1


def test_a_tokenizer_that_opens_its_texts_opens_prompts_but_is_not_counted(
    load: Load, tmp_path: Path
) -> None:
    folder = write_folder(tmp_path / "opening")
    told = json.loads((folder / "tokenizer.json").read_text())
    opening, text = {"id": SPECIAL[1], "type_id": 0}, {"id": "A", "type_id": 0}
    told["post_processor"] = {
        "type": "TemplateProcessing",
        "single": [{"SpecialToken": opening}, {"Sequence": text}],
        "pair": [{"Sequence": text}, {"Sequence": {"id": "B", "type_id": 1}}],
        "special_tokens": {SPECIAL[1]: {"id": SPECIAL[1], "ids": [1], "tokens": [SPECIAL[1]]}},
    }
    (folder / "tokenizer.json").write_text(json.dumps(told))
    words = load(folder).vocabulary
    assert words.encode_prompt("the") == [1, *words.encode("the")]
    assert len(words.encode("the")) == 1


@pytest.mark.parametrize(
    "names", ["<|fim_prefix|> <|fim_suffix|> <|fim_middle|>", "<PRE> <SUF> <MID>"]
)
def test_a_model_with_tokens_for_a_gap_is_told_both_sides_of_it(tmp_path: Path, names: str) -> None:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(write_folder(tmp_path / "filler"))
    tokenizer.add_tokens(names.split(), special_tokens=True)
    words = HubVocabulary(tokenizer, 310, ())
    before, behind, middle = tokenizer.convert_tokens_to_ids(names.split())
    assert words.infills
    text, suffix = f"She {names} came.", "He left."
    assert words.encode_gap(text, suffix) == [
        *(before, *words.encode(text)),
        *(behind, *words.encode(suffix)),
        middle,
    ]
    assert before not in words.encode(text)


def test_every_token_that_ends_a_turn_ends_the_text(tiny: TorchModel) -> None:
    assert tiny.vocabulary.endings == (0, 2)
    assert tiny.vocabulary.ends_text(2)
    assert not tiny.vocabulary.ends_text(1)


@pytest.mark.parametrize(
    ("decoder", "written", "meant"),
    [
        ({"type": "ByteLevel"}, "Ġnå", b" n\xe5"),
        ({"type": "ByteLevel"}, "→", "→".encode()),
        ({"type": "Metaspace"}, "▁sea", b" sea"),
        ({"type": "Sequence", "decoders": [{"type": "ByteFallback"}]}, "<0xE6>", b"\xe6"),
        ({"type": "Sequence", "decoders": [{"type": "Fuse"}]}, "▁▁", b"  "),
        ({"type": "BPEDecoder", "suffix": "</w>"}, "sea</w>", b"sea "),
        ({}, "sea", b"sea"),
    ],
)
def test_tokens_of_each_make_become_bytes(
    decoder: dict[str, Any], written: str, meant: bytes
) -> None:
    assert renderer(decoder)(written) == meant


def test_a_tokenizer_of_another_make_is_refused() -> None:
    with pytest.raises(EngineFault) as caught:
        renderer({"type": "WordPiece"})
    assert caught.value.fault.kind is FaultKind.NO_TOKENIZER
    assert caught.value.fault.about == "WordPiece"
    with pytest.raises(EngineFault) as caught:
        HubVocabulary(object(), 300, ())
    assert caught.value.fault.kind is FaultKind.NO_TOKENIZER
    assert caught.value.fault.about == "object"
