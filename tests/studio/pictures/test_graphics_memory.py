"""Whether 8, 12 or 16 GB of graphics memory will do, and by which saving mode."""

from pathlib import Path

import pytest

from storyforge.domain.picture.adapters import Reference
from storyforge.domain.picture.orders import Family, Order, PainterSpec, Redraw, Saving
from storyforge.domain.picture.painters import PainterProfile
from storyforge.domain.picture.passes import Faces, Hires, Larger, Person
from storyforge.domain.picture.staging import Control, Staging
from storyforge.engine.pictures.memory import ALONE, Beside, needs
from storyforge.images import ip_adapters
from storyforge.images.checkpoint_sizes import Sizes
from storyforge.studio.pictures import looking
from storyforge.studio.pictures.graphics_memory import (
    CARDS,
    Fit,
    beside_of,
    fits_of,
    kind_of,
    largest,
    words,
)
from tests.engine.pictures import tiny, tiny_refiner
from tests.engine.pictures.references import making

GB = 1 << 30
SD1 = Sizes(859_520_964, 123_060_480, 83_653_863)
SDXL = Sizes(2_567_463_684, 817_720_320, 83_653_863)
FLUX = Sizes(11_901_408_320, 4_885_370_880, 83_819_683, hidden=3072)
REFINER = Beside(in_turns=(2_259_526_660,))
#: of SDXL
CONTROLNET = 1_251_014_160

NONE, TILES, OFFLOAD, SEQUENTIAL = Saving


def modes(
    sizes: Sizes, side: int, beside: Beside = ALONE, machine: int = 64
) -> list[Saving | None]:
    found = fits_of(sizes, (side, side), beside, machine=machine * GB)
    assert [each.gigabytes for each in found] == list(CARDS)
    return [each.saving for each in found]


@pytest.mark.parametrize(
    ("sizes", "side", "beside", "expected"),
    [
        (SD1, 512, ALONE, [NONE, NONE, NONE]),
        (SD1, 2048, ALONE, [TILES, NONE, NONE]),
        (SDXL, 1024, ALONE, [TILES, NONE, NONE]),
        (SDXL, 2048, ALONE, [OFFLOAD, TILES, NONE]),
        (SDXL, 1024, REFINER, [OFFLOAD, TILES, NONE]),
        (SDXL, 1024, Beside(at_steps=CONTROLNET, held=0.33), [SEQUENTIAL, NONE, NONE]),
        (FLUX, 1024, ALONE, [SEQUENTIAL, SEQUENTIAL, SEQUENTIAL]),
    ],
)
def test_each_card_does_by_the_mode_that_costs_least(
    sizes: Sizes, side: int, beside: Beside, expected: list[Saving | None]
) -> None:
    assert modes(sizes, side, beside) == expected


def test_what_waits_needs_main_memory() -> None:
    assert modes(FLUX, 1024, machine=16) == [None, None, None]


def test_a_mode_that_is_set_is_the_one_that_counts() -> None:
    found = fits_of(SDXL, (1024, 1024), machine=64 * GB, wanted=NONE)
    assert [each.saving for each in found] == [None, NONE, NONE]


def test_experts_take_turns_where_parts_wait() -> None:
    size = {"width": 1024, "height": 1024, "bytes_each": 2}
    alone, both = (
        {mode: needs(SDXL, mode, beside=beside, **size) for mode in (NONE, OFFLOAD)}
        for beside in (ALONE, REFINER)
    )
    assert both[NONE].device == alone[NONE].device + 2 * REFINER.in_turns[0]
    assert both[OFFLOAD].device == alone[OFFLOAD].device
    assert both[OFFLOAD].machine == alone[OFFLOAD].machine + 2 * REFINER.in_turns[0]


def test_it_is_said_in_words() -> None:
    told = words((Fit(8, None), Fit(12, OFFLOAD), Fit(16, NONE)))
    assert "8 GB will not do" in told
    assert "12 GB will do, saved by “offload”" in told
    assert "16 GB will do" in told
    # A larger card that does no better is not named.
    same = words((Fit(8, SEQUENTIAL), Fit(12, SEQUENTIAL), Fit(16, SEQUENTIAL)))
    assert ("8 GB" in same, "12 GB" in same, "16 GB" in same) == (True, False, False)


def test_the_largest_moment_of_an_order_counts() -> None:
    order = Order("", width=512, height=768)
    assert largest(order, 512) == (512, 768)
    assert largest(Order("", width=512, height=768, hires=Hires(2.0)), 512) == (1024, 1536)
    assert largest(Order("", width=512, height=512, faces=Faces()), 1024) == (1024, 1024)
    # A picture that is only made larger is seen tile by tile.
    kept = Order("", width=2048, height=2048, redraw=Redraw(b"", 0.0), larger=Larger(tile=640))
    assert largest(kept, 512) == (640, 640)


def test_orders_of_a_kind_take_the_same() -> None:
    first, second = Order("a fox", seed=1), Order("an owl", seed=2)
    assert kind_of(first) == kind_of(second)
    assert kind_of(first) != kind_of(Order("a fox", hires=Hires()))


def test_what_is_beside_a_checkpoint_is_read_from_heads(tmp_path: Path) -> None:
    from diffusers import ControlNetModel

    base = tiny.pipe_of(Family.SDXL)
    net = ControlNetModel.from_unet(base.unet, conditioning_embedding_out_channels=(16, 32))
    net.save_pretrained(tmp_path / "pose")
    refiner = tiny_refiner.write_folder(tmp_path / "refiner")
    spec = PainterSpec(tmp_path / "ink", refiner=refiner)
    control = Control(Staging.POSE, tmp_path / "pose", b"")
    found = beside_of(spec, Order("", controls=(control,)))
    assert found.at_steps == sum(each.numel() for each in net.parameters())
    assert found.in_turns == (sum(each.numel() for each in tiny_refiner.unet_of().parameters()),)
    assert found.held > 0


def test_what_looks_at_references_is_gone_before_the_first_step(tmp_path: Path) -> None:
    pipe = tiny.pipe_of(Family.SD1)
    path = making.write_adapter(tmp_path / "ip.safetensors", pipe)
    seen = ip_adapters.sight(path, making.write_encoder(tmp_path / "image_encoder"))
    one = making.reference(path)
    anna = Person("anna", "Anna", "", (0.0, 0.0, 1.0, 1.0), reference=one)
    for order in (Order("", references=(one,)), Order("", people=(anna,))):
        found = beside_of(PainterSpec(tmp_path / "ink"), order)
        assert found == Beside(before=seen.adapter.numbers + seen.encoder.numbers)
    few, many = (Beside(before=before) for before in (10**8, 10**10))
    for mode in Saving:
        plain, less, more = (
            needs(SD1, mode, width=512, height=512, bytes_each=2, beside=beside)
            for beside in (ALONE, few, many)
        )
        assert plain.machine == more.machine
        assert plain.device <= less.device < more.device


def test_a_painter_tells_of_cards_before_it_draws(tmp_path: Path) -> None:
    folder = tiny.write_folder(tmp_path / "ink", Family.SD1)
    profile = PainterProfile("ink", folder, width=512, height=512)
    told = looking.takes(profile)
    assert told is not None
    assert any("8 GB will do" in note for note in told.notes)
    by_processor = looking.takes(PainterProfile("ink", folder, more=(("device", "cpu"),)))
    assert by_processor is not None
    assert not any("8 GB" in note for note in by_processor.notes)
    # What an order adds and cannot be read is named elsewhere.
    lost = Reference(tmp_path / "lost.safetensors", b"")
    assert looking.takes(profile, Order("", references=(lost,))) is None
