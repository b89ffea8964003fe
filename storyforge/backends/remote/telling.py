"""The body of a request: JSON, or a form with files. Pure but for a form's boundary.

Source: RFC 7578.
"""

import json
import secrets

from storyforge.backends.remote.api import Call, Part


def content_of(call: Call) -> tuple[bytes | None, str]:
    """The bytes that go with `call`, and what they are; (None, "") where none do."""
    if call.form:
        boundary = secrets.token_hex(16)
        return _form(call.form, boundary), f"multipart/form-data; boundary={boundary}"
    if call.body is None:
        return None, ""
    told = json.dumps(call.body, ensure_ascii=False).encode("utf-8", "replace")
    return told, "application/json"


def _form(parts: tuple[Part, ...], boundary: str) -> bytes:
    pieces: list[bytes] = []
    for part in parts:
        head = f'--{boundary}\r\ncontent-disposition: form-data; name="{part.name}"'
        if part.file:
            head += f'; filename="{part.file}"\r\ncontent-type: {part.kind}'
        pieces += [head.encode("ascii"), b"\r\n\r\n", part.data, b"\r\n"]
    return b"".join((*pieces, f"--{boundary}--\r\n".encode("ascii")))
