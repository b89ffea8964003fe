"""llama-server with `cache_prompt`, where one is on PATH: another side of the author's day.

Spoken to over HTTP on this machine. It writes its own words, so the tokens of an answer that the
author let stand are read, where ours and the bare loop have them already.
"""

import json
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import suppress
from typing import Any

from storyforge.domain.generation import Request
from storyforge.domain.model import ModelSpec

_STARTING = 120.0


def found() -> str | None:
    """The program's path; None where there is none."""
    return shutil.which("llama-server")


class LlamaServer:
    """The server in its own process.

    Args:
        program: the command; its own options follow.
    """

    def __init__(self, program: list[str], spec: ModelSpec) -> None:
        self._spec = spec
        self._program = program
        self._process: subprocess.Popen[bytes] | None = None
        self._url = ""
        self.restart()

    def restart(self) -> None:
        """A new process, and an empty cache."""
        self.close()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        spec = self._spec
        options = ["--model", str(spec.path), "--ctx-size", str(spec.context_tokens)]
        options += ["--host", "127.0.0.1", "--port", str(port), "--parallel", "1"]
        if spec.threads is not None:
            options += ["--threads", str(spec.threads)]
        if spec.threads_batch is not None:
            options += ["--threads-batch", str(spec.threads_batch)]
        self._process = subprocess.Popen(
            [*self._program, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self._url = f"http://127.0.0.1:{port}"
        end = time.monotonic() + _STARTING
        while not self._is_ready():
            if self._process.poll() is not None or time.monotonic() > end:
                raise RuntimeError("llama-server did not start")
            time.sleep(0.05)

    def ask(self, request: Request) -> float:
        """Seconds to the first text of the answer, which is heard to its end."""
        told = {
            "prompt": request.prompt,
            "n_predict": request.max_tokens,
            "cache_prompt": True,
            "stream": True,
            "ignore_eos": True,
            "temperature": request.sampling.temperature,
            "top_k": request.sampling.top_k,
            "top_p": request.sampling.top_p,
            "min_p": request.sampling.min_p,
            "repeat_penalty": request.sampling.repeat_penalty,
            "repeat_last_n": request.sampling.repeat_range,
            "seed": request.sampling.seed,
        }
        asked = urllib.request.Request(
            f"{self._url}/completion",
            json.dumps(told).encode(),
            {"Content-Type": "application/json"},
        )
        began, first = time.perf_counter(), 0.0
        with urllib.request.urlopen(asked) as answer:
            for line in answer:
                if not first and _text(line):
                    first = time.perf_counter() - began
        return first or time.perf_counter() - began

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(10)
            self._process.kill()
            self._process.wait()

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self._url}/health") as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError):
            return False


def _text(line: bytes) -> str:
    """The text in a line of server-sent events."""
    if not line.startswith(b"data: "):
        return ""
    told: Any = json.loads(line.removeprefix(b"data: ") or b"{}")
    return str(told.get("content", "")) if isinstance(told, dict) else ""
