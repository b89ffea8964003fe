"""`python -m storyforge`: the same as the command `storyforge`."""

from storyforge.cli.main import run

if __name__ == "__main__":
    run()
