"""The wheel: what is in it, what it asks for, and that it works from any folder."""

import email
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PARTS = (
    "storyforge",
    "prompts",
    "pyproject.toml",
    "hatch_build.py",
    "README.md",
    "LICENSE",
    "NOTICE",
)

_ASK = """
import importlib.resources
from storyforge import i18n, paths
import storyforge
print(storyforge.__file__)
print(paths.prompts_dir())
print(len(sorted(paths.prompts_dir().rglob("*.md.j2"))))
print(i18n.locale_dir() / "storyforge.pot")
print((importlib.resources.files(storyforge) / "py.typed").is_file())
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from a copy of the sources, as on a new machine but without the network."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    for part in PARTS:
        if (ROOT / part).is_dir():
            ignore = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / part, source / part, ignore=ignore)
        else:
            shutil.copy(ROOT / part, source)
    pip = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*pip, "-qq", "-w", folder, source], check=True)
    [wheel] = folder.glob("*.whl")
    return wheel


def _ask(folder: Path, *path: Path) -> list[str]:
    """What a Python answers that is started in `folder` and sees `path` before its own packages."""
    code = f"import sys; sys.path[:0] = {[str(place) for place in path]!r}\n{_ASK}"
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr
    return answer.stdout.splitlines()


def test_prompts_words_and_types_are_in_the_wheel(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    prompts = {f"storyforge/{file.relative_to(ROOT)}" for file in (ROOT / "prompts").rglob("*.j2")}
    assert prompts
    assert prompts <= names
    assert {"storyforge/py.typed", "storyforge/locale/storyforge.pot"} <= names
    configs = {
        str(file.relative_to(ROOT))
        for file in (ROOT / "storyforge" / "engine" / "pictures" / "configs").rglob("*.json")
    }
    assert {"storyforge/images/data/clip_merges.txt.gz", *configs} <= names
    assert len(configs) == 14
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert any(name.endswith("licenses/NOTICE") for name in names)
    assert not any(name.startswith("tests/") for name in names)


def test_the_templates_of_exports_are_in_the_wheel(wheel: Path) -> None:
    templates = {
        str(file.relative_to(ROOT)) for file in (ROOT / "storyforge" / "export").rglob("*.j2")
    }
    assert len(templates) > 5
    assert templates <= set(zipfile.ZipFile(wheel).namelist())


def test_an_installed_wheel_finds_its_prompts_from_any_folder(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    pip = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "-qq"]
    subprocess.run([*pip, "--target", site, wheel], check=True)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    module, prompts, count, words, typed = _ask(elsewhere, site)
    assert Path(module).is_relative_to(site)
    assert Path(prompts) == site / "storyforge" / "prompts"
    assert int(count) == len(list((ROOT / "prompts").rglob("*.md.j2"))) > 0
    assert Path(words).is_file()
    assert typed == "True"


def test_an_editable_install_finds_the_prompts_where_they_lie(tmp_path: Path) -> None:
    module, prompts, count, words, typed = _ask(tmp_path)
    assert Path(module) == ROOT / "storyforge" / "__init__.py"
    assert Path(prompts) == ROOT / "prompts"
    assert int(count) > 0
    assert Path(words).is_file()
    assert typed == "True"


def test_a_plain_install_asks_for_nothing_that_needs_a_compiler(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        [name] = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        metadata = email.message_from_bytes(archive.read(name))
    asked = metadata.get_all("Requires-Dist") or []
    plain = [line for line in asked if "extra ==" not in line]
    local = [line for line in asked if "extra == 'local'" in line]
    heavy = ("llama-cpp-python", "torch", "diffusers", "transformers", "textual-image", "numpy")
    assert plain
    assert not [line for line in plain if line.startswith(heavy)]
    assert [line.startswith("llama-cpp-python") for line in local] == [True]
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["License-Expression"] == "Apache-2.0"


def test_the_command_is_installed_with_the_package(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        [name] = [name for name in archive.namelist() if name.endswith("entry_points.txt")]
        assert "storyforge = storyforge.cli.main:run" in archive.read(name).decode()


@pytest.mark.parametrize("name", ["LICENSE", "NOTICE"])
def test_the_licence_and_the_parts_of_others_are_told(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert "Apache License" in text


def test_every_package_that_is_installed_is_in_the_notice() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    notice = (ROOT / "NOTICE").read_text("utf-8").lower()
    asked = project["dependencies"] + project["optional-dependencies"]["local"]
    for requirement in asked:
        name = requirement.split(">=")[0].split("[")[0]
        assert name.lower() in notice, name
