"""What models there are for a profile: those its API lists, or the files of this machine."""

import asyncio
from dataclasses import replace

from storyforge.domain.model import RemoteModel
from storyforge.domain.profile import Profile
from storyforge.domain.text import one_line
from storyforge.settings import Settings
from storyforge.studio import model_files
from storyforge.studio.profiles.choosing import is_local, remote_backend


async def offered(settings: Settings, profile: Profile) -> tuple[RemoteModel, ...]:
    """The models that a profile could name; none where its API does not tell. Sends no text.

    Raises:
        ModelError: the API could not be asked.
        BadInput: the settings cannot be read.
    """
    if is_local(profile):
        return await asyncio.to_thread(_here, folders=profile.backend == "transformers")
    backend = remote_backend(settings, profile)
    try:
        found = await backend.models()
    finally:
        await backend.close()
    # An id is sent as it was told, so one that cannot be shown names nothing.
    return tuple(
        replace(one, name=one_line(one.name), note=one_line(one.note))
        for one in found
        if one.id == one_line(one.id)
    )


def _here(*, folders: bool) -> tuple[RemoteModel, ...]:
    """The models of this machine: files, behind the folders where those can be used."""
    found = []
    if folders:
        there = model_files.list_folders()
        found = [RemoteModel(str(path), model_files.folder_name(path)) for path in there]
    files = model_files.list_models()
    return (
        *found,
        *(RemoteModel(str(one.path), one.name, one.context_tokens) for one in files),
    )
