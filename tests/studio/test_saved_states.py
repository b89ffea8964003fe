"""What models have read, as the author hears of it."""

import json
from array import array
from pathlib import Path

from storyforge import paths, settings
from storyforge.domain.model import Keeping, ModelSpec
from storyforge.engine.kvstore import KvStore
from storyforge.engine.model_hash import model_hash
from storyforge.studio import saved_states
from storyforge.studio.models import model_spec
from tests.models import write_model


def keep(model: str, kv_type: str, tokens: int, size: int) -> None:
    kind = json.dumps({"model": model, "kv_type": kv_type})
    store = KvStore(paths.states_dir(), kind, lambda: 1 << 30)
    assert store.write("scene", array("i", range(tokens)), 0, memoryview(bytes(size)))


def test_a_token_is_weighed_once_something_of_that_model_is_kept(tmp_path: Path) -> None:
    spec = ModelSpec(write_model(tmp_path / "writer.gguf"))
    computed = saved_states.weigh(spec)
    assert not computed.measured
    found = model_hash(spec.path, paths.states_dir())
    assert found is not None
    keep("another", "f16", 10, 5000)
    keep(found, "q8_0", 10, 3000)
    assert saved_states.weigh(spec) == computed
    keep(found, "f16", 10, 1000)
    assert saved_states.weigh(spec) == saved_states.Weight(100, measured=True)
    assert saved_states.held().files == 3


def test_what_is_no_state_is_passed_over(tmp_path: Path) -> None:
    spec = ModelSpec(write_model(tmp_path / "writer.gguf"))
    assert model_hash(spec.path, paths.states_dir())
    (paths.states_dir() / "odd.state").write_bytes(b"not a state")
    assert not saved_states.weigh(spec).measured


def test_the_settings_say_what_is_kept_and_where(tmp_path: Path) -> None:
    path = write_model(tmp_path / "writer.gguf")
    settings.update({"model.path": str(path)})
    assert model_spec(settings.load()).keeping == Keeping(folder=paths.states_dir())
    settings.update({"cache.disk_gib": 1.5, "cache.memory_gib": 2})
    bounds = Keeping(True, paths.states_dir(), 3 << 29, 2 << 30)
    assert model_spec(settings.load()).keeping == bounds
    settings.update({"cache.disk_gib": 0})
    assert model_spec(settings.load()).keeping.folder is None
    settings.update({"cache.disk_gib": None, "cache.states": False})
    keeping = model_spec(settings.load()).keeping
    assert (keeping.states, keeping.folder) == (False, None)
