"""Fetching from a hub on this machine, and all that goes wrong on the way."""

import errno
import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from storyforge import paths
from storyforge.errors import BadInput, ModelError, Refused, StoryforgeError
from storyforge.studio import model_files
from storyforge.studio.pulling import fetching, pulling
from storyforge.studio.pulling.hub import Lost, RemoteFile
from storyforge.studio.pulling.pulling import Coming
from tests.studio.pulling.hub_server import Hub

NAME = "tales-Q4_K_M.gguf"


class Heard:
    """What was told, and how often it was waited."""

    def __init__(self) -> None:
        self.coming: list[Coming] = []
        self.pauses: list[float] = []

    @property
    def waits(self) -> set[str]:
        return {each.waits for each in self.coming if each.waits}


def pull(hub: Hub, file: str = "", heard: Heard | None = None) -> Path:
    heard = heard or Heard()
    return pulling.pull(pulling.plan(hub.name, file), heard.coming.append, heard.pauses.append)


def folder(hub: Hub) -> Path:
    return paths.models_dir().joinpath(*hub.name.split("/"))


def part(hub: Hub, content: bytes, name: str = NAME) -> Path:
    digest = hashlib.sha256(hub.files[name]).hexdigest()
    path = folder(hub) / f"{name}.{digest[:12]}.part"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    return path


def test_a_model_comes_whole_and_is_found(hub: Hub) -> None:
    heard = Heard()
    path = pull(hub, heard=heard)
    assert path == folder(hub) / NAME
    assert path.read_bytes() == hub.files[NAME]
    assert [each.name for each in path.parent.iterdir()] == [NAME]
    done = [each.done for each in heard.coming]
    assert done == sorted(done)
    assert done[-1] == heard.coming[-1].total == len(hub.files[NAME])
    assert path in [model.path for model in model_files.list_models()]


def test_before_it_begins_it_is_known_what_comes_from_where(hub: Hub) -> None:
    wanted = pulling.plan(f"{hub.address}/{hub.name}/tree/main", "q8")
    assert [file.name for file in wanted.files] == ["tales-Q8_0.gguf"]
    assert wanted.size == len(hub.files["tales-Q8_0.gguf"])
    assert (wanted.repo.name, wanted.repo.licence) == (hub.name, "apache-2.0")
    assert (wanted.folder, wanted.here) == (folder(hub), 0)
    assert not wanted.folder.exists()
    assert hub.bytes_asked() == []


def test_what_is_here_already_is_not_fetched_again(hub: Hub) -> None:
    pull(hub)
    assert pulling.plan(hub.name).here == len(hub.files[NAME])
    pull(hub)
    assert hub.bytes_asked() == [""]


def test_an_earlier_try_is_gone_on_with(hub: Hub) -> None:
    begun = part(hub, hub.files[NAME][:1000])
    assert pulling.plan(hub.name).here == 1000
    path = pull(hub)
    assert hub.bytes_asked() == ["bytes=1000-"]
    assert path.read_bytes() == hub.files[NAME]
    assert not begun.exists()


def test_a_whole_part_is_only_looked_through(hub: Hub) -> None:
    part(hub, hub.files[NAME])
    assert pull(hub).read_bytes() == hub.files[NAME]
    assert hub.bytes_asked() == []


def test_a_part_of_other_contents_is_not_mixed_in(hub: Hub) -> None:
    part(hub, hub.files[NAME][:1000])
    hub.files[NAME] = hub.files[NAME][::-1]
    assert pull(hub).read_bytes() == hub.files[NAME]


def test_a_server_that_cannot_go_on_in_the_middle_begins_anew(hub: Hub) -> None:
    part(hub, b"x" * 1000)
    hub.ranges = False
    assert pull(hub).read_bytes() == hub.files[NAME]


def test_a_server_that_goes_away_in_the_middle_is_asked_again_from_there(hub: Hub) -> None:
    hub.cut = [500, 700]
    heard = Heard()
    path = pull(hub, heard=heard)
    assert path.read_bytes() == hub.files[NAME]
    assert hub.bytes_asked() == ["", "bytes=500-", "bytes=1200-"]
    # Bytes came each time, so it never waits long.
    assert heard.pauses == [1.0, 1.0]
    assert heard.waits == {"the connection broke"}


def test_a_server_that_stays_away_ends_it_and_what_came_is_kept(hub: Hub) -> None:
    hub.cut = [500]
    hub.statuses = []
    wanted = pulling.plan(hub.name)
    heard = Heard()

    def gone(done: Coming) -> None:
        heard.coming.append(done)
        if done.done == 500:
            hub.statuses = [503] * 10

    with pytest.raises(ModelError, match=r"error \(503\).* of it are here and kept") as caught:
        pulling.pull(wanted, gone, heard.pauses.append)
    assert caught.value.hint == "The same command goes on from there."
    assert heard.pauses == [1.0, 2.0, 5.0, 10.0, 20.0]
    hub.statuses = []
    assert pulling.plan(hub.name).here == 500
    assert pull(hub).read_bytes() == hub.files[NAME]


