import subprocess
import sys

import pytest

from storyforge.backends import registry
from storyforge.backends.scripted import ScriptedBackend
from storyforge.errors import BadInput


def test_a_backend_is_found_by_its_name() -> None:
    assert "llama.cpp" in registry.names()
    assert isinstance(registry.factory("scripted")(["Hi."]), ScriptedBackend)


def test_an_unknown_backend_is_refused_with_the_known_names() -> None:
    with pytest.raises(BadInput, match=r"llama\.cpp"):
        registry.factory("oracle")


def test_the_ways_in_which_an_api_can_be_asked_are_known() -> None:
    assert registry.styles("openai") == ("responses", "chat")
    assert "llama-server" in registry.styles("openai-compatible")
    assert registry.styles("llama.cpp") == ()


def test_asking_for_a_backend_imports_no_model_library() -> None:
    code = (
        "import sys; from storyforge.backends import registry;"
        "registry.factory('llama.cpp');"
        "bad = {'llama_cpp', 'numpy', 'textual', 'sqlmodel', 'pydantic'} & set(sys.modules);"
        "assert not bad, bad"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
