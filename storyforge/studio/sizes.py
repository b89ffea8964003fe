"""Sizes of files and of memory, in words."""

MIB = 1 << 20
GIB = 1 << 30


def size(count: float) -> str:
    """`count` bytes, such as "1.5 GiB"."""
    return f"{count / GIB:.1f} GiB" if count >= GIB else f"{count / MIB:.0f} MiB"


def file_size(count: float) -> str:
    """`count` bytes as file managers and the hub tell them: "4.9 GB"."""
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"