def test_a_stop_keeps_what_came(hub: Hub) -> None:
    hub.cut = [500]
    wanted = pulling.plan(hub.name)

    def stopped(_seconds: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pulling.pull(wanted, lambda _coming: None, stopped)
    assert pulling.plan(hub.name).here == 500


def test_a_wrong_checksum_is_never_used(hub: Hub) -> None:
    hub.damaged = True
    with pytest.raises(ModelError, match="came damaged: its checksum is another"):
        pull(hub)
    assert list(folder(hub).iterdir()) == []
    hub.damaged = False
    assert pull(hub).is_file()


def test_a_small_file_has_gits_own_checksum(hub: Hub) -> None:
    hub.files = {"model.safetensors": b"weights" * 99, "config.json": b"{}", "a.bin": b"pickle"}
    hub.in_git = {"config.json"}
    path = pull(hub)
    assert path == folder(hub)
    assert sorted(each.name for each in path.iterdir()) == ["config.json", "model.safetensors"]
    hub.files["config.json"] = b"{ }"
    hub.damaged = True
    with pytest.raises(ModelError, match=r"config\.json came damaged"):
        pull(hub)


def test_a_disk_without_room_is_said_before_anything_is_fetched(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulling, "_KEPT_FREE", 1 << 60)
    with pytest.raises(BadInput, match="There is no room for it") as caught:
        pulling.plan(hub.name)
    assert caught.value.title == "Disk too full"
    assert hub.bytes_asked() == []


def test_a_disk_that_fills_up_keeps_what_came(tmp_path: Path) -> None:
    def full(_at: int) -> list[tuple[int, bytes]]:
        raise OSError(errno.ENOSPC, "No space left on device")

    file = RemoteFile("a.gguf", 10, "0" * 64)
    with pytest.raises(StoryforgeError, match="the disk is full") as caught:
        fetching.fetch(
            lambda at: iter(full(at)), file, tmp_path / "a.gguf", lambda *_told, **_more: None
        )
    assert "Make room" in caught.value.hint
    assert fetching.part_of(tmp_path / "a.gguf", file).exists()


def test_two_at_once_do_not_mix_their_bytes(hub: Hub) -> None:
    begun = part(hub, b"")
    with FileLock(begun.with_suffix(".lock")), pytest.raises(Refused, match="fetched already"):
        pull(hub)
    assert pull(hub).is_file()


def test_the_token_goes_to_the_hub_and_not_where_it_sends_on_to(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    pull(hub)
    carried = {server for server, _path, heads in hub.asked if "hf_secret" in str(heads)}
    assert carried == {"hub"}


def test_a_token_does_not_go_over_an_open_way(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    monkeypatch.setenv("HF_ENDPOINT", "http://hub.example")
    with pytest.raises(BadInput, match=r"hub\.example everybody could read") as caught:
        pulling.plan(hub.name)
    assert "hf_secret" not in str(caught.value)


def nowhere(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")


def no_address(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "a hub")


def a_page(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.page = "<html>Please log in</html>"


def answers(status: int, code: str = "") -> Callable[[Hub, pytest.MonkeyPatch], None]:
    def set_up(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
        hub.facts_status, hub.error_code = status, code

    return set_up


def offline(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (answers(404), "has no repository “anna/tales-GGUF”, or it is private"),
        (answers(401, "RepoNotFound"), "has no repository"),
        (answers(403, "GatedRepo"), "asks for a yes to its terms first"),
        (answers(403, "Other"), "does not give this to you"),
        (answers(500, "Other"), r"answers with an error \(500\)"),
        (nowhere, "cannot be reached: no server answers there"),
        (no_address, "a hub cannot be reached: that is no address"),
        (offline, "HF_HUB_OFFLINE is set"),
        (a_page, "does not answer as a hub"),
    ],
)
def test_what_goes_wrong_is_one_sentence(
    hub: Hub,
    monkeypatch: pytest.MonkeyPatch,
    wrong: Callable[[Hub, pytest.MonkeyPatch], None],
    said: str,
) -> None:
    wrong(hub, monkeypatch)
    with pytest.raises(StoryforgeError, match=said) as caught:
        pulling.plan(hub.name)
    assert caught.value.title
    assert caught.value.hint


@pytest.mark.parametrize("name", ["not a name", "a/b/c", "", "../x"])
def test_what_is_no_name_is_said(hub: Hub, name: str) -> None:
    with pytest.raises(BadInput, match="no name of a repository"):
        pulling.plan(name)


def test_a_file_that_is_gone_since_is_said(hub: Hub) -> None:
    wanted = pulling.plan(hub.name)
    del hub.files[NAME]
    with pytest.raises(BadInput, match="has not got that file any more"):
        pulling.pull(wanted, lambda _coming: None)


def test_names_that_lead_out_of_the_folder_are_not_seen(hub: Hub) -> None:
    content = hub.files[NAME]
    hub.files = {"../../evil.gguf": content, "/abs.gguf": content, "good.gguf": content}
    assert [file.name for file in pulling.plan(hub.name).files] == ["good.gguf"]


def test_a_break_between_two_bytes_is_a_break(tmp_path: Path) -> None:
    def read(at: int) -> list[tuple[int, bytes]]:
        if at:
            raise Lost("it is gone")
        return [(0, b"12345")]

    file = RemoteFile("a.gguf", 10, "0" * 64)
    with pytest.raises(ModelError, match=r"it is gone\. 50% of it are here"):
        fetching.fetch(
            lambda at: iter(read(at)),
            file,
            tmp_path / "a.gguf",
            lambda *_told, **_more: None,
            lambda _s: None,
        )
