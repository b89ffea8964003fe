"""The parts of a prompt as a list says each one's name once."""

from textual.app import App, ComposeResult

from storyforge.domain.sections import Section, SectionKind
from storyforge.studio.prompt.looking import Part
from storyforge.tui.widgets.prompt_parts import PartList


class Parts(App[None]):
    def compose(self) -> ComposeResult:
        yield PartList()


async def test_lore_is_told_from_the_rest_and_a_summary_by_its_own_name() -> None:
    sections = (
        Section("Boat", "It is wet.", 3, 3, kind=SectionKind.LORE, source="b"),
        Section("2 entries of lore", "", 0, 0, kind=SectionKind.LORE),
        Section("Summary: Scene 1", "Rain.", 1, 1, kind=SectionKind.SUMMARY, source="s"),
    )
    app = Parts()
    async with app.run_test():
        shown = app.query_one(PartList)
        shown.show_parts([Part(section) for section in sections])
        names = [row.text for row in shown.rows]
        assert names == ["Lore: Boat", "2 entries of lore", "Summary: Scene 1"]
