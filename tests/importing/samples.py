"""Small real files of every format that is imported: what the tools write, cut to the bone."""

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

from tests.lorebooks import samples as lore

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
_TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
_STYLE = "urn:oasis:names:tc:opendocument:xmlns:style:1.0"
_FO = "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"
_DC = "http://purl.org/dc/elements/1.1/"


def packed(parts: Mapping[str, str | bytes], *, stored_first: bool = False) -> bytes:
    """A zip of the parts, in order; the first one uncompressed where a format wants that."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packing:
        for index, (name, text) in enumerate(parts.items()):
            kind = zipfile.ZIP_STORED if stored_first and index == 0 else zipfile.ZIP_DEFLATED
            packing.writestr(zipfile.ZipInfo(name), text, kind)
    return out.getvalue()


def docx_parts(body: str, **others: str) -> dict[str, str | bytes]:
    """The parts of a DOCX with this body; `others` by name without the ending."""
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "word/document.xml": f'<w:document xmlns:w="{_W}"><w:body>{body}</w:body></w:document>',
        "word/styles.xml": (
            f'<w:styles xmlns:w="{_W}">'
            '<w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="heading 1"/>'
            '<w:pPr><w:outlineLvl w:val="0"/></w:pPr><w:rPr><w:b/></w:rPr></w:style>'
            '<w:style w:type="paragraph" w:styleId="Titel"><w:name w:val="Title"/></w:style>'
            '<w:style w:type="character" w:styleId="Em"><w:name w:val="Emphasis"/>'
            "<w:rPr><w:i/></w:rPr></w:style>"
            '<w:style w:type="character" w:styleId="Hyperlink"><w:name w:val="Hyperlink"/>'
            '<w:rPr><w:u w:val="single"/></w:rPr></w:style></w:styles>'
        ),
    }
    for name, inside in others.items():
        parts[f"word/{name}.xml"] = f'<w:{name} xmlns:w="{_W}">{inside}</w:{name}>'
    return parts


DOCX_BODY = (
    '<w:p><w:pPr><w:pStyle w:val="Titel"/></w:pPr><w:r><w:t>The Light</w:t></w:r></w:p>'
    '<w:p><w:pPr><w:pStyle w:val="berschrift1"/></w:pPr><w:r><w:t>Oil</w:t></w:r></w:p>'
    "<w:p><w:r><w:t xml:space='preserve'>She kept </w:t></w:r>"
    '<w:ins w:id="1" w:author="A"><w:r><w:t>the </w:t></w:r></w:ins>'
    '<w:del w:id="2" w:author="A"><w:r><w:delText>no </w:delText></w:r></w:del>'
    '<w:r><w:rPr><w:rStyle w:val="Em"/></w:rPr><w:t>light</w:t></w:r>'
    '<w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:t>.</w:t></w:r></w:p>'
    '<w:p><w:pPr><w:jc w:val="center"/></w:pPr><w:r><w:t>#</w:t></w:r></w:p>'
    '<w:p><w:commentRangeStart w:id="0"/><w:r><w:rPr><w:b/></w:rPr><w:t>Fog</w:t></w:r>'
    '<w:commentRangeEnd w:id="0"/><w:r><w:commentReference w:id="0"/></w:r>'
    "<w:r><w:t xml:space='preserve'> came. </w:t><w:br/>"
    "<w:t>Then </w:t></w:r><w:ruby><w:rt><w:r><w:t>かん</w:t></w:r></w:rt>"
    "<w:rubyBase><w:r><w:t>漢</w:t></w:r></w:rubyBase></w:ruby></w:p>"
    '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'
    "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>cell</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
)


def docx() -> bytes:
    """A Word file with a little of everything."""
    note = '<w:footnote w:id="2"><w:p><w:r><w:t>A note.</w:t></w:r></w:p></w:footnote>'
    comment = (
        '<w:comment w:id="0" w:author="Anna"><w:p><w:r><w:t>Why?</w:t></w:r></w:p></w:comment>'
    )
    return packed(docx_parts(DOCX_BODY, footnotes=note, comments=comment))


def odt_content(body: str, styles: str = "") -> str:
    """The content of an ODT."""
    return (
        f'<office:document-content xmlns:office="{_OFFICE}" xmlns:text="{_TEXT}" '
        f'xmlns:style="{_STYLE}" xmlns:fo="{_FO}" xmlns:dc="{_DC}">'
        '<office:automatic-styles><style:style style:name="T1" style:family="text">'
        '<style:text-properties fo:font-style="italic"/></style:style>'
        '<style:style style:name="P1" style:family="paragraph"><style:paragraph-properties '
        f'fo:break-before="page"/></style:style>{styles}</office:automatic-styles>'
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )


ODT_BODY = (
    "<text:tracked-changes><text:changed-region><text:deletion><text:p>gone</text:p>"
    "</text:deletion></text:changed-region></text:tracked-changes>"
    '<text:h text:outline-level="1">Oil</text:h>'
    '<text:p>She kept <text:span text:style-name="T1">the</text:span>\n light.<text:note '
    'text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body>'
    "<text:p>A note.</text:p></text:note-body></text:note></text:p><text:p>***</text:p>"
    '<text:p><office:annotation office:name="a"><dc:creator>Anna</dc:creator>'
    '<text:p>Why?</text:p></office:annotation>Fog<office:annotation-end office:name="a"/>'
    '<text:s text:c="2"/>came.<text:line-break/>Then <text:ruby><text:ruby-base>漢'
    "</text:ruby-base><text:ruby-text>かん</text:ruby-text></text:ruby></text:p>"
    '<text:h text:outline-level="1">Fog</text:h><text:p text:style-name="P1">More.</text:p>'
)


def odt() -> bytes:
    """An OpenDocument text with a little of everything."""
    parts = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": odt_content(ODT_BODY),
        "meta.xml": (
            f'<office:document-meta xmlns:office="{_OFFICE}" xmlns:dc="{_DC}"><office:meta>'
            "<dc:title>The Light</dc:title><dc:language>en-GB</dc:language></office:meta>"
            "</office:document-meta>"
        ),
    }
    return packed(parts, stored_first=True)


def html() -> bytes:
    """A page."""
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>The Light</title>'
        '<meta name="author" content="Mara"><style>.c3{font-style:italic}</style></head><body>'
        "<h1>The Light</h1><h2>Oil</h2><p>She  kept <em>the</em>\n<span class=c3>light</span>.</p>"
        "<hr><p>Fog <b>came</b>.<br>Then <ruby>漢<rp>(</rp><rt>かん</rt></ruby></p>"
        "<h2>Fog</h2><ol><li>one<li>two</ol><!-- no --><script>x</script></body></html>"
    ).encode()


def epub() -> bytes:
    """A book of two chapters, whose second is named in its contents only."""

    def page(inside: str, kind: str = "bodymatter") -> str:
        return (
            '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml" '
            f'xmlns:epub="http://www.idpf.org/2007/ops"><head><title/></head>'
            f'<body epub:type="{kind}">{inside}</body></html>'
        )

    parts = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": (
            '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="OEBPS/package.opf"/></rootfiles></container>'
        ),
        "OEBPS/package.opf": (
            f'<package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="{_DC}">'
            "<dc:title>The Light</dc:title><dc:creator>Mara</dc:creator>"
            "<dc:language>en-GB</dc:language></metadata><manifest>"
            '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
            '<item id="css" href="a.css" media-type="text/css"/>'
            '<item id="t" href="t.xhtml" media-type="application/xhtml+xml"/>'
            '<item id="c1" href="c1.xhtml" media-type="application/xhtml+xml"/>'
            '<item id="c2" href="c%32.xhtml" media-type="application/xhtml+xml"/></manifest>'
            '<spine><itemref idref="t"/><itemref idref="nav"/><itemref idref="c1"/>'
            '<itemref idref="c2"/></spine></package>'
        ),
        "OEBPS/nav.xhtml": page(
            '<nav epub:type="toc"><ol><li><a href="c1.xhtml">Oil</a></li>'
            '<li><a href="c2.xhtml#top">Fog</a></li></ol></nav>'
        ),
        "OEBPS/a.css": ".i { font-style: italic }",
        "OEBPS/t.xhtml": page("<h1>The Light</h1>", "titlepage"),
        "OEBPS/c1.xhtml": page('<h2>Oil</h2><p>She kept <i class="x">the</i> light.</p>'),
        "OEBPS/c2.xhtml": page('<p>Fog <span class="i">came</span>.</p><hr/><p>Then.</p>'),
    }
    return packed(parts, stored_first=True)


def _nwd(name: str, kind: str, text: str) -> str:
    return f"%%~name: {name}\n%%~path: a/b\n%%~kind: {kind}\n%%~hash: 0\n%%~date: x/y\n{text}"


def novelwriter_parts() -> dict[str, str | bytes]:
    """The files of a project: a title page, two chapters, a note, a character, a trashed scene."""
    rows = [
        ("0000000000001", "None", "ROOT", "NOVEL", "", "Novel", "s1", "yes"),
        ("0000000000002", "0000000000001", "FILE", "NOVEL", "DOCUMENT", "Title", "s1", "yes"),
        ("0000000000003", "0000000000001", "FILE", "NOVEL", "DOCUMENT", "One", "s2", "yes"),
        ("0000000000004", "0000000000003", "FILE", "NOVEL", "DOCUMENT", "Scene", "s2", "yes"),
        ("0000000000005", "0000000000001", "FILE", "NOVEL", "NOTE", "On: structure", "s1", "yes"),
        ("0000000000006", "None", "ROOT", "CHARACTER", "", "Characters", "s1", "yes"),
        ("0000000000007", "0000000000006", "FILE", "CHARACTER", "NOTE", "Jane", "s1", "yes"),
        ("0000000000008", "None", "ROOT", "TRASH", "", "Trash", "s1", "yes"),
        ("0000000000009", "0000000000008", "FILE", "TRASH", "DOCUMENT", "Old", "s1", "yes"),
    ]
    items = "".join(
        f'<item handle="{handle}" parent="{parent}" order="{order}" type="{kind}" '
        f'class="{group}" layout="{layout}"><meta/>'
        f'<name status="{status}" import="i1" active="{active}">{name}</name></item>'
        for order, (handle, parent, kind, group, layout, name, status, active) in enumerate(rows)
    )
    documents = {
        "2": _nwd("Title", "NOVEL/DOCUMENT", "#! The Light\n\n>> By Mara <<\n"),
        "3": _nwd("One", "NOVEL/DOCUMENT", "# Part One\n\n## Oil\n\n%Synopsis: It runs out.\n"),
        "4": _nwd(
            "Scene",
            "NOVEL/DOCUMENT",
            "### The log\n\n@pov: Jane\n% think of the seals\n\nShe _kept_ the **light**[b]![/b]\n"
            "\nMore.\n\n#### Later\n\nFog[footnote:f1] came.\n\n%Footnote.f1: A note.\n\n"
            "##! Interlude\n\nQuiet.\n",
        ),
        "5": _nwd("On: structure", "NOVEL/NOTE", "# Structure\n\nThree acts.\n"),
        "7": _nwd("Jane", "CHARACTER/NOTE", "# Jane\n\n@tag: Jane | Jane Smith\n\nShe is tall.\n"),
        "9": _nwd("Old", "TRASH/DOCUMENT", "### Old\n\nGone.\n"),
    }
    project = (
        '<?xml version="1.0" encoding="utf-8"?><novelWriterXML fileVersion="1.5"><project>'
        "<name>Working title</name><author>Mara</author></project><settings>"
        '<language>en_GB</language><status><entry key="s1">New</entry>'
        '<entry key="s2">2nd Draft</entry></status></settings>'
        f"<content>{items}</content></novelWriterXML>"
    )
    parts: dict[str, str | bytes] = {"nwProject.nwx": project}
    return parts | {f"content/000000000000{key}.nwd": text for key, text in documents.items()}


def novelwriter() -> bytes:
    """A project's folder, zipped as a whole."""
    return packed({f"light/{name}": text for name, text in novelwriter_parts().items()})


