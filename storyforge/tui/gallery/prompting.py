"""The prompt in the editor: the plan's when a scene is entered, or the author's own, which is kept.

What the author types is on the disk half a second later (`Keeper`), scene by scene. It is the
plan's again when it says the same, or is let go.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from storyforge.i18n import _
from storyforge.tui.desk.keeper import Keeper
from storyforge.tui.gallery import called, painter_limits
from storyforge.tui.gallery.area import Area
from storyforge.tui.gallery.coming import Coming, Together
from storyforge.tui.gallery.form import STAGING
from storyforge.tui.gallery.form_values import Values
from storyforge.tui.gallery.given import Given, given
from storyforge.tui.gallery.telling import settings_of
from storyforge.tui.work import launch

if TYPE_CHECKING:
    from storyforge.domain.picture.compiled import Compiled
    from storyforge.domain.picture.orders import Family
    from storyforge.domain.picture.pictures import Picture
    from storyforge.store.story_file import StoryFile
    from storyforge.studio.pictures.hand_prompts import HandPrompt
    from storyforge.tui.screens.gallery import GalleryScreen

# Of the keeper: what is no scene's.
_FORM = "\0form"


class Prompting(Area):
    """What is drawn, and how.

    Attributes:
        key: the scene, or the item of the plan, whose prompt is in the editor.
        compiled: what the plan gives for it; None as long as there is no painter.
        values: the form.
        family: of the painter in use; None where it is not known.
        why_none: why the plan gives nothing; empty otherwise.
        loads: how often a prompt came into the editor.
    """

    def __init__(self, gallery: "GalleryScreen") -> None:
        super().__init__(gallery)
        self.key = ""
        self.compiled: Compiled | None = None
        self._of_plan = ("", "")
        self.values = self._usual = Values()
        self.why_none = ""
        self.family: Family | None = None
        self.loads = 0
        #: whose prompt is in the editor, and how it came there; "" while another one is fetched
        self._in_editor, self._as_put = "", ("", "")
        self._coming = Coming()
        #: the hash of the plan's prompt that the author's was made from
        self._base = ""
        self._keeper: Keeper[HandPrompt | dict[str, object] | None] = Keeper(
            gallery.desk, self._write, told=self._kept
        )
        self.keepers = (self._keeper,)

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {
            "gallery_compiled": self._let_go,
        }

    # What is heard.

    def shown(self) -> None:
        """The plan may give another prompt."""
        if self._in_editor:
            work = self._compile_again(self._in_editor)
            launch(self.gallery.house, work, group="gallery-plan", exclusive=True)

    def marked(self) -> None:
        """Another scene: its prompt."""
        key = self.gallery.place
        if key and key != self.key:
            self.key, self._in_editor = key, ""
            self._coming.forget()
            launch(self.gallery.house, self._load(key), group="gallery-prompt", exclusive=True)

    # The prompt.

    @property
    def is_own(self) -> bool:
        """Whether what is in the editor is the author's."""
        editor = self.gallery.prompt_editor
        return (editor.text, editor.negative) != self._of_plan

    async def _load(self, key: str) -> None:
        gallery = self.gallery
        ordering = await gallery.picturing.ordering()
        found = await given(ordering, key)
        unsaved = self._keeper.unsaved
        hand = unsaved[key] if key in unsaved else await ordering.hand(key)
        if key != self.key or gallery.closing:
            return
        self._take(found)
        if hand is None or isinstance(hand, dict):
            self._base = ""
            self._put(self._of_plan)
        else:
            self._base = hand.base
            self._put((hand.prompt, hand.negative))
        self._in_editor = key
        self.tell()
        self.show_form()
        self.loads += 1

    async def _compile_again(self, key: str) -> None:
        """The plan may be another: what is the author's stays, what was the plan's follows it."""
        found = await given(await self.gallery.picturing.ordering(), key)
        if key != self._in_editor or self.gallery.closing:
            return
        follows = not self.is_own
        self._take(found)
        if follows:
            self._put(self._of_plan)
        self.tell()
        self.show_form()

    def _take(self, found: Given) -> None:
        self.compiled, self._of_plan, self.why_none = found.compiled, found.texts, found.why_none
        self._usual, self.family = found.values, found.family
        if found.dialect is not None:
            self.gallery.prompt_editor.speak(found.dialect)
        # What was set in the form meanwhile counts.
        self.values = replace(found.values, **self.gallery.ordering.own)

    def _put(self, texts: tuple[str, str]) -> None:
        """Into the editor, as nothing that the author wrote."""
        editor = self.gallery.prompt_editor
        self._as_put = texts
        if (editor.text, editor.negative) != texts:
            editor.text, editor.negative = texts

    def written(self) -> None:
        """The author wrote in the editor, or something was put there."""
        editor = self.gallery.prompt_editor
        now = (editor.text, editor.negative)
        if not self._in_editor or now == self._as_put or not self.may_keep:
            return
        self._as_put = now
        self._form_follows()
        if self.is_own:
            self._keeper.changed(self._in_editor, self._hand(editor.text, editor.negative))
        else:
            self._keeper.changed(self._in_editor, None)
        self.tell()
        self.show_form()

    def _hand(self, prompt: str, negative: str) -> "HandPrompt":
        from storyforge.studio.pictures.hand_prompts import HandPrompt

        self._base = self.compiled.hash if self.compiled is not None else ""
        return HandPrompt(prompt, negative, self._base)

    @property
    def may_keep(self) -> bool:
        """Whether what is written can be kept."""
        return not self.gallery.story.read_only

    def take_from(self, picture: "Picture") -> None:
        """A picture's prompt and settings, to go on from."""
        self.take(picture.prompt, picture.negative, settings_of(picture))

    def take(self, prompt: str, negative: str, settings: dict[str, Any]) -> None:
        """A prompt and the settings that came with it; undo takes both back."""
        editor = self.gallery.prompt_editor
        before = self._together((editor.text, editor.negative))
        if settings:
            self.change(replace(self.values, **settings), *settings)
        self._coming.forget()
        if settings:
            self._coming.came(before, self._together((prompt, negative)))
        editor.rewrite(prompt, negative)

    def _together(self, texts: tuple[str, str]) -> Together:
        return Together(texts, self.values, dict(self.gallery.ordering.own))

    def _form_follows(self) -> None:
        """What came with settings is taken back, or made again: so are they."""
        editor = self.gallery.prompt_editor
        wanted = self._coming.follows((editor.text, editor.negative), self.values)
        if wanted is not None:
            self.values = wanted.values
            own = self.gallery.ordering.own
            own.clear()
            own.update(wanted.own)
            self._keeper.changed(_FORM, dict(own))

    def _let_go(self) -> None:
        if self.may_change():
            self.gallery.prompt_editor.rewrite(*self._of_plan)

    def tell(self) -> None:
        """Whose prompt it is, over the editor."""
        gallery = self.gallery
        told = ""
        if self.is_own:
            key = gallery.house.key_of("gallery_compiled")
            told = _("yours · {key} takes the plan's").format(key=key)
            if self._base not in ("", self.compiled.hash if self.compiled is not None else ""):
                told = _("yours; the plan has changed since · {key} takes the plan's").format(
                    key=key
                )
        elif self.why_none:
            told = self.why_none
        gallery.tell_prompt(gallery.place_title, told)

    def _write(
        self, story: "StoryFile", name: str, thing: "HandPrompt | dict[str, object] | None"
    ) -> None:
        from storyforge.studio.pictures import hand_prompts

        if isinstance(thing, dict):
            hand_prompts.keep_form(story, thing)
        else:
            hand_prompts.keep(story, name, thing)

    def _kept(self, _fine: bool) -> None:
        if self.gallery.is_attached:  # what was written last may come after the gallery was left
            self.gallery.saying.status()

    # The form.

    def show_form(self, place: str = "") -> None:
        """All values, and what the prompt calls."""
        ordering, prompt = self.gallery.ordering, self.gallery.prompt_editor.text
        self.values = ordering.quickened(self.values, self._usual, called.habit_of(prompt))
        rows = called.rows(prompt)
        self.gallery.form.show_values(self.values, frozenset(ordering.own), rows, place)
        self.gallery.saying.status()

    def stepped(self, name: str, steps: int) -> None:
        """An arrow in the form."""
        if called.is_called(name):
            editor = self.gallery.prompt_editor
            editor.rewrite(called.stepped(editor.text, name, steps), editor.negative)
        elif name in self.values.lacks:
            self.gallery.house.tell(painter_limits.why(self.values.painter))
        elif name in ("painter", STAGING):
            self.gallery.action_do("gallery_value")
        else:
            self.change(self.values.stepped(name, steps), name)

    def change(self, values: Values, *names: str) -> None:
        """Other values; those of `names` are the author's own from now on."""
        self.values = values
        own = self.gallery.ordering.own
        for name in names:
            own[name] = getattr(values, name)
        self._keeper.changed(_FORM, dict(own))
        self.show_form()

    async def let_form_go(self) -> None:
        """Let go of all that was set in the form."""
        ordering = self.gallery.ordering
        ordering.own.clear()
        self._keeper.changed(_FORM, {})
        self.values = self._usual = await ordering.values()
        self.show_form()
        await self._keeper.keep()
