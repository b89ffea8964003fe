"""The levels of a U-Net: each has half of the places of the one above, rounded up."""


def sides_of(places: int, height: int, width: int) -> tuple[int, int]:
    """Height and width of the level with so many places.

    Args:
        height, width: of the latents.
    """
    while height * width > places:
        height, width = -(-height // 2), -(-width // 2)
    return height, width
