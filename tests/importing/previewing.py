"""What importing a file would bring, for tests that have its bytes and not the file."""

from pathlib import Path
from tempfile import TemporaryDirectory

from storyforge.importing.reading import preview_import
from storyforge.importing.values import ImportOptions, ImportPreview


def preview_bytes(data: bytes, name: str, options: ImportOptions | None = None) -> ImportPreview:
    """The preview of one file that holds `data`."""
    with TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(data)
        return preview_import([path], options)
