"""A machine that reads pickles of weights and runs nothing.

Python's own reader calls what a pickle names. This one knows two dozen names (`pickle_values`),
makes plain values of them, and stops at any other.
"""

import pickletools
from collections.abc import Callable
from io import BytesIO
from typing import Any

from storyforge.images.pickle_values import (
    ALLOWED,
    CALLS,
    CLASSES,
    PARAMETERS,
    STORAGES,
    Damaged,
    ForbiddenName,
    Name,
    Storage,
    as_key,
    as_set,
    as_size,
)

# A checkpoint with all of its trainer's notes has some 500,000 steps in 5 MB.
_MOST_STEPS = 20_000_000


class Machine:
    """Reads one pickle."""

    def __init__(self) -> None:
        self._stack: list[Any] = []
        self._marks: list[int] = []
        self._memo: dict[int, Any] = {}

    def run(self, data: BytesIO) -> Any:
        """The value that the pickle at the place of `data` makes; `data` stands behind it then.

        Raises:
            ForbiddenName: it names what is not allowed; nothing was run.
            Damaged: it cannot be read.
        """
        try:
            for step, (opcode, argument, _place) in enumerate(pickletools.genops(data)):
                if step > _MOST_STEPS:
                    raise Damaged(step)
                self._do(opcode.name, argument)
            return self._stack.pop()
        except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
            raise Damaged(error) from error

    def _do(self, code: str, argument: Any) -> None:
        if code in _PUSHES:
            self._stack.append(argument)
        elif code in _FRESH:
            self._stack.append(_FRESH[code]())
        elif code in _PUTS:
            self._memo[len(self._memo) if argument is None else argument] = self._stack[-1]
        elif code in _GETS:
            self._stack.append(self._memo[argument])
        elif code in _GATHERED:
            self._stack.append(_GATHERED[code](self._since_mark()))
        elif code in _TUPLES:
            self._stack.append(tuple(self._taken(_TUPLES[code])))
        elif code in _DOES:
            _DOES[code](self, argument)
        elif code not in _IDLE:
            # Everything else makes objects by itself.
            raise ForbiddenName(str(argument or code).replace(" ", "."))

    def _taken(self, count: int) -> list[Any]:
        if count > len(self._stack):
            raise Damaged(count)
        found = self._stack[-count:]
        del self._stack[-count:]
        return found

    def _since_mark(self) -> list[Any]:
        at = self._marks.pop()
        found = self._stack[at:]
        del self._stack[at:]
        return found

    def _mark(self, _argument: Any) -> None:
        self._marks.append(len(self._stack))

    def _pop(self, _argument: Any) -> None:
        if self._marks and self._marks[-1] == len(self._stack):
            self._marks.pop()
        else:
            self._stack.pop()

    def _pop_mark(self, _argument: Any) -> None:
        self._since_mark()

    def _dup(self, _argument: Any) -> None:
        self._stack.append(self._stack[-1])

    def _append(self, _argument: Any) -> None:
        (value,) = self._taken(1)
        self._into(list).append(value)

    def _appends(self, _argument: Any) -> None:
        values = self._since_mark()
        self._into(list).extend(values)

    def _set_item(self, _argument: Any) -> None:
        pair = self._taken(2)
        self._into(dict).update(_pairs(pair))

    def _set_items(self, _argument: Any) -> None:
        values = self._since_mark()
        self._into(dict).update(_pairs(values))

    def _add_items(self, _argument: Any) -> None:
        values = self._since_mark()
        self._into(set).update(as_set(values))

    def _into(self, kind: type) -> Any:
        """The collection on top, below the values just taken."""
        if type(self._stack[-1]) is not kind:
            raise Damaged(kind.__name__)
        return self._stack[-1]

    def _global(self, argument: Any) -> None:
        module, _, name = argument.partition(" ")
        self._stack.append(_known(module, name))

    def _stack_global(self, _argument: Any) -> None:
        self._stack.append(_known(*self._taken(2)))

    def _reduce(self, _argument: Any) -> None:
        called, given = self._taken(2)
        if called not in CALLS:
            raise ForbiddenName(_told(called))
        self._stack.append(CALLS[called](*given))

    def _new(self, _argument: Any) -> None:
        made, _given = self._taken(2)
        self._made(made)

    def _new_with_names(self, _argument: Any) -> None:
        made, _given, _named = self._taken(3)
        self._made(made)

    def _made(self, made: Any) -> None:
        if made not in CLASSES:
            raise ForbiddenName(_told(made))
        self._stack.append({} if made == PARAMETERS else None)

    def _build(self, _argument: Any) -> None:
        (state,) = self._taken(1)
        target = self._stack[-1]
        if target is not None and type(target) is not dict:
            raise ForbiddenName(_told(target))
        held = state.get("_parameters") if type(state) is dict else None
        if target is not None and type(held) is dict:
            target.update(held)

    def _named_by_torch(self, _argument: Any) -> None:
        """A storage; in older files a class too, with the text of its program, which is let be."""
        (told,) = self._taken(1)
        word, kind, *more = told
        if not isinstance(kind, Name):
            raise Damaged
        if word == "module":
            self._stack.append(kind)
            return
        key, _place, count, *view = more
        if word != "storage" or kind.name not in STORAGES or type(key) is not str:
            raise Damaged
        start = as_size(view[0][1]) if view and view[0] is not None else 0
        self._stack.append(Storage(key, STORAGES[kind.name], as_size(count), start))


