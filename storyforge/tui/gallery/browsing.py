"""Which pictures are shown and how large, from pane to pane, the menu, and the way out."""

from collections.abc import Callable

from storyforge.i18n import _
from storyforge.tui.action_lists.menus import MENUS
from storyforge.tui.actions import Where
from storyforge.tui.gallery.area import Area
from storyforge.tui.gallery.looking import RATED, Filter, Kind

#: cells that a tile is wide
SIZES = (12, 18, 26, 38)


class Browsing(Area):
    """What is asked for beside drawing and choosing."""

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {
            "gallery_desk": self._desk,
            "gallery_filter": lambda: self.start(self._filter),
            "gallery_larger": lambda: self._resize(1),
            "gallery_smaller": lambda: self._resize(-1),
            "gallery_prompt": lambda: self.gallery.to_pane(self.gallery.prompt_editor),
            "gallery_form": lambda: self.gallery.to_pane(self.gallery.form),
            "gallery_next_scene": lambda: self.gallery.next_group(1),
            "gallery_last_scene": lambda: self.gallery.next_group(-1),
            MENUS[Where.GALLERY]: lambda: self.start(self._menu),
        }

    def escape(self) -> bool:
        """Whether all pictures are shown again."""
        if self.gallery.filter == Filter() or self.gallery.pane is not self.gallery.grid:
            return False
        self.gallery.show_only(Filter())
        return True

    def _desk(self) -> None:
        self.gallery.picturing.back()

    def _resize(self, steps: int) -> None:
        grid = self.gallery.grid
        at = SIZES.index(grid.wanted_width)
        grid.resize_tiles(SIZES[min(max(at + steps, 0), len(SIZES) - 1)], grid.worded)

    async def _filter(self) -> None:
        from storyforge.tui.dialogs.base import Choice, Choose

        gallery = self.gallery
        filters = {
            "all": (_("All pictures"), Filter()),
            "scene": (_("Only this scene"), Filter(Kind.SCENE, scene_id=gallery.scene_id)),
            "chosen": (_("Only the chosen ones"), Filter(Kind.CHOSEN)),
            "stale": (_("Only what is out of date"), Filter(Kind.STALE)),
            "items": (_("Only people and places"), Filter(Kind.ITEMS)),
        }
        for least in range(1, 6):
            told = _("From {stars} on").format(stars=RATED * least)
            filters[str(least)] = (told, Filter(Kind.RATED, least=least))
        if not gallery.scene_id:
            del filters["scene"]
        look = gallery.look
        choices = []
        for key, (told, wanted) in filters.items():
            count = sum(wanted(one, look.stale) for one in look.pictures)
            choices.append(Choice(key, told, str(count)))
        now = next((key for key, (_t, one) in filters.items() if one == gallery.filter), "all")
        chosen = await self.ask(Choose(_("Which pictures?"), "", choices, at=now))
        if chosen is not None:
            gallery.show_only(filters[chosen][1])

    async def _menu(self) -> None:
        from storyforge.tui.dialogs.menu import Menu

        wanted = await self.ask(Menu(self.gallery.house, Where.GALLERY))
        if wanted is not None:
            self.gallery.action_do(wanted)
