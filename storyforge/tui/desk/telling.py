"""What the desk says of itself: header, status line and keys line."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from storyforge.domain.counting import Counts
from storyforge.domain.story import Outline
from storyforge.i18n import _
from storyforge.tui.actions import Where
from storyforge.tui.footer import key_parts
from storyforge.tui.widgets.bars import Part
from storyforge.tui.widgets.binder import whereabouts
from storyforge.tui.widgets.model_words import where_it_runs
from storyforge.tui.widgets.status import Status, parts

if TYPE_CHECKING:
    from storyforge.domain.model import ModelCard
    from storyforge.tui.screens.desk import DeskScreen


class Telling:
    """Fills the three bars. The desk holds them: work that ends after the screen still finds them.

    Attributes:
        status: everything the status line can tell now.
    """

    def __init__(self, desk: "DeskScreen") -> None:
        self.desk = desk
        self.status = Status()

    def say(self, **changes: str | int) -> None:
        """Change some of what the status line tells."""
        self.status = replace(self.status, **cast(Any, changes))
        self.desk.status_bar.put(*parts(self.status))

    def opening(self, name: str) -> None:
        """The story is on its way."""
        self.desk.header.put([Part("storyforge", 1, "muted"), Part(name, 5)])
        self.say(saved=_("opening"))

    def outline(self, outline: Outline, by_author: tuple[Counts, Counts] | None) -> None:
        """The story's heads have changed, or their counts."""
        head = outline.scene(self.desk.scene_id)
        own, written = by_author or (None, None)
        self.desk.header.put(
            [Part("storyforge", 1, "muted"), Part(outline.title, 5, "strong")],
            [Part(whereabouts(outline, self.desk.scene_id), 4, "muted")],
        )
        self.status = replace(
            self.status,
            language=outline.language,
            scene=head.counts if head else None,
            story=outline.counts,
            own=own,
            written=written,
        )
        self.say()

    def model(self, card: "ModelCard") -> None:
        """Which model writes, and where."""
        self.say(model=card.name, place=where_it_runs(card), away=not card.is_local)

    def settings(self) -> None:
        """What of the settings stands in the status line."""
        settings = self.desk.house.settings
        if settings is not None:
            length = settings.writing.length
            named = {"sentence": _("a sentence"), "paragraph": _("a paragraph")}.get(length)
            named = named or _("{count} tokens").format(count=length)
            self.say(length=_("up to {length}").format(length=named))

    def keys(self) -> None:
        """The keys that work here and now."""
        where = Where.DESK
        if self.desk.binder.has_focus:
            where = Where.BINDER
        elif self.desk.takes.has_focus:
            where = Where.TAKES
        for area in self.desk.hearing:
            where = area.where() or where
        left, right = key_parts(self.desk.house, where)
        for area in self.desk.hearing:
            left = area.keys() or left
        self.desk.keys_bar.put(left, right)
        key_of = self.desk.house.key_of
        self.say(
            stop_key=key_of("stop"),
            length_key=key_of("length"),
            other_key=key_of("local_model"),
        )
