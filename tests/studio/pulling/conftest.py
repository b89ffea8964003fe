"""A hub on this machine, and the environment that points there."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.models import write_model
from tests.studio.pulling.hub_server import Hub, serving


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    small = write_model(tmp_path / "small.gguf").read_bytes()
    files = {
        "README.md": b"# Tales",
        "tales-Q4_K_M.gguf": small * 200,
        "tales-Q8_0.gguf": small * 400,
        "mmproj-tales.gguf": small,
    }
    with serving(Hub(files=files, in_git={"README.md"})) as one:
        monkeypatch.setenv("HF_ENDPOINT", one.address)
        monkeypatch.delenv("HF_TOKEN", raising=False)
        monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
        yield one
