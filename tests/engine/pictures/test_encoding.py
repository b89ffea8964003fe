"""Words are weighed, skipped, changed and called as in AUTOMATIC1111."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from storyforge.domain.picture.adapters import Embedding
from storyforge.domain.picture.orders import Family
from storyforge.engine.faults import EngineFault, FaultKind
from storyforge.engine.pictures.encoding import Course, Encoder
from storyforge.engine.pictures.families import ROWS
from tests.engine.pictures import tiny
from tests.engine.pictures.easel import drawer, loaded_of, order, pixels

#: words without a meaning in the grammar
PLAIN = st.text(st.characters(exclude_characters="()[]\\<", codec="utf-8"))
FAMILIES = pytest.mark.parametrize("family", ROWS)


def course(family: Family, prompt: str, **wishes: Any) -> Course:
    wish = order(prompt, **wishes)
    return Encoder(drawer(family).loaded).course(wish, wish.steps, "")


def same(one: Any, other: Any) -> bool:
    import torch

    return bool(torch.equal(one, other))


@FAMILIES
@settings(deadline=None, max_examples=25)
@given(text=PLAIN)
@example(text="Halt! Who goes there?!!")
@example(text="  A  Red\tFox,\n\nin SNOW :1.2) \u3000灯台 … naïve 🦊 ")
def test_plain_words_are_what_the_pipeline_makes_of_them(family: Family, text: str) -> None:
    pipe = drawer(family).loaded.pipe
    assume(len(pipe.tokenizer(text).input_ids) <= 77)
    told = pipe.encode_prompt(
        text, device="cpu", num_images_per_prompt=1, do_classifier_free_guidance=True,
        negative_prompt=text,
    )  # fmt: skip
    words = course(family, text, negative=text).first
    assert same(words.prompt, told[0])
    if text.strip() or family is not Family.SDXL:
        assert same(words.negative, told[1])
    if family is Family.SDXL:
        assert same(words.pooled, told[2])


@FAMILIES
def test_a_long_prompt_is_read_in_chunks_and_the_other_filled(family: Family) -> None:
    words = course(family, "word " * 160, negative="dull").first
    assert words.negative is not None
    assert words.prompt.shape[1] == words.negative.shape[1] == 3 * 77
    short = course(family, "word", negative="dull").first
    blank = course(family, "").first.prompt
    assert same(words.negative[:, :77], short.negative)
    assert same(words.negative[:, 77:154], blank)
    assert same(words.negative[:, 154:], blank)
    first = course(family, "word " * 75).first
    assert same(words.prompt[:, :77], first.prompt)
    if family is Family.SDXL:
        assert same(words.pooled, first.pooled)


def test_marks_that_only_one_of_sdxls_encoders_counts_apart_are_read() -> None:
    words = course(Family.SDXL, "!!! " * 70, negative="dull").first
    assert words.negative is not None
    assert words.prompt.shape == words.negative.shape == (1, 3 * 77, 64)


@FAMILIES
def test_break_reads_apart(family: Family) -> None:
    both = course(family, "a fox BREAK a hare").first.prompt
    fox, hare = (course(family, each).first.prompt for each in ("a fox", "a hare"))
    assert same(both[:, :77], fox)
    assert same(both[:, 77:], hare)


def test_weights_raise_words_and_keep_the_mean() -> None:
    import torch

    pipe = tiny.pipe_of(Family.SD1)
    with torch.no_grad():  # random weights have no mean, trained ones have
        pipe.text_encoder.final_layer_norm.bias.fill_(0.3)
    encoder = Encoder(loaded_of(pipe, Family.SD1))

    def read(prompt: str) -> Any:
        return encoder.course(order(prompt), 4, "").first.prompt

    plain, heavy = read("a red fox"), read("a (red:1.5) fox")
    assert same(read("a (red:1.0) fox"), plain)
    assert heavy.mean() == pytest.approx(plain.mean().item(), rel=1e-4)
    ratio = (heavy / plain)[0]
    assert torch.allclose(ratio[2] / ratio[1], torch.full_like(ratio[2], 1.5), rtol=1e-3)
    assert torch.allclose(ratio[3], ratio[0], rtol=1e-3)


def test_weights_that_leave_no_mean_break_nothing() -> None:
    for prompt in ("a (red:1.5) fox", "(a red fox:0)", "(a:-2) [[[[red]]]] (((fox)))"):
        assert course(Family.SD1, prompt).first.prompt.isfinite().all()
        assert course(Family.SD1, prompt).first.prompt.abs().max() < 30


@pytest.mark.parametrize("family", [Family.SD1, Family.SD2])
def test_clip_skip_takes_an_earlier_layer_through_the_norm(family: Family) -> None:
    import torch

    pipe = drawer(family).loaded.pipe
    ids = pipe.tokenizer("a fox", padding="max_length", return_tensors="pt").input_ids
    with torch.no_grad():
        told = pipe.text_encoder(ids, output_hidden_states=True)
        expected = pipe.text_encoder.final_layer_norm(told.hidden_states[-2])
    assert same(course(family, "a fox", clip_skip=2).first.prompt, expected)
    assert same(course(family, "a fox", clip_skip=1).first.prompt, told[0])
    deepest = course(family, "a fox", clip_skip=12).first.prompt
    assert same(deepest, course(family, "a fox", clip_skip=2).first.prompt)


def test_clip_skip_of_sdxl_counts_from_the_layer_before_the_last() -> None:
    import torch

    pipe = drawer(Family.SDXL).loaded.pipe
    ids = pipe.tokenizer_2("a fox", padding="max_length", return_tensors="pt").input_ids
    with torch.no_grad():
        told = pipe.text_encoder_2(ids, output_hidden_states=True)
    words = course(Family.SDXL, "a fox", clip_skip=2).first
    assert same(words.prompt[:, :, -32:], told.hidden_states[-3])
    assert same(words.pooled, told.text_embeds)


@FAMILIES
def test_a_prompt_changes_at_its_step(family: Family) -> None:
    changing = course(family, "a [fox:hare:0.5]", steps=4, negative="[dull:2]")
    assert [until for until, _words in changing.parts] == [2, 4]
    assert same(changing.at(2).prompt, course(family, "a fox").first.prompt)
    assert same(changing.at(3).prompt, course(family, "a hare").first.prompt)
    drawn = pixels(family, order("a [fox:hare:0.5]"))
    assert drawn not in (pixels(family, order("a fox")), pixels(family, order("a hare")))
    assert pixels(family, order("a [fox:hare:1.0]")) == pixels(family, order("a fox"))
    assert pixels(family, order("a [fox:hare:0]", guidance=1.0)) == pixels(
        family, order("a hare", guidance=1.0)
    )


def test_a_change_is_drawn_by_samplers_that_ask_twice() -> None:
    for sampler in ("Heun", "PLMS", "DPM2"):
        drawn = pixels(Family.SD1, order("a [fox:hare:0.5]", sampler=sampler))
        assert drawn != pixels(Family.SD1, order("a fox", sampler=sampler))
        whole = pixels(Family.SD1, order("a [fox:hare:1.0]", sampler=sampler))
        assert whole == pixels(Family.SD1, order("a fox", sampler=sampler))


def test_loras_are_no_words() -> None:
    told = course(Family.SD1, "a fox <lora:ink:0.8>").first.prompt
    assert same(told, course(Family.SD1, "a fox ").first.prompt)


def test_what_was_encoded_is_kept() -> None:
    encoder = Encoder(drawer(Family.SD1).loaded)
    first = encoder.course(order("a fox"), 4, "").first
    assert encoder.course(order("a fox", seed=9), 4, "").first.prompt is first.prompt
    assert encoder.course(order("a fox"), 4, "a LoRA").first.prompt is not first.prompt
    assert encoder.course(order("a fox", clip_skip=2), 4, "").first.prompt is not first.prompt
    for number in range(80):
        encoder.course(order(f"fox {number}"), 4, "")
    assert same(encoder.course(order("a fox"), 4, "").first.prompt, first.prompt)


def rows(family: Family, word: str) -> list[Any]:
    """What the family's encoders take for the first token of `word`."""
    pipe = drawer(family).loaded.pipe
    encoders = [pipe.text_encoder, *([pipe.text_encoder_2] if family is Family.SDXL else [])]
    tokens = pipe.tokenizer(word, add_special_tokens=False).input_ids
    return [encoder.get_input_embeddings().weight.detach()[tokens] for encoder in encoders]


