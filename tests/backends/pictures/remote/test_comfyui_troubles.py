"""ComfyUI stops, breaks, forgets and complains: what is drawn is not lost, what is not is told."""

import asyncio
import json
import logging
import ssl
import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import trustme

from storyforge.backends.pictures.base import NotReady, Painted
from storyforge.backends.pictures.remote import comfyui_api as api
from storyforge.backends.pictures.remote import comfyui_socket
from storyforge.domain.picture.orders import Drawing
from tests.backends.pictures.remote.far_comfyui import FarComfy, far_comfyui
from tests.backends.pictures.remote.hearing import KEY, ORDER, Heard, paint
from tests.backends.pictures.remote.test_comfyui import painter
from tests.backends.remote.far_side import JSON, Answer, document, far_side

QUICK = {"pace": 0.05}


def posts(far: FarComfy, path: str) -> list[Any]:
    return [each.body for each in far.asked if (each.method, each.path) == ("POST", path)]


def doing(heard: Heard) -> list[str]:
    notes = (each.doing for each in heard.steps)
    return [each.text.format_map(each.values) for each in notes if each is not None]


def at_step(step: int, act: Callable[[], object]) -> Callable[[Painted], object]:
    def each(said: Painted) -> None:
        if isinstance(said, Drawing) and said.step == step:
            act()

    return each


# Stopping.


async def test_a_stop_ends_what_runs_there_and_nothing_else() -> None:
    stop = asyncio.Event()
    async with far_comfyui(pauses_after=2) as far:
        heard = await paint(painter(far), stop=stop, each=at_step(2, stop.set))
        (task,) = far.took
        assert posts(far, "/interrupt") == [{"prompt_id": task}]
        assert posts(far, "/queue") == []
    assert heard.error is None
    assert not any(not isinstance(each, Drawing) for each in heard.steps)


async def test_a_stop_takes_out_of_the_queue_what_waits_there() -> None:
    stop = asyncio.Event()
    async with far_comfyui(ahead=2) as far:
        heard = await paint(painter(far, **QUICK), stop=stop, each=at_step(0, stop.set))
        ((told),) = posts(far, "/queue")
        assert list(told) == ["delete"]
        assert posts(far, "/interrupt") == []
    assert doing(heard) == ["in the queue of 127.0.0.1, 2 before it"]


async def test_a_stop_before_the_server_has_answered_still_reaches_it() -> None:
    stop = asyncio.Event()
    async with far_comfyui(slow=True, pauses_after=1) as far:
        painting = asyncio.create_task(paint(painter(far), stop=stop))
        await far.paused.wait()
        stop.set()
        far.may_answer.set()
        await painting
        (task,) = far.took
        assert posts(far, "/interrupt") == [{"prompt_id": task}]


async def test_what_was_stopped_is_drawn_under_another_name() -> None:
    stop = asyncio.Event()
    async with far_comfyui(pauses_after=2) as far:
        here = painter(far)
        await paint(here, stop=stop, each=at_step(2, stop.set))
        far.pauses_after = 0
        heard = await paint(here)
    assert heard.error is None
    assert heard.drawn.seed == 7
    assert len(far.took) == 2


# A socket that breaks, and a server that does.


async def test_a_socket_that_breaks_is_opened_again() -> None:
    async with far_comfyui(breaks_after=2, pauses_after=3) as far:
        far.opened.clear()

        async def go_on() -> None:
            await far.paused.wait()
            far.opened.clear()
            await far.opened.wait()
            far.go.set()

        going = asyncio.create_task(go_on())
        heard = await paint(painter(far, **QUICK), replace(ORDER, steps=5))
        await going
    assert heard.error is None
    assert heard.drawn.seed == 7
    assert heard.steps[-1].step == 5
    assert len([each for each in far.asked if each.path.startswith("/ws")]) == 2