def _pairs(flat: list[Any]) -> dict[Any, Any]:
    return {as_key(key): value for key, value in zip(flat[::2], flat[1::2], strict=True)}


def _known(module: Any, name: Any) -> Name:
    if type(module) is not str or type(name) is not str:
        raise Damaged(module)
    found = Name(module, name)
    if found not in ALLOWED:
        raise ForbiddenName(_told(found))
    return found


def _told(value: Any) -> str:
    return str(value) if isinstance(value, Name) else type(value).__name__


# The machine's orders, by their names in `pickletools`.
_PUSHES = {
    "INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4", "FLOAT", "BINFLOAT",
    "STRING", "BINSTRING", "SHORT_BINSTRING", "UNICODE", "SHORT_BINUNICODE", "BINUNICODE",
    "BINUNICODE8", "BINBYTES", "SHORT_BINBYTES", "BINBYTES8",
}  # fmt: skip
_FRESH: dict[str, Callable[[], Any]] = {
    "NONE": lambda: None,
    "NEWTRUE": lambda: True,
    "NEWFALSE": lambda: False,
    "EMPTY_DICT": dict,
    "EMPTY_LIST": list,
    "EMPTY_TUPLE": tuple,
    "EMPTY_SET": set,
}
_GATHERED: dict[str, Callable[[list[Any]], Any]] = {
    "TUPLE": tuple,
    "LIST": list,
    "DICT": _pairs,
    "FROZENSET": as_set,
}
_TUPLES = {"TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}
_PUTS = {"PUT", "BINPUT", "LONG_BINPUT", "MEMOIZE"}
_GETS = {"GET", "BINGET", "LONG_BINGET"}
_IDLE = {"PROTO", "FRAME", "STOP"}
_DOES: dict[str, Callable[[Machine, Any], None]] = {
    "MARK": Machine._mark,
    "POP": Machine._pop,
    "POP_MARK": Machine._pop_mark,
    "DUP": Machine._dup,
    "APPEND": Machine._append,
    "APPENDS": Machine._appends,
    "SETITEM": Machine._set_item,
    "SETITEMS": Machine._set_items,
    "ADDITEMS": Machine._add_items,
    "GLOBAL": Machine._global,
    "STACK_GLOBAL": Machine._stack_global,
    "REDUCE": Machine._reduce,
    "NEWOBJ": Machine._new,
    "NEWOBJ_EX": Machine._new_with_names,
    "BUILD": Machine._build,
    "BINPERSID": Machine._named_by_torch,
}
