"""HTML pages and EPUB books."""

import io
import zipfile

import pytest

from storyforge.errors import BadInput
from storyforge.importing.formats.css import classes
from tests.importing import samples
from tests.importing.formats.shapes import shape, texts
from tests.importing.previewing import preview_bytes


def of(body: str, head: str = "") -> list[str]:
    page = f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"
    return texts(preview_bytes(page.encode(), "a.html"))


def test_a_page_comes_in() -> None:
    found = preview_bytes(samples.html(), "light.html")
    assert (found.title, found.author) == ("The Light", "Mara")
    assert shape(found) == [
        ("Oil", [("", "She kept *the* *light*."), ("", "Fog **came**.\nThen ｜漢《かん》")]),
        ("Fog", [("", "1. one\n\n2. two")]),
    ]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<p>One\n  line.</p><p>Two.</p>", "One line.\n\nTwo."),
        ("loose <p>words</p> here", "loose\n\nwords\n\nhere"),
        ("<div>One.<div>Two.</div>Three.</div>", "One.\n\nTwo.\n\nThree."),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n\n- b"),
        ("<p>a <em>b</em><i> c</i></p>", "a *b c*"),
        ("<p>a * b _ c</p>", "a * b _ c"),
        ("<p>　全角。</p>", "　全角。"),
        ("<p>a&nbsp;b</p>", "a\xa0b"),
        ("<p><ruby>漢<rt>かん</rt>字<rt>じ</rt></ruby></p>", "｜漢《かん》｜字《じ》"),
        ("<p><ruby>強い<rt>・・</rt></ruby></p>", "《《強い》》"),
        ("<p><ruby>x</ruby></p>", "x"),
        ("<pre>a\n  b</pre>", "a\nb"),
        ('<p>a<span style="font-style:italic">b</span></p>', "a*b*"),
        ('<p><i>a<span style="font-style:normal">b</span></i></p>', "*a*b"),
        ('<p>a<span style="display:none">b</span></p>', "a"),
        ("<p>a<script>x</script><style>y</style></p>", "a"),
        ('<p>a<a role="doc-noteref">1</a></p>', "a"),
    ],
)
def test_elements_become_text(body: str, text: str) -> None:
    assert of(body) == [text]


def test_classes_of_a_style_sheet_slant_letters() -> None:
    sheet = "<style>p{margin:0} .a, em.b { font-style: italic } .c{font-weight:700}</style>"
    body = '<p><span class="a">x</span> <span class="c b">y</span></p>'
    assert of(body, sheet) == ["*x* ***y***"]
    assert classes("} } .a{font-style:italic .b{") == {}


def test_footnotes_go_to_the_notes() -> None:
    page = (
        '<!DOCTYPE html><body><p>Text.</p><aside epub:type="footnote"><p>A note.</p></aside></body>'
    )
    [scene] = preview_bytes(page.encode(), "a.html").scenes
    assert (scene.text, scene.card.notes) == ("Text.", "Footnote: A note.")


def test_the_encoding_that_a_page_names_is_taken() -> None:
    page = '<!DOCTYPE html><html><head><meta charset="shift_jis"></head><body>霧が来た。</body>'
    assert texts(preview_bytes(page.encode("cp932"), "a.html")) == ["霧が来た。"]
    wrong = page.replace("shift_jis", "klingon").encode()
    assert texts(preview_bytes(wrong, "a.html")) == ["霧が来た。"]


def test_a_fragment_is_known_by_its_files_ending() -> None:
    assert texts(preview_bytes(b"<p>One.<p>Two.", "a.htm")) == ["One.\n\nTwo."]
    assert texts(preview_bytes(b"Just words.", "a.html")) == ["Just words."]


def test_a_tag_of_endless_attributes_costs_nothing() -> None:
    many = " ".join(f"a{number}=1" for number in range(100_000))
    assert of(f"<p {many}>Text.</p>") == ["Text."]


def test_a_book_comes_in_by_its_spine_and_contents() -> None:
    found = preview_bytes(samples.epub(), "light.epub")
    assert (found.title, found.author, found.language) == ("The Light", "Mara", "en")
    assert shape(found) == [
        ("Oil", [("", "She kept *the* light.")]),
        ("Fog", [("", "Fog *came*."), ("", "Then.")]),
    ]
    assert any("pages beside the text" in note for note in found.notes)


def changed(part: str, old: str, new: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(samples.epub())) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    assert old.encode() in parts[part]
    return samples.packed(parts | {part: parts[part].replace(old.encode(), new.encode())})


def test_a_book_without_contents_keeps_its_text() -> None:
    data = changed("OEBPS/nav.xhtml", "<nav", "<&;nav")
    assert texts(preview_bytes(data, "a.epub"))[0] == "She kept *the* light."


def test_an_old_books_contents_are_read_too() -> None:
    ncx = (
        '<item id="x" href="toc.ncx" media-type="application/x-dtbncx+xml"/>'
        '<item id="c1" href="c1.xhtml"'
    )
    data = changed("OEBPS/package.opf", '<item id="c1" href="c1.xhtml"', ncx)
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        parts = {name: book.read(name) for name in book.namelist() if "nav" not in name}
    parts["OEBPS/toc.ncx"] = (
        b"<ncx><navMap><navPoint><navLabel><text>The Fog</text></navLabel>"
        b'<content src="c2.xhtml"/></navPoint></navMap></ncx>'
    )
    assert [c.title for c in preview_bytes(samples.packed(parts), "a.epub").chapters] == [
        "Oil",
        "The Fog",
    ]


def test_a_missing_page_is_named() -> None:
    data = changed("OEBPS/package.opf", "c1.xhtml", "gone.xhtml")
    with pytest.raises(BadInput, match="broken at OEBPS/gone"):
        preview_bytes(data, "a.epub")


def test_a_protected_book_is_refused() -> None:
    with zipfile.ZipFile(io.BytesIO(samples.epub())) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    lock = b'<e><EncryptionMethod Algorithm="%s"/></e>'
    fonts = parts | {"META-INF/encryption.xml": lock % b"http://www.idpf.org/2008/embedding"}
    assert preview_bytes(samples.packed(fonts), "a.epub").counts.words
    parts["META-INF/encryption.xml"] = lock % b"http://www.w3.org/2001/04/xmlenc#aes128-cbc"
    with pytest.raises(BadInput, match="DRM"):
        preview_bytes(samples.packed(parts), "a.epub")
