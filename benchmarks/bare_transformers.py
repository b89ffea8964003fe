"""The other side of the transformers measures: a bare `generate` with a streamer.

Runs in a process of its own, as the engine does: requests come as JSON lines on stdin, timings go
out as JSON lines. It reads the whole prompt each time, as `generate` does. `Bare` is the measuring
side's handle; `write_folder` makes the model's folder, which both sides load.
"""

import json
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from benchmarks.bare_process import BareProcess
from storyforge.domain.sampling import Sampling


class Bare:
    """The bare side in its own process."""

    def __init__(self, folder: Path, threads: int) -> None:
        self._process = BareProcess(
            "benchmarks.bare_transformers",
            str(folder),
            str(threads),
            # As the engine has it, so that both meet a busy machine alike.
            environ={"GOMP_SPINCOUNT": "300"},
        )

    def answer(self, prompt: str, max_tokens: int, sampling: Sampling) -> tuple[float, float]:
        """(seconds to the first piece, seconds from there to the end) of so many tokens."""
        asked = {
            "prompt": prompt,
            "tokens": max_tokens,
            "seed": sampling.seed,
            "sampling": {
                "temperature": sampling.temperature,
                "top_k": sampling.top_k,
                "top_p": sampling.top_p,
                "min_p": sampling.min_p,
                "repetition_penalty": sampling.repeat_penalty,
            },
        }
        first, rest = self._process.ask(asked)
        return first, rest

    def close(self) -> None:
        """End the process."""
        self._process.close()


def write_folder(gguf: Path, folder: Path) -> None:
    """Unpack a GGUF file once for both sides."""
    code = (
        "import sys; from transformers import AutoModelForCausalLM as M, AutoTokenizer as T;"
        "a = dict(gguf_file=sys.argv[2], local_files_only=True);"
        "m = M.from_pretrained(sys.argv[1], **a); m.hf_quantizer = None; m.is_quantized = False;"
        "m.config.__dict__.pop('quantization_config', None);"
        "m.bfloat16().save_pretrained(sys.argv[3]);"
        "T.from_pretrained(sys.argv[1], **a).save_pretrained(sys.argv[3])"
    )
    arguments = [str(gguf.parent), gguf.name, str(folder)]
    subprocess.run([sys.executable, "-c", code, *arguments], check=True, stderr=subprocess.PIPE)


def _answer(model: Any, tokenizer: Any, asked: dict[str, Any]) -> tuple[float, float]:
    from transformers import TextIteratorStreamer, set_seed

    set_seed(asked["seed"])
    began = time.perf_counter()
    inputs = tokenizer(asked["prompt"], return_tensors="pt")
    pieces = TextIteratorStreamer(tokenizer, skip_prompt=True)
    wished = {"min_new_tokens": asked["tokens"], "max_new_tokens": asked["tokens"]}
    told = {**inputs, **wished, **asked["sampling"], "do_sample": True, "streamer": pieces}
    writer = threading.Thread(target=model.generate, kwargs=told)
    writer.start()
    first = 0.0
    for _piece in pieces:
        first = first or time.perf_counter()
    writer.join()
    return first - began, time.perf_counter() - first


def _serve() -> None:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    folder, threads = sys.argv[1:]
    torch.set_num_threads(int(threads))
    model = AutoModelForCausalLM.from_pretrained(folder, local_files_only=True).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_answer(model, tokenizer, json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _serve()
