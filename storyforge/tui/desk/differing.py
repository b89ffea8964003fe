"""What two copies of a story say differently, for the author to look at."""

from pathlib import Path

from storyforge.tui.dialogs.differences import Version


def differences(ours: Path, theirs: Path) -> list[Version]:
    """Each difference, with both texts where it is a scene's; changes neither file."""
    from storyforge.store.story_file import StoryFile
    from storyforge.studio import merge_words, merging

    with StoryFile.look(ours) as one, StoryFile.look(theirs) as other:
        report = merging.foresee(one, other)
        first, second = one.merging.side().texts, other.merging.side().texts
        found = []
        for finding in report.findings:
            kind, _sign, scene = finding.key.partition(":")
            scenes = kind == "scene"
            found.append(
                Version(
                    merge_words.sentence(report, finding, ours.name, theirs.name),
                    one.merging.page(scene).text if scenes and scene in first else "",
                    other.merging.page(scene).text if scenes and scene in second else "",
                )
            )
    return found
