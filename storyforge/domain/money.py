"""Amounts of money as they are read. Pure."""

# From here on two places say enough, and from there on four.
_CENTS, _HUNDREDTHS = 0.1, 0.0001


def money(amount: float, currency: str) -> str:
    """An amount with as many places as say something: "0.0042 USD"."""
    places = 2 if amount >= _CENTS or not amount else 4 if amount >= _HUNDREDTHS else 6
    return f"{amount:,.{places}f} {currency}".strip()
