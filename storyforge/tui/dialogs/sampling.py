"""How the next word is drawn: a preset, every sampler with its sentence, phrases. Asks only.

Nothing is in use before the first row is chosen; Escape lets all of it go, but asks before what was
set by hand. What is saved or read as a file goes through the `Shelf` that the desk hands in.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from storyforge.domain.dials import BY_FIELD, SWITCHES, first_fault, moved, shown, title_of
from storyforge.domain.presets import Imported, Preset
from storyforge.domain.sampling import Sampling
from storyforge.errors import BadInput, Refused
from storyforge.export.files import Occupied
from storyforge.i18n import _, sentences
from storyforge.tui.dialogs import sampling_rows as form
from storyforge.tui.dialogs.base import AskText, Choice, Choose, Dialog, MayReplace, said
from storyforge.tui.dialogs.lines import AskLines
from storyforge.tui.dialogs.sampling_parts import (
    ChoosePreset,
    OrderSamplers,
    bias_lines,
    biases_typed,
    lines_of,
    number_typed,
    phrases_of,
    wrong_biases,
)
from storyforge.tui.dialogs.sampling_rows import Tuned
from storyforge.tui.widgets.rows import RowList
from storyforge.tui.work import launch, typed_path

_SWITCHED = {name for name, _title, _help in SWITCHES}
# Rows of the box beside the list.
_AROUND_LIST = 9


@dataclass(frozen=True, slots=True)
class Shelf:
    """The presets there are, and what can be done with them; each raises what can be read.

    Attributes:
        heeded: the fields that the model in use can do.
        model: its name.
        save, write: with True they replace what is there.
    """

    presets: Sequence[Preset]
    heeded: frozenset[str]
    model: str
    save: Callable[[Preset, bool], Awaitable[Preset]]
    read: Callable[[Path], Awaitable[Imported]]
    write: Callable[[Preset, Path, bool], Awaitable[None]]
    delete: Callable[[str], Awaitable[Preset]]


class AskSampling(Dialog[Tuned]):
    """Answers the values the author agreed to."""

    AUTO_FOCUS = "RowList"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "nudge(-1)", show=False),
        Binding("right", "nudge(1)", show=False),
    ]
    DEFAULT_CSS = """
    AskSampling .box { width: 76; padding: 0 2; }
    AskSampling #about { height: 3; color: $foreground-muted; margin-bottom: 1; }
    AskSampling #help { height: 2; margin-top: 1; color: $foreground; }
    """

    def __init__(self, tuned: Tuned, shelf: Shelf, *, with_story: bool) -> None:
        super().__init__(
            _("How the next word is drawn"), _("← →: change · Enter: type it · Esc: leave it")
        )
        self._used = tuned
        self._tuned = tuned
        self._shelf = shelf
        self._presets = list(shelf.presets)
        self._with_story = with_story

    def inside(self) -> ComposeResult:
        """What the preset is for, the form, what the marked row is for."""
        yield said("", id="about", classes="")
        yield RowList()
        yield said("", id="help", classes="")

    def on_mount(self) -> None:
        """The values in use, the cursor on the preset."""
        self._show(form.PRESET)

    # Choosing.

    @on(RowList.Marked)
    def marked(self) -> None:
        """Say what the row is for."""
        self._explain()

    @on(RowList.Chosen)
    def chosen(self, event: RowList.Chosen) -> None:
        """Agree, or change the row."""
        if event.row.id == form.GO:
            self.dismiss(self._tuned)
        else:
            launch(self.app, self._change(event.row.id), group="form")  # type: ignore[arg-type]

    def action_nudge(self, steps: int) -> None:
        """← and → on a value."""
        row = self.query_one(RowList).row
        name = row.id if row is not None else ""
        if name == form.PRESET:
            names = [preset.name for preset in self._presets]
            at = names.index(self._tuned.preset.name) if self._tuned.preset.name in names else 0
            self._choose(self._presets[(at + steps) % len(names)])
        elif name in BY_FIELD:
            value = moved(BY_FIELD[name], getattr(self._tuned.sampling, name), steps)
            self._set(name, value)
        elif name in _SWITCHED or name == form.WHERE:
            self._switch(name)

    def action_leave(self) -> None:
        """Escape: a preset that was only looked at is let go, values of the author's are not."""
        now, used = self._tuned, self._used
        if now.sampling in (used.sampling, now.preset.sampling) and now.stop == used.stop:
            self.dismiss(None)
        else:
            launch(self.app, self._leave(), group="form")  # type: ignore[arg-type]

    async def _leave(self) -> None:
        choices = [Choice("use", _("Write like this")), Choice("drop", _("Let it go"))]
        told = _("You have changed values that are not in use yet.")
        answer = await self.app.push_screen_wait(Choose(self.box_title, told, choices))
        if answer is not None:
            self.dismiss(self._tuned if answer == "use" else None)

    async def _change(self, name: str) -> None:
        """Enter on a row."""
        files = {
            form.SAVE: self._save,
            form.IMPORT: self._import,
            form.EXPORT: self._export,
            form.DELETE: self._delete,
        }
        if name in files:
            await files[name]()
        elif name == form.RESET:
            self._choose(self._tuned.preset)
        elif name == form.PRESET:
            await self._choose_preset()
        elif name in _SWITCHED or name == form.WHERE:
            self._switch(name)
        elif name in BY_FIELD or name == "seed":
            await self._ask_number(name)
        elif name == "order":
            order = await self.app.push_screen_wait(OrderSamplers(self._tuned.sampling.order))
            if order is not None:
                self._set("order", order)
        else:
            await self._ask_lines(name)

    async def _choose_preset(self) -> None:
        chosen = await self.app.push_screen_wait(
            ChoosePreset(self._presets, self._told_of, self._tuned.preset.name)
        )
        if chosen is not None:
            self._choose(chosen)

    def _told_of(self, preset: Preset) -> str:
        return form.about(Tuned(preset, preset.sampling), self._used.sampling)

    def _choose(self, preset: Preset) -> None:
        self._tuned = replace(self._tuned, preset=preset, sampling=preset.sampling)
        self._show(form.PRESET)

    def _switch(self, name: str) -> None:
        if name == form.WHERE:
            self._tuned = replace(self._tuned, for_story=not self._tuned.for_story)
            self._show(name)
        else:
            self._set(name, not getattr(self._tuned.sampling, name))

    def _set(self, name: str, value: object) -> None:
        """Take a value, where it is within its range."""
        sampling: Sampling = replace(self._tuned.sampling, **{name: value})  # type: ignore[arg-type]
        fault = first_fault(sampling)
        if fault is not None:
            raise BadInput(fault[1], title=title_of(name))
        self._tuned = replace(self._tuned, sampling=sampling)
        self._show(name)

    async def _ask_number(self, name: str) -> None:
        now = getattr(self._tuned.sampling, name)
        label = form.help_of(name, self._tuned, self._shelf.heeded, self._shelf.model)
        given = await self.app.push_screen_wait(
            AskText(title_of(name), label, "" if now is None else shown(now), blank=name == "seed")
        )
        if given is not None:
            self._set(name, None if not given else number_typed(name, given))

    async def _ask_lines(self, name: str) -> None:
        """Phrases, one a line."""
        sampling = self._tuned.sampling
        title = _("Stop strings") if name == form.STOP else title_of(name)
        label = form.help_of(name, self._tuned, self._shelf.heeded, self._shelf.model)
        if name == "biases":
            text = bias_lines(sampling.biases)
            label = sentences((label, _("Such as: Captain Ahab = 2.5")))
        else:
            text = lines_of(self._tuned.stop if name == form.STOP else getattr(sampling, name))
        wrong = wrong_biases if name == "biases" else None
        given = await self.app.push_screen_wait(AskLines(title, label, text, wrong=wrong))
        if given is None:
            return
        if name == form.STOP:
            self._tuned = replace(self._tuned, stop=phrases_of(given))
            self._show(name)
        else:
            self._set(name, biases_typed(given) if name == "biases" else phrases_of(given))

    # Files.

    async def _save(self) -> None:
        own = self._tuned.preset.name if self._tuned.preset.own else ""
        name = await self.app.push_screen_wait(
            AskText(_("Save as a preset"), _("A name of your choice"), own)
        )
        if name is None:
            return
        purpose = await self.app.push_screen_wait(
            AskText(
                _("Save as a preset"),
                _("What it is for, in a sentence; may be empty"),
                self._tuned.preset.purpose if name == own else "",
                blank=True,
            )
        )
        if purpose is not None:
            await self._keep(Preset(name, self._tuned.sampling, purpose))

    async def _keep(self, preset: Preset) -> None:
        """Save it; over another only after a yes."""
        try:
            kept = await self._shelf.save(preset, False)
        except Refused as refused:
            if await self.app.push_screen_wait(MayReplace(refused)) != "yes":
                return
            kept = await self._shelf.save(preset, True)
        folded = kept.name.casefold()
        self._presets = [each for each in self._presets if each.name.casefold() != folded]
        self._presets.append(kept)
        self._choose(kept)

    async def _import(self) -> None:
        given = await self.app.push_screen_wait(
            AskText(_("Import a preset"), _("The file, as JSON"), "")
        )
        if given is None:
            return
        imported = await self._shelf.read(typed_path(given))
        name = await self.app.push_screen_wait(
            AskText(_("Import a preset"), _("A name of your choice"), imported.preset.name)
        )
        if name is not None:
            await self._keep(replace(imported.preset, name=name))
            for note in imported.notes:
                self.notify(note, markup=False)

    async def _export(self) -> None:
        name = self._tuned.preset.title
        given = await self.app.push_screen_wait(
            AskText(_("Export as JSON"), _("Where to"), str(Path.home() / f"{name}.json"))
        )
        if given is None:
            return
        preset, path = replace(self._tuned.preset, sampling=self._tuned.sampling), typed_path(given)
        try:
            await self._shelf.write(preset, path, False)
        except Occupied as refused:
            if await self.app.push_screen_wait(MayReplace(refused)) != "yes":
                return
            await self._shelf.write(preset, path, True)
        self.notify(_("“{name}” is in {file}.").format(name=name, file=path), markup=False)

    async def _delete(self) -> None:
        gone = await self._shelf.delete(self._tuned.preset.name)
        self._presets = [each for each in self._presets if each.name != gone.name]
        self._choose(self._presets[0])

    # Showing.

    def _show(self, at: str) -> None:
        rows = form.rows(self._tuned, self._shelf.heeded, with_story=self._with_story)
        self.query_one(RowList).show(rows, at)
        self._explain()
        self.fit_list(_AROUND_LIST)

    def _explain(self) -> None:
        about = form.about(self._tuned, self._used.sampling)
        self.query_one("#about", Static).update(about)
        row = self.query_one(RowList).row
        name = row.id if row is not None else ""
        said_of = form.help_of(name, self._tuned, self._shelf.heeded, self._shelf.model)
        self.query_one("#help", Static).update(said_of)

    def on_resize(self) -> None:
        """The list scrolls where the screen is low."""
        self.fit_list(_AROUND_LIST)