async def test_without_a_socket_queue_and_history_tell() -> None:
    async with far_comfyui(silent=True) as far:
        heard = await paint(painter(far, **QUICK))
    assert heard.error is None
    assert heard.drawn.seed == 7


async def test_the_socket_follows_nobody_elsewhere() -> None:
    async with far_side() as other, far_comfyui(silent=True) as far:
        far.elsewhere = other.url
        heard = await paint(painter(far, **QUICK))
    assert heard.error is None
    assert other.asked == []


async def test_what_a_server_finished_while_it_was_not_reached_is_fetched() -> None:
    async with far_comfyui(dies_after=2) as far:

        async def come_back() -> None:
            await far.died.wait()
            (task,) = far.took
            far.finish(task)
            await far.revive()

        back = asyncio.create_task(come_back())
        heard = await paint(painter(far, **QUICK))
        await back
        assert len(posts(far, "/prompt")) == 1
    assert heard.error is None
    assert heard.drawn.seed == 7


@pytest.mark.parametrize("names", [True, False])
async def test_what_it_finished_after_it_was_given_up_is_fetched_by_the_next_order(
    names: bool,
) -> None:
    async with far_comfyui(dies_after=2, names=names) as far:
        here = painter(far, pace=0.05, gone=0.0)
        lost = await paint(here)
        (task,) = far.took
        far.finish(task)
        await far.revive()
        heard = await paint(here)
        assert len(posts(far, "/prompt")) == 1
    assert isinstance(lost.error, NotReady)
    assert lost.error.title == "Not reached"
    assert KEY not in str(lost.error)
    assert heard.drawn.seed == 7


async def test_an_answer_that_was_cut_off_is_looked_for_by_its_name() -> None:
    async with far_comfyui(swallows=True) as far:
        heard = await paint(painter(far, **QUICK))
        assert len(posts(far, "/prompt")) == 1
    assert heard.error is None
    assert heard.drawn.seed == 7


async def test_a_picture_that_was_drawn_there_is_fetched_and_one_whose_file_is_gone_is_not() -> (
    None
):
    async with far_comfyui() as far:
        here = painter(far)
        await paint(here)
        again = await paint(here)
        assert len(far.took) == 1
        far.files.clear()
        anew = await paint(here)
        assert len(far.took) == 2
    assert again.drawn.raster == anew.drawn.raster


async def test_a_history_that_lags_behind_is_asked_again() -> None:
    async with far_comfyui(lags=True) as far:
        heard = await paint(painter(far))
    assert heard.error is None
    assert heard.drawn.seed == 7


async def test_an_old_server_that_tells_nothing_of_itself_draws() -> None:
    async with far_comfyui(old=True, names=False) as far:
        heard = await paint(painter(far), replace(ORDER, prompt="<lora:mara:1> a quay"))
        assert list(far.took) == ["own-0"]
    assert heard.error is None
    assert [each.step for each in heard.steps] == [1, 2, 3, 4]
    (graph,) = far.took.values()
    assert graph["storyforge-lora-1"]["inputs"]["lora_name"] == "mara"


async def test_a_server_that_was_restarted_knows_nothing_of_it() -> None:
    async with far_comfyui(pauses_after=2) as far:
        heard = await paint(painter(far, **QUICK), each=at_step(2, far.took.clear))
    assert heard.error is not None
    assert not isinstance(heard.error, NotReady)
    assert heard.error.title == "Picture lost there"


# What it says.


async def test_what_it_has_against_a_workflow_is_told_by_node() -> None:
    refuses = {
        "error": {"type": "prompt_outputs_failed_validation", "message": "Prompt outputs failed"},
        "node_errors": {
            "5": {
                "errors": [
                    {
                        "type": "value_not_in_list",
                        "message": "Value not in list",
                        "details": "scheduler: 'karras' not in ['normal']",
                        "extra_info": {"input_name": "scheduler", "received_value": "karras"},
                    },
                    {"type": "required_input_missing", "message": "Required input is missing",
                     "details": "model", "extra_info": {"input_name": "model"}},
                ],
                "class_type": "KSampler",
            }
        },
    }  # fmt: skip
    async with far_comfyui(refuses=refuses) as far:
        heard = await paint(painter(far))
    assert heard.error is not None
    assert heard.error.title == "Workflow not accepted"
    assert "KSampler (5) does not know “karras” for scheduler." in heard.error.message
    assert "KSampler (5): Required input is missing model" in heard.error.message