def koboldai_value() -> dict[str, Any]:
    """A save of the first version."""
    return {
        "gamestarted": True,
        "prompt": "She kept the light.\n",
        "actions": ["\nFog came.\n", "\n***\n", "Then it went."],
        "actions_metadata": {"0": {"Selected Text": "\nFog came.\n"}},
        "memory": "Skerry Point, 1893.",
        "authorsnote": "slow",
        "anotetemplate": "[Author's note: <|>]",
        "worldinfo": [
            {
                "key": "Mara, keeper",
                "keysecondary": "",
                "content": "Mara is forty.",
                "comment": "the keeper",
                "folder": None,
                "selective": False,
                "constant": True,
                "probability": 80,
                "widisabled": True,
                "wigroup": "people",
            }
        ],
        "personal_notes": "Ask about the seals.",
        "savedsettings": {"temp": 0.7},
    }


def koboldai() -> bytes:
    """The same as a file."""
    return json.dumps(koboldai_value()).encode()


def koboldai_2_value() -> dict[str, Any]:
    """A save of the second version."""
    return {
        "file_version": 2,
        "story_name": "The Light",
        "prompt": "She kept the light.",
        "actions": {
            "action_count": 11,
            "actions": {
                "10": {"Selected Text": " Then it went.", "Options": [{"text": "or not"}]},
                "2": {"Selected Text": " Fog came.", "Options": []},
            },
        },
        "memory": "Skerry Point, 1893.",
        "authornote": "slow",
        "worldinfo_v2": {
            "entries": {
                "0": {"title": "Mara", "key": ["Mara"], "content": "", "manual_text": "Forty."}
            }
        },
        "temp": 0.7,
    }


