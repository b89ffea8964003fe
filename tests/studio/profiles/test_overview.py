"""The profiles at a glance."""

from storyforge import settings
from storyforge.domain.profile import LOCAL, Task
from storyforge.studio.profiles.overview import overview


def test_all_profiles_are_told_of_with_their_places_and_tasks_and_the_unusable_ones_last() -> None:
    settings.update(
        {
            "profile": "claude",
            "profiles.broken.backend": "telepathy",
            "profiles.claude.backend": "anthropic",
            "profiles.claude.model": "claude-sonnet-5",
            "profiles.claude.price_reading": 3.0,
            "profiles.gone.backend": "llama.cpp",
            "profiles.gone.model": "/nowhere/gone.gguf",
            "tasks.summary": "claude",
            "tasks.rewrite": "claude",
        }
    )
    seen = {one.profile.name: one for one in overview(settings.load())}
    assert list(seen) == [LOCAL, "claude", "gone", "broken"]
    claude = seen["claude"]
    assert claude.writes
    assert claude.tasks == (Task.REWRITE, Task.SUMMARY)
    assert claude.card is not None
    assert claude.card.place == "api.anthropic.com"
    assert claude.card.price is not None
    assert not seen[LOCAL].writes
    assert seen["gone"].card is None
    assert "/nowhere/gone.gguf" in seen["gone"].fault
    assert seen["broken"].card is None
    assert seen["broken"].fault.startswith("backend: ")
