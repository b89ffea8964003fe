"""A JSON Schema as a grammar in llama.cpp's notation (GBNF). Pure.

llama-cpp-python brings a converter, but what that lets through is no JSON (line ends within a
string) or goes on for ever (a whole number of any length), and it writes a string of 700 characters
as 700 nested rules. Ours knows what a plan's schemas are made of, and refuses the rest by name.

What it lets a model write is compact: a space behind a colon or a comma at the most, no escapes but
those of a quotation mark and a backslash, and no string that begins with white space or a mark.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

#: above it llama.cpp reads a repetition wrongly; it says so on stderr only
_MOST = 1000
# Models write a line or a space before an answer.
_ROOT = r"root ::= [ \n]? answer"
_CHARACTERS = (
    # Strings of nothing but marks say nothing: first comes a letter or a digit of any script…
    r"letter ::= [0-9A-Za-z\xC0-\xD6\xD8-\xF6\xF8-\u024F\u0370-\u1FFF\u2C00-\u2DFF\u3005-\u3007"
    r"\u3041-\uD7FF\uF900-\uFDFF\uFF10-\uFF19\uFF21-\uFF3A\uFF41-\uFF5A\uFF66-\uFFDC"
    r"\U00020000-\U0003FFFF]",
    # … or what opens speech or an aside, and a letter behind it.
    r"opens ::= ['(\xA1\xAB\xBF\u2018\u2019\u201C\u201E\u3008\u300A\u300C\u300E\u3010\uFF08]"
    r' | "\\" ["]',
    r'char ::= [^"\\\x00-\x1F\x7F-\x9F] | escaped',
    r'escaped ::= "\\" ["\\]',
)
_QUOTE, _GAP = r'"\""', '" "?'


def gbnf_of(schema: Mapping[str, Any]) -> str:
    """The grammar of the answers to `schema`, whose names are in the schema's order.

    Raises:
        ValueError: something in it is not known here.
    """
    rules: list[str] = []
    rules.append(f"answer ::= {_value(schema, rules)}")
    return "\n".join((_ROOT, *rules, *_CHARACTERS))


def _value(schema: Mapping[str, Any], rules: list[str]) -> str:
    match schema.get("type"):
        case "object":
            return _rule(_object(schema, rules), rules)
        case "array":
            return _rule(_list(schema, rules), rules)
        case "integer":
            return _rule(_whole(schema["minimum"], schema["maximum"]), rules)
        case "string" if "enum" in schema:
            return _rule(" | ".join(_literal(choice) for choice in schema["enum"]), rules)
        case "string":
            return _rule(_text(schema.get("minLength", 0), schema["maxLength"]), rules)
        case other:
            raise ValueError(f"type {other!r}")


def _rule(body: str, rules: list[str]) -> str:
    """A name for `body`; the same body has one."""
    for rule in rules:
        name, _is, known = rule.partition(" ::= ")
        if known == body:
            return name
    name = f"part-{len(rules)}"
    rules.append(f"{name} ::= {body}")
    return name


def _object(schema: Mapping[str, Any], rules: list[str]) -> str:
    properties = schema["properties"]
    if set(schema.get("required", ())) != set(properties):
        raise ValueError("a part that may be missing")
    parts = (
        f'{_literal(name)} ":" {_GAP} {_value(part, rules)}' for name, part in properties.items()
    )
    return f'"{{" {_joint().join(parts)} "}}"'


def _list(schema: Mapping[str, Any], rules: list[str]) -> str:
    item = _value(schema["items"], rules)
    least, most = schema.get("minItems", 0), min(schema["maxItems"], _MOST)
    more = f"({_joint()}{item}){{{max(0, least - 1)},{most - 1}}}" if most > 1 else ""
    items = f"{item} {more}".rstrip()
    return f'"[" {items} "]"' if least else f'"[" ({items})? "]"'


def _joint() -> str:
    return f' "," {_GAP} '


def _text(least: int, most: int) -> str:
    most = min(most, _MOST)
    ways = [_begun("letter", max(least, 1), most)]
    if most > 1:
        ways.append(_begun("opens letter", max(least, 2), most))
    return f"{_QUOTE} ({' | '.join(ways)}){'' if least else '?'} {_QUOTE}"


def _begun(beginning: str, least: int, most: int) -> str:
    """A text of so many characters, with what it begins with."""
    count = len(beginning.split())
    return f"{beginning} char{{{least - count},{most - count}}}"


def _literal(value: str) -> str:
    """The text of a JSON string, as the grammar has it."""
    told = json.dumps(value, ensure_ascii=False)
    return '"' + re.sub(r'(["\\])', r"\\\1", told) + '"'


def _whole(least: int, most: int) -> str:
    """The whole numbers from `least` (not below 0) to `most`, without a zero before them."""
    if not 0 <= least <= most:
        raise ValueError(f"numbers from {least} to {most}")
    ways = []
    for length in range(len(str(least)), len(str(most)) + 1):
        low = max(least, 10 ** (length - 1) if length > 1 else 0)
        ways.append(_digits(str(low), str(min(most, 10**length - 1))))
    return " | ".join(ways)


def _digits(low: str, high: str) -> str:
    """The numbers between two that have as many digits."""
    if not low:
        return ""
    rest = len(low) - 1
    if set(low[1:]) <= {"0"} and set(high[1:]) <= {"9"}:
        return f"[{low[0]}-{high[0]}] " + (f"[0-9]{{{rest}}}" if rest else "")
    if low[0] == high[0]:
        return f'"{low[0]}" ({_digits(low[1:], high[1:])})'
    ways = [f'"{low[0]}" ({_digits(low[1:], "9" * rest)})']
    if int(high[0]) - int(low[0]) > 1:
        ways.append(f"[{int(low[0]) + 1}-{int(high[0]) - 1}] [0-9]{{{rest}}}")
    ways.append(f'"{high[0]}" ({_digits("0" * rest, high[1:])})')
    return " | ".join(ways)
