"""What an order in a story names is looked for in the author's folders, and nowhere else."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from storyforge.backends.pictures.base import Painter
from storyforge.backends.pictures.scripted import ScriptedPainter
from storyforge.domain.picture.adapters import Embedding, Hypernetwork, LoraUse
from storyforge.domain.picture.orders import Order
from storyforge.domain.picture.painters import PainterProfile
from storyforge.errors import BadInput
from storyforge.images.folders import find
from storyforge.setting_tables import PainterSettings, PictureSettings
from storyforge.settings import Settings
from storyforge.store.story_file import StoryFile
from storyforge.studio.pictures import order_files
from storyforge.studio.pictures.own_files import of_own_files
from storyforge.studio.pictures.painters import Painters
from storyforge.studio.pictures.queue import PictureQueue
from tests.images import weights
from tests.studio.pictures.test_queue import ended, orders


@pytest.fixture
def ink(tmp_path: Path) -> Path:
    """A LoRA in the author's folder, `models`."""
    return weights.write(tmp_path / "models" / "Lora" / "ink.safetensors", weights.lora(768))


def test_what_lies_there_stays_and_what_lay_elsewhere_is_found_by_its_name(
    tmp_path: Path, ink: Path
) -> None:
    copy = weights.write(tmp_path / "models" / "Lora" / "b" / "ink.safetensors", {"x": (1,)})
    word = tmp_path / "models" / "embeddings" / "bad.pt"
    word.parent.mkdir()
    word.write_bytes(b"")
    found = find([tmp_path / "models"])

    here = Order("sea", loras=(LoraUse("b/ink", copy), LoraUse("ink", ink, 0.5)))
    assert of_own_files(here, found) == here
    there = LoraUse("Lora/ink", Path("/home/stranger/ink.safetensors"), 0.7, 0.2)
    words = (Embedding("bad", Path("//stranger/share/bad.pt")),)
    mine = of_own_files(Order("sea", loras=(there,), embeddings=words), found)
    assert mine.loras == (replace(there, path=ink),)
    assert mine.embeddings == (Embedding("bad", word),)
    net = tmp_path / "models" / "hypernetworks" / "hand.pt"
    net.parent.mkdir()
    net.write_bytes(b"")
    strange = Hypernetwork("hand", Path("/home/stranger/hand.pt"), 0.4)
    mine = of_own_files(Order("sea", hypernetworks=(strange,)), find([tmp_path / "models"]))
    assert mine.hypernetworks == (replace(strange, path=net),)
    with pytest.raises(BadInput, match="no embedding called “worse”"):
        of_own_files(Order("sea", embeddings=(Embedding("worse", word.with_name("x")),)), found)


async def test_a_strangers_order_opens_no_file_of_its_own(
    story: StoryFile, tmp_path: Path, ink: Path
) -> None:
    trap = tmp_path / "secret.safetensors"
    os.mkfifo(trap)  # who opens it waits for ever
    painter = ScriptedPainter()

    def build(_profile: PainterProfile) -> Painter:
        return painter

    async def settings() -> Settings:
        models = PictureSettings(folders=[str(tmp_path / "models")])
        return Settings(painters={"ink": PainterSettings(model=str(ink))}, pictures=models)

    queue = PictureQueue(story, Painters(settings, build=build))
    one, other = orders(story, 2)
    told = order_files.outline(one.order)
    for name, queued in (("secret", one), ("ink", other)):
        order = replace(told.order, loras=(LoraUse(name, trap),))
        await queue.add([order_files.kept(queued, replace(told, order=order))])
    progress = await ended(queue)

    assert [use.path for order in painter.orders for use in order.loras] == [ink]
    assert "no LoRA called “secret”" in progress.failed[0].why
