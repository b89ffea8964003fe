"""How long a story is in a Japanese author's measures, for the verb show."""

from typing import TYPE_CHECKING

from storyforge.domain.extent import Extent, extent, measures_pages
from storyforge.i18n import _, ngettext

if TYPE_CHECKING:
    from storyforge.domain.story import Outline
    from storyforge.store.story_file import StoryFile


def extents_of(story: "StoryFile", outline: "Outline") -> dict[str, Extent]:
    """The extent of each scene, by its id."""
    return {scene.id: extent(story.scenes.load(scene.id).text) for scene in outline.scenes}


def extent_facts(whole: Extent, language: str) -> list[str]:
    """What an author of `language` wants to hear of it; nothing where words are counted."""
    if not measures_pages(language):
        return []
    facts = []
    if whole.with_readings != whole.without_readings:
        facts.append(
            _("{without} without readings, {all} with them").format(
                without=f"{whole.without_readings:,}", all=f"{whole.with_readings:,}"
            )
        )
    pages = ngettext(
        "{count} manuscript page of 400", "{count} manuscript pages of 400", whole.pages
    )
    return [*facts, pages.format(count=f"{whole.pages:,}")]


def extent_json(measured: Extent, language: str) -> dict[str, int | None]:
    """The same for programs; pages are null where no author reckons in them."""
    return {
        "characters_with_readings": measured.with_readings,
        "characters_without_readings": measured.without_readings,
        "manuscript_pages": measured.pages if measures_pages(language) else None,
    }
