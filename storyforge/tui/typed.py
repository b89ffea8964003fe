"""What an author types into a line, read as what it means. Pure."""


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
