"""A workflow as ComfyUI runs it: nodes by number, each with its kind and its inputs. Pure.

ComfyUI has two forms of one workflow. Its editor keeps boxes and lines; what can be run is the
other one, which it exports as “API”. Only that one is read, and the first is told apart by name.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from storyforge.domain.text import one_line
from storyforge.errors import BadInput
from storyforge.i18n import _

# A workflow of a thousand nodes is a tenth of it.
_LARGEST = 4 << 20
_LONGEST_TITLE = 80
# An input that is nested has three levels.
_DEEPEST = 64
# Titles that say where something goes.
_MARK = "storyforge"


@dataclass(frozen=True, slots=True)
class Node:
    """One box of a workflow.

    Attributes:
        kind: its class in ComfyUI.
        title: as its author called it; else its kind.
        inputs: by name: a value, or a `Link`.
    """

    id: str
    kind: str
    title: str
    inputs: Mapping[str, Any]

    @property
    def called(self) -> str:
        """How an author finds it: its title and its number; of one that is a mark, its kind."""
        name = one_line(self.kind) if self.title.casefold().startswith(_MARK) else self.title
        return f"{name} ({one_line(self.id)})"

    def link(self, name: str) -> "Link | None":
        """Where an input comes from; None where it stands here, or is not there."""
        return link_of(self.inputs.get(name))

    def value(self, name: str) -> Any:
        """What stands in an input; None where it comes from another node."""
        told = self.inputs.get(name)
        return None if link_of(told) is not None else told


@dataclass(frozen=True, slots=True)
class Link:
    """An output of a node."""

    node: str
    output: int


Graph = Mapping[str, Node]


def link_of(told: object) -> Link | None:
    """The link that an input's value is; None where it is a value."""
    if isinstance(told, list) and len(told) == 2:
        node, output = told
        if isinstance(node, str | int) and type(output) is int and not isinstance(node, bool):
            return Link(str(node), output)
    return None


def read(data: bytes | str, name: str) -> Graph:
    """The workflow that a file's text is.

    Args:
        name: of the file, for what is said about it.

    Raises:
        BadInput: it is none, or ComfyUI could not run it.
    """
    found = _json(data, name)
    if isinstance(found, dict) and isinstance(found.get("nodes"), list):
        raise BadInput(
            _("“{name}” is the form that ComfyUI's editor keeps, and cannot be run.").format(
                name=name
            ),
            title=_("Another form of workflow"),
            hint=_(
                "Open it in ComfyUI and export it once more: Workflow, Export (API). In older "
                "versions: Settings, Enable Dev mode, then Save (API Format)."
            ),
        )
    if isinstance(found, dict) and isinstance(found.get("prompt"), dict):
        found = found["prompt"]  # as it is sent, or as a picture keeps it
    if not isinstance(found, dict) or not found:
        raise _no_workflow(name)
    nodes = {str(key): _node(str(key), told, name) for key, told in found.items()}
    for node in nodes.values():
        for told in node.inputs.values():
            link = link_of(told)
            if link is not None and link.node not in nodes:
                raise BadInput(
                    _("In “{name}” the node {node} needs node {other}, which is missing.").format(
                        name=name, node=node.called, other=link.node
                    ),
                    title=_("Workflow not whole"),
                    hint=_("Export it from ComfyUI once more."),
                )
    return nodes


def above(graph: Graph, ends: frozenset[str]) -> frozenset[str]:
    """`ends` and every node that something of theirs comes from."""
    seen, waiting = set[str](), list(ends)
    while waiting:
        one = waiting.pop()
        if one not in seen and one in graph:
            seen.add(one)
            waiting += [link.node for _name, link in links_of(graph[one])]
    return frozenset(seen)


def links_of(node: Node) -> Iterator[tuple[str, Link]]:
    """The inputs that come from other nodes, by name."""
    for name, told in node.inputs.items():
        link = link_of(told)
        if link is not None:
            yield name, link


def ordered(graph: Graph) -> tuple[Node, ...]:
    """The nodes by number."""
    return tuple(sorted(graph.values(), key=lambda node: (len(node.id), node.id)))


def sent(graph: Graph) -> dict[str, Any]:
    """The workflow as ComfyUI takes it."""
    return {
        node.id: {
            "class_type": node.kind,
            "inputs": dict(node.inputs),
            "_meta": {"title": node.title},
        }
        for node in graph.values()
    }


def _json(data: bytes | str, name: str) -> Any:
    if len(data) > _LARGEST:
        raise _no_workflow(name)
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        raise _no_workflow(name) from None
    if _is_deep(found):
        raise _no_workflow(name)
    return found


def _is_deep(told: Any) -> bool:
    """Whether it is nested deeper than any workflow: it could be read, and not be sent."""
    level = [told]
    for _depth in range(_DEEPEST):
        level = [
            inner
            for each in level
            if isinstance(each, (dict, list))
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
        if not level:
            return False
    return True


def _node(key: str, told: Any, name: str) -> Node:
    kind = told.get("class_type") if isinstance(told, dict) else None
    inputs = told.get("inputs", {}) if isinstance(told, dict) else None
    if not isinstance(kind, str) or not kind or not isinstance(inputs, dict):
        raise _no_workflow(name)
    meta = told.get("_meta")
    title = meta.get("title") if isinstance(meta, dict) else ""
    shown = one_line(title if isinstance(title, str) else "")[:_LONGEST_TITLE].strip()
    return Node(key, kind, shown or one_line(kind)[:_LONGEST_TITLE], inputs)


def _no_workflow(name: str) -> BadInput:
    return BadInput(
        _("“{name}” is no workflow of ComfyUI.").format(name=name),
        title=_("No workflow"),
        hint=_("In ComfyUI choose Workflow, Export (API), and name the file that it saves."),
    )
