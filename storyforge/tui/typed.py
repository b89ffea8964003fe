"""What an author types into a line, read as what it means. Pure."""

import math
import re
import unicodedata

# A thousand to some, and little more than one to others.
_EITHER = re.compile(r"[1-9]\d{0,2},\d{3}")


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
    """An amount of money as an author types it, with a point or a comma; None for none.

    Nor for what is another amount in another country, such as “1,250”.
    """
    plain = unicodedata.normalize("NFKC", given).strip().replace(" ", "")
    if _EITHER.fullmatch(plain):
        return None
    plain = plain.replace(",", ".")
    if plain.count(".") > 1 or not plain.replace(".", "").isdecimal() or len(plain) > 15:
        return None
    return float(plain)


def decimal(given: str) -> float | None:
    """A number as an author types it, with a point or a comma, in any digits; None for none."""
    plain = unicodedata.normalize("NFKC", given).strip().replace("−", "-").replace(",", ".")
    try:
        value = float(plain)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
