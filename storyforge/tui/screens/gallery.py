"""The gallery (F4): pictures by scene, the prompt that draws them, and how they are drawn.

The screen lays out, knows where the cursor is and hands each action to the area that owns it
(`tui.gallery`).
"""

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widgets import TextArea

from storyforge.domain.picture.pictures import Picture
from storyforge.i18n import _
from storyforge.tui.action_lists.menus import MENUS
from storyforge.tui.actions import Where, bindings
from storyforge.tui.gallery.area import Area
from storyforge.tui.gallery.areas import areas
from storyforge.tui.gallery.choosing import Choosing
from storyforge.tui.gallery.completing import Completing
from storyforge.tui.gallery.drawing import Drawing
from storyforge.tui.gallery.foreign import Foreign
from storyforge.tui.gallery.form import SettingsForm
from storyforge.tui.gallery.layout import GALLERY_CSS
from storyforge.tui.gallery.looking import Filter, Look, groups, look
from storyforge.tui.gallery.measuring import Measuring
from storyforge.tui.gallery.ordering import Ordering
from storyforge.tui.gallery.panes import GalleryPanes
from storyforge.tui.gallery.picture_grid import PictureGrid
from storyforge.tui.gallery.prompt_editor import PromptEditor
from storyforge.tui.gallery.prompt_text import PromptText
from storyforge.tui.gallery.prompting import Prompting
from storyforge.tui.gallery.saying import Saying
from storyforge.tui.gallery.screening import Screening
from storyforge.tui.gallery.view import PictureView
from storyforge.tui.gallery.viewing import Viewing
from storyforge.tui.widgets.rows import RowList
from storyforge.tui.work import launch

if TYPE_CHECKING:
    from storyforge.studio.pictures.queue import Progress
    from storyforge.tui.desk.picturing import Picturing
    from storyforge.tui.screens.desk import DeskScreen


