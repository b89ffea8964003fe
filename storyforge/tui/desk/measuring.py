"""How long scene, chapter and story are; the scene's manuscript pages in the status line."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from storyforge.domain.counting import Counts, counts_characters
from storyforge.domain.extent import Extent, extent, measures_pages
from storyforge.domain.money import money
from storyforge.i18n import _, listed, ngettext
from storyforge.tui.desk.area import Area
from storyforge.tui.dialogs.base import Tell
from storyforge.tui.work import launch

if TYPE_CHECKING:
    from storyforge.domain.story import Outline


class Measuring(Area):
    """The author's measures."""

    _measuring = False

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {"measure": lambda: self.start(self.measure)}

    def outlined(self) -> None:
        """The page was saved, or another one is shown: its pages are counted beside the screen."""
        if not measures_pages(self.desk.language):
            if self.desk.telling.status.pages:
                self.desk.say(pages="")
        elif not self._measuring:
            self._measuring = True
            launch(self.desk.house, self._count_pages(), group="measuring")

    async def _count_pages(self) -> None:
        text = self.desk.manuscript.text
        try:
            measured = await asyncio.to_thread(extent, text)
        finally:
            self._measuring = False
        pages = ngettext("{count} page", "{count} pages", measured.pages)
        self.desk.say(pages=pages.format(count=f"{measured.pages:,}") if measured.pages else "")

    async def measure(self) -> None:
        """Everything that is counted, in a box."""
        desk, story = self.desk, self.desk.story
        if story is None or not await desk.saving.flush():
            return

        def read() -> "tuple[Outline, dict[str, Extent], dict[str, float]]":
            from storyforge.studio.spending import spent_on

            outline, costs = story.outline(), spent_on(story)
            if not measures_pages(outline.language):
                return outline, {}, costs
            extents = {one.id: extent(story.scenes.text(one.id)) for one in outline.scenes}
            return outline, extents, costs

        outline, extents, costs = await asyncio.to_thread(read)
        told = _told(outline, extents, desk.scene_id)
        if costs:
            amounts = listed(money(cost, currency) for currency, cost in costs.items())
            told += "\n\n" + _("Spent on this story: {amounts}").format(amounts=amounts)
        await self.ask(Tell(_("How long it is"), told))


def _told(outline: "Outline", extents: dict[str, Extent], scene_id: str) -> str:
    scene, chapter = outline.scene(scene_id), outline.chapter_of(scene_id)
    if scene is None or chapter is None:
        return ""
    parts = (
        (_("This scene"), scene.counts, (scene,)),
        (_("This chapter"), chapter.counts, chapter.scenes),
        (_("The story"), outline.counts, outline.scenes),
    )
    return "\n\n".join(
        "\n  ".join(
            (name, *_amounts(counts, [extents[one.id] for one in scenes if extents], outline))
        )
        for name, counts, scenes in parts
    )


def _amounts(counts: Counts, extents: list[Extent], outline: "Outline") -> list[str]:
    whole = sum(extents, Extent())
    number = counts.characters
    if extents and number != whole.without_readings:
        characters = ngettext("{count} character as typed", "{count} characters as typed", number)
    else:
        characters = ngettext("{count} character", "{count} characters", number)
    said = [characters.format(count=f"{number:,}")]
    if not counts_characters(outline.language):
        words = ngettext("{count} word", "{count} words", counts.words)
        said.insert(0, words.format(count=f"{counts.words:,}"))
    if extents:
        if number != whole.without_readings:
            said.append(
                _("{without} without readings, {all} with them").format(
                    without=f"{whole.without_readings:,}", all=f"{whole.with_readings:,}"
                )
            )
        pages = ngettext(
            "{count} manuscript page of 400", "{count} manuscript pages of 400", whole.pages
        )
        said.append(pages.format(count=f"{whole.pages:,}"))
    return said
