"""Every word an author may see comes from the one catalogue."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from storyforge import i18n
from tests import words

PACKAGE = words.PACKAGE
SHOWN = sorted(path for room in ("cli", "tui", "studio") for path in (PACKAGE / room).rglob("*.py"))
TRANSLATORS = frozenset({"_", "N_", "ngettext"})

#: calls that show an argument: which one, counted from 0
CALLS = {
    "Label": 0, "Static": 0, "Button": 0, "Checkbox": 0, "RadioButton": 0, "Option": None,
    "Binding": 2, "notify": 0, "tell": 0, "echo": 0, "secho": 0, "confirm": 0, "prompt": 0,
}  # fmt: skip
#: keyword arguments and attributes that are shown wherever they stand
NAMES = frozenset(
    {"help", "short_help", "epilog", "placeholder", "title", "sub_title", "tooltip", "hint"}
    | {"border_title", "border_subtitle", "description"}
)
WORD = re.compile(r"[A-Za-z]{2,}")
# "The engine is ready.", "No scene here": a capital and two words more.
PROSE = re.compile(r"^\W*[A-Z][a-z]*,? [a-z]+ [a-z]+")

#: what stands in an expression that sentences of others are matched with
PATTERN = re.compile(r"\\\.|\([.\\]")

#: not for translation: the program's own name, its commands, and file names
UNTRANSLATED = re.compile(r"storyforge( [a-z-]+)* --help|storyforge|\S*\.(forge|md|gguf|docx)")
#: calls whose words go to a log or to programmers
UNSEEN = frozenset(
    {"debug", "info", "warning", "error", "exception", "ValueError", "TypeError"}
    | {"NotImplementedError", "RuntimeError", "AssertionError", "HistoryException"}
)


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")


def _pieces(node: ast.expr | None) -> Iterator[str]:
    """The literal words of an expression that no translator has seen."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=values):
            for value in values:
                if isinstance(value, ast.Constant):
                    yield str(value.value)
        case ast.BinOp(left=left, right=right):
            yield from _pieces(left)
            yield from _pieces(right)
        case ast.IfExp(body=body, orelse=orelse):
            yield from _pieces(body)
            yield from _pieces(orelse)