class GalleryScreen(GalleryPanes):
    """The pictures of the desk's story.

    Args:
        picturing: has pictures drawn, and leads back to where the author came from.

    Attributes:
        look: what there is, as it was read last.
        filter: which pictures are shown.
        looks: how often the pictures were read.
        follows: the cursor goes to what is drawn.
    """

    PLACES: ClassVar[tuple[Where, ...]] = (Where.GALLERY,)
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(str(number), f"rate({number})", show=False) for number in range(6)),
        *bindings(Where.GALLERY),
    ]
    DEFAULT_CSS = GALLERY_CSS

    def __init__(self, desk: "DeskScreen", picturing: "Picturing") -> None:
        super().__init__(desk)
        self.picturing = picturing
        self.look = Look()
        self.looks = 0
        self.filter = Filter()
        self.saying = Saying(self)
        self.screening = Screening(self)
        self.prompting = Prompting(self)
        self.viewing = Viewing(self)
        self.drawing = Drawing(self)
        self.choosing = Choosing(self)
        self.completing = Completing(self)
        self.measuring = Measuring(self)
        self.foreign = Foreign(self)
        known = (
            self.viewing,
            self.prompting,
            self.drawing,
            self.choosing,
            self.completing,
            self.measuring,
            self.foreign,
        )
        # Esc is heard in this order: what is shown large is closed before what is drawn is stopped.
        self.areas: tuple[Area, ...] = (*known, *areas(self))
        self.follows = True
        self.verbs = self.verbs_beside({"gallery_back": self._escape})

    # Where the cursor is.

    @property
    def picture(self) -> Picture | None:
        """The picture under the cursor; None on a scene without one."""
        return self.grid.tile.picture if self.grid.tile is not None else None

    @property
    def place(self) -> str:
        """The scene, or the item of the plan, under the cursor; "" where it is neither."""
        group = self.grid.group
        is_there = group is not None and (self._is_scene(group.id) or group.id in self.look.names)
        return group.id if group is not None and is_there else ""

    @property
    def scene_id(self) -> str:
        """The scene under the cursor; "" where there is none."""
        return self.place if self._is_scene(self.place) else ""

    @property
    def ordering(self) -> Ordering:
        """What is wanted of the pictures."""
        return self.picturing.wanted

    def _is_scene(self, key: str) -> bool:
        return self.look.outline is not None and self.look.outline.scene(key) is not None

    def on_mount(self) -> None:
        """What was read before is shown, and the cursor stands in it."""
        self.screening.begin()
        self._show()
        self.show_progress(self.picturing.run.progress)
        self.to_pane(self.grid)

    def name_keys(self) -> None:
        """The keys that work here and now."""
        self.saying.keys()

    # What is shown.

    def open_at(self, scene_id: str) -> None:
        """The author comes from elsewhere: to the scene that is meant."""
        if self.filter != Filter():
            self.show_only(Filter())
        self.grid.to(scene_id)
        launch(self.house, self.screening.ready(), group="gallery-graphics")

    async def look_again(self, at: str = "") -> None:
        """Something changed: read it anew, and let every area hear it.

        Args:
            at: the picture or scene that the cursor goes to; it stays where it is without.
        """
        self.look = await asyncio.to_thread(look, self.story)
        self.looks += 1
        self._show(at)

    def show_only(self, wanted: Filter) -> None:
        """Show these pictures."""
        self.filter = wanted
        self._show()

    def _show(self, at: str = "") -> None:
        if not self.is_attached:
            return
        self.grid.show(groups(self.look, self.filter), at)
        self.saying.header()
        for area in self.areas:
            area.shown()
        self.tell_marked()

    def next_group(self, steps: int) -> None:
        """To the next scene, or the one before."""
        keys = [group.id for group in self.grid.groups if not group.kind]
        group = self.grid.group
        if group is not None and group.id in keys:
            place = keys.index(group.id) + steps
            self.grid.to(keys[min(max(place, 0), len(keys) - 1)])

    @property
    def place_title(self) -> str:
        """The head of the prompt."""
        group = self.grid.group
        if group is None:
            return _("Prompt")
        return _("Prompt · {place}").format(place=group.title)

    # Drawing.

    def show_progress(self, progress: "Progress | None") -> None:
        """How far what is drawn is, and what it looks like."""
        self.progress_pane.show(progress)
        self.saying.progress(progress)

    def picture_came(self, picture: Picture) -> None:
        """One more is drawn; the cursor goes to it, unless the author has moved it meanwhile."""
        place = picture.scene_id or picture.item_id
        here = self.follows and not self.is_viewing and self.place == place
        work = self.look_again(picture.id if here else "")
        launch(self.house, work, group="gallery-look")
        self.drawing.came(picture)

    # What the widgets tell.

    @on(PictureView.Turned)
    def turned(self, event: PictureView.Turned) -> None:
        """The one before, or after."""
        self.viewing.turn(event.steps)

    @on(PictureView.Left)
    def view_left(self) -> None:
        """Back to the many."""
        self.viewing.leave()

    @on(PictureGrid.Moved)
    def picture_marked(self) -> None:
        """Another picture or scene."""
        self.follows = False
        self.tell_marked()

    @on(PictureGrid.Opened)
    def picture_opened(self) -> None:
        """A click on the marked one."""
        self.action_do("gallery_open")

    @on(PictureGrid.MenuAsked)
    @on(RowList.MenuAsked)
    def menu_asked(self) -> None:
        """The right button."""
        self.action_do(MENUS[Where.GALLERY])

    @on(TextArea.Changed)
    def prompt_written(self) -> None:
        """The prompt is another."""
        self.prompting.written()
        self.measuring.written()

    @on(PromptText.PicturePasted)
    def picture_pasted(self, event: PromptText.PicturePasted) -> None:
        """The path of a picture."""
        self.foreign.pasted(event.path)

    @on(PromptEditor.Wanted)
    def words_wanted(self) -> None:
        """The first word is typed."""
        self.completing.wanted()

    @on(PromptEditor.Taken)
    def word_taken(self, event: PromptEditor.Taken) -> None:
        """A completion was taken."""
        self.completing.taken(event.completion)

    @on(SettingsForm.Stepped)
    def form_stepped(self, event: SettingsForm.Stepped) -> None:
        """An arrow in the form."""
        self.prompting.stepped(event.name, event.steps)

    @on(RowList.Chosen, "#form")
    def form_chosen(self) -> None:
        """Enter in the form."""
        self.action_do("gallery_value")

    async def close(self) -> None:
        """The story is about to be closed."""
        await super().close()
        await self.screening.close()

    # Actions.

    def action_rate(self, stars: int) -> None:
        """0 to 5."""
        self.choosing.rate(stars)

    def _escape(self) -> None:
        if self.escape():
            return
        if self.pane is not self.grid:
            self.to_pane(self.grid)
        else:
            self.picturing.back()
