"""What a container or a service limit leaves of the machine: processors and memory (Linux only).

Knows control groups of version 2 and 1. Every limit on the way from this process's group to the
root counts; the tightest holds. Where nothing is limited or can be read, the answer is None.
"""

from collections.abc import Iterator
from pathlib import Path

# Version 1 says "no limit" by a number near the largest signed one.
_NO_LIMIT = 1 << 60


def _text(path: Path) -> str:
    try:
        return path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _number(path: Path) -> int | None:
    text = _text(path)
    return int(text) if text.lstrip("-").isdigit() else None


def _groups(root: Path, controller: str) -> Iterator[Path]:
    """This process's folders for `controller`, from its own group up; version 2 has the name ""."""
    for line in _text(root / "proc/self/cgroup").splitlines():
        number, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if controller:
            if controller not in controllers.split(","):
                continue
            tops = [root / "sys/fs/cgroup" / name for name in (controllers, controller)]
        elif number == "0":
            tops = [root / "sys/fs/cgroup", root / "sys/fs/cgroup/unified"]
        else:
            continue
        for top in tops:
            group = top / path.strip("/")
            while group != top:
                yield group
                group = group.parent
            # Inside a container the path may name a place outside; the top is then its own group.
            yield top


def processors(root: Path = Path("/")) -> float | None:
    """How many processors' worth of time may be used."""
    found: list[float] = []
    for group in _groups(root, ""):
        quota, _, period = _text(group / "cpu.max").partition(" ")
        if quota.isdigit() and period.isdigit() and int(period):
            found.append(int(quota) / int(period))
    for group in _groups(root, "cpu"):
        allowed, each = _number(group / "cpu.cfs_quota_us"), _number(group / "cpu.cfs_period_us")
        if allowed is not None and each and allowed > 0:
            found.append(allowed / each)
    return min(found, default=None)


def memory(root: Path = Path("/")) -> tuple[int, int] | None:
    """Bytes that may be used in all, and bytes of it that are free.

    File pages that can be dropped count as free: a mapped model lives in them.
    """
    found: list[tuple[int, int]] = []
    for controller, limit_name, usage_name, cache_name in (
        ("", "memory.max", "memory.current", "inactive_file"),
        ("memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
    ):
        for group in _groups(root, controller):
            limit = _number(group / limit_name)
            if limit is None or limit >= _NO_LIMIT:
                continue
            used = _number(group / usage_name) or 0
            cache = _stat(group / "memory.stat", cache_name)
            found.append((limit, max(0, limit - max(0, used - cache))))
    return min(found, key=lambda each: each[1], default=None)


def _stat(path: Path, name: str) -> int:
    for line in _text(path).splitlines():
        key, _, value = line.partition(" ")
        if key == name and value.isdigit():
            return int(value)
    return 0
