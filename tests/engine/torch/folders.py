"""Real Hugging Face folders made tiny: random weights, a tokenizer of bytes, saved in a blink."""

import json
from pathlib import Path
from typing import Any

_SIZE, _WIDTH, _HEADS, _INNER = 300, 32, 4, 64
SPECIAL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")


def write_tokenizer(folder: Path) -> None:
    """Bytes as GPT-2 writes them, a few merged, and three control tokens."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    words = [*SPECIAL, *letters, "th", "the", "Ġthe"]
    merges = [("t", "h"), ("th", "e"), ("Ġ", "the")]
    made = Tokenizer(models.BPE({word: at for at, word in enumerate(words)}, merges))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    made.add_special_tokens([AddedToken(word, special=True) for word in SPECIAL])
    made.save(str(folder / "tokenizer.json"))
    told = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": SPECIAL[1],
        "eos_token": SPECIAL[2],
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(told))


def _config(kind: str, context: int) -> Any:
    import transformers

    common = {
        "vocab_size": _SIZE,
        "hidden_size": _WIDTH,
        "num_hidden_layers": 2,
        "bos_token_id": 1,
        "eos_token_id": 2,
        "pad_token_id": 2,
    }
    attending = {
        "intermediate_size": _INNER,
        "num_attention_heads": _HEADS,
        "num_key_value_heads": 2,
        "head_dim": _WIDTH // _HEADS,
        "max_position_embeddings": context,
    }
    match kind:
        case "llama":
            return transformers.LlamaConfig(**common, **attending)
        case "gemma3":
            layers = ["sliding_attention", "full_attention"]
            return transformers.Gemma3TextConfig(
                **common, **attending, sliding_window=16, layer_types=layers
            )
        case "mamba":
            return transformers.MambaConfig(**common, state_size=8)
        case "bert":
            return transformers.DistilBertConfig(vocab_size=_SIZE, dim=_WIDTH, n_heads=_HEADS)
    raise ValueError(kind)


def write_folder(
    folder: Path, kind: str = "llama", *, context: int = 512, seed: int = 7, dtype: str = "float32"
) -> Path:
    """Write a model with random weights: "llama", "gemma3", "mamba", or "bert", which only reads.

    Args:
        context: the window it was trained on, where its kind has one.
    """
    import torch
    import transformers

    torch.manual_seed(seed)
    folder.mkdir(parents=True, exist_ok=True)
    config = _config(kind, context)
    maker = transformers.AutoModel if kind == "bert" else transformers.AutoModelForCausalLM
    model = maker.from_config(config)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() > 1:
                parameter.normal_(0, 0.3)
    model.to(getattr(torch, dtype)).save_pretrained(folder)
    write_tokenizer(folder)
    return folder
