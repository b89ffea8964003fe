"""A loaded model says where its layers lie."""

from dataclasses import replace
from pathlib import Path

from storyforge.backends.llama_cpp import LlamaCppBackend
from storyforge.domain.model import ModelSpec
from storyforge.engine.fitting import plan
from tests.engine.machines import EIGHT, LAPTOP, spec
from tests.engine.tiny import write_model


async def test_the_card_tells_where_the_layers_lie_while_the_model_is_loaded(
    tmp_path: Path,
) -> None:
    path = write_model(tmp_path / "tiny.gguf")
    backend = LlamaCppBackend(ModelSpec(path, 512, threads=1, threads_batch=1))
    try:
        async for _loading in backend.load():
            continue
        assert backend.card.layers == ""
        assert backend._loaded is not None
        # As on a machine with a GPU, which this one may not have.
        backend._loaded = replace(backend._loaded, plan=plan(EIGHT, spec(), [LAPTOP]))
        assert backend.card.layers == "32 of 32 layers on the GPU, 5.6 of 8 GiB, KV 1.1"
    finally:
        await backend.close()
    assert backend.card.layers == ""
