"""How a picture is framed, in a painter's words. Values."""

#: the framing in which whoever sees the scene is not seen
EYES = "through their eyes"
# In a sentence, where that is another one.
_TOLD = {EYES: "first-person view"}
#: as tags
TAGS = {
    "close-up": "close-up",
    "upper body": "upper_body",
    "full body": "full_body",
    "wide shot": "wide_shot",
    "from above": "from_above",
    "from below": "from_below",
    "from behind": "from_behind",
    "from the side": "from_side",
    EYES: "pov",
}


def told(framing: str) -> str:
    """In a sentence; what is no framing of the list as it is."""
    return _TOLD.get(framing, framing)


def tag(framing: str) -> str:
    """As a tag."""
    return TAGS.get(framing, framing)