@pytest.mark.parametrize(
    "refuses",
    [
        {"error": {"message": "Node 'Moon' not found.", "details": ""}, "node_errors": {}},
        {"error": "Node 'Moon' not found.", "node_errors": []},
    ],
)
async def test_a_complaint_without_nodes_is_told_as_it_is(refuses: Any) -> None:
    async with far_comfyui(refuses=refuses) as far:
        heard = await paint(painter(far))
    assert "Node 'Moon' not found." in str(heard.error)


async def test_a_node_that_fails_is_told() -> None:
    async with far_comfyui(fails_after=2) as far:
        heard = await paint(painter(far))
    assert heard.error is not None
    assert heard.error.title == "Drawing failed there"
    assert heard.error.message.endswith("(5): Allocation on device")


async def test_a_node_that_fails_unheard_is_told_by_history() -> None:
    async with far_comfyui(fails_after=2, silent=True) as far:
        heard = await paint(painter(far, **QUICK))
    assert heard.error is not None
    assert heard.error.message.endswith("(5): Allocation on device")


async def test_who_stops_it_there_is_heard_here() -> None:
    async with far_comfyui(pauses_after=2) as far:
        heard = await paint(painter(far), each=at_step(2, far.interrupt))
    assert heard.error is not None
    assert heard.error.title == "Stopped there"


ODD: tuple[str | bytes, ...] = (
    b"", b"\x00\x00", struct.pack(">II", 1, 1) + b"no picture", struct.pack(">I", 7) + b"x" * 99,
    struct.pack(">II", 4, 1 << 30) + b"{}", struct.pack(">II", 3, 5) + b"words",
    "[" * 9000, '"' + "a" * (2 << 20) + '"', "[]", "null", "{", '{"type": 3, "data": []}',
    json.dumps({"type": "progress", "data": {"value": "3", "max": None}}),
    json.dumps({"type": "progress", "data": {"value": 9, "max": 3, "node": "5"}}),
    json.dumps({"type": "progress", "data": {"value": 1, "max": 9, "prompt_id": "other"}}),
    json.dumps({"type": "progress_state", "data": {"nodes": [1]}}),
    json.dumps({"type": "executing", "data": {"node": None, "prompt_id": "other"}}),
    json.dumps({"type": "executing", "data": {"node": None}}),
    json.dumps({"type": "execution_error", "data": {"prompt_id": "other"}}),
    json.dumps({"type": "execution_cached", "data": {"nodes": None}}),
)  # fmt: skip


async def test_a_stop_is_heard_through_any_number_of_messages() -> None:
    frame, stop = json.dumps({"type": "progress", "data": {"value": 1, "max": 9}}), asyncio.Event()
    async with far_comfyui(odd=(frame,) * 20_000, pauses_after=1) as far:
        heard = await paint(painter(far), stop=stop, each=at_step(1, stop.set))
    assert heard.error is None
    assert len(heard.steps) < 10


@pytest.mark.parametrize("number", [10**400, None, "1", [], float("inf")])
def test_a_strange_queue_is_none(number: Any) -> None:
    told = {"queue_running": [[number, 5], 3], "queue_pending": [[number, "me"]]}
    assert api.read_queue(told, "me") == api.Standing()


