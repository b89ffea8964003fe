"""Word heat maps, against a slow reference written from the paper (arXiv 2210.04885, section 3)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import torch

from storyforge.domain.picture.heat import Heat
from storyforge.domain.picture.orders import Family, Order, Redraw
from storyforge.engine.pictures.drawing import Drawer
from storyforge.engine.pictures.heat.places import places
from storyforge.engine.pictures.tokenizers import clip_tokenizer
from storyforge.engine.sequence import Interrupted
from tests.engine.pictures import easel


class Paper:
    """Keeps every probability of every head, layer and step, and sums them up as the paper says."""

    def __init__(self, side: int) -> None:
        self.side = side
        self.maps: list[torch.Tensor] = []

    def __call__(
        self, attn: Any, hidden_states: torch.Tensor, encoder_hidden_states: torch.Tensor, **_: Any
    ) -> torch.Tensor:
        """Attention as the paper writes it, without any library's shortcut."""
        query = attn.head_to_batch_dim(attn.to_q(hidden_states))
        key = attn.head_to_batch_dim(attn.to_k(encoder_hidden_states))
        value = attn.head_to_batch_dim(attn.to_v(encoder_hidden_states))
        scores = query @ key.transpose(1, 2) / query.shape[-1] ** 0.5
        probabilities = scores.softmax(-1)
        prompts = probabilities[-attn.heads :]
        side = int(prompts.shape[1] ** 0.5)
        for head in prompts:
            image = head.T.reshape(1, -1, side, side)
            size = (self.side, self.side)
            self.maps.append(torch.nn.functional.interpolate(image, size, mode="bicubic")[0])
        given = attn.batch_to_head_dim(probabilities @ value)
        out: torch.Tensor = attn.to_out[0](given)
        return out

    def word(self, *tokens: int) -> torch.Tensor:
        """The mean over steps, layers and heads, and over a word's tokens."""
        return torch.stack(self.maps).mean(0)[list(tokens)].mean(0).clamp(min=0)


@contextmanager
def heard_by(paper: Paper, unet: Any) -> Iterator[None]:
    """Inside, the U-Net's cross-attention is the paper's."""
    own = unet.attn_processors
    crossed = {name: paper if "attn2" in name else one for name, one in own.items()}
    unet.set_attn_processor(crossed)
    try:
        yield
    finally:
        unet.set_attn_processor(own)


def grey(heat: Heat) -> torch.Tensor:
    """The map, 0 to 255."""
    data = torch.frombuffer(bytearray(heat.grey), dtype=torch.uint8)
    return data.reshape(heat.height, heat.width).float()


def heat_of(painter: Drawer, order: Order) -> dict[str, Heat]:
    """The maps by word."""
    return {heat.word: heat for heat in easel.draw(painter, order).heat}


@pytest.mark.parametrize("family", [Family.SD1, Family.SDXL])
def test_the_maps_are_those_of_the_paper(family: Family) -> None:
    painter = easel.drawer(family)
    order = easel.order("a red fox in the snow", heat=True)
    side = order.width // painter.loaded.pipe.vae_scale_factor
    paper = Paper(side)
    with heard_by(paper, painter.loaded.pipe.unet):
        easel.draw(painter, easel.order("a red fox in the snow"))
    heat = heat_of(painter, order)

    assert list(heat) == ["a", "red", "fox", "in", "the", "snow"]
    told = {word: paper.word(place) for place, word in enumerate(heat, start=1)}
    hottest = max(float(each.max()) for each in told.values())
    total = sum(float(each.mean()) for each in told.values())
    for word, each in told.items():
        assert torch.allclose(grey(heat[word]), each / hottest * 255, atol=1.0)
        assert heat[word].share == pytest.approx(float(each.mean()) / total, rel=1e-3)


def test_listening_changes_no_pixel_and_leaves_no_hook() -> None:
    painter = easel.drawer(Family.SD1)
    wish = easel.order(heat=True)

    assert easel.draw(painter, wish).raster == easel.draw(painter, easel.order()).raster
    assert hooks_of(painter) == 0


def test_a_stop_in_the_middle_leaves_no_hook() -> None:
    painter = easel.drawer(Family.SD1)
    steps = list[object]()
    with pytest.raises(Interrupted):
        painter.draw(easel.order(heat=True), lambda: len(steps) == 2, steps.append)

    assert hooks_of(painter) == 0
    assert len(heat_of(painter, easel.order(heat=True))) == 6


def test_a_picture_drawn_over_has_heat_too_and_one_without_guidance() -> None:
    painter = easel.drawer(Family.SD1)
    over = easel.order(redraw=Redraw(easel.picture(), 0.5), heat=True)

    assert "fox" in heat_of(painter, over)
    assert "fox" in heat_of(painter, easel.order(guidance=1.0, heat=True))


def test_words_are_found_through_weights_schedules_chunks_and_loras() -> None:
    painter = easel.drawer(Family.SD1)
    prompt = "(Red:1.3) [cat:dog:0.5] <lora:red:0>, BREAK [two] moons, 1girl"
    order = easel.order(prompt.replace("<lora:red:0>, ", ""), heat=True)
    found = easel.draw(painter, order).heat

    assert [heat.word for heat in found] == ["Red", "cat", "dog", "two", "moons", "1", "girl"]
    assert all(order.prompt[heat.start : heat.end] == heat.word for heat in found)
    assert sum(heat.share for heat in found) == pytest.approx(1)


def test_a_lora_is_no_word_but_keeps_its_room() -> None:
    found = places("<lora:fox:0.8> a fox", " a fox", clip_tokenizer(), {})

    assert [(one.word, one.start, one.tokens) for one in found] == [
        ("a", 15, (1,)),
        ("fox", 17, (2,)),
    ]


def test_a_long_word_is_heard_as_several_tokens_and_the_second_chunk_by_its_own() -> None:
    found = places("Zwielichtig BREAK sea", "Zwielichtig BREAK sea", clip_tokenizer(), {})

    assert found[0].word == "Zwielichtig"
    assert len(found[0].tokens) > 1
    assert found[1].tokens == (78,)


def test_a_prompt_without_words_has_no_heat() -> None:
    assert easel.draw(easel.drawer(Family.SD1), easel.order("", heat=True)).heat == ()


def hooks_of(painter: Drawer) -> int:
    """How many hooks the U-Net and its layers have."""
    modules = painter.loaded.pipe.unet.modules()
    return sum(len(one._forward_hooks) + len(one._forward_pre_hooks) for one in modules)
