"""A verb's options out of a named tuple's fields: told once, and handed to the verb together."""

import inspect
from collections.abc import Callable
from typing import Any, NamedTuple, get_type_hints

Verb = Callable[..., None]


def with_fields_of(kind: type[NamedTuple]) -> Callable[[Verb], Verb]:
    """Give a verb an option for each field of `kind`, in the place of its own `**options`."""

    def widened(verb: Verb) -> Verb:
        hints = get_type_hints(kind, include_extras=True)
        defaults = kind._field_defaults
        fields = [_option(name, hints[name], defaults[name]) for name in kind._fields]
        signature = inspect.signature(verb, eval_str=True)
        own = [one for one in signature.parameters.values() if one.kind is not one.VAR_KEYWORD]
        told = [one for one in own if one.default is one.empty]
        rest = [one.replace(kind=one.KEYWORD_ONLY) for one in own if one.default is not one.empty]
        parameters = [*told, *fields, *rest]
        vars(verb)["__signature__"] = signature.replace(parameters=parameters)
        return verb

    return widened


def _option(name: str, annotation: Any, default: Any) -> inspect.Parameter:
    keyword = inspect.Parameter.KEYWORD_ONLY
    return inspect.Parameter(name, keyword, default=default, annotation=annotation)
