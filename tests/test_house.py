"""The house's rules that no linter of ours knows: who imports what, and when."""

import ast
import json
import pkgutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import storyforge

ROOT = Path(storyforge.__file__).parent
SOURCES = sorted(ROOT.rglob("*.py"))

#: what costs the first frame more than a few hundredths of a second, or belongs to the engine
HEAVY = (
    "torch", "diffusers", "transformers", "accelerate", "tokenizers", "safetensors", "llama_cpp",
    "scipy", "yaml", "picklescan", "PIL", "sd_parsers", "textual_image",
    "numpy", "sqlmodel", "sqlalchemy", "pydantic", "pydantic_settings", "jinja2", "typer",
    "tomlkit", "charset_normalizer", "lxml",
    "docx", "odfdo", "sentencex", "uniseg", "regex", "hunspell", "spylls", "ahocorasick_rs",
    "httpx2", "websockets", "keyring", "huggingface_hub", "json_repair",
)  # fmt: skip


def _run(code: str, *arguments: str) -> str:
    """What a fresh Python says to `code`."""
    result = subprocess.run(
        [sys.executable, "-B", "-c", code, *arguments], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def _modules() -> list[str]:
    found = pkgutil.walk_packages([str(ROOT)], "storyforge.")
    return [module.name for module in found if not module.name.endswith("__main__")]


@cache
def _loaded_by_all() -> list[str]:
    """What is there when all of ours is imported."""
    code = "import importlib, json, sys\nfor name in sys.argv[1:]: importlib.import_module(name)\n"
    loaded: list[str] = json.loads(
        _run(code + "print(json.dumps(sorted(sys.modules)))", *_modules())
    )
    return loaded


def test_the_import_contracts_are_kept() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run([linter], cwd=ROOT.parent, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout
    assert "0 broken" in result.stdout


_LOADED = "import json, sys, {module}; print(json.dumps(sorted(sys.modules)))"


@pytest.mark.parametrize("module", ["storyforge.tui.app", "storyforge.cli.main"])
def test_opening_the_program_imports_nothing_heavy(module: str) -> None:
    loaded = set(json.loads(_run(_LOADED.format(module=module))))
    assert module in loaded
    assert not loaded & set(HEAVY)


def test_a_command_without_the_screen_imports_no_textual() -> None:
    loaded = json.loads(_run(_LOADED.format(module="storyforge.cli.main")))
    assert "textual" not in loaded


def test_no_module_imports_the_model_libraries() -> None:
    assert not set(_loaded_by_all()) & {"torch", "diffusers", "transformers", "llama_cpp"}


# First everything that is not ours is imported, then ours under an audit hook: what is opened
# then, but for the sources themselves, was opened by us.
_AUDIT = """
import importlib, sys
mine, foreign = sys.argv[1].split(","), sys.argv[2].split(",")
for name in foreign:
    try:
        importlib.import_module(name)
    except Exception:
        pass
seen = []
def watch(event, arguments):
    if event == "open" and not str(arguments[0]).endswith((".py", ".pyc")):
        seen.append((event, str(arguments[0])))
    elif event in ("socket.connect", "socket.bind", "sqlite3.connect", "subprocess.Popen",
                   "os.mkdir", "os.remove", "os.rename", "shutil.rmtree"):
        seen.append((event, repr(arguments)))
sys.addaudithook(watch)
for name in mine:
    importlib.import_module(name)
    assert not seen, (name, seen)
print("quiet")
"""


def test_no_module_opens_a_file_a_socket_or_a_database_at_import() -> None:
    ours = ("storyforge", "__main__")
    foreign = [name for name in _loaded_by_all() if name.split(".")[0] not in ours]
    assert _run(_AUDIT, ",".join(_modules()), ",".join(foreign)).strip() == "quiet"


def test_a_module_that_opens_a_file_at_import_would_be_noticed(tmp_path: Path) -> None:
    (tmp_path / "careless.py").write_text("import sys; open(sys.executable, 'rb').close()")
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n{_AUDIT}"
    with pytest.raises(AssertionError, match="careless"):
        _run(code, "careless", "json")


def test_files_and_functions_stay_short_enough_to_read() -> None:
    crowded = []
    for source in SOURCES:
        text = source.read_text("utf-8")
        if text.count("\n") > 350:
            crowded.append(f"{source}: {text.count(chr(10))} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > 60:
                    crowded.append(f"{source}:{node.lineno} {node.name}: {lines} lines")
    assert crowded == []
