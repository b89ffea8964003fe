"""SmolLM2, unpacked by transformers from the GGUF that llama.cpp runs: they must agree."""

from dataclasses import replace

from storyforge.domain.generation import Request
from storyforge.domain.sampling import Sampling
from storyforge.engine import llama
from storyforge.engine.torch.model import TorchModel
from storyforge.engine.weighing import weigh
from tests.engine.conftest import ask

PROMPT = "Mara had kept the light at Skerry Point for eleven years."
GREEDY = Sampling(temperature=0, repeat_penalty=1.2, seed=1)
TEXTS = ("It was late.", "灯台の光が消えた。", "“Who’s there?”\n\n  Nobody <|im_end|> said.", "")


def test_both_libraries_count_the_same_tokens(
    model: llama.LlamaModel, smollm2_hub: TorchModel
) -> None:
    for text in TEXTS:
        assert smollm2_hub.vocabulary.encode(text) == model.vocabulary.encode(text)
    pieces = smollm2_hub.vocabulary.pieces
    assert pieces == model.vocabulary.pieces
    assert {0, 2} <= set(smollm2_hub.vocabulary.endings) <= set(model.vocabulary.endings)


def test_both_libraries_find_the_same_words_likely(
    model: llama.LlamaModel, smollm2_hub: TorchModel
) -> None:
    told, ours = (weigh(each, Request(PROMPT), 5, lambda: False) for each in (model, smollm2_hub))
    assert ours[0].text == told[0].text
    for one in told:
        other = next(each for each in ours if each.text == one.text)
        assert abs(other.probability - one.probability) < 0.05


def test_both_libraries_write_the_same_words(
    model: llama.LlamaModel, smollm2_hub: TorchModel
) -> None:
    ours = ask(smollm2_hub, PROMPT, 10, sampling=GREEDY)
    assert ours.text == ask(model, PROMPT, 10, sampling=GREEDY).text
    assert len(ours.text.split()) > 5
    # With and without what was read before, and word by word as it is said.
    again = ask(smollm2_hub, PROMPT, 10, sampling=GREEDY)
    assert again.text == ours.text
    assert again.finish.usage.read == 1


def test_a_ban_a_stop_string_and_a_seed_hold(smollm2_hub: TorchModel) -> None:
    plain = ask(smollm2_hub, PROMPT, 12, sampling=GREEDY).text
    word = plain.split()[3]
    banned = ask(smollm2_hub, PROMPT, 12, sampling=Sampling(temperature=0, banned=(word,)))
    assert word.lower() not in banned.text.lower()
    stopped = ask(smollm2_hub, PROMPT, 12, sampling=GREEDY, stop=(word,))
    assert stopped.text == plain[: plain.index(word)]
    # Exactly only where it is asked for: a batch of takes rounds differently.
    wish = Sampling(seed=4, repeatable=True)
    texts = ask(smollm2_hub, PROMPT, 8, sampling=wish, takes=2).texts
    again = ask(smollm2_hub, PROMPT, 8, sampling=replace(wish, seed=5))
    assert again.text == texts[1] != texts[0]
