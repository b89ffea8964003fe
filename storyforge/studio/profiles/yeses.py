"""What an author said yes to in a profile, and when that is not what was meant any more. Pure."""

from collections.abc import Mapping
from typing import Any

from storyforge.domain.hosts import host_of


def withdrawn(before: Mapping[str, Any], after: Mapping[str, Any]) -> frozenset[str]:
    """The settings of a profile's table `before` that were a yes to what `after` has no more.

    An unencrypted way was allowed to one host, and program code to one model.
    """
    elsewhere = _host(before) != _host(after)
    other = _said(before, "model") != _said(after, "model")
    gone = (("plain_http", elsewhere), ("trust_code", other))
    return frozenset(name for name, changed in gone if changed and before.get(name))


def _host(table: Mapping[str, Any]) -> str:
    return host_of(_said(table, "url"))


def _said(table: Mapping[str, Any], name: str) -> str:
    return str(table.get(name) or "")
