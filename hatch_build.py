"""Puts the prompts into the wheel; an editable install reads them where they lie."""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PromptsHook(BuildHookInterface):  # type: ignore[type-arg]
    """hatchling's own `force-include` would also copy them beside an editable install."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add prompts/ as storyforge/prompts to a wheel that stands alone."""
        if version == "standard":
            build_data["force_include"]["prompts"] = "storyforge/prompts"
