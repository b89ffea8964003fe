"""No word of the command line goes round the catalogue: the verbs in a language nobody speaks."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from storyforge.cli.main import VERBS
from tests import pseudo

_RUN = """
import json, sys
from pathlib import Path
from storyforge import i18n
i18n.locale_dir = lambda: Path(sys.argv[1])
from storyforge.cli.main import main
for line in json.loads(sys.argv[2]):
    print("\\0" + " ".join(line), flush=True)
    main(line)
    sys.stdout.flush()
"""
_GROUPS = (
    *("models list", "models info", "models use", "engine install", "engine status"),
    *("models pull", "models recommended", "models tune"),
    *("presets list", "presets show", "presets use", "presets import", "presets delete"),
    "presets export",
    *("profiles list", "profiles show", "profiles set", "profiles use", "profiles tasks"),
    *("profiles test", "profiles models", "profiles remove"),
    *("keys list", "keys set", "keys remove"),
    *("prompts list", "prompts show", "prompts edit", "prompts check", "prompts back"),
    *("pictures list", "pictures show", "pictures choose", "pictures rate", "pictures delete"),
    *("pictures back", "pictures export", "pictures adopt", "pictures read", "pictures queue"),
    *("tags search", "tags complete", "tags starter"),
)
#: what a command line is made of, and languages by their tags
KNOWN = (*VERBS, *(name for group in _GROUPS for name in group.split()), "ja")
#: names of arguments and their words, by which the sources' help calls them too
NAMES = (
    *("FILE", "NAME", "TITLE", "TAG", "SOURCE", "LEVEL", "WORDS", "STORY", "OUT", "PATH", "NUMBER"),
    *("PATTERN", "TEXT", "RULE", "FORMAT", "SITE", "NUMBERS", "VALUE", "TOKENS", "DAYS", "SECONDS"),
    *("list", "save", "restore", "empty", "scene", "docx", "epub", "text", "odt", "html"),
    *("LINE", "make", "size", "clear", "KEY", "TASK", "REPO", "OWNER"),
    *("PICTURE", "STARS", "WxH", "general", "artist", "copyright", "character", "meta"),
    *("apart", "together", "reference", "staging", "KIND", "heat", "workflow"),
    *("embeddings", "hypernetworks", "remove", "failed"),
    *("PROVIDER", "openai", "OPENAI_API_KEY", "STORYFORGE_KEY_NAME"),
    *("indent", "ellipses", "dashes", "digits", "wide", "space", "quotes", "spaces", "auto"),
    *("WHAT", "set", "add", "remove", "change", "take-back", "take", "back", "both", "skip"),
    *("user", "char", "world_info", "character_book", "world", "info", "book", "card", "novelai"),
    *("premise/propose", "item/asked", "en", "ja", "less", "grim", "premise", "characters"),
    *(
        "outline",
        "scenes",
        "FIELD",
        "premise/sharpen",
        "items",
        "logline",
        "length",
        "ideas",
        "all",
    ),
    *("keys", "content", "enabled", "priority", "chance", "memory", "note", "style", "always"),
)


def said(folder: Path, *lines: str) -> dict[str, str]:
    """What each command line says in nobody's language; one process for all."""
    locale = pseudo.write_catalogue(folder / "locale")
    arguments = [line.split(" ") for line in lines]
    done = subprocess.run(
        [sys.executable, "-c", _RUN, str(locale), json.dumps(arguments)],
        cwd=folder,
        env={**os.environ, "LANG": "ja_JP.UTF-8", "COLUMNS": "100"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=120,
        check=True,
    )
    parts = (part.partition("\n") for part in done.stdout.decode().split("\0")[1:])
    found = {line: answer for line, _end, answer in parts}
    assert set(found) == set(lines)
    return found


def plain(answers: dict[str, str], *known: str) -> list[str]:
    """The lines with words of no catalogue."""
    return [
        f"{line}: {row}"
        for line, answer in answers.items()
        for row in answer.split("\n")
        if pseudo.plain_words(row, (*KNOWN, *known))
    ]


def test_no_word_of_the_help_is_plain(tmp_path: Path) -> None:
    answers = said(tmp_path, "--help", *(f"{verb} --help" for verb in (*VERBS, *_GROUPS)))
    for line, answer in answers.items():
        # Below an empty line stand commands to copy; translators keep them as they are.
        told = [row for row in answer.split("\n") if not row.startswith("      ") or "--" in row]
        answers[line] = "\n".join(row for row in told if "storyforge" not in row)
    assert plain(answers, *NAMES) == []
    assert pseudo.spoken("Options:") in answers["new --help"]


_STORIES = """\
new 1.forge --title 灯台 --language ja
new 1.forge
import 灯.md -o 2.forge
import 灯.md -o 2.forge
import 灯.md --preview
import 無.docx
import 無.html --preview
import 無.md
show 1.forge
show 2.forge
details 2.forge --local-only
show 2.forge
keys list
keys set 灯
keys set 127.0.0.1 灯
keys set 127.0.0.1 --file
keys remove 127.0.0.1
plan 2.forge
plan 2.forge --stage 無
plan 2.forge --set 無
plan 2.forge --stage premise
plan 2.forge --stage characters --item 無
plan 2.forge --task 無
plan 2.forge --stage premise --take 3
plan 2.forge --set tense=past --set logline=灯台
plan 2.forge
show 無.forge
show 折.forge
context 2.forge
context 2.forge --scene 1 --demo
attachments 2.forge
attachments 2.forge save
attachments 2.forge save 9
lore 2.forge
lore 2.forge import 灯.md
lore 2.forge add 灯 -r keys=灯
lore 2.forge export -o 3.json
lore 2.forge take-back
lore 2.forge
continue 1.forge --demo --seed 1 --max-tokens 3
continue 2.forge --demo --scene 9
takes 2.forge
history 2.forge
history 2.forge --text 9
trash 2.forge
trash 2.forge empty
trash 2.forge restore 4
stats 2.forge
stats
find 2.forge 立
find 2.forge 無い
find 2.forge ( --regex
replace 2.forge 立 座 --dry-run
replace 2.forge 立 座
undo-replace 2.forge
undo-replace 2.forge
tidy 2.forge --dry-run
tidy 2.forge
export 2.forge -o 3.md
export 2.forge -o 3.md
export 2.forge --format epub -o 3.epub
export 2.forge --format text --site narou -o 出
export 2.forge --split scene -o 枝
import 枝 --into 2.forge
prompts show item/asked --diff
prompts show 無/無
prompts list --language 無
prompts back item/asked
prompts check 2.forge
merge 1.forge 2.forge -o 3.forge
merge 2.forge 2.forge -o 4.forge
models use 無.gguf
models info 折.gguf"""


def test_no_word_about_a_story_is_plain(tmp_path: Path) -> None:
    (tmp_path / "灯.md").write_text(
        "# 灯\n\n## 一\n\n彼は立った…\n\n「行くぞ」\n\n***\n\n２０２６年―そして\n", "utf-8"
    )
    (tmp_path / "無.docx").write_bytes(b"PK\x03\x04\x00\x01\xff" * 50)
    (tmp_path / "無.html").write_text("<html>", "utf-8")
    (tmp_path / "折.forge").write_text("灯" * 300, "utf-8")
    (tmp_path / "折.gguf").write_text("灯", "utf-8")
    answers = said(tmp_path, *_STORIES.split("\n"))
    # The demo's own story is in English; it shares no row with what we say.
    demo = next(line for line in answers if line.startswith("continue"))
    answers[demo] = "\n".join(row for row in answers[demo].split("\n") if not row.isascii())
    rules = NAMES[NAMES.index("indent") :]
    assert plain(answers, *rules) == []


_PICTURES = """\
plan 1.forge --set style=水彩
illustrate 1.forge
illustrate 1.forge --show
illustrate 1.forge --demo
illustrate 1.forge --demo --scenes all --prompt 灯 --steps 2 --size 64x64
illustrate 1.forge --demo --scenes 9
illustrate 1.forge --demo --size 3
illustrate 1.forge --demo --redraw 無.png
illustrate 1.forge --demo --redraw 1 --region 1,2
illustrate 1.forge --demo --mask 灯.md
illustrate 1.forge --demo --again 無
illustrate 1.forge --demo --again 1 --prompt 灯
illustrate 1.forge --demo --heavier 1
pictures queue 1.forge
pictures queue 1.forge remove 3
pictures queue 1.forge 灯
pictures heat 1.forge 1
cache size
cache clear
illustrate 1.forge --demo --stale
illustrate 1.forge --demo --resume
pictures list 1.forge
pictures choose 1.forge 1
pictures rate 1.forge 1 3
pictures delete 1.forge 1
pictures back 1.forge 無
pictures adopt 1.forge
pictures read 灯.md
pictures list 1.forge --deleted
trash 1.forge
slim 1.forge --dry-run
slim 1.forge --drop --yes
painters list
painters add 墨 無.safetensors
painters add 墨 折.safetensors
painters set 墨 steps=3
painters use 墨
painters check 墨
painters remove 墨
loras list
loras list --find 無
loras show 無
embeddings list
embeddings list --find 無
hypernetworks list
hypernetworks show 無
tags search 無
tags complete 無
tags import 無.csv
tags import 灯.md
tags starter"""


def test_no_word_about_pictures_is_plain(tmp_path: Path) -> None:
    (tmp_path / "灯.md").write_text("# 灯\n\n## 一\n\n彼は立った。\n", "utf-8")
    (tmp_path / "折.safetensors").write_bytes(b"\x09")
    answers = said(tmp_path, "import 灯.md -o 1.forge", *_PICTURES.split("\n"))
    assert plain(answers, *NAMES, "SD", "LoRA", "model") == []


def test_no_word_about_wrong_use_is_plain(tmp_path: Path) -> None:
    answers = said(
        tmp_path,
        "exprot",
        "models",
        "export",
        "show a b",
        "show a --nope",
        "takes a --scene",
        "takes a --scene x",
        "takes a --scene 0",
        "export a --force=1",
        "continue a --max-tokens x",
        "continue a --length 灯",
        "stats --days 0",
        "merge a",
        "--version",
    )
    rows = {
        line: "\n".join(r for r in answer.split("\n") if not r.startswith("    "))
        for line, answer in answers.items()
    }
    assert plain(rows, *NAMES, "exprot") == []


def test_no_word_about_this_machine_is_plain(tmp_path: Path) -> None:
    answers = said(tmp_path, "doctor", "engine status", "models list")
    known = (
        "Textual",
        "GenuineIntel",
        "llama",
        "cpp",
        "python",
        "stderr",
        "stdin",
        "stdout",
        "dumb",
        "cpu",  # of torch's version
    )
    assert plain(answers, *known) == []


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("THEME", "mauve"),
        ("MODEL__CONTEXT_TOKENS", "many"),
        ("MODEL__CONTEXT_TOKENS", "3"),
        ("WRITING__TEMPERATURE", "9"),
        ("SHOW_ORIGIN", "perhaps"),
        ("WRITING__LENGTH", "灯"),
        ("KEYS", "{"),
    ],
)
def test_no_word_about_a_wrong_setting_is_plain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, setting: str, value: str
) -> None:
    monkeypatch.setenv(f"STORYFORGE_{setting}", value)
    (line,) = said(tmp_path, "new 1.forge").values()
    assert "1.forge" not in line
    names = ("model", "context_tokens", "writing", "length", "temperature", "show_origin", "theme")
    assert (
        plain({"new": line}, *names, "keys", "dark", "light", "sentence", "paragraph", "continue")
        == []
    )
