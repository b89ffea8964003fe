"""ComfyUI from the queue to the story: kept with its facts, stopped, and drawn exactly again."""

import json
from pathlib import Path
from typing import Any

from storyforge.images import infotext, png
from storyforge.setting_tables import PainterSettings
from storyforge.settings import Settings
from storyforge.store.story_file import StoryFile
from storyforge.studio.pictures import again, drawing
from storyforge.studio.pictures.drawing import Wish
from storyforge.studio.pictures.looking import asked, look
from storyforge.studio.pictures.profiles import ready_profile
from storyforge.studio.pictures.queue import PictureQueue, left_over
from tests.backends.pictures.remote.far_comfyui import FarComfy, far_comfyui
from tests.domain.picture.workflows.graphs import PLAIN, hires
from tests.studio.pictures.settled import painters_of


def settings_of(far: FarComfy, folder: Path) -> Settings:
    file = folder / "quay.json"
    file.write_text(json.dumps(PLAIN))
    table = PainterSettings(
        backend="comfyui", url=far.url, workflow=str(file), width=64, height=48, steps=3
    )
    return Settings(painters={"flow": table})


def queued(story: StoryFile, scene: str, settings: Settings, **wish: Any) -> Any:
    planned = drawing.order_for(story, scene, ready_profile(settings), settings, Wish(**wish))
    return drawing.tickets(planned, 1)


async def test_a_workflows_picture_is_kept_with_all_that_it_takes(
    story: StoryFile, scene: str, tmp_path: Path
) -> None:
    async with far_comfyui() as far:
        settings = settings_of(far, tmp_path)
        painters = painters_of(settings)
        queue = PictureQueue(story, painters)
        await queue.add(queued(story, scene, settings, seed=7))
        async for _progress in queue.run():
            continue
        first = queue.progress.drawn[0]
        await queue.add([again.again(story, first.id)])
        async for _progress in queue.run():
            continue
        second = queue.progress.drawn[-1]
        await painters.close()
    assert queue.progress.failed == ()
    assert (first.painter, first.place, first.seed) == ("flow", "", 7)
    assert first.settings["workflow"] == "quay.json"
    assert first.settings["server"] == "ComfyUI 0.3.68"
    text = png.texts_of(story.pictures.read(first.id))["parameters"]
    read = infotext.read(text)
    assert (read.model, read.seed, read.steps, read.sampler) == ("ink", 7, 3, "DPM++ 2M")
    assert read.loras == (("mara", 0.8),)
    assert "127.0.0.1" not in text
    graph = next(iter(far.took.values()))
    assert graph["storyforge-lora-1"]["inputs"]["lora_name"] == "people\\Mara.safetensors"
    assert "old woman" in graph["6"]["inputs"]["text"]
    assert story.pictures.read(first.id)
    told, *changed = again.compared(story, first, second)
    assert (told != "", changed) == (True, [])
    other = {**second.settings, "workflow hash": "0123456789"}
    assert again.changed_since(first, other) == (
        f"workflow: {first.settings['workflow hash']} then, 0123456789 now",
    )


async def test_a_stopped_picture_waits_and_its_server_is_told(
    story: StoryFile, scene: str, tmp_path: Path
) -> None:
    async with far_comfyui(pauses_after=2) as far:
        settings = settings_of(far, tmp_path)
        painters = painters_of(settings)
        queue = PictureQueue(story, painters)
        await queue.add(queued(story, scene, settings, seed=7))
        async for progress in queue.run():
            if progress.now is not None and progress.now.step == 2:
                queue.cancel()
        await painters.close()
        assert len(left_over(story)) == 1
        assert any(each.path == "/interrupt" for each in far.asked)
    assert story.pictures.all() == ()


async def test_what_the_server_has_is_checked_and_what_is_doubtful_said(tmp_path: Path) -> None:
    async with far_comfyui() as far:
        settings = settings_of(far, tmp_path)
        (tmp_path / "quay.json").write_text(json.dumps(hires()))
        seen = await asked(settings, look(settings, "flow"))
    assert seen.fault == ""
    assert seen.has is not None
    assert seen.has.server == "ComfyUI 0.3.68"
    assert seen.has.loras == ("people\\Mara.safetensors", "gloom.pt")
    assert "euler_ancestral" in seen.has.samplers
    assert seen.notes[-1].startswith("Several nodes fit the steps")