def _shown(tree: ast.AST) -> Iterator[tuple[int, ast.expr]]:
    """Expressions at places that are known to be shown."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in CALLS:
            place = CALLS[_name(node.func)]
            if place is not None and len(node.args) > place:
                yield node.lineno, node.args[place]
        if isinstance(node, ast.keyword) and node.arg in NAMES:
            yield node.value.lineno, node.value
        if isinstance(node, ast.Assign):
            names = {_name(target) for target in node.targets if isinstance(target, ast.Attribute)}
            if names & NAMES:
                yield node.lineno, node.value


def _prose(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Literals that read like a sentence, wherever they stand."""
    passed: set[int] = set()
    for node in ast.walk(tree):
        documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
        if isinstance(node, ast.Expr | documented):
            first = node if isinstance(node, ast.Expr) else node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                passed.add(id(first.value))
        if isinstance(node, ast.Call) and _name(node.func) in TRANSLATORS | UNSEEN:
            passed |= {id(inner) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or id(node) in passed:
            continue
        if (
            isinstance(node.value, str)
            and PROSE.match(node.value)
            and not PATTERN.search(node.value)
        ):
            yield node.lineno, node.value


def _marked(tree: ast.AST) -> Iterator[tuple[int, ast.expr]]:
    """What is handed to the catalogue."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in TRANSLATORS:
            for given in node.args[: 2 if _name(node.func) == "ngettext" else 1]:
                yield node.lineno, given


def _at_import(tree: ast.AST) -> Iterator[int]:
    """Lines that translate while the module is imported: too early to know the language."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            inner = [*node.args.defaults, *(d for d in node.args.kw_defaults if d is not None)]
            for early in inner:
                yield from _at_import(ast.Expression(early))
        else:
            if isinstance(node, ast.Call) and _name(node.func) in {"_", "ngettext"}:
                yield node.lineno
            yield from _at_import(node)


def _untranslated(source: str) -> list[str]:
    tree = ast.parse(source)
    found = [
        f"{line}: {text!r}"
        for line, expression in _shown(tree)
        for text in _pieces(expression)
        if WORD.search(text) and not UNTRANSLATED.fullmatch(text.strip())
    ]
    return found + [f"{line}: {text!r}" for line, text in _prose(tree)]


@cache
def _everything() -> tuple[tuple[str, ast.Module], ...]:
    return tuple(
        (str(path.relative_to(PACKAGE)), ast.parse(path.read_text("utf-8")))
        for path in sorted(PACKAGE.rglob("*.py"))
    )


def test_every_message_is_a_plain_literal_that_the_catalogue_has() -> None:
    # The extractor passes over what stands within an f-string, and over what is put together.
    known: set[str] = set()
    for message in words.catalogue():
        known |= set(message.id if isinstance(message.id, tuple | list) else (message.id,))
    lost = [
        f"{path}:{line}: {ast.unparse(given)}"
        for path, tree in _everything()
        for line, given in _marked(tree)
        if isinstance(given, ast.JoinedStr | ast.BinOp)
        or (isinstance(given, ast.Constant) and given.value not in known)
    ]
    assert lost == []


def test_nothing_is_translated_before_the_language_is_chosen() -> None:
    # The command line's modules are imported when it is; tables elsewhere are marked with N_.
    early = [
        f"{path}:{line}"
        for path, tree in _everything()
        if not path.startswith("cli/")
        for line in _at_import(tree)
    ]
    assert early == []


@pytest.mark.parametrize(
    "source",
    [
        'TITLE = _("Stories")',
        'class A:\n    X = [_("a")]',
        'def f(a=_("b")): ...',
        "[_(x) for x in y]",
    ],
)
def test_a_word_that_is_translated_too_early_is_found(source: str) -> None:
    assert list(_at_import(ast.parse(source)))
    late = "def f():\n" + "".join(f"    {line}\n" for line in source.splitlines())
    assert not list(_at_import(ast.parse(late)))


def _errors() -> set[str]:
    """The names of the errors that an author may read."""
    found = {"StoryforgeError"}
    while True:
        more = {
            node.name
            for _path, tree in _everything()
            for node in ast.walk(tree)
            if isinstance(node, ast.ClassDef) and found & {_name(base) for base in node.bases}
        }
        if more <= found:
            return found
        found |= more


def test_what_an_error_says_goes_through_the_catalogue() -> None:
    kinds = _errors()
    plain = [
        f"{path}:{node.lineno}: {text!r}"
        for path, tree in _everything()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _name(node.func) in kinds
        for said in (*node.args[:1], *(k.value for k in node.keywords if k.arg in NAMES))
        for text in _pieces(said)
        if WORD.search(text) and not UNTRANSLATED.fullmatch(text)
    ]
    assert kinds >= {"BadInput", "ModelError", "Refused", "StoryFileError"}
    assert plain == []


@pytest.mark.parametrize("path", SHOWN, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_what_is_shown_goes_through_the_catalogue(path: Path) -> None:
    assert _untranslated(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        'Label("Binder")',
        'Button(f"Take {number}")',
        'Static("Words: " + count)',
        'app.notify("Saved" if ok else _("Not saved"))',
        'Binding("f1", "help", "Help")',
        'typer.Option("--force", help="Overwrite")',
        'self.border_title = "Takes"',
        'show("The engine is ready.")',
    ],
)
def test_a_word_beside_the_catalogue_is_found(source: str) -> None:
    assert _untranslated(source)


@pytest.mark.parametrize(
    "source",
    [
        'Label(_("Binder"))',
        'Binding("f1", "help", N_("Help"))',
        'log.warning("The list could not be read: %s", error)',
        'typer.Option("--force", help=_("Overwrite"))',
        '"""The desk and the page."""',
        'Label("1,204")',
    ],
)
def test_what_needs_no_translation_is_let_by(source: str) -> None:
    assert _untranslated(source) == []


def test_the_template_holds_exactly_the_words_of_the_sources() -> None:
    # On a difference: make words.
    assert words.TEMPLATE.read_text("utf-8") == words.template()


def test_the_template_is_a_catalogue_that_babel_reads() -> None:
    with words.TEMPLATE.open("rb") as file:
        catalogue = read_po(file)
    assert len(catalogue) > 100
    assert not list(catalogue.check())


def test_every_message_can_be_filled_in() -> None:
    # A brace that is not a placeholder would fail on the screen and nowhere else.
    for message in words.catalogue():
        texts = message.id if isinstance(message.id, tuple | list) else (message.id,)
        for text in texts:
            fields = re.findall(r"\{(\w*)[^{}]*\}", str(text))
            assert all(fields), text


def test_another_language_is_shown_when_it_has_a_catalogue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from babel.messages.catalog import Catalog
    from babel.messages.mofile import write_mo

    catalogue = Catalog(locale="ja")
    catalogue.add("Stories", "物語")
    catalogue.add(("{n} word", "{n} words"), ("{n}語",))
    folder = tmp_path / "ja" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "storyforge.mo").open("wb") as file:
        write_mo(file, catalogue)
    monkeypatch.setattr(i18n, "locale_dir", lambda: tmp_path)
    i18n.use_language("ja")
    assert i18n._("Stories") == "物語"
    assert i18n.ngettext("{n} word", "{n} words", 2) == "{n}語"
    assert i18n._("Backups") == "Backups"
    i18n.use_language("xx")
    assert i18n._("Stories") == "Stories"