def koboldai_2() -> bytes:
    """The same as a file."""
    return json.dumps(koboldai_2_value()).encode()


def koboldai_zip() -> bytes:
    """The same in a zip, with a picture beside it."""
    return packed({"story.json": koboldai_2(), "generated_images/1.png": b"\x89PNG"})


def novelai_value() -> dict[str, Any]:
    """A story whose text stands in fragments."""
    entry = {
        "text": "Mara is forty.",
        "displayName": "Mara",
        "id": "e1",
        "keys": ["mara", "/keep(er)?/i"],
        "searchRange": 1000,
        "enabled": False,
        "forceActivation": True,
        "category": "c1",
        "contextConfig": {"prefix": "", "tokenBudget": 2048},
    }
    return {
        "storyContainerVersion": 1,
        "metadata": {"title": "The Light", "tags": ["sea"], "description": ""},
        "content": {
            "storyContentVersion": 4,
            "settings": {"parameters": {"temperature": 0.6}},
            "story": {
                "step": 2,
                "datablocks": [{"nextBlock": [1]}],
                "currentBlock": 0,
                "fragments": [
                    {"data": "She kept the light.\n\n", "origin": "prompt"},
                    {"data": "Fog came.\n***\nThen", "origin": "ai"},
                    {"data": " it went.", "origin": "user"},
                ],
            },
            "context": [{"text": "Skerry Point, 1893."}, {"text": "slow"}],
            "lorebook": {
                "lorebookVersion": 4,
                "entries": [entry],
                "settings": {"orderByKeyLocations": False},
                "categories": [{"id": "c1", "name": "people"}],
            },
            "ephemeralContext": [],
            "bannedSequenceGroups": [{"sequences": [{"sequence": "suddenly"}]}],
        },
    }


