"""What `storyforge doctor` says: what is installed, what it runs on, and where things lie.

It looks and changes nothing. Whatever goes wrong while looking becomes a finding of its own.
"""

from collections.abc import Callable, Iterable

from storyforge.errors import StoryforgeError
from storyforge.i18n import _
from storyforge.studio.diagnosis import folders, machine, models, profiles, program, terminal
from storyforge.studio.diagnosis.finding import Finding


def examine() -> tuple[Finding, ...]:
    """Everything that was found, in reading order."""
    found: list[Finding] = []
    for topic, look in _parts():
        found.extend(_safely(topic, look))
    return tuple(found)


def _parts() -> tuple[tuple[str, Callable[[], Iterable[Finding]]], ...]:
    return (
        (_("Program"), program.examine_program),
        (_("Engine"), machine.examine_engine),
        (_("Processor"), machine.examine_processor),
        (_("Model"), models.examine_model),
        (_("Needs"), models.examine_fit),
        (_("Speed"), models.examine_speed),
        (_("Profiles"), profiles.examine_profiles),
        (_("API keys"), profiles.examine_keys),
        (_("Pictures"), _pictures),
        (_("Saved states"), machine.examine_states),
        (_("Terminal"), terminal.examine_terminal),
        (_("Language"), program.examine_language),
        (_("Folders"), folders.examine_folders),
    )


def _pictures() -> Iterable[Finding]:
    # What knows checkpoints is not imported before the rest was looked at.
    from storyforge.studio.diagnosis.pictures import examine_pictures

    return examine_pictures()


def _safely(topic: str, look: Callable[[], Iterable[Finding]]) -> list[Finding]:
    try:
        return list(look())
    except StoryforgeError as error:
        return [Finding(topic, "problem", error.message, error.hint)]
    except Exception as error:  # the doctor must not die of what it examines; it says it instead
        return [
            Finding(topic, "problem", _("Could not be examined: {why}").format(why=repr(error)))
        ]