def written(path: Path, family: Family, word: str) -> Embedding:
    """An embedding that means `word`, as programs write them."""
    import torch
    from safetensors.torch import save_file

    vectors = [each.clone() for each in rows(family, word)]
    names = ("clip_l", "clip_g") if family is Family.SDXL else ("emb_params",)
    if path.suffix == ".safetensors":
        save_file(dict(zip(names, vectors, strict=True)), path)
    elif path.suffix == ".bin":
        torch.save({"<it>": vectors[0][0]}, path)
    else:
        held = {"string_to_token": {"*": 265}, "string_to_param": {"*": vectors[0]}}
        torch.save({**held, "name": "it", "step": 500}, path)
    return Embedding("Zzfoxy-v2", path)


@pytest.mark.parametrize(
    ("family", "name"),
    [
        (Family.SD1, "it.pt"),
        (Family.SD2, "it.safetensors"),
        (Family.SD1, "it.bin"),
        (Family.SDXL, "it.safetensors"),
    ],
)
def test_an_embedding_stands_for_what_it_was_trained_to(
    family: Family, name: str, tmp_path: Path
) -> None:
    word = "fox" if name == "it.bin" else "lighthouse keeper"
    embedding = written(tmp_path / name, family, word)
    called = course(family, "a zzfoxy-V2, (snow:1.2)", embeddings=(embedding,))
    plain = course(family, f"a {word}, (snow:1.2)")
    assert same(
        called.first.prompt[:, : len(word.split()) + 1],
        plain.first.prompt[:, : len(word.split()) + 1],
    )
    if family is not Family.SDXL:  # the pooled one looks for the end by number
        assert same(called.first.prompt, plain.first.prompt)
    assert list(called.embeddings) == ["Zzfoxy-v2"]
    never = course(family, "a fox", negative="zzfoxy-v2", embeddings=(embedding,)).first.negative
    assert same(never, course(family, "a fox", negative=word).first.negative)
    again = course(family, "a zzfoxy-v2").first.prompt
    assert not same(again, course(family, "a zzfoxy-v2", embeddings=(embedding,)).first.prompt)


