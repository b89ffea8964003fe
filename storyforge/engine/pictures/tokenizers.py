"""CLIP's tokenizers, made from the vocabulary that ships. Engine process only."""

from typing import Any

from storyforge.images import clip_vocabulary

#: Tokens that CLIP reads at a time, its start and end among them.
WINDOW = 77


def clip_tokenizer(pad: str = clip_vocabulary.END) -> Any:
    """A tokenizer as transformers has it.

    Args:
        pad: what fills a text up to the window: its end in OpenAI's CLIP, "!" in OpenCLIP.
    """
    from transformers import CLIPTokenizer

    return CLIPTokenizer(
        vocab=dict(clip_vocabulary.numbers()),
        merges=list(clip_vocabulary.merges()),
        pad_token=pad,
        model_max_length=WINDOW,
    )
