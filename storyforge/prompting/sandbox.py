"""What a template may do: read what it is given and lay it out. All else is refused at once.

jinja2's sandbox keeps a template from the program's insides, not from running without end or
filling the memory. So each round of a loop, each call and each filter is counted in here, and
nothing is made that is larger than a prompt could be. It stops in the thread that renders, so
that nothing is left running.
"""

import json
import time
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, TypeVar

import jinja2
from jinja2 import nodes
from jinja2.exceptions import SecurityError
from jinja2.filters import FILTERS, make_attrgetter
from jinja2.runtime import BlockReference, Context, LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.tests import TESTS
from jinja2.utils import Cycler, Joiner, pass_context
from jinja2.visitor import NodeTransformer

from storyforge.i18n import _

# Seconds of this thread's own time: a busy machine does not make a template unlawful.
_SECONDS = 0.5
# Characters of one value (the largest windows take four million), of one that is walked through
# character by character, and of all that a rendering makes on its way.
_LETTERS, _WALKED, _MADE = 8_000_000, 500_000, 100_000_000
# What an item of a list weighs, in characters.
_ITEM = 32
_BITS = 4096
# Each call takes some six of Python's thousand frames.
_DEPTH = 50
_INDENT = 100
# Those of jinja2's own filters that make little of little.
_FILTERS = frozenset(
    (
        *("abs", "capitalize", "count", "d", "default", "dictsort", "first", "groupby", "indent"),
        *("int", "items", "join", "last", "length", "list", "lower", "map", "max", "min"),
        *("reject", "rejectattr", "replace", "reverse", "select", "selectattr", "sort", "string"),
        *("trim", "truncate", "unique", "upper", "wordcount"),
    )
)
_METHODS = {
    str: frozenset(
        (
            *("capitalize", "count", "endswith", "find", "isdigit", "islower", "isupper", "join"),
            *("lower", "lstrip", "partition", "removeprefix", "removesuffix", "replace", "rfind"),
            *("rpartition", "rsplit", "rstrip", "split", "splitlines", "startswith", "strip"),
            *("title", "upper"),
        )
    ),
    dict: frozenset(("get", "items", "keys", "values")),
    list: frozenset(("count", "index")),
    tuple: frozenset(("count", "index")),
    LoopContext: frozenset(("changed", "cycle")),
    Cycler: frozenset(("next", "reset")),
}
# Those that take a long text as quickly as a short one.
_AT_ONCE = frozenset(
    (
        *("capitalize", "count", "d", "default", "first", "json", "last", "length", "lower"),
        *("replace", "string", "trim", "truncate", "upper"),
    )
)
_GLOBALS = ("range", "dict", "namespace", "cycler", "joiner")
_CALLED = (BlockReference, Joiner, LoopContext, Macro)
_Value = TypeVar("_Value")
_SHOWN = (str, int, float, jinja2.Undefined)


def told_as_json(value: object) -> str:
    """A value as JSON on one line, in its own letters; jinja2's own `tojson` is for web pages."""
    return json.dumps(value, ensure_ascii=False)


def quoted(text: str) -> str:
    """A text with a mark before each line: what it says is told, and no word to the model."""
    return "\n".join(f"> {line}".rstrip() for line in text.strip("\n").split("\n"))