def test_an_embedding_that_is_not_called_is_not_read(tmp_path: Path) -> None:
    gone = Embedding("never", tmp_path / "gone.pt")
    for prompt in ("a fox", "nevermore"):
        assert not course(Family.SD1, prompt, embeddings=(gone,)).embeddings
    with pytest.raises(EngineFault) as refused:
        course(Family.SD1, "never a fox", embeddings=(gone,))
    assert refused.value.fault.kind is FaultKind.EMBEDDING_UNREADABLE
    assert refused.value.fault.about == "gone.pt"


def test_an_embedding_of_another_family_is_named(tmp_path: Path) -> None:
    import torch
    from safetensors.torch import save_file

    wide = tmp_path / "wide.safetensors"
    save_file({"emb_params": torch.zeros(2, 48)}, wide)
    xl = written(tmp_path / "xl.safetensors", Family.SDXL, "fox").path
    for family, path in (
        (Family.SD1, wide),
        (Family.SDXL, wide),
        (Family.SD1, xl),
        (Family.SDXL, written(tmp_path / "old.pt", Family.SD1, "fox").path),
    ):
        with pytest.raises(EngineFault) as refused:
            course(family, "a thing", embeddings=(Embedding("thing", path),))
        fault = refused.value.fault
        assert (fault.kind, fault.about) == (FaultKind.EMBEDDING_UNFIT, "thing")
        assert fault.more == family.value


def test_a_pickle_that_would_run_something_is_refused_by_name(tmp_path: Path) -> None:
    import os
    import pickle

    class Bad:
        def __reduce__(self) -> Any:
            return os.mkdir, (str(tmp_path / "was here"),)

    path = tmp_path / "bad.pt"
    path.write_bytes(pickle.dumps({"string_to_param": {"*": Bad()}}))
    with pytest.raises(EngineFault) as refused:
        course(Family.SD1, "a thing", embeddings=(Embedding("thing", path),))
    assert refused.value.fault.kind is FaultKind.FORBIDDEN_PICKLE
    assert refused.value.fault.about == "bad.pt"
    assert not (tmp_path / "was here").exists()
