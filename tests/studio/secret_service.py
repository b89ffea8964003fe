"""A session bus with a Secret Service on it, as far as keyring's own client asks: real D-Bus, a
real socket, keys in a dictionary. It can be locked, and it can say nothing at all."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jeepney.low_level import HeaderFields, Message, Parser
from jeepney.wrappers import new_error, new_method_return

_PATH = "/org/freedesktop/secrets"
_ITEM = f"{_PATH}/item"
_NOT_SUPPORTED = "org.freedesktop.DBus.Error.NotSupported"


class SecretService:
    """What lies in the keyring, and how it behaves.

    Attributes:
        keys: by the name that they were kept under.
        asked: the names of the calls.
        locked: it is.
        opens: its owner unlocks it when asked.
        waits: its owner is asked, and does not come.
        silent: it takes calls and never answers.
    """

    def __init__(self, path: Path) -> None:
        self.keys: dict[str, str] = {}
        self.asked: list[str] = []
        self.locked = False
        self.opens = False
        self.waits = False
        self.silent = False
        self.address = f"unix:path={path}"
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(str(path))
        self._socket.listen()
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for one in self._open:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        while True:
            try:
                client, _address = self._socket.accept()
            except OSError:
                return
            self._open.append(client)
            thread = threading.Thread(target=self._serve, args=(client,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError):
            said = b""
            while b"BEGIN\r\n" not in said:
                if not (more := client.recv(4096)):
                    return
                said += more
                if said.endswith(b"\r\n") and b"BEGIN" not in said:
                    client.sendall(b"OK 1234deadbeef\r\n")
            parser = Parser()
            data = said.partition(b"BEGIN\r\n")[2] or client.recv(65536)
            while data:
                for message in parser.feed(data):
                    answer = self._answer(message)
                    if not (self.silent or (self.waits and self.asked[-1] == "Unlock")):
                        client.sendall(answer.serialise(1))
                data = client.recv(65536)

    def _answer(self, message: Message) -> Message:
        fields = message.header.fields
        member, path = fields[HeaderFields.member], fields[HeaderFields.path]
        self.asked.append(member)
        match member:
            case "Hello":
                return new_method_return(message, "s", (":1.1",))
            case "AddMatch" | "RemoveMatch":
                return new_method_return(message)
            case "NameHasOwner":
                return new_method_return(message, "b", (True,))
            case "OpenSession":
                if message.body[0] != "plain":
                    return new_error(message, _NOT_SUPPORTED, "s", ("plain only",))
                return new_method_return(message, "vo", (("s", ""), f"{_PATH}/session"))
            case "Get":
                return new_method_return(message, "v", (self._property(message.body[1]),))
            case "Unlock":
                self.locked = self.locked and not self.opens
                return new_method_return(message, "aoo", ([], "/"))
        return self._about_items(message, member, path)

    def _about_items(self, message: Message, member: str, path: str) -> Message:
        names = sorted(self.keys)
        match member:
            case "SearchItems":
                (wanted,) = message.body
                name = wanted["username"]
                found = [f"{_ITEM}/{names.index(name)}"] if name in self.keys else []
                return new_method_return(message, "ao", (found,))
            case "CreateItem":
                properties, secret, _replace = message.body
                name = properties["org.freedesktop.Secret.Item.Attributes"][1]["username"]
                self.keys[name] = bytes(secret[2]).decode()
                return new_method_return(message, "oo", (f"{_ITEM}/0", "/"))
            case "GetSecret":
                key = self.keys[names[int(path.rpartition("/")[2])]]
                secret = (f"{_PATH}/session", b"", key.encode(), "text/plain")
                return new_method_return(message, "(oayays)", (secret,))
            case "Delete":
                del self.keys[names[int(path.rpartition("/")[2])]]
                return new_method_return(message, "o", ("/",))
        raise AssertionError(member)

    def _property(self, name: str) -> Any:
        return {"Label": ("s", "Login"), "Locked": ("b", self.locked)}[name]


@contextmanager
def running(path: Path) -> Iterator[SecretService]:
    service = SecretService(path)
    try:
        yield service
    finally:
        service.close()
