"""The keyring's own process: one question, one answer.

A keyring is asked over D-Bus, which may hold its caller for ever, by libraries that take a third of
a second to import: neither belongs into the process of the page. A key comes and goes by the
standard streams only, never as an argument. Nothing of the story or the settings is imported here.
"""

import json
import sys
from contextlib import closing
from typing import Any

#: under which all keys lie in the keyring
SERVICE = "storyforge"
#: lines before the answer: the libraries are there; the keyring's owner may be asked for a password
READY, ASKS = b"ready\n", b"asks\n"


def main() -> None:
    """Say when the libraries are there, read a question, answer it."""
    import keyring
    import keyring.errors

    _say(READY)
    question = json.loads(sys.stdin.buffer.readline())
    try:
        answer = _answer(question)
    except keyring.errors.KeyringLocked:
        answer = {"trouble": "locked"}
    except Exception as error:  # the edge of a process; its words could hold a key, its kind cannot
        answer = {"trouble": "failed", "kind": type(error).__name__}
    _say(json.dumps(answer).encode() + b"\n")


def _say(line: bytes) -> None:
    sys.stdout.buffer.write(line)
    sys.stdout.buffer.flush()


def _answer(question: dict[str, Any]) -> dict[str, Any]:
    ring = _system_ring()
    if ring is None:
        return {"trouble": "none"}
    if _will_ask(ring):
        _say(ASKS)
    name = question["name"]
    if question["do"] == "keep":
        ring.set_password(SERVICE, name, question["key"])
        return {}
    found = ring.get_password(SERVICE, name)
    if question["do"] == "drop" and found is not None:
        ring.delete_password(SERVICE, name)
    if question["do"] == "drop":
        return {"found": found is not None}
    return {"key": found}


def _will_ask(ring: Any) -> bool:
    """Whether the keyring may ask its owner for a password before it answers."""
    from keyring.backends import SecretService

    if not isinstance(ring, SecretService.Keyring):
        return sys.platform == "darwin"  # for a key that another Python has put there
    import secretstorage

    with closing(secretstorage.dbus_init()) as bus:
        try:
            return bool(secretstorage.Collection(bus).is_locked())
        except secretstorage.ItemNotFoundException:
            return True  # there is none yet: it gets a password


def _system_ring() -> Any:
    """The system's keyring; None where there is none.

    Only those of the system count: others can be put in its place by a setting, and some of them
    write keys into a file as they are.
    """
    import keyring
    from keyring.backends import SecretService, Windows, chainer, kwallet, libsecret, macOS

    kinds = (
        SecretService.Keyring,
        Windows.WinVaultKeyring,
        kwallet.DBusKeyring,
        libsecret.Keyring,
        macOS.Keyring,
    )
    chosen = keyring.get_keyring()
    several = isinstance(chosen, chainer.ChainerBackend)
    rings = chosen.backends if several else [chosen]  # type: ignore[attr-defined]
    return next((ring for ring in rings if isinstance(ring, kinds)), None)
