"""A picture large, two beside each other, and one in the system's own viewer."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from storyforge.domain.comparing import Part, compare
from storyforge.domain.text import one_line
from storyforge.i18n import _, listed
from storyforge.tui.gallery.area import Area
from storyforge.tui.gallery.looking import CHOSEN, RATED
from storyforge.tui.gallery.telling import differences, facts
from storyforge.tui.gallery.view import Sight
from storyforge.tui.widgets.wrapping import Run
from storyforge.tui.work import lazily

if TYPE_CHECKING:
    from storyforge.domain.picture.pictures import Picture
    from storyforge.tui.screens.gallery import GalleryScreen

_KINDS = {Part.SAME: "muted", Part.CAME: "accent"}


class Viewing(Area):
    """What Enter, K and O do.

    Attributes:
        beside: the picture that another one is compared with; empty for none.
    """

    def __init__(self, gallery: "GalleryScreen") -> None:
        super().__init__(gallery)
        self.beside = ""
        self._two = False

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {
            "gallery_open": self.open,
            "gallery_compare": self.compare,
            "gallery_outside": lambda: self.start(self._outside),
            "gallery_use": self._use,
        }

    # What is heard.

    def shown(self) -> None:
        """The picture may have other stars, or be gone."""
        if self.gallery.is_viewing:
            self._show()

    def marked(self) -> None:
        """Another picture."""
        if self.gallery.is_viewing:
            self._show()

    def escape(self) -> bool:
        """Whether it closed the view, or forgot what was to be compared."""
        if self.gallery.is_viewing:
            self.leave()
            return True
        forgot, self.beside = bool(self.beside), ""
        return forgot

    # Large.

    def open(self) -> None:
        """The marked picture as large as the screen; on a scene without one, its prompt."""
        gallery = self.gallery
        if gallery.is_viewing:
            self.leave()
        elif gallery.picture is None:
            gallery.to_pane(gallery.prompt_editor)
        else:
            self._two = False
            gallery.view_pictures(on=True)
            self._show()

    def leave(self) -> None:
        """Back to the many."""
        self._two, self.beside = False, ""
        self.gallery.view_pictures(on=False)

    def turn(self, steps: int) -> None:
        """The picture before, or after."""
        self.gallery.grid.action_move(steps)

    def compare(self) -> None:
        """First this one, then another: both beside each other."""
        gallery = self.gallery
        if gallery.picture is None:
            gallery.house.tell(_("Mark a picture first."))
        elif not self.beside or gallery.look.picture(self.beside) is None:
            self.beside = gallery.picture.id
            gallery.house.tell(
                _("Now mark the other picture and press {key} again.").format(
                    key=gallery.house.key_of("gallery_compare")
                )
            )
        elif self.beside != gallery.picture.id:
            self._two = True
            gallery.view_pictures(on=True)
            self._show()

    def _show(self) -> None:
        gallery = self.gallery
        picture, other = gallery.picture, gallery.look.picture(self.beside)
        if picture is None:
            self.leave()
        elif self._two and other is not None and other.id != picture.id:
            gallery.view.show(self._against(other, picture), self._against(picture, other))
        else:
            gallery.view.show(self._sight(picture))

    def _sight(self, picture: "Picture") -> Sight:
        lines: list[tuple[Run, ...]] = [((" · ".join(facts(picture)), "muted"),)]
        if old := self.gallery.look.stale.get(picture.id):
            lines.append(((_("Out of date: {why}").format(why=" · ".join(old)), "warning"),))
        if whose := self.gallery.look.references.get(picture.digest):
            lines.append(((_("Reference of {names}").format(names=listed(whose)), "accent"),))
        lines.append(((one_line(picture.prompt), ""),))
        if picture.negative:
            lines.append(
                ((_("not: {negative}").format(negative=one_line(picture.negative)), "muted"),)
            )
        return Sight(picture, self._title(picture), tuple(lines))

    def _against(self, picture: "Picture", other: "Picture") -> Sight:
        """With what it has that the other has not, in settings and prompt."""
        told = " · ".join(differences(picture, other)) or _("the same settings")
        lines: list[tuple[Run, ...]] = [((told, "accent"),)]
        pairs = compare(one_line(other.prompt), one_line(picture.prompt)).pairs
        pieces = [piece for pair in pairs for piece in pair.pieces if piece.part is not Part.GONE]
        lines.append(tuple((piece.text, _KINDS[piece.part]) for piece in pieces))
        return Sight(picture, self._title(picture), tuple(lines))

    def _title(self, picture: "Picture") -> str:
        signs = (CHOSEN * picture.chosen, RATED * picture.rating)
        return "  ".join(filter(None, (self.gallery.look.title_of(picture), *signs)))

    # Elsewhere.

    async def _outside(self) -> None:
        """In the system's viewer."""
        gallery = self.gallery
        if gallery.picture is None:
            gallery.house.tell(_("Mark a picture first."))
            return
        viewers = await lazily("storyforge.studio.viewers")
        file = await asyncio.to_thread(viewers.file_of, gallery.story, gallery.picture.id)
        await asyncio.to_thread(viewers.show, file)

    def _use(self) -> None:
        """Its prompt into the editor, its settings into the form."""
        gallery = self.gallery
        if gallery.picture is not None:
            gallery.prompting.take_from(gallery.picture)
