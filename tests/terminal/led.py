"""storyforge under a program that leads the session, hears its hang-up alone, and waits: `make`."""

import signal
import subprocess
import sys


def main() -> int:
    """The program's exit status."""
    signal.signal(signal.SIGHUP, lambda _number, _frame: None)
    return subprocess.run([sys.executable, "-m", "storyforge", *sys.argv[1:]]).returncode


if __name__ == "__main__":
    sys.exit(main())
