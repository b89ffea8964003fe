"""tags: taken in, searched, completed; the small list that ships."""

from pathlib import Path

from storyforge.studio.pictures import tag_books
from tests.cli.command import Command


def _table(file: Path, count: int) -> Path:
    """A list of `count` tags, with a head, two lines that are none, and aliases."""
    lines = ["name,category,count,aliases", "no count", 'open,"quote']
    lines += [
        f'tag_{number},{(0, 1, 3, 4, 5)[number % 5]},{count - number},"alias_{number},b_{number}"'
        for number in range(count)
    ]
    file.write_text("\n".join(lines), "utf-8")
    return file


def test_a_list_of_an_image_boards_size_is_taken_in(storyforge: Command, tmp_path: Path) -> None:
    out = storyforge("tags", "import", str(_table(tmp_path / "all.csv", 140_000)))
    assert "140,000 tags are in use now." in out.out
    assert "2 lines are no tags" in out.err
    assert "line 2" in out.err
    told = storyforge("tags", "complete", "alias_1399", "--json").json
    assert [tag["name"] for tag in told] == [
        "tag_1399",
        "tag_13990",
        "tag_13991",
        "tag_13992",
        "tag_13993",
    ]
    again = storyforge("tags", "import", str(_table(tmp_path / "few.csv", 3)))
    assert (again.status, "--force" in again.err) == (1, True)
    assert len(tag_books.book()) == 140_000
    assert storyforge("tags", "import", "--force", str(tmp_path / "few.csv")).status == 0
    assert len(tag_books.book()) == 3


def test_tags_are_searched_in_the_list_that_ships(storyforge: Command) -> None:
    rows = storyforge("tags", "search", "lighthouse").out.splitlines()
    assert [line.split()[0] for line in rows] == ["tag", "lighthouse"]
    told = storyforge("tags", "search", "o", "--category", "artist", "--json").json
    assert told
    assert {tag["category"] for tag in told} == {"artist"}
    assert "no such tag" in storyforge("tags", "search", "zzzz").out


def test_what_is_no_list_leaves_the_one_in_use(storyforge: Command, tmp_path: Path) -> None:
    before = len(tag_books.book())
    (tmp_path / "picture.csv").write_bytes(b"\x89PNG\r\n\xff")
    answer = storyforge("tags", "import", str(tmp_path / "picture.csv"))
    assert (answer.status, "no text in UTF-8" in answer.err) == (1, True)
    assert len(tag_books.book()) == before
    storyforge("tags", "import", str(_table(tmp_path / "few.csv", 3)))
    assert "small list" in storyforge("tags", "starter").out
    assert len(tag_books.book()) == before


def test_what_is_used_is_offered_first(storyforge: Command) -> None:
    tag_books.note_used(["longsword", "lotus", "lotus"])
    told = storyforge("tags", "complete", "lo", "--json").json
    assert told[0]["name"] == "lotus"
    assert tag_books.uses() == {"longsword": 1, "lotus": 2}
