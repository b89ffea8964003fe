"""Files of lore as the tools write them, with a field in each that we do not know."""

import base64
import io
import json
import struct
import zipfile
import zlib
from typing import Any

#: what World Info writes for an entry that nobody touched
UNTOUCHED: dict[str, Any] = {
    "uid": 7, "key": ["fog"], "keysecondary": [], "comment": "Fog", "content": "It is wet.",
    "constant": False, "vectorized": False, "selective": True, "selectiveLogic": 0,
    "addMemo": True, "order": 100, "position": 1, "disable": False, "excludeRecursion": False,
    "preventRecursion": False, "delayUntilRecursion": False, "probability": 100,
    "useProbability": True, "depth": 4, "group": "", "groupOverride": False, "groupWeight": 100,
    "scanDepth": None, "caseSensitive": None, "matchWholeWords": None, "useGroupScoring": None,
    "automationId": "", "role": None, "sticky": 0, "cooldown": 0, "delay": 0, "displayIndex": 1,
}  # fmt: skip

WORLD_INFO: dict[str, Any] = {
    "entries": {
        "0": {
            **UNTOUCHED, "uid": 0, "key": ["{{char}}", "/keeper|warden/i"],
            "keysecondary": ["light"], "comment": "Mara", "content": "{{char}} trusts <USER>.",
            "selectiveLogic": 2, "order": 250, "position": 4, "depth": 2, "disable": True,
            "excludeRecursion": True, "preventRecursion": True, "probability": 40,
            "scanDepth": 3, "caseSensitive": True, "matchWholeWords": True, "sticky": 2,
            "cooldown": 5, "vectorized": True, "group": "people", "mood": {"x": 1},
        },
        "7": UNTOUCHED,
        "3": {**UNTOUCHED, "uid": 3, "comment": "Oil", "order": 20, "position": 2,
              "selective": False, "keysecondary": ["never"], "useProbability": False,
              "probability": 5},
    },
    "name": "Skerry", "cover": "fog.png",
}  # fmt: skip

CARD_ENTRY: dict[str, Any] = {
    "keys": ["skerry"], "content": "A rock.", "extensions": {"depth": 6, "selectiveLogic": 3,
    "position": 4, "probability": 30, "useProbability": True, "theirs": [1]}, "enabled": True,
    "insertion_order": 5, "case_sensitive": False, "name": "Skerry Point", "priority": 12,
    "id": 4, "comment": "", "selective": True, "secondary_keys": ["sea"], "constant": False,
    "position": "after_char",
}  # fmt: skip

BOOK: dict[str, Any] = {
    "name": "Skerry", "description": "", "scan_depth": 2, "token_budget": 512,
    "recursive_scanning": False, "extensions": {"x": 1}, "entries": [CARD_ENTRY],
}  # fmt: skip

V1: dict[str, Any] = {
    "name": "Mara Voss", "description": "{{char}} keeps the light.", "personality": "Stubborn.",
    "scenario": "{{user}} comes ashore.", "first_mes": "“You are late, {{user}}.”",
    "mes_example": "<START>\n{{char}}: No.",
}  # fmt: skip

V2: dict[str, Any] = {
    "spec": "chara_card_v2", "spec_version": "2.0",
    "data": {
        **V1, "creator_notes": "", "system_prompt": "Write plainly.",
        "post_history_instructions": "", "alternate_greetings": ["“Again?”"],
        "character_book": BOOK, "tags": ["sea"], "creator": "ana", "character_version": "3",
        "extensions": {"depth_prompt": {"prompt": "x"}},
    },
}  # fmt: skip

V3: dict[str, Any] = {
    "spec": "chara_card_v3", "spec_version": "3.0",
    "data": {
        **V2["data"], "nickname": "Mara", "group_only_greetings": [],
        "assets": [{"type": "icon", "uri": "embeded://assets/face.png", "name": "m", "ext": "png"}],
        "creation_date": 1700000000,
    },
}  # fmt: skip

LOREBOOK_V3: dict[str, Any] = {
    "spec": "lorebook_v3",
    "data": {**BOOK, "entries": [{**CARD_ENTRY, "use_regex": True, "keys": ["sk[ea]rry"]}]},
}  # fmt: skip

NOVELAI: dict[str, Any] = {
    "lorebookVersion": 5,
    "entries": [
        {
            "text": "Mara is forty.", "displayName": "Mara", "id": "m1", "keys": ["mara", "/kee/i"],
            "searchRange": 4000, "enabled": False, "forceActivation": True, "keyRelative": True,
            "nonStoryActivatable": False, "category": "c1",
            "loreBiasGroups": [{"phrases": [{"sequence": "light"}], "bias": 1}],
            "contextConfig": {
                "prefix": "", "suffix": "\n", "tokenBudget": 0.1, "reservedTokens": 0,
                "budgetPriority": -100, "trimDirection": "doNotTrim", "insertionType": "newline",
                "maximumTrimType": "sentence", "insertionPosition": -4,
            },
            "theirs": "x",
        },
        {
            "text": "Wet.", "displayName": "Fog", "id": "f1", "keys": ["fog"], "searchRange": 1000,
            "enabled": True, "forceActivation": False, "keyRelative": False,
            "nonStoryActivatable": True, "category": "",
            "contextConfig": {
                "prefix": "", "suffix": "\n", "tokenBudget": 1, "reservedTokens": 0,
                "budgetPriority": 400, "trimDirection": "trimBottom", "insertionType": "newline",
                "maximumTrimType": "sentence", "insertionPosition": -1,
            },
        },
    ],
    "settings": {"orderByKeyLocations": True},
    "categories": [{"name": "people", "id": "c1", "enabled": True, "open": True}],
}  # fmt: skip


def data(value: Any) -> bytes:
    return json.dumps(value).encode()


def png(**texts: Any) -> bytes:
    """A picture of one pixel that carries these values."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    pixel = chunk(b"IDAT", zlib.compress(b"\0\x7f"))
    told = b"".join(
        chunk(b"tEXt", name.encode() + b"\0" + base64.b64encode(data(value)))
        for name, value in texts.items()
    )
    note = chunk(b"tEXt", b"Comment\0made by hand")
    return b"\x89PNG\r\n\x1a\n" + head + note + told + pixel + chunk(b"IEND", b"")


def chunk(kind: bytes, held: bytes) -> bytes:
    return struct.pack(">I", len(held)) + kind + held + struct.pack(">I", zlib.crc32(kind + held))


def charx(card: Any = V3) -> bytes:
    """An archive with a card and two assets."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packing:
        packing.writestr("assets/face.png", png(), zipfile.ZIP_STORED)
        packing.writestr("card.json", data(card))
        packing.writestr("module.risum", b"\0\1\2")
    return out.getvalue()
