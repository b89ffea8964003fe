"""A server that speaks the hub's protocol: facts at one address, bytes at another.

What goes wrong is set on it; what it was asked is kept.
"""

import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

COMMIT = "a" * 40


@dataclass
class Hub:
    """One repository and how its servers behave.

    Attributes:
        files: contents by name; those of `in_git` are not kept as large files.
        cut: after so many bytes the connection breaks, once for each number.
        statuses: what the next requests for bytes are answered with.
        facts_status, error_code: what the request for facts is answered with.
        ranges: it can go on in the middle.
        damaged: it sends other bytes than it says.
        slow: it sends no more than the cut, and waits until it is left.
        asked: (server, path, headers) of every request.
    """

    name: str = "anna/tales-GGUF"
    files: dict[str, bytes] = field(default_factory=dict)
    in_git: set[str] = field(default_factory=set)
    cut: list[int] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    facts_status: int = 200
    error_code: str = ""
    page: str = ""
    ranges: bool = True
    damaged: bool = False
    slow: bool = False
    address: str = ""
    store: str = ""
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)

    def facts(self) -> dict[str, Any]:
        siblings = []
        for name, content in self.files.items():
            told: dict[str, Any] = {"rfilename": name, "size": len(content)}
            told["blobId"] = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
            if name not in self.in_git:
                sha = hashlib.sha256(content).hexdigest()
                told["lfs"] = {"size": len(content), "sha256": sha, "pointerSize": 130}
            siblings.append(told)
        tags = ["gguf", "license:apache-2.0"]
        return {"id": self.name, "sha": COMMIT, "siblings": siblings, "tags": tags}

    def bytes_asked(self) -> list[str]:
        """The ranges that bytes were asked for with, in their order."""
        return [heads.get("Range", "") for server, _path, heads in self.asked if server == "store"]


def _handler(hub: Hub, server: str) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_arguments: object) -> None:
            """Nothing on stderr."""

        def do_GET(self) -> None:
            hub.asked.append((server, self.path, dict(self.headers)))
            path = self.path.partition("?")[0]
            if server == "store":
                self._bytes(path.lstrip("/"))
            elif path.startswith("/api/models/"):
                self._facts(path.removeprefix("/api/models/"))
            else:
                self._send_on(path)

        def _facts(self, name: str) -> None:
            if hub.facts_status != 200 or name != hub.name:
                code = hub.error_code or "RepoNotFound"
                status = hub.facts_status if hub.facts_status != 200 else 404
                self._answer(status, b"{}", {"X-Error-Code": code})
            elif hub.page:
                self._answer(200, hub.page.encode(), {"Content-Type": "text/html"})
            else:
                body = json.dumps(hub.facts()).encode()
                self._answer(200, body, {"Content-Type": "application/json"})

        def _send_on(self, path: str) -> None:
            file = path.removeprefix(f"/{hub.name}/resolve/{COMMIT}/")
            if file not in hub.files:
                self._answer(404, b"", {"X-Error-Code": "EntryNotFound"})
            else:
                self._answer(302, b"", {"Location": f"{hub.store}/{file}"})

        def _bytes(self, file: str) -> None:
            if hub.statuses:
                self._answer(hub.statuses.pop(0), b"", {})
                return
            content = hub.files[file]
            if hub.damaged:
                content = bytes(len(content))
            match = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
            start = int(match[1]) if match and hub.ranges else 0
            body = content[start:]
            self.send_response(206 if start else 200)
            self.send_header("Content-Length", str(len(body)))
            if start:
                place = f"bytes {start}-{len(content) - 1}/{len(content)}"
                self.send_header("Content-Range", place)
            self.end_headers()
            if hub.cut:
                body = body[: hub.cut.pop(0)]
                self.close_connection = True
            self.wfile.write(body)
            self.wfile.flush()
            if hub.slow:
                self.rfile.read(1)

        def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler


@contextmanager
def serving(hub: Hub) -> Iterator[Hub]:
    """The hub, at `hub.address` until the block is left."""
    servers = [
        ThreadingHTTPServer(("127.0.0.1", 0), _handler(hub, name)) for name in ("hub", "store")
    ]
    threads = [threading.Thread(target=each.serve_forever, args=(0.01,)) for each in servers]
    for server, thread in zip(servers, threads, strict=True):
        server.daemon_threads = True
        thread.start()
    hub.address, hub.store = (f"http://127.0.0.1:{each.server_port}" for each in servers)
    try:
        yield hub
    finally:
        from huggingface_hub import close_session

        close_session()
        for server, thread in zip(servers, threads, strict=True):
            server.shutdown()
            server.server_close()
            thread.join()
