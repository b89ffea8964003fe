"""What the gallery says of itself: header, status line and keys line."""

from typing import TYPE_CHECKING

from storyforge.i18n import _, ngettext
from storyforge.tui.actions import Where
from storyforge.tui.footer import key_parts
from storyforge.tui.gallery.looking import told
from storyforge.tui.terminal import key_name
from storyforge.tui.widgets.bars import Part

if TYPE_CHECKING:
    from storyforge.studio.pictures.queue import Progress
    from storyforge.tui.screens.gallery import GalleryScreen

# What the keys line names, by the pane that keys go to.
_IN_GRID = frozenset(
    {"gallery_draw", "gallery_open", "gallery_choose", "gallery_prompt", "gallery_queue"}
)
_IN_VIEW = frozenset({"gallery_choose", "gallery_compare"})
_IN_PROMPT = frozenset({"gallery_draw"})


class Saying:
    """Fills the three bars."""

    def __init__(self, gallery: "GalleryScreen") -> None:
        self._gallery = gallery
        self._progress = ""
        self._waiting = 0

    def header(self) -> None:
        """The story, and how many pictures it has."""
        gallery = self._gallery
        look = gallery.look
        title = look.outline.title if look.outline is not None else ""
        count = len(look.pictures)
        right = []
        if only := told(gallery.filter, look.scene_name):
            right.append(Part(only, 6, "accent", action="gallery_filter"))
        many = ngettext("{count} picture", "{count} pictures", count).format(count=count)
        right.append(Part(many, 4, "muted"))
        if old := len(look.stale):
            right.append(
                Part(
                    ngettext("{count} out of date", "{count} out of date", old).format(count=old),
                    5,
                    "warning",
                    action="gallery_stale",
                )
            )
        gallery.header.put([Part(_("Pictures"), 6, "strong"), Part(title, 5)], right)
        self.status()

    def progress(self, progress: "Progress | None") -> None:
        """How far what is drawn is; the queue as one line."""
        self._progress = ""
        if progress is not None:
            from storyforge.studio.pictures.progress import progress_words

            self._progress = progress_words(progress)
            self._waiting = max(progress.total - progress.done - 1, 0)
        self.status()

    def status(self) -> None:
        """The status line."""
        gallery = self._gallery
        story = gallery.story
        values = gallery.prompting.values
        painter = values.told("painter")
        left = []
        if story.read_only:
            left.append(Part(story.read_only_reason, 9, "warning"))
        if painter:
            left.append(Part(f"● {painter}", 6, "accent" if self._progress else ""))
        else:
            left.append(Part(_("no painter yet"), 6, "warning", action="gallery_value"))
        right = []
        if self._progress:
            left.append(Part(self._progress, 8, "accent", action="gallery_queue"))
            if self._waiting:
                waits = ngettext("{count} waits", "{count} wait", self._waiting)
                left.append(
                    Part(waits.format(count=self._waiting), 5, "muted", action="gallery_queue")
                )
            right.append(Part(_("stop"), 7, key=key_name("escape"), action="gallery_stop"))
        saved = _("read only") if story.read_only else _("saved")
        if gallery.unsaved:
            saved = _("saving")
        right.append(Part(saved, 7, "muted"))
        gallery.status_bar.put(left, right)

    def keys(self) -> None:
        """The keys that work here and now."""
        gallery = self._gallery
        left, right = key_parts(gallery.house, Where.GALLERY)
        if gallery.pane is gallery.view:
            wanted = _IN_VIEW
            extra = [
                Part(_("next"), 5, key=f"{key_name('left')} {key_name('right')}"),
                Part(_("stars"), 4, key="0–5"),
            ]
        elif gallery.pane is gallery.grid:
            wanted, extra = _IN_GRID, [Part(_("stars"), 3, key="0–5")]
            if gallery.picture is None:
                wanted -= {"gallery_open", "gallery_choose"}
                extra = []
        elif gallery.pane is gallery.form:
            arrows = f"{key_name('left')} {key_name('right')}"
            wanted = _IN_PROMPT
            extra = [
                Part(_("change"), 7, key=arrows),
                Part(_("type"), 6, key=key_name("enter"), action="gallery_value"),
            ]
        else:
            wanted, extra = _IN_PROMPT, []
        left = [part for part in left if part.action in wanted]
        left += extra
        if gallery.pane is not gallery.view:
            left.append(Part(_("panes"), 4, key=key_name("tab")))
        desk = gallery.house.key_of("gallery_desk")
        back = Part(_("back"), 6, key=key_name("escape"), action="gallery_back")
        left.append(back if gallery.pane is not gallery.grid else self._to_desk(desk))
        gallery.keys_bar.put(left, right)

    @staticmethod
    def _to_desk(key: str) -> Part:
        return Part(_("desk"), 6, key=key, action="gallery_desk")
