"""What is read out of pip's log."""

import tomllib
from pathlib import Path

import pytest

from storyforge.engine import build, build_log

_HEAD = """Using pip 25.1 from /home/a/.venv/lib/python3.11/site-packages/pip (python 3.11)
Collecting llama-cpp-python<0.4,>=0.3.36
  Downloading llama_cpp_python-0.3.36.tar.gz (76.6 MB)
"""
_TOOLS = """  Installing build dependencies: started
  Running command pip subprocess to install build dependencies
  Collecting scikit-build-core>=0.9.2
  Installing collected packages: scikit-build-core
  Successfully installed scikit-build-core-0.11.5
  Installing build dependencies: finished with status 'done'
"""
_NINJA = """  *** Building project with Ninja...
  [1/200] Building C object vendor/llama.cpp/ggml/src/CMakeFiles/ggml-base.dir/ggml.c.o
  [100/200] Building CXX object vendor/llama.cpp/src/CMakeFiles/llama.dir/llama-model.cpp.o
"""
_END = """  Building wheel for llama-cpp-python (pyproject.toml): finished with status 'done'
Successfully built llama-cpp-python
Installing collected packages: numpy, diskcache, llama-cpp-python
"""
_DONE = "Successfully installed diskcache-5.6.3 llama-cpp-python-0.3.36 numpy-2.4.6\n"


def test_progress_only_grows_from_the_download_to_the_end() -> None:
    log, seen = "", []
    for part in ("", _HEAD, _TOOLS, _NINJA, _END, _DONE):
        log += part
        seen.append(build_log.progress(log))
    fractions = [fraction for fraction, _ in seen]
    assert fractions == sorted(fractions)
    assert fractions[0] == 0.0
    assert fractions[-1] == 1.0
    assert seen[1][1] == "Downloading the engine"
    assert seen[2][1] == "Preparing to build the engine"
    assert seen[3][1] == "Building the engine: 51 %"
    assert seen[4][1] == "Installing the engine"


def test_the_tools_of_the_build_are_not_taken_for_its_end() -> None:
    assert not build_log.is_done(_HEAD + _TOOLS)
    assert build_log.is_done(_HEAD + _TOOLS + _NINJA + _END + _DONE)


def test_progress_is_read_from_a_cut_log_and_from_make() -> None:
    cut = (_HEAD + _TOOLS + _NINJA)[-120:]
    assert build_log.progress(cut)[1] == "Building the engine: 51 %"
    assert (
        build_log.progress("  [ 50%] Building CXX object a.o\n")[1] == "Building the engine: 51 %"
    )


@pytest.mark.parametrize(
    ("log", "words"),
    [
        ("CMake Error: CMAKE_CXX_COMPILER not set, after EnableLanguage", "no C++ compiler"),
        ("  No CMAKE_C_COMPILER could be found.", "no C++ compiler"),
        ("fatal error: error writing to /tmp/x.s: No space left on device", "disk is full"),
        ("g++: fatal error: Killed signal terminated program cc1plus", "out of memory"),
        ("NewConnectionError('<pip>: [Errno 111] Connection refused')", "network"),
        ("socket.gaierror: Temporary failure in name resolution", "network"),
        ("error: externally-managed-environment", "system guards"),
        ("/usr/bin/python3: No module named pip", "has no pip"),
        ("ERROR: Could not install: [Errno 13] Permission denied: '/usr'", "may not be written"),
        ("  error: metadata-generation-failed", "could not be built"),
        (_HEAD + _TOOLS + _NINJA, "interrupted"),
    ],
)
def test_every_end_has_its_sentence_and_what_to_do(log: str, words: str) -> None:
    fault = build_log.explain(log)
    assert words in fault.message
    assert fault.message.count(".") == 1
    assert fault.hint


def test_a_full_disk_is_named_before_the_compiler_it_broke() -> None:
    log = "No space left on device\nCMake Error: CMAKE_C_COMPILER not set\n"
    assert "disk is full" in build_log.explain(log).message


@pytest.mark.parametrize(
    ("platform", "words"),
    [("linux", "apt install"), ("darwin", "xcode-select"), ("win32", "Visual Studio")],
)
def test_the_compiler_to_install_is_named_for_each_system(platform: str, words: str) -> None:
    assert words in build_log.compiler_hint(platform)


def test_the_engine_that_is_built_is_the_one_the_package_asks_for() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    assert tuple(project["optional-dependencies"]["local"]) == build.ENGINE.requirement
