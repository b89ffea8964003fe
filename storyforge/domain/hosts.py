"""Whose address a URL is: whether what is sent there stays on this machine. Pure."""

import ipaddress
from urllib.parse import urlsplit


def host_of(url: str) -> str:
    """The host in `url`, in small letters and without its port; "" where there is none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def shown(url: str) -> str:
    """`url` as it may be shown and kept: without a name, a password or a question in it."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url.rpartition("@")[2]
    address = parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="")
    return address.geturl()


def is_loopback(url: str) -> bool:
    """Whether `url` leads to this machine, by its name alone: nothing is looked up.

    “0.0.0.0” counts: servers print it as their address, and connecting to it ends here. Names below
    “localhost” do not: many systems ask the network for them, with its own name behind.
    """
    host = host_of(url)
    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback or address.is_unspecified


def is_plain(url: str) -> bool:
    """Whether what goes to `url` can be read on its way to another machine."""
    return not url.lower().startswith("https:") and not is_loopback(url)
