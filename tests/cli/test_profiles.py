"""profiles: listed, shown, set, tried out, named for tasks, removed; and verbs that take one."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from storyforge import paths, settings
from storyforge.backends.scripted import ScriptedBackend
from storyforge.cli import profile_names
from storyforge.domain.profile import Profile
from storyforge.store.story_file import StoryFile
from storyforge.studio import model_files, permission
from storyforge.studio.permission import Kind, Objection
from storyforge.studio.profiles import choosing
from tests.backends.remote.replaying import Answers, Replay, replaying, shape
from tests.cli.command import Command

OLLAMA: Mapping[str, Answers] = {
    "/api/show": shape("ollama_show.json"),
    "/api/tags": shape("ollama_tags.json"),
    "/api/generate": shape("ollama_generate.ndjson"),
    "/api/chat": shape("ollama_chat.ndjson"),
}


@contextlib.contextmanager
def far_side(routes: Mapping[str, Answers] = OLLAMA) -> Iterator[Replay]:
    """A server on a loop of its own: the command has one itself."""
    ready, found = threading.Event(), list[Replay]()
    loop, done = asyncio.new_event_loop(), asyncio.Event()

    async def serve() -> None:
        async with replaying(routes) as replay:
            found.append(replay)
            ready.set()
            await done.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    try:
        assert ready.wait(10)
        yield found[0]
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join(10)
        loop.close()


def set_lan(storyforge: Command, url: str) -> None:
    values = ("backend=ollama", "model=mistral-nemo:12b", f"url={url}")
    assert storyforge("profiles", "set", "lan", *values).status == 0


def test_profiles_are_listed_with_the_one_that_writes(storyforge: Command) -> None:
    storyforge("profiles", "set", "claude", "backend=anthropic", "model=claude-sonnet-4-5")
    storyforge("profiles", "tasks", "summary", "local")
    answer = storyforge("profiles", "use", "claude")
    assert answer.out == (
        "From now on “claude” writes: what it goes on with is sent to api.anthropic.com.\n"
    )
    local, claude = storyforge("profiles", "list").out.splitlines()[1:]
    assert local.split() == [
        *("local", "llama.cpp", "SmolLM2-135M", "on", "this", "machine", "summary"),
    ]
    assert claude.split() == [
        *("●", "claude", "anthropic", "claude-sonnet-4-5", "api.anthropic.com"),
    ]
    told = storyforge("profiles", "list", "--json").json
    assert [(one["name"], one["local"], one["writes"]) for one in told] == [
        ("local", True, False),
        ("claude", False, True),
    ]


def test_what_cannot_be_used_is_listed_with_why(storyforge: Command) -> None:
    paths.config_dir().mkdir(parents=True)
    paths.config_file().write_text(
        '[profiles.bad]\nbackend = "olama"\n[profiles.gone]\nbackend = "llama.cpp"\n'
        'model = "/gone.gguf"\n[tasks]\nsummary = "moon"\n',
        "utf-8",
    )
    answer = storyforge("profiles", "list")
    assert answer.status == 0
    assert answer.out.count("cannot be used") == 2
    assert "The profile “bad” cannot be used: backend: " in answer.err
    assert "gone: The model file /gone.gguf is not there" in answer.err
    assert "The task “summary” goes to “moon”" in answer.err
    shown = storyforge("profiles", "show", "bad")
    assert "olama" in shown.out
    assert "backend: " in shown.err


def test_a_profile_is_set_shown_changed_and_removed(storyforge: Command) -> None:
    new = storyforge("profiles", "set", "lan", "backend=ollama", "model=qwen3:8b", "chat=true")
    assert new.out.endswith("to try it: storyforge profiles test lan\n")
    assert storyforge("profiles", "set", "lan", "chat=", "context_tokens=4096").out == (
        "The profile “lan” is changed.\n"
    )
    shown = storyforge("profiles", "show", "lan").out
    assert ["context_tokens", "4096"] in [line.split() for line in shown.splitlines()]
    assert "on this machine" in shown
    assert "chat" not in shown
    told = storyforge("profiles", "show", "lan", "--json").json
    assert told["settings"] == {"backend": "ollama", "model": "qwen3:8b", "context_tokens": 4096}
    storyforge("profiles", "use", "lan")
    permission.allow(Objection(Kind.FIRST_USE, "lan", "qwen3", "far.example"))
    storyforge("profiles", "tasks", "summary", "lan")
    assert storyforge("profiles", "show").out.startswith("name")
    assert storyforge("profiles", "remove", "lan").out.splitlines() == [
        "The profile “lan” is removed.",
        "From now on “local” writes.",
        "“summary” goes to “local” from now on.",
    ]
    assert settings.load() == settings.Settings()
    assert not permission.is_allowed("lan", "far.example")


def test_what_a_model_of_this_machine_takes_is_said_when_it_is_set_and_shown(
    storyforge: Command, tmp_path: Path
) -> None:
    told = storyforge("profiles", "set", "small", "backend=llama.cpp", "context_tokens=2048").err
    assert "GiB of memory with a window of 2,048 tokens." in told
    assert storyforge("profiles", "show", "small").err == told
    (tmp_path / "config.json").write_text("{}", "utf-8")
    told = storyforge("profiles", "set", "loom", "backend=transformers", f"model={tmp_path}").err
    assert "model.safetensors is not in its folder" in told
    assert storyforge("profiles", "set", "lan", "backend=ollama", "model=a").err == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("set", "lan", "model"), "“model” sets nothing"),
        (("set", "lan", "model=a"), "what runs the model"),
        (("set", "lan", "backend=ollama", "model=a", "url=http://lan"), "plain_http allows it"),
        (("set", "local", "model=a"), "“local” is the model of [model]"),
        (("show", "moon"), "no profile called “moon”"),
        (("use", "moon"), "no profile called “moon”"),
        (("test", "moon"), "no profile called “moon”"),
        (("remove", "local"), "always there"),
        (("tasks", "cook", "local"), "“cook” is no task"),
        (("tasks", "cook"), "“cook” is no task"),
        (("tasks", "summary", "moon"), "no profile called “moon”"),
    ],
)
def test_wrong_use_is_said_and_changes_nothing(
    storyforge: Command, arguments: tuple[str, ...], said: str
) -> None:
    answer = storyforge("profiles", *arguments)
    assert answer.status == 1
    assert said in answer.err
    assert not paths.config_file().exists()


def test_another_local_model_is_not_said_to_write_where_a_profile_does(
    storyforge: Command,
) -> None:
    file = model_files.bundled_model()
    assert file is not None
    assert storyforge("models", "use", file).out.startswith("From now on ")
    storyforge("profiles", "set", "lan", "backend=ollama", "model=qwen3:8b")
    storyforge("profiles", "use", "lan")
    answer = storyforge("models", "use", file)
    assert "is the local model now" in answer.out
    assert "“lan” writes; to write with this one: storyforge profiles use local" in answer.err


def test_tasks_go_where_they_are_sent(storyforge: Command) -> None:
    storyforge("profiles", "set", "small", "backend=llama.cpp", "threads=1")
    assert storyforge("profiles", "tasks", "summary", "small").out == (
        "“summary” goes to “small” from now on.\n"
    )
    assert storyforge("profiles", "tasks", "summary", "--json").json == {"summary": "small"}
    assert storyforge("profiles", "tasks").out.count("local") == 10
    storyforge("profiles", "tasks", "summary", "-")
    assert storyforge("profiles", "tasks").out.count("local") == 11


def test_the_models_of_an_api_are_listed_and_one_says_a_few_words(storyforge: Command) -> None:
    with far_side() as server:
        set_lan(storyforge, server.url)
        listed = storyforge("profiles", "models", "lan")
        assert "●  mistral-nemo:12b" in listed.out
        ids = [one["id"] for one in storyforge("profiles", "models", "lan", "--json").json]
        assert "mistral-nemo:12b" in ids
        tried = storyforge("profiles", "test", "lan")
        assert tried.status == 0
        assert tried.out.startswith("lan: says “hung in the water.")
        assert "s to the first" in tried.out
        told = storyforge("profiles", "test", "lan", "--json").json
        assert (told["works"], told["profile"]) == (True, "lan")
    assert "Mara" not in str([asked.body for asked in server.asked])


def test_a_model_that_cannot_be_reached_is_said(storyforge: Command) -> None:
    with far_side() as server:
        set_lan(storyforge, server.url)
    answer = storyforge("profiles", "test", "lan")
    assert answer.status == 1
    assert answer.err.startswith("storyforge: ")
    assert storyforge("profiles", "models", "lan").status == 1


def test_where_a_sentence_is_sent_is_said_and_a_missing_key_too(storyforge: Command) -> None:
    storyforge("profiles", "set", "claude", "backend=anthropic", "model=claude-sonnet-4-5")
    answer = storyforge("profiles", "test", "claude")
    assert answer.status == 1
    assert "One sentence of ours is sent to api.anthropic.com" in answer.err
    assert "storyforge keys set anthropic" in answer.err


def test_the_models_of_this_machine_are_those_of_a_local_profile(storyforge: Command) -> None:
    assert "SmolLM2" in storyforge("profiles", "models").out


def test_a_verb_takes_a_profile_once_with_its_preset(
    light: Path, storyforge: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    storyforge("profiles", "set", "bold", "backend=llama.cpp", "preset=creative")
    writer = ScriptedBackend(["The tide came in."])
    monkeypatch.setattr(choosing, "_llama_cpp", lambda _spec: writer)
    assert storyforge("continue", light, "--profile", "bold").status == 0
    assert storyforge("continue", light).status == 0
    first, second = (request.sampling.xtc_probability for request in writer.requests)
    assert (first, second) == (0.5, 0.0)
    assert storyforge("context", light, "--scene", 1, "-p", "bold").status == 0
    both = storyforge("continue", light, "--profile", "bold", "--model", "x")
    assert "has a model already" in both.err
    assert "no profile called" in storyforge("context", light, "-s", 1, "-p", "moon").err


def test_a_verb_says_what_cannot_be_used_and_goes_on_with_the_local_model(
    light: Path, storyforge: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.update({"profile": "gone"})
    monkeypatch.setattr(choosing, "_llama_cpp", lambda _spec: ScriptedBackend(["The tide."]))
    answer = storyforge("continue", light)
    assert answer.status == 0
    assert "There is no profile “gone” that can be used: the local model writes." in answer.err


def test_summaries_go_to_the_profile_of_their_task(
    light: Path, storyforge: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def backend_of(_settings: object, profile: Profile) -> ScriptedBackend:
        asked.append(profile.name)
        return ScriptedBackend(["Mara keeps the light."])

    monkeypatch.setattr(choosing, "backend_of", backend_of)
    storyforge("profiles", "set", "small", "backend=llama.cpp")
    storyforge("profiles", "tasks", "summary", "small")
    assert storyforge("summaries", light, "make", "--scene", 1).status == 0
    assert storyforge("summaries", light, "make", "--scene", 3, "-p", "local").status == 0
    assert asked == ["small", "local"]
    with StoryFile.open(light) as story:
        assert story.outline().title == "The Light"


def test_names_are_completed(storyforge: Command) -> None:
    storyforge("profiles", "set", "lan", "backend=ollama", "model=a")
    assert profile_names.names("l") == ["local", "lan"]
    assert profile_names.names("la") == ["lan"]
    assert profile_names.tasks("s") == ["scenes", "summary"]
    paths.config_file().write_text("[", "utf-8")
    assert profile_names.names("") == []
