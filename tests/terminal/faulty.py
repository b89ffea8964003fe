"""storyforge with a fault in it: F1 raises what nobody expects."""

from storyforge.cli.main import run
from storyforge.tui.app import StoryforgeApp


def fail(self: StoryforgeApp) -> None:
    raise RuntimeError("a fault for the test")


if __name__ == "__main__":
    StoryforgeApp.show_help = fail  # type: ignore[method-assign]
    run()
