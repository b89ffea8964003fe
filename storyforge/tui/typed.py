"""What an author types into a line, read as what it means. Pure."""

import unicodedata


def whole_number(given: str, *, signed: bool = False) -> int | None:
    """A number as an author types it, in any digits; 0 for nothing, None for no number.

    Args:
        signed: it may be below 0.
    """
    plain = given.strip(" \t\u3000%").replace(",", "").replace(" ", "").replace("−", "-")
    digits = plain.removeprefix("-") if signed else plain
    if not plain:
        return 0
    return int(plain) if digits.isdecimal() and len(digits) < 9 else None


def amount(given: str) -> float | None:
    """An amount of money as an author types it, with a point or a comma; None for none."""
    plain = unicodedata.normalize("NFKC", given).strip().replace(",", ".").replace(" ", "")
    if plain.count(".") > 1 or not plain.replace(".", "").isdecimal() or len(plain) > 15:
        return None
    return float(plain)
