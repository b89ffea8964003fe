"""The profiles of the settings, and where a task goes."""

from pathlib import Path

import pytest

from storyforge import paths, settings
from storyforge.domain.model import Price
from storyforge.domain.profile import LOCAL, Task
from storyforge.errors import BadInput
from storyforge.settings import Settings
from storyforge.studio.profiles.routing import complaints, for_task, known, named


def written(text: str) -> Settings:
    paths.config_dir().mkdir(parents=True, exist_ok=True)
    paths.config_file().write_text(text, "utf-8")
    return settings.load()


TABLES = """
[profiles.claude]
backend = "anthropic"
model = "claude-sonnet-4-5"
url = "https://example.org/v1/"
price_reading = 3
price_writing = 15
currency = "EUR"
[profiles.small]
backend = "llama.cpp"
threads = 2
gpu_layers = 0
[tasks]
summary = "small"
rewrite = "local"
"""
SOME = 'profile = "claude"' + TABLES


def test_the_local_profile_comes_first_and_then_those_of_the_settings() -> None:
    local, claude, small = known(written(SOME))
    assert (local.name, local.backend) == (LOCAL, "llama.cpp")
    assert (claude.name, claude.url) == ("claude", "https://example.org/v1")
    assert claude.price == Price(3, 15, None, "EUR")
    assert small.more == (("threads", 2), ("gpu_layers", 0))
    assert small.price is None


def test_a_task_goes_to_the_profile_named_for_it_and_else_to_the_one_that_writes() -> None:
    told = written(SOME)
    goes = {task: for_task(told, task).name for task in Task}
    assert goes.pop(Task.SUMMARY) == "small"
    assert goes.pop(Task.REWRITE) == LOCAL
    assert set(goes.values()) == {"claude"}
    assert complaints(told) == ()


def test_what_leads_nowhere_goes_to_the_local_model_and_is_said() -> None:
    told = written('profile = "gone"\n[tasks]\nsummary = "gone"\ncook = "local"\n')
    assert for_task(told, Task.CONTINUE).name == for_task(told, Task.SUMMARY).name == LOCAL
    assert complaints(told) == (
        "There is no profile “gone” that can be used: the local model writes.",
        "The task “summary” goes to “gone”, which is no profile that can be used.",
        "“cook” is no task that a model is asked for.",
    )


def test_a_mistyped_name_sends_nothing_to_another_machine() -> None:
    told = written(SOME.replace('"small"', '"smal"'))
    assert for_task(told, Task.CONTINUE).name == "claude"
    assert for_task(told, Task.SUMMARY).name == LOCAL


@pytest.mark.parametrize(
    ("table", "why"),
    [
        ('backend = "clod"', "backend: it must be 'llama.cpp'"),
        ("model = 'x'", "backend: "),
        ('backend = "openai"\ncontext_tokens = 3', "context_tokens: "),
        ('backend = "openai"\ncurrency = "euros"', "currency: "),
    ],
)
def test_a_profile_that_cannot_be_used_costs_only_itself(table: str, why: str) -> None:
    told = written(f'author = "Mara"\nprofile = "bad"\n[profiles.bad]\n{table}\n{TABLES}')
    assert told.author == "Mara"
    assert set(told.profiles) == {"claude", "small"}
    assert for_task(told, Task.CONTINUE).name == LOCAL
    first, second = complaints(told)
    assert first.startswith(f"The profile “bad” cannot be used: {why}")
    assert second == "There is no profile “bad” that can be used: the local model writes."


def test_a_profile_that_is_no_table_is_said() -> None:
    assert "it must be a table" in complaints(written("[profiles]\nbad = 3\n"))[0]


def test_a_mistyped_limit_is_said() -> None:
    told = written(
        SOME + "[spending]\ndayly_limit = 1\n[profiles.x]\nmodle = 3\nbackend = 'ollama'\n"
    )
    assert [said.split("”")[0] for said in complaints(told)] == [
        "“spending.dayly_limit", "“profiles.x.modle",
    ]  # fmt: skip
    assert complaints(written("of_the_future = 1\n[page]\nwide = 2\n")) == ()


def test_the_local_profiles_name_is_taken() -> None:
    told = written('[profiles.local]\nbackend = "openai"\n')
    assert [profile.backend for profile in known(told)] == ["llama.cpp"]
    assert "[profiles.local] is passed over" in complaints(told)[0]


def test_a_profile_that_is_not_there_is_said_with_those_that_are() -> None:
    with pytest.raises(BadInput) as caught:
        named(written(SOME), "gone")
    assert "“gone”" in caught.value.message
    assert caught.value.hint == "Known are: local, claude, small."


def test_profiles_come_from_the_environment_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORYFORGE_PROFILES__LAN__BACKEND", "ollama")
    monkeypatch.setenv("STORYFORGE_PROFILE", "lan")
    assert for_task(settings.load(), Task.DRAFT).backend == "ollama"


def test_every_task_stands_in_the_document() -> None:
    document = (Path(__file__).parents[3] / "docs" / "models.md").read_text("utf-8")
    rows = "".join(line for line in document.splitlines() if line.startswith("| `"))
    assert [task for task in Task if f"`{task}`" not in rows] == []