class Sandbox(ImmutableSandboxedEnvironment):
    """One rendering. It is made anew for each, as it counts what that one has done."""

    intercepted_binops = frozenset(("+", "-", "*", "/", "//", "%", "**"))

    def __init__(self, loader: jinja2.BaseLoader | None = None) -> None:
        super().__init__(
            undefined=jinja2.StrictUndefined,
            keep_trailing_newline=True,
            autoescape=False,
            # Constants are no exception from the rules.
            optimized=False,
            finalize=self.shown,
            loader=loader,
            cache_size=0,
        )
        known: dict[str, Callable[..., Any]] = {**FILTERS, "quoted": quoted, "json": told_as_json}
        known |= {"join": self._join, "replace": _replacing}
        names = (*_FILTERS, "quoted", "json")
        self.filters = {name: self._watched(known[name], name in _AT_ONCE) for name in names}
        self.filters["indent"] = self._bounded(self.filters["indent"])
        tests: dict[str, Any] = {**TESTS}
        self.tests = {name: self._watched(test) for name, test in tests.items()}
        self.globals = {name: self.globals[name] for name in _GLOBALS}
        self._functions = (*self.globals.values(), self.tick, self.joined, self.measured)
        self._until = time.thread_time() + _SECONDS
        self._made = self._depth = 0

    def tick(self) -> str:
        """Something was done.

        Raises:
            SecurityError: it takes too long already.
        """
        if time.thread_time() > self._until:
            raise SecurityError(_("it takes too long, perhaps a loop in it never ends"))
        return ""

    def joined(self, *values: object) -> str:
        """What `~` makes."""
        return self._spent("".join(map(str, map(self._shown, values))))

    def measured(self, value: Any) -> Any:
        """The value, where it is not too large.

        Raises:
            SecurityError: it is.
        """
        self.tick()
        if _weight(value, _LETTERS) > _LETTERS:
            raise _too_large()
        return value

    @pass_context
    def shown(self, _context: Context, value: object) -> object:
        """A value that is put into the prompt."""
        return self._shown(value)

    def _shown(self, value: object) -> object:
        if not isinstance(value, _SHOWN) and value is not None:
            told = type(value).__name__
            raise SecurityError(
                _("only texts and numbers can be shown, and this is a “{kind}”").format(kind=told)
            )
        return self.measured(value)

    def concat(self, pieces: Iterable[str]) -> str:
        """The pieces of a prompt, a block or a macro as one text."""
        found: list[str] = []
        size = 0
        for piece in pieces:
            found.append(piece)
            size += len(piece)
            if size > _LETTERS:
                raise _too_large()
        return self._spent("".join(found))

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Call what may be called."""
        self.tick()
        if not self.is_safe_callable(obj):
            name = getattr(obj, "__name__", type(obj).__name__)
            raise SecurityError(_("“{name}” may not be called").format(name=name))
        owner = getattr(obj, "__self__", None)
        if isinstance(owner, str) and obj.__name__ == "replace":
            return self._spent(_replacing(owner, *args))
        if isinstance(owner, str) and obj.__name__ == "join":
            return self._join(args[0], owner)
        self._depth += 1
        if self._depth > _DEPTH:
            raise SecurityError(_("it calls itself without end"))
        result = context.call(obj, *args, **kwargs)
        self._depth -= 1
        return self._spent(result)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Reckon, with numbers that fit on a page."""
        self.tick()
        if operator == "%" and isinstance(left, str):
            raise SecurityError(_("“%” may not be used on texts"))
        if operator in ("*", "**") and _reckoned(operator, left, right) > _LETTERS:
            raise _too_large()
        return self._spent(super().call_binop(context, operator, left, right))

    def is_safe_callable(self, obj: Any) -> bool:
        """Whether a template may call it: what is known, and nothing else."""
        if isinstance(obj, _CALLED) or obj in self._functions:
            return True
        owner, name = getattr(obj, "__self__", None), getattr(obj, "__name__", "")
        return any(name in _METHODS[kind] for kind in _METHODS if isinstance(owner, kind))

    def unsafe_undefined(self, obj: Any, attribute: str) -> jinja2.Undefined:
        """What stands for a forbidden attribute."""
        said = _("the attribute “{name}” is forbidden").format(name=attribute)
        return self.undefined(said, obj=obj, name=attribute, exc=SecurityError)

    def _generate(
        self,
        source: nodes.Template,
        name: str | None,
        filename: str | None,
        defer_init: bool = False,
    ) -> str:
        watched = _Watching().visit(source)
        return super()._generate(watched, name, filename, defer_init)

    def _join(self, items: Iterable[Any], between: str = "", attribute: str | None = None) -> str:
        """`join`, which is refused as soon as it makes too much."""
        found: list[str] = []
        size = 0
        for item in items if attribute is None else map(make_attrgetter(self, attribute), items):
            found.append(str(self._shown(item)))
            size += len(found[-1]) + len(between)
            if size > _LETTERS:
                raise _too_large()
        return self._spent(between.join(found))

    def _spent(self, value: _Value) -> _Value:
        """The value, counted with all that was made before."""
        if isinstance(value, str | list | tuple | dict):
            self._made += len(self.measured(value))
            if self._made > _MADE:
                raise _too_large()
        return value

    def _watched(self, function: Callable[..., Any], at_once: bool = False) -> Callable[..., Any]:
        @wraps(function)
        def watched(*args: Any, **kwargs: Any) -> Any:
            self.tick()
            for value in args:
                self.measured(value)
                if isinstance(value, str) and len(value) > _WALKED and not at_once:
                    raise _too_large()
            return self._spent(function(*args, **kwargs))

        return watched

    def _bounded(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """A filter whose one number is a width in columns."""

        @wraps(function)
        def bounded(*args: Any, **kwargs: Any) -> Any:
            for width in (*args[1:], *kwargs.values()):
                if (isinstance(width, int) and width > _INDENT) or (
                    isinstance(width, str) and len(width) > _INDENT
                ):
                    raise _too_large()
            return function(*args, **kwargs)

        return bounded


class _Watching(NodeTransformer):
    """Puts the sandbox between a template and what it could do without a call."""

    def generic_visit(self, node: nodes.Node, *args: Any, **kwargs: Any) -> nodes.Node:
        """The node with what it holds, watched."""
        super().generic_visit(node, *args, **kwargs)
        if isinstance(node, nodes.For):
            node.body.insert(0, nodes.ExprStmt(_call("tick", [], node), lineno=node.lineno))
        elif isinstance(node, nodes.Concat):
            return _call("joined", node.nodes, node)
        elif (
            isinstance(node, nodes.List | nodes.Dict)
            or (isinstance(node, nodes.Tuple) and node.ctx == "load")
            or (isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Slice))
        ):
            # What a call returns is counted: so are pieces of long texts, thousands of which could
            # be kept.
            return _call("measured", [node], node)
        return node


