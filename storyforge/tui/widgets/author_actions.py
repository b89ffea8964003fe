"""What an author's keys do to a page. Textual's actions, behind two rules of this house.

The rules: a locked page is not changed, and a running stream ends, with all that came, before the
key applies. It owns those and the actions Textual lacks; it refuses to know which keys there are.
"""

from collections.abc import Callable

from storyforge.tui.widgets.rewriting import RewritingPage


class AuthorActions(RewritingPage):
    """A page with the actions of writing.

    Attributes:
        undo_instead: takes back something larger than a step of the page, where Ctrl+Z means that.
    """

    undo_instead: Callable[[], bool] | None = None

    def action_undo(self) -> None:
        """Take the newest step back."""
        if self.undo_instead is None or not self.undo_instead():
            self.undo()

    def action_delete_left(self) -> None:
        """Delete the selection, or the character before the caret."""
        self.interrupt()
        super().action_delete_left()

    def action_delete_right(self) -> None:
        """Delete the selection, or the character behind the caret."""
        self.interrupt()
        super().action_delete_right()

    def action_delete_word_left(self) -> None:
        """Delete the selection, or back to the word's beginning."""
        self.interrupt()
        super().action_delete_word_left()

    def action_delete_word_right(self) -> None:
        """Delete the selection, or up to the word's end."""
        self.interrupt()
        super().action_delete_word_right()

    def action_delete_line(self) -> None:
        """Delete the paragraphs that the selection touches."""
        self.interrupt()
        super().action_delete_line()

    def action_delete_to_start_of_line(self) -> None:
        """Delete back to the row's beginning."""
        self.interrupt()
        super().action_delete_to_start_of_line()

    def action_delete_to_end_of_line(self) -> None:
        """Delete up to the row's end."""
        self.interrupt()
        super().action_delete_to_end_of_line()

    async def action_delete_to_end_of_line_or_delete_line(self) -> None:
        """Delete up to the row's end; at its end, what parts it from the next."""
        self.interrupt()
        await super().action_delete_to_end_of_line_or_delete_line()

    def action_cut(self) -> None:
        """Move the selection, or the paragraph, to the clipboard."""
        self.interrupt()
        super().action_cut()

    def action_paste(self) -> None:
        """Insert the clipboard."""
        self.interrupt()
        super().action_paste()

    def action_cursor_page_start(self, select: bool = False) -> None:
        """Move the caret to the beginning of the page."""
        self.move_cursor((0, 0), select=select)

    def action_cursor_page_end(self, select: bool = False) -> None:
        """Move the caret to the end of the page."""
        self.move_cursor(self.document.end, select=select)
