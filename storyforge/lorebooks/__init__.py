"""Books of lore as other tools write them, both ways: JSON values to `LoreEntry` and back. Pure.

One module a format, so that what is read and what is written stand side by side. Nothing here opens
a file: packing and unpacking is the business of `importing` and `export`.
"""