def _call(name: str, args: list[nodes.Expr], node: nodes.Node) -> nodes.Call:
    what = nodes.EnvironmentAttribute(name, lineno=node.lineno)
    return nodes.Call(what, args, [], None, None, lineno=node.lineno)


def _weight(value: object, most: int) -> int:
    """The characters of a value, or some more than `most`; what cannot be large weighs nothing."""
    total, waiting = 0, [value]
    while waiting and total <= most:
        one = waiting.pop()
        if isinstance(one, str):
            total += len(one)
        elif isinstance(one, list | tuple):
            total += _ITEM * len(one)
            waiting.extend(one[: most // _ITEM])
        elif isinstance(one, dict):
            total += _ITEM * len(one)
            waiting.extend(one.keys())
            waiting.extend(one.values())
    return total


def _reckoned(operator: str, left: Any, right: Any) -> int:
    """About the size of a product or a power, in characters."""
    whole = isinstance(left, int) and isinstance(right, int)
    if operator == "**":
        bits = left.bit_length() * abs(right) if whole else 0
        return 0 if bits <= _BITS else _LETTERS + 1
    if whole:
        bits = left.bit_length() + right.bit_length()
        return 0 if bits <= _BITS else _LETTERS + 1
    several, times = (left, right) if isinstance(right, int) else (right, left)
    return _weight(several, _LETTERS) * times if isinstance(times, int) else 0


def _replacing(text: object, old: str, new: str, count: int = -1) -> str:
    """`replace`, unless it would make too much of it."""
    told = str(text)
    times = told.count(old) if count < 0 else min(told.count(old), count)
    if len(told) + times * len(new) > _LETTERS:
        raise _too_large()
    return told.replace(old, new, count)


def _too_large() -> SecurityError:
    return SecurityError(_("it makes something that is too large"))
