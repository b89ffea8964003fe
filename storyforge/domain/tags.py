"""Language tags (BCP 47), as authors and tools write them: "en", "ja-JP", "pt_BR". Pure."""


def base_language(tag: str) -> str:
    """The language of a tag, without region and script: "ja" for "ja-JP"."""
    return tag.lower().replace("_", "-").split("-")[0]