def novelai() -> bytes:
    """The same as a file."""
    return json.dumps(novelai_value()).encode()


def scenario_value() -> dict[str, Any]:
    """A scenario with a placeholder."""
    return {
        "scenarioVersion": 3,
        "title": "The Light",
        "description": "A keeper.",
        "prompt": "${1#name[Mara]Name:Who keeps it?} kept the light.",
        "tags": ["sea"],
        "context": [{"text": "Skerry Point"}, {"text": "slow"}],
        "lorebook": {"entries": [{"text": "Wet.", "displayName": "Fog", "keys": ["fog"]}]},
    }


def scenario() -> bytes:
    """The same as a file."""
    return json.dumps(scenario_value()).encode()


def ai_novelist() -> bytes:
    """A story of AI Novelist."""
    sections = [
        "　灯を守る。<br>「&lt;火&gt;」<br><br>◇<br>@break<br>霧が来た。",
        "千八百九十三年<br>岬",
        "静かに",
        "31<>29<>93<>60",
        "灯,灯台<|entry|>岬の灯台<br>白い<|entry|>霧<|entry|>冷たい",
        "突然",
        "岬の灯",
        "",
        "1<|sp|>a<|sp|>b",
        "",
    ]
    return "<|endofsection|>".join(sections).encode()


