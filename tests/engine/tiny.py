"""Real GGUF models made tiny: random weights, a vocabulary of bytes, loaded in milliseconds."""

from pathlib import Path

import gguf
import numpy as np

_WIDTH, _LAYERS, _HEADS, _INNER = 32, 2, 4, 64


def _vocabulary(writer: gguf.GGUFWriter, infill: bool) -> int:
    kind = gguf.TokenType
    tokens = [b"<unk>", b"<s>", b"</s>", *(f"<0x{byte:02X}>".encode() for byte in range(256))]
    tokens += [b"\xe2\x96\x81", b"\xe2\x96\x81the", b"ing"]
    types = [kind.UNKNOWN, kind.CONTROL, kind.CONTROL, *[kind.BYTE] * 256, *[kind.NORMAL] * 3]
    if infill:
        for part in ("pre", "suf", "mid"):
            writer.add_uint32(f"tokenizer.ggml.fim_{part}_token_id", len(tokens))
            tokens.append(f"<{part}>".encode())
            types.append(kind.CONTROL)
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens)
    writer.add_token_scores([0.0] * len(tokens))
    writer.add_token_types(types)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_add_bos_token(True)
    return len(tokens)


def _llama(writer: gguf.GGUFWriter, draw: np.random.Generator) -> None:
    writer.add_head_count(_HEADS)
    writer.add_feed_forward_length(_INNER)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(_WIDTH // _HEADS)
    for at in range(_LAYERS):
        shapes = {
            "attn_norm": (_WIDTH,),
            "attn_q": (_WIDTH, _WIDTH),
            "attn_k": (_WIDTH, _WIDTH),
            "attn_v": (_WIDTH, _WIDTH),
            "attn_output": (_WIDTH, _WIDTH),
            "ffn_norm": (_WIDTH,),
            "ffn_gate": (_INNER, _WIDTH),
            "ffn_up": (_INNER, _WIDTH),
            "ffn_down": (_WIDTH, _INNER),
        }
        for name, shape in shapes.items():
            _tensor(writer, draw, f"blk.{at}.{name}.weight", shape)


def _mamba(writer: gguf.GGUFWriter, draw: np.random.Generator) -> None:
    convolution, state, rank = 4, 16, 4
    writer.add_feed_forward_length(0)
    writer.add_head_count(0)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_ssm_conv_kernel(convolution)
    writer.add_ssm_inner_size(_INNER)
    writer.add_ssm_state_size(state)
    writer.add_ssm_time_step_rank(rank)
    for at in range(_LAYERS):
        shapes = {
            "attn_norm.weight": (_WIDTH,),
            "ssm_in.weight": (2 * _INNER, _WIDTH),
            "ssm_conv1d.weight": (_INNER, convolution),
            "ssm_conv1d.bias": (_INNER,),
            "ssm_x.weight": (rank + 2 * state, _INNER),
            "ssm_dt.weight": (_INNER, rank),
            "ssm_dt.bias": (_INNER,),
            "ssm_a": (_INNER, state),
            "ssm_d": (_INNER,),
            "ssm_out.weight": (_WIDTH, _INNER),
        }
        for name, shape in shapes.items():
            _tensor(writer, draw, f"blk.{at}.{name}", shape)


def _gemma3(writer: gguf.GGUFWriter, draw: np.random.Generator) -> None:
    """Five layers that see 64 tokens back, then one that sees all."""
    key = _WIDTH // _HEADS
    writer.add_head_count(_HEADS)
    writer.add_head_count_kv(1)
    writer.add_key_length(key)
    writer.add_value_length(key)
    writer.add_feed_forward_length(_INNER)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_sliding_window(64)
    for at in range(_blocks("gemma3")):
        shapes = {
            "attn_norm": (_WIDTH,),
            "attn_q": (_WIDTH, _WIDTH),
            "attn_k": (key, _WIDTH),
            "attn_v": (key, _WIDTH),
            "attn_output": (_WIDTH, _WIDTH),
            "attn_q_norm": (key,),
            "attn_k_norm": (key,),
            "post_attention_norm": (_WIDTH,),
            "ffn_norm": (_WIDTH,),
            "ffn_gate": (_INNER, _WIDTH),
            "ffn_up": (_INNER, _WIDTH),
            "ffn_down": (_WIDTH, _INNER),
            "post_ffw_norm": (_WIDTH,),
        }
        for name, shape in shapes.items():
            _tensor(writer, draw, f"blk.{at}.{name}.weight", shape)


def _blocks(architecture: str) -> int:
    return 6 if architecture == "gemma3" else _LAYERS


def _tensor(
    writer: gguf.GGUFWriter, draw: np.random.Generator, name: str, shape: tuple[int, ...]
) -> None:
    values = draw.normal(0, 0.3, shape)
    if name.endswith("ssm_a"):
        values = -np.abs(values) - 0.1  # a state that grows would end in infinities
    writer.add_tensor(name, values.astype(np.float32))


def write_model(
    path: Path,
    architecture: str = "llama",
    context: int = 4096,
    *,
    infill: bool = False,
    seed: int = 7,
) -> Path:
    """Write a model with random weights; "llama", "mamba", "gemma3", or a name nobody knows.

    Args:
        infill: it has tokens for what stands before and behind a gap.
    """
    draw = np.random.default_rng(seed)
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_context_length(context)
    writer.add_embedding_length(_WIDTH)
    writer.add_block_count(_blocks(architecture))
    size = _vocabulary(writer, infill)
    writer.add_vocab_size(size)
    {"mamba": _mamba, "gemma3": _gemma3}.get(architecture, _llama)(writer, draw)
    for name in ("token_embd.weight", "output.weight"):
        _tensor(writer, draw, name, (size, _WIDTH))
    _tensor(writer, draw, "output_norm.weight", (_WIDTH,))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
