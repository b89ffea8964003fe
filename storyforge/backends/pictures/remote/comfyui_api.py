"""ComfyUI's API: how a workflow is told to it, and how answers and complaints are read. Pure.

Source: the program's server.py and execution.py. What it says while it draws is `comfyui_events`'.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from storyforge.backends.remote.api import Call, Part
from storyforge.backends.remote.complaints import shortened
from storyforge.backends.remote.hearing import inside, objects, words
from storyforge.domain.kept_json import read_json
from storyforge.domain.picture.png_head import LARGEST_FILE
from storyforge.domain.picture.workflows.graph import Graph
from storyforge.domain.text import one_line
from storyforge.i18n import _, sentences

# Where its pictures lie there; nothing else of ours is in it.
_FOLDER = "storyforge"
_SHOWN = 3
# Numbers in the queue count what was ordered there.
_COUNTABLE = 1 << 53
_PNG = "image/png"


@dataclass(frozen=True, slots=True)
class File:
    """A picture on the server."""

    name: str
    folder: str = ""
    kind: str = "output"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a workflow.

    Attributes:
        files: pictures, the one that is meant first.
        why: what failed, for the author; "" where nothing did.
        interrupted: somebody stopped it.
    """

    files: tuple[File, ...] = ()
    why: str = ""
    interrupted: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a workflow stands in the queue.

    Attributes:
        ahead: how many are drawn before it.
    """

    running: bool = False
    waiting: bool = False
    ahead: int = 0


def about() -> Call:
    """Asks what it is."""
    return Call("GET", "/system_stats")


def read_about(document: Any) -> tuple[str, str]:
    """Its name with its version, and what it draws on; both may be empty."""
    version = one_line(words(document, "system", "comfyui_version"))
    devices = objects(document, "devices")
    name = one_line(words(devices[0], "name")) if devices else ""
    # “cuda:0 NVIDIA GeForce RTX 4090 : cudaMallocAsync”
    return f"ComfyUI {version}".strip(), name.partition(" : ")[0]


def node(kind: str) -> Call:
    """Asks what one kind of node takes; nothing of a story goes with it."""
    return Call("GET", f"/object_info/{quote(kind, safe='')}")


def read_choices(document: Any, kind: str, name: str) -> tuple[str, ...]:
    """What one may choose from in an input; nothing where it is not told, or free."""
    for part in ("required", "optional"):
        told = inside(document, kind, "input", part, name)
        if not isinstance(told, list) or not told:
            continue
        # A list itself, or in newer versions “COMBO” with its options behind.
        found = told[0] if isinstance(told[0], list) else None
        if found is None and len(told) > 1:
            found = inside(told[1], "options")
        if isinstance(found, list):
            return tuple(each for each in found if isinstance(each, str))
    return ()


def embeddings() -> Call:
    """Asks what embeddings it has."""
    return Call("GET", "/embeddings")


def read_embeddings(document: Any) -> tuple[str, ...]:
    """The answer to `embeddings`."""
    return (
        tuple(each for each in document if isinstance(each, str))
        if isinstance(document, list)
        else ()
    )


def upload(name: str, data: bytes) -> Call:
    """Puts a picture to begin from into its folder; again is the same file."""
    return Call(
        "POST",
        "/upload/image",
        form=(
            Part("image", data, f"{name}.png", _PNG),
            Part("type", b"input"),
            Part("subfolder", _FOLDER.encode()),
            Part("overwrite", b"true"),
        ),
    )


def read_uploaded(document: Any) -> str:
    """How a node names the picture that was put there; "" where the answer does not tell."""
    name, folder = words(document, "name"), words(document, "subfolder")
    return f"{folder}/{name}" if name and folder else name


def ask(workflow: Mapping[str, Any], client: str, task: str, *, previews: bool) -> Call:
    """Has a workflow run. A second time it would run twice: who is unsure looks for `task`.

    Args:
        task: its name in queue and history, a UUID; older versions give one of their own.
    """
    body: dict[str, Any] = {"prompt": workflow, "client_id": client, "prompt_id": task}
    if previews:
        body["extra_data"] = {"preview_method": "auto"}
    return Call("POST", "/prompt", body, again=False)


def read_asked(document: Any) -> str:
    """Its name in queue and history; "" where it was not taken."""
    return words(document, "prompt_id")


def history(task: str) -> Call:
    """Asks what became of a workflow."""
    return Call("GET", f"/history/{quote(task, safe='')}")


def read_history(
    document: Any, task: str, outputs: tuple[str, ...], graph: Graph
) -> Outcome | None:
    """The answer to `history`; None while it has not ended.

    Args:
        outputs: the nodes whose pictures are meant, the likeliest first.
    """
    found = inside(document, task)
    if not isinstance(found, Mapping):
        return None
    if words(found, "status", "status_str") == "error":
        return _failed(found, graph)
    others = [key for key in _keys(inside(found, "outputs")) if key not in outputs]
    files = [file for key in (*outputs, *others) for file in _files(found, key)]
    return Outcome(tuple(files))


def queue() -> Call:
    """Asks what is drawn and what waits."""
    return Call("GET", "/queue")


def read_queue(document: Any, task: str) -> Standing:
    """The answer to `queue`."""
    running, waiting = (_rows(document, name) for name in ("queue_running", "queue_pending"))
    if any(key == task for _number, key in running):
        return Standing(running=True)
    mine = next((number for number, key in waiting if key == task), None)
    if mine is None:
        return Standing()
    before = sum(number < mine for number, _key in waiting)
    return Standing(waiting=True, ahead=len(running) + before)


def take_out(task: str) -> Call:
    """Takes a workflow out of the queue that does not run yet."""
    return Call("POST", "/queue", {"delete": [task]}, again=False)


def interrupt(task: str) -> Call:
    """Ends what runs, within a step; versions that know names end only this one."""
    return Call("POST", "/interrupt", {"prompt_id": task}, again=False)


def view(file: File) -> Call:
    """Fetches a picture."""
    told = {"filename": file.name, "subfolder": file.folder, "type": file.kind}
    return Call("GET", "/view", query=told, limit=LARGEST_FILE)


def complaint(body: str, graph: Graph) -> str:
    """What it has against a workflow, node by node, for the author; "" where it does not tell."""
    document = read_json(body)
    found = list[str]()
    nodes = inside(document, "node_errors")
    for key, told in nodes.items() if isinstance(nodes, Mapping) else ():
        called = graph[key].called if key in graph else one_line(str(key))
        found += [_of_node(called, each) for each in objects(told, "errors")]
    if not found:
        error = inside(document, "error")
        said = error if isinstance(error, str) else words(error, "message")
        found = [shortened(f"{said} {words(error, 'details')}")] if said else []
    return sentences(found[:_SHOWN])


def _of_node(called: str, told: Mapping[str, Any]) -> str:
    name = one_line(words(told, "extra_info", "input_name"))
    received = inside(told, "extra_info", "received_value")
    if words(told, "type") == "value_not_in_list" and name:
        return _("{node} does not know “{value}” for {input}.").format(
            node=called, value=shortened(str(received)), input=name
        )
    said = shortened(f"{words(told, 'message')} {words(told, 'details')}")
    return _("{node}: {what}").format(node=called, what=said)


def of_running(called: str, kind: str, said: str) -> str:
    """What failed while a node ran."""
    what = shortened(said) or one_line(kind)
    return _("{node}: {what}").format(node=called, what=what) if called else what


def _failed(found: Mapping[str, Any], graph: Graph) -> Outcome:
    messages = inside(found, "status", "messages")
    for each in messages if isinstance(messages, list) else ():
        if not isinstance(each, list) or len(each) != 2:
            continue
        if each[0] == "execution_interrupted":
            return Outcome(interrupted=True)
        if each[0] == "execution_error":
            return Outcome(why=error_of(each[1], graph))
    return Outcome(why=_("it does not say what"))


def error_of(told: Any, graph: Graph) -> str:
    """What an `execution_error` says, for the author."""
    key = words(told, "node_id")
    called = graph[key].called if key in graph else one_line(words(told, "node_type"))
    said = words(told, "exception_message")
    return of_running(called, words(told, "exception_type"), said) or _("it does not say what")


def _files(found: Mapping[str, Any], key: str) -> list[File]:
    return [
        File(words(each, "filename"), words(each, "subfolder"), words(each, "type") or "output")
        for each in objects(found, "outputs", key, "images")
        if words(each, "filename")
    ]


def _keys(found: Any) -> list[str]:
    return [key for key in found if isinstance(key, str)] if isinstance(found, Mapping) else []


def _rows(document: Any, name: str) -> list[tuple[float, str]]:
    """(number, name) of what is in a part of the queue."""
    found = inside(document, name)
    return [
        (float(row[0]), row[1])
        for row in (found if isinstance(found, list) else ())
        if isinstance(row, list)
        and len(row) > 1
        and isinstance(row[0], int | float)
        and abs(row[0]) < _COUNTABLE
        and isinstance(row[1], str)
    ]