def mikupad_value() -> dict[str, Any]:
    """A session before its values are packed."""
    return {
        "name": "The Light",
        "prompt": [
            {"type": "user", "content": "She kept the light. "},
            {"content": "Fog came.", "completion_probabilities": [{"content": "Fog"}]},
        ],
        "memoryTokens": {
            "contextOrder": "{memPrefix}",
            "prefix": "[",
            "text": "1893",
            "suffix": "",
        },
        "authorNoteTokens": {"prefix": "", "text": "slow", "suffix": ""},
        "authorNoteDepth": 3,
        "worldInfo": {
            "mikuPediaVersion": 1,
            "entries": [
                {"displayName": "Mara", "keys": ["Mara", "keep(er)?"], "text": "40", "search": "9"}
            ],
            "prefix": "",
            "suffix": "",
        },
        "seed": -1,
    }


def mikupad() -> bytes:
    """The same as a file: every value a JSON text."""
    return saved("session.json", mikupad_value())


def saved(name: str, value: Mapping[str, Any]) -> bytes:
    """A save as its program writes it."""
    if name == "session.json":
        value = {field: json.dumps(inner) for field, inner in value.items()}
    return json.dumps(value).encode()


def copied(value: dict[str, Any]) -> Any:
    """A copy to spoil."""
    return json.loads(json.dumps(value))


def text() -> bytes:
    """Plain text."""
    return (
        "Chapter 1\n\nShe kept the light.\n\n***\n\nFog came — “late”.\n\n"
        "Chapter 2\n\n　霧が来た。\n"
    ).encode()


def markdown() -> bytes:
    """Markdown with front matter."""
    return b"---\ntitle: The Light\n---\n\n# Oil\n\nShe *kept* it.\n\n## Log\n\n***\n\nFog.\n"


#: every format by the name of a file in it
ALL: dict[str, Callable[[], bytes]] = {
    "light.docx": docx,
    "light.odt": odt,
    "light.html": html,
    "light.epub": epub,
    "project.zip": novelwriter,
    "one.json": koboldai,
    "two.json": koboldai_2,
    "three.zip": koboldai_zip,
    "light.story": novelai,
    "light.scenario": scenario,
    "light.novel": ai_novelist,
    "session.json": mikupad,
    "mara.png": lambda: lore.png(chara=lore.V2),
    "mara.charx": lore.charx,
    "skerry.json": lambda: lore.data(lore.WORLD_INFO),
    "skerry.lorebook": lambda: lore.data(lore.NOVELAI),
    "light.txt": text,
    "light.md": markdown,
}