async def test_frames_that_mean_nothing_are_passed_over() -> None:
    async with far_comfyui(odd=ODD) as far:
        heard = await paint(painter(far), replace(ORDER, preview_every=1))
    assert heard.error is None
    assert [each.step for each in heard.steps if each.preview is None] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    "told",
    [
        {"outputs": {}, "status": {"status_str": "success"}},
        {"outputs": {"7": {"images": [{"filename": 3}, "x", None]}}},
        {"outputs": [1, 2], "status": []},
        {"outputs": {"7": {"text": ["a"]}}},
        {},
    ],
)
async def test_a_history_without_a_picture_says_which_node_to_mark(told: Any) -> None:
    async with far_comfyui(pauses_after=1) as far:

        def strange() -> None:
            (task,) = far.took
            far.history[task] = told

        heard = await paint(painter(far, **QUICK), each=at_step(1, strange))
    assert heard.error is not None
    assert heard.error.title == "No picture"


async def test_a_strange_error_in_history_is_an_error_all_the_same() -> None:
    async with far_comfyui(pauses_after=1) as far:

        def strange() -> None:
            (task,) = far.took
            status = {"status_str": "error", "messages": [3, ["execution_error", []]]}
            far.history[task] = {"status": status}

        heard = await paint(painter(far, **QUICK), each=at_step(1, strange))
    assert "it does not say what" in str(heard.error)


async def test_a_file_that_is_no_picture_is_no_picture() -> None:
    async with far_comfyui(pauses_after=1) as far:

        def spoil() -> None:
            (task,) = far.took
            far.finish(task)
            far.files = dict.fromkeys(far.files, b"\x89PNG\r\n\x1a\nbroken")

        heard = await paint(painter(far, **QUICK), each=at_step(1, spoil))
    assert heard.error is not None
    assert heard.error.title == "Answer not usable"


# The way there.


@pytest.mark.parametrize(
    ("answer", "title", "shared"),
    [
        (document({"error": "no"}, 401), "Key not accepted", True),
        (document({"error": "no"}, 403), "Not allowed", True),
        (document({"error": "slow"}, 429, retry_after="600"), "Too many requests", True),
        (document({"error": "out of memory"}, 500), "Error on the other side", False),
        (document({}, 413), "Too long for the painter", False),
        (document({}), "Answer not usable", False),
        (document([]), "Answer not usable", False),
        (Answer((b"{",), kind=JSON), "Answer not usable", False),
        (Answer((b"<!doctype html>Log in",), kind="text/html"), "Answer not usable", True),
        (Answer(kind=JSON), "Answer not usable", False),
        (Answer((b"{",), kind=JSON, ends="cut"), "Answer cut off", False),
    ],
)
async def test_what_goes_wrong_on_the_way_is_told(answer: Answer, title: str, shared: bool) -> None:
    async with far_comfyui(answers_prompt=answer) as far:
        heard = await paint(painter(far, **QUICK))
        assert len(posts(far, "/prompt")) == 1
    assert heard.error is not None
    assert (heard.error.title, isinstance(heard.error, NotReady)) == (title, shared)
    assert KEY not in f"{heard.error!r} {heard.error.message} {heard.error.hint}"


async def test_an_encrypted_way_is_one_for_the_socket_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    async with far_comfyui(tls=context) as far:
        heard = await paint(painter(far))
        assert far.opened.is_set()
    assert heard.error is None
    assert [each.step for each in heard.steps] == [1, 2, 3, 4]


async def test_nothing_of_the_socket_is_logged_that_could_be_a_key(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    async with far_comfyui(silent=True) as far:
        await paint(painter(far, **QUICK))
    assert "The socket of ComfyUI is closed" in caplog.text
    assert KEY not in caplog.text


async def test_a_stop_does_not_wait_for_a_socket_that_says_no_farewell(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(comfyui_socket, "_CLOSE_SECONDS", 0.05)
    stop = asyncio.Event()
    async with far_comfyui(pauses_after=2, deaf=True) as far:
        stopped = paint(painter(far), stop=stop, each=at_step(2, stop.set))
        heard = await asyncio.wait_for(stopped, 5)
        assert posts(far, "/interrupt") != []
    assert heard.error is None
