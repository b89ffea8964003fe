"""What the disk under a story can do: whether it is a network drive, and how much room is left."""

import os
from pathlib import Path

import psutil

# WAL needs memory shared between processes, which network drives do not give (sqlite.org/wal.html).
_NETWORK = frozenset(
    [
        *("nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afpfs", "ncpfs", "afs"),
        *("webdav", "davfs", "davfs2", "ceph", "glusterfs", "lustre"),
        *("9p", "vboxsf", "vmhgfs", "prl_fs", "drvfs", "virtiofs"),
        *("fuse.sshfs", "fuse.rclone", "fuse.s3fs", "fuse.gvfsd-fuse", "fuse.davfs2"),
        *("fuse.glusterfs", "fuse.vmhgfs-fuse", "osxfuse", "macfuse"),
    ]
)


def is_network(path: Path) -> bool:
    """Whether `path` lies on a network drive or on a folder shared by a virtual machine's host."""
    place = Path(os.path.realpath(path))
    if str(place).startswith(("\\\\", "//")):
        return True
    best, kind, options = -1, "", ""
    for part in psutil.disk_partitions(all=True):  # 0.1 ms: reads the mount table only
        mount = Path(part.mountpoint)
        # Of mounts on one point the last hides the others.
        if place.is_relative_to(mount) and len(mount.parts) >= best:
            best, kind, options = len(mount.parts), part.fstype.lower(), part.opts.lower()
    return kind in _NETWORK or "remote" in options.split(",")


def room(path: Path) -> int | None:
    """Free bytes on the disk of `path`'s folder; None when that cannot be told."""
    try:
        return psutil.disk_usage(str(path.parent)).free
    except OSError:
        return None
