"""Nothing but the page; the caret's line at one height; one paragraph alone. Each is remembered.

It owns when these are on and what folds away. How the page draws itself then is the page's.
"""

from collections.abc import Callable

from textual.timer import Timer

from storyforge.i18n import _
from storyforge.tui import widths
from storyforge.tui.cells import PROBES
from storyforge.tui.desk.area import Area
from storyforge.tui.work import launch

#: seconds for which the bars come back when they are asked for
GLANCE = 5.0


class ReadingModes(Area):
    """What the author wants to see while writing."""

    _glance: Timer | None = None

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {
            "quiet": lambda: self.set_quiet(not self.quiet),
            "glance": self.glance,
            "typewriter": self.typewriter,
            "focus": self.focus,
        }

    @property
    def quiet(self) -> bool:
        """Whether there is nothing but the page."""
        return self.desk.has_class("-quiet")

    async def opened(self) -> None:
        """As the author left it."""
        page = (await self.desk.house.ready_settings()).page
        self._measure(page.ambiguous_width)
        manuscript = self.desk.manuscript
        manuscript.hold_caret_line(page.typewriter_at / 100 if page.typewriter else None)
        manuscript.focus_paragraph(page.paragraph_focus)
        if page.distraction_free:
            self.set_quiet(True, remember=False)

    def escape(self) -> bool:
        """Escape shows everything again, when there is nothing nearer for it to end."""
        desk = self.desk
        writing = desk.continuing.running or desk.continuing.just_ended
        if writing or desk.hint.told or not desk.manuscript.has_focus or not self.quiet:
            return False
        self.set_quiet(False)
        return True

    def set_quiet(self, on: bool, *, remember: bool = True) -> None:
        """Fold everything but the page away, or bring it back."""
        desk = self.desk
        desk.set_class(on, "-quiet")
        if on:
            desk.to_page()
            desk.house.tell(
                _("Only the page. {back} brings the rest back, {glance} shows the status.").format(
                    back=desk.house.key_of("quiet"), glance=desk.house.key_of("glance")
                )
            )
        if remember:
            self._remember("distraction_free", on)

    def glance(self) -> None:
        """Title and status for a moment; again, away with them."""
        if self._glance is not None:
            self._glance.stop()
            self._look_away()
        elif self.quiet:
            self.desk.add_class("-glance")
            self._glance = self.desk.set_timer(GLANCE, self._look_away)

    def _look_away(self) -> None:
        self._glance = None
        self.desk.remove_class("-glance")

    def typewriter(self) -> None:
        """The caret's line stays where it is; the text moves."""
        settings = self.desk.house.settings
        on = self.desk.manuscript.typewriter is None
        at = settings.page.typewriter_at if settings is not None else 50
        self.desk.manuscript.hold_caret_line(at / 100 if on else None)
        self._remember("typewriter", on)

    def focus(self) -> None:
        """All paragraphs but the caret's are dimmed."""
        on = not self.desk.manuscript.focuses_paragraph
        self.desk.manuscript.focus_paragraph(on)
        self._remember("paragraph_focus", on)

    def _remember(self, name: str, on: bool) -> None:
        house = self.desk.house
        launch(house, house.change_settings({f"page.{name}": on}), group="settings-write")

    def _measure(self, wanted: str) -> None:
        """What the author knows better than the terminal."""
        if wanted != "ask":
            known = PROBES if wanted == "wide" else ()
            if widths.follow_terminal(known):
                widths.measure_anew(self.desk.house)
