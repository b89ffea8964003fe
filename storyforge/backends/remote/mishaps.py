"""What httpx2 and the system raise on the way, as faults: the one place where that is mapped."""

import socket
import ssl
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from storyforge.backends.remote.faults import Fault, FaultKind
from storyforge.domain.hosts import host_of, is_loopback
from storyforge.domain.text import one_line

if TYPE_CHECKING:
    import httpx2


def of_exception(error: "httpx2.HTTPError | httpx2.InvalidURL", url: str) -> Fault:
    """The fault behind `error`, which arose on the way to `url`."""
    import httpx2

    if isinstance(error, httpx2.ProxyError):
        return Fault(FaultKind.PROXY, _told(error))
    if isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout):
        return _of_connecting(error, url)
    if isinstance(error, httpx2.TimeoutException):
        return Fault(FaultKind.STALLED)
    if isinstance(error, httpx2.DecodingError):
        return Fault(FaultKind.MALFORMED)
    if isinstance(error, httpx2.UnsupportedProtocol | httpx2.InvalidURL):
        return Fault(FaultKind.NO_SUCH_ADDRESS)
    return Fault(FaultKind.CUT_OFF)


def _of_connecting(error: BaseException, url: str) -> Fault:
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLError):
            return Fault(FaultKind.TLS, getattr(cause, "verify_message", "") or cause.reason or "")
    if proxy := _proxy(url):
        return Fault(FaultKind.PROXY, proxy)
    for cause in causes:
        if isinstance(cause, socket.gaierror):
            return Fault(FaultKind.NAME_NOT_FOUND)
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return Fault(FaultKind.CONNECTION_REFUSED)
    return Fault(FaultKind.UNREACHABLE)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """`error` and all that led to it; several addresses of a host fail as a group."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        one = waiting.pop(0)
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        if isinstance(one, BaseExceptionGroup):
            waiting.extend(one.exceptions)
        waiting.extend(each for each in (one.__cause__, one.__context__) if each is not None)


def _proxy(url: str) -> str:
    """The host of the proxy on the way to `url`; "" where there is none."""
    if is_loopback(url) or proxy_bypass(host_of(url)):
        return ""
    proxies = getproxies()
    proxy = proxies.get(urlsplit(url).scheme) or proxies.get("all") or ""
    return host_of(proxy if "://" in proxy else f"http://{proxy}") if proxy else ""


def _told(error: BaseException) -> str:
    return one_line(str(error))[:80]
