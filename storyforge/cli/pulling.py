"""The verbs that bring models: models pull, models recommended."""

import sys
import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from storyforge.cli.options import JSON
from storyforge.cli.progress import Progress, left
from storyforge.cli.talk import note, quoted, say, say_json, table
from storyforge.cli.using import tell_use
from storyforge.i18n import _, listed, ngettext

if TYPE_CHECKING:
    from storyforge.studio.pulling.pulling import Coming, Wanted
    from storyforge.studio.pulling.recommended import Recommended

# Seconds that the speed is taken over: it shall neither jump nor lag.
_SPAN = 5.0
# Before so many seconds a speed is only a guess.
_SURE = 1.0
# Seconds between two looks at the line.
_STEP = 0.1


def add_to(models: typer.Typer) -> None:
    """Add these verbs to those of `models`."""
    models.command("pull", help=_pull_help())(pull)
    models.command(
        "recommended", help=_("A short list of models to begin with, by the memory they want.")
    )(show_recommended)


def _pull_help() -> str:
    return _(
        "Fetch a model from the Hugging Face hub.\n\n"
        "What, from where and to where is said before anything is fetched. Ctrl+C keeps what came, "
        "and the same command goes on from there. A private repository wants your token in "
        "HF_TOKEN.\n\n"
        "\b\n"
        "  storyforge models pull bartowski/Mistral-Nemo-Instruct-2407-GGUF\n"
        "  storyforge models pull bartowski/Mistral-Nemo-Instruct-2407-GGUF Q5_K_M --use"
    )


def pull(
    repo: Annotated[str, typer.Argument(metavar="REPO", help=_("OWNER/NAME on the hub."))],
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help=_("The file, or a piece of its name; without it Q4_K_M is taken."),
        ),
    ] = "",
    use: Annotated[bool, typer.Option("--use", help=_("Write with it from then on."))] = False,
    as_json: JSON = False,
) -> None:
    """Fetch a model from the hub."""
    from storyforge.studio.pulling import pulling

    wanted = pulling.plan(repo, file)
    _announce(wanted)
    show = _Show(wanted)
    try:
        path = pulling.pull(wanted, show.hear)
    except KeyboardInterrupt:
        show.clear()
        note(_("Stopped. What came is kept; the same command goes on from there."))
        raise typer.Exit(130) from None
    finally:
        show.clear()
    is_file = path.is_file()
    used = None
    if use and is_file:
        from storyforge.studio import model_files

        used = model_files.use(path)
    if as_json:
        say_json({"path": str(path), "bytes": wanted.size, "files": [f.name for f in wanted.files]})
        return
    say(_("It is here whole: {path}").format(path=path))
    if used is not None:
        tell_use(used)
    elif is_file:
        say(_("Write with it: storyforge models use {path}").format(path=quoted(path)))
    else:
        say(
            _(
                "Write with it: storyforge profiles set NAME backend=transformers model={path}"
            ).format(path=quoted(path))
        )


def _announce(wanted: "Wanted") -> None:
    from storyforge.studio.pulling import hub
    from storyforge.studio.sizes import file_size

    names = [file.name for file in wanted.files]
    what = (
        names[0]
        if len(names) == 1
        else ngettext("{count} file", "{count} files", len(names)).format(count=len(names))
    )
    licence = wanted.repo.licence or _("it tells none")
    rows = [
        [_("what"), f"{what}, {file_size(wanted.size)}"],
        [_("from"), f"{hub.place()}/{wanted.repo.name}"],
        [_("licence"), licence],
        [_("to"), str(wanted.folder)],
    ]
    if wanted.here:
        rows.append([_("here already"), file_size(wanted.here)])
    for line in table(rows):
        note(line)


class _Show:
    """How far it is: one line on a terminal, elsewhere a line for every tenth."""

    def __init__(self, wanted: "Wanted") -> None:
        self._line = Progress(sys.stderr.isatty())
        self._times = [(time.monotonic() - _STEP, wanted.here)]
        self._told = -1
        self._waits = ""

    def hear(self, coming: "Coming") -> None:
        """Take the news and show it."""
        share = coming.done / coming.total if coming.total else 1.0
        if coming.checking:
            self._line.show(_("{share}  comparing its checksum").format(share=f"{share:4.0%}"))
            return
        now, tenth = time.monotonic(), int(share * 10)
        soon = now - self._times[-1][0] < _STEP
        if soon and tenth == self._told and not coming.waits and share < 1:
            return
        self._times.append((now, coming.done))
        while len(self._times) > 2 and now - self._times[0][0] > _SPAN:
            self._times.pop(0)
        if coming.waits and coming.waits != self._waits:
            self.clear()
            note(_("{why}; it is tried again.").format(why=coming.waits))
        self._waits = coming.waits
        self._line.show(f"{share:4.0%}  {self._speed(coming)}")
        if not sys.stderr.isatty() and tenth > self._told:
            note(f"{tenth * 10:3} %")
        self._told = max(tenth, self._told)

    def clear(self) -> None:
        """Take the line away."""
        self._line.clear()

    def _speed(self, coming: "Coming") -> str:
        from storyforge.studio.sizes import file_size

        (began, before), (now, done) = self._times[0], self._times[-1]
        parts = [
            _("{done} of {total}").format(
                done=file_size(coming.done), total=file_size(coming.total)
            )
        ]
        speed = (done - before) / (now - began) if now - began > _SURE else 0.0
        if speed > 0:
            parts.append(_("{size} a second").format(size=file_size(speed)))
            parts.append(left((coming.total - done) / speed))
        return listed(parts)


def show_recommended(
    language: Annotated[
        str, typer.Option("--language", help=_("Only those that write it: en or ja."))
    ] = "",
    memory: Annotated[
        float, typer.Option("--memory", help=_("Only those that want no more GiB than this."))
    ] = 0,
    as_json: JSON = False,
) -> None:
    """A short list of models to begin with; ✓ marks those that this machine has memory for."""
    from storyforge.engine.memory import find_memory
    from storyforge.studio.pulling.recommended import recommended
    from storyforge.studio.sizes import size

    found, here = recommended(language, memory), find_memory().total
    if as_json:
        say_json([_json(each, here) for each in found])
        return
    if not found:
        note(_("There is none in the list. Every GGUF file works: storyforge models use PATH"))
        return
    rows = [["", "", _("memory needed"), _("file"), _("languages"), _("licence"), ""]]
    for each in found:
        rows.append(["✓" if each.fits(here) else " ", each.name])
        rows[-1] += [_("{n} GiB").format(n=each.memory)]
        rows[-1] += [f"{each.size} GB", " ".join(each.languages), each.licence, _(each.about)]
        rows.append([f"  storyforge models pull {each.repo} {each.file}"])
    for line in _spread(rows):
        say(line)
    note(_("All in Q4_K_M, with a window of 8,192 tokens. Their owners' terms stand on the hub."))
    fits = _("✓ fits into this machine's memory ({size}); what a GPU has comes beside that.")
    note(fits.format(size=size(here)))


def _spread(rows: list[list[str]]) -> list[str]:
    """The table's lines, with the commands between them as they are."""
    lines = iter(table([row for row in rows if len(row) > 1], right=(2, 3)))
    return [next(lines) if len(row) > 1 else row[0] for row in rows]


def _json(each: "Recommended", here: int) -> dict[str, Any]:
    return {
        "name": each.name,
        "repo": each.repo,
        "file": each.file,
        "memory_gib": each.memory,
        "fits": each.fits(here),
        "size_gb": each.size,
        "licence": each.licence,
        "languages": list(each.languages),
        "about": _(each.about),
    }
