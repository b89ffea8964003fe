"""What pip's log says of the engine's build: how far it is, or why it ended. Pure.

It knows nothing of processes and files: `engine.build` hands it text.
"""

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass

from storyforge.i18n import N_, _

# ninja counts objects, make counts percents. Either may be indented by pip.
_OBJECTS = re.compile(r"^\s*\[(\d+)/(\d+)\] ", re.MULTILINE)
_PERCENT = re.compile(r"^\s*\[ *(\d+)%\] ", re.MULTILINE)
# At the very head of a line: pip indents what the pip inside it says of the build's own tools.
_DONE = re.compile(r"^Successfully installed ", re.MULTILINE)

# The shares were taken from one build of 9 minutes: 20 s until the compiler starts, 3 s after it.
_PHASES: tuple[tuple[re.Pattern[str], float, str], ...] = (
    (_DONE, 1.0, N_("The engine is installed")),
    (
        re.compile(r"^(Installing collected packages|Successfully built)", re.MULTILINE),
        0.98,
        N_("Installing the engine"),
    ),
    (
        re.compile(
            r"^ *(Building wheels? for |Preparing metadata|Installing build )", re.MULTILINE
        ),
        0.03,
        N_("Preparing to build the engine"),
    ),
)
_COMPILING = (0.05, 0.97)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a build ended without an engine.

    Attributes:
        message: one sentence.
        hint: what to do next.
    """

    message: str
    hint: str


def is_done(log: str) -> bool:
    """Whether pip said that everything was installed."""
    return _DONE.search(log) is not None


def progress(log: str) -> tuple[float, str]:
    """How far a running build is, from 0 to 1, and one line that says so.

    `log` may be the end of the log only: what counts are its last words.
    """
    for pattern, fraction, message in _PHASES[:2]:
        if pattern.search(log):
            return fraction, _(message)
    compiled = _compiled(log)
    if compiled is not None:
        low, high = _COMPILING
        fraction = low + (high - low) * compiled
        return fraction, _("Building the engine: {percent} %").format(percent=int(fraction * 100))
    pattern, fraction, message = _PHASES[2]
    if pattern.search(log):
        return fraction, _(message)
    return 0.0, _("Downloading the engine")


def _compiled(log: str) -> float | None:
    """The share of the objects that are compiled, by the last line that counts them."""
    objects = _OBJECTS.findall(log)
    if objects:
        done, total = (int(number) for number in objects[-1])
        return min(done / total, 1.0) if total else 0.0
    percents = _PERCENT.findall(log)
    return min(int(percents[-1]) / 100, 1.0) if percents else None


def compiler_hint(platform: str = sys.platform) -> str:
    """How to get a C++ compiler here."""
    if platform == "darwin":
        return _("Install one with: xcode-select --install")
    if platform == "win32":
        return _("Install “Visual Studio Build Tools” with the C++ workload.")
    return _(
        "Install one: “sudo apt install build-essential” on Debian and Ubuntu, "
        "“sudo dnf install gcc-c++” on Fedora, “sudo pacman -S base-devel” on Arch."
    )


def _again() -> str:
    return _("Then run: storyforge engine install")


def _no_compiler() -> Fault:
    return Fault(
        _("The engine could not be built: there is no C++ compiler on this machine."),
        f"{compiler_hint()} {_again()}",
    )


def _no_space() -> Fault:
    return Fault(
        _("The engine could not be built: the disk is full."),
        _("Make about 1 GB free.") + " " + _again(),
    )


def _no_memory() -> Fault:
    return Fault(
        _("The engine could not be built: the compiler ran out of memory."),
        _("Close other programs and build one file at a time: {command}").format(
            command="CMAKE_BUILD_PARALLEL_LEVEL=1 storyforge engine install"
        ),
    )


def _no_network() -> Fault:
    return Fault(
        _("The engine could not be downloaded: the network did not answer."),
        _("When you are online, run: storyforge engine install"),
    )


def _no_pip() -> Fault:
    return Fault(
        _("The engine could not be installed: this Python has no pip."),
        _("Run: {command}").format(command="python -m ensurepip") + " " + _again(),
    )


def _managed() -> Fault:
    return Fault(
        _("The engine could not be installed: the system guards this Python's packages."),
        _("Install storyforge in a virtual environment of its own (make run makes one)."),
    )


def _forbidden() -> Fault:
    return Fault(
        _("The engine could not be installed: Python's own folder may not be written to."),
        _("Install storyforge in a virtual environment of its own (make run makes one)."),
    )


# In the order in which they explain each other: a full disk makes compilers fail too.
_FAULTS: tuple[tuple[str, Callable[[], Fault]], ...] = (
    (r"No space left on device|not enough space on the disk|Disk quota exceeded", _no_space),
    (r"externally-managed-environment", _managed),
    (r"No module named '?pip'?", _no_pip),
    (
        r"CMAKE_C(XX)?_COMPILER not set|No CMAKE_C(XX)?_COMPILER could be found"
        r"|CMAKE_C(XX)?_COMPILER:.*\n.*is not a full path|Could not find compiler"
        r"|could not find any instance of Visual Studio",
        _no_compiler,
    ),
    (
        r"Killed signal terminated program|virtual memory exhausted|out of memory"
        r"|cannot allocate memory",
        _no_memory,
    ),
    (
        r"NewConnectionError|NameResolutionError|ConnectTimeout|ReadTimeout|ProxyError"
        r"|Temporary failure in name resolution|Network is unreachable|Connection refused"
        r"|getaddrinfo failed|No matching distribution found|Connection broken",
        _no_network,
    ),
    (r"\[Errno 13\] Permission denied|\[WinError 5\]|Read-only file system", _forbidden),
)
_ERROR = re.compile(r"^\s*(ERROR|error)\b", re.MULTILINE)


def explain(log: str) -> Fault:
    """Why the build that wrote `log` ended without an engine."""
    for pattern, fault in _FAULTS:
        if re.search(pattern, log, re.IGNORECASE):
            return fault()
    if _ERROR.search(log):
        return Fault(
            _("The engine could not be built."),
            _("The log says why. To try again, run: storyforge engine install"),
        )
    return Fault(
        _("Building the engine was interrupted."),
        _("To build it again, run: storyforge engine install"),
    )
