"""People drawn one by one: nothing of one is in another, and nothing around them changes."""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from storyforge.domain.picture.adapters import LoraUse, Share
from storyforge.domain.picture.enlarging import pixels_of
from storyforge.domain.picture.orders import Drawing, Drawn, Family, Order, Region
from storyforge.domain.picture.passes import Hires, Person
from storyforge.engine.faults import EngineFault, FaultKind
from storyforge.engine.pictures.painting import LoadedPainter
from storyforge.engine.pictures.passes import people
from storyforge.engine.sequence import Interrupted
from tests.engine.pictures import easel, tiny
from tests.engine.pictures.loras import making as loras
from tests.engine.pictures.references import making as references
from tests.images import weights

LEFT, RIGHT = (0.0, 0.1, 0.5, 0.9), (0.5, 0.1, 1.0, 0.9)
WIDTH, HEIGHT = 128, 64


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORYFORGE_CACHE_DIR", str(tmp_path / "cache"))


@cache
def painter() -> LoadedPainter:
    return LoadedPainter(easel.loaded_of(tiny.pipe_of(Family.SD1), Family.SD1))


@pytest.fixture(scope="module")
def lora(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], LoraUse]:
    """A LoRA a number."""
    folder = tmp_path_factory.mktemp("loras")

    @cache
    def made(seed: int) -> LoraUse:
        weights = loras.kohya(loras.adapt(tiny.pipe_of(Family.SD1), seed=seed))
        return loras.use(loras.write(folder / f"lora{seed}.safetensors", weights))

    return made


def person(who: str, region: Share, *uses: LoraUse, **wishes: Any) -> Person:
    return Person(who, who.title(), f"a portrait of {who}", region, loras=uses, **wishes)


def order(*cast: Person, **wishes: Any) -> Order:
    return easel.order("two friends", width=WIDTH, height=HEIGHT, people=cast, **wishes)


def paint(wish: Order, said: list[Any] | None = None) -> Drawn:
    heard: list[Any] = [] if said is None else said
    painter().paint(wish, lambda: False, heard.append)
    assert isinstance(heard[-1], Drawn)
    return heard[-1]


def part(drawn: Drawn, region: Region) -> bytes:
    raster = drawn.raster
    picture = Image.frombytes("RGB", (raster.width, raster.height), raster.rgb)
    return picture.crop(region).tobytes()


def blackened(drawn: Drawn, *regions: Region) -> bytes:
    raster = drawn.raster
    picture = Image.frombytes("RGB", (raster.width, raster.height), raster.rgb)
    for region in regions:
        picture.paste((0, 0, 0), region)
    return picture.tobytes()


def facts_of(drawn: Drawn) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = json.loads(drawn.facts["people"])
    return told


def box(share: Share) -> Region:
    return pixels_of(share, (WIDTH, HEIGHT))


def test_loras_do_not_blend(lora: Callable[[int], LoraUse]) -> None:
    anna, ben = person("anna", LEFT, lora(1)), person("ben", RIGHT, lora(2))
    first = paint(order(anna, ben))
    other = paint(order(replace(anna, loras=(lora(3),)), ben))
    assert part(other, box(RIGHT)) == part(first, box(RIGHT))
    assert part(other, box(LEFT)) != part(first, box(LEFT))
    without = paint(order(anna))
    assert part(without, box(LEFT)) == part(first, box(LEFT))


def test_nothing_around_them_changes(lora: Callable[[int], LoraUse]) -> None:
    plain = paint(order())
    drawn = paint(order(person("anna", LEFT, lora(1)), person("ben", RIGHT, lora(2))))
    regions = box(LEFT), box(RIGHT)
    assert blackened(drawn, *regions) == blackened(plain, *regions)
    assert all(part(drawn, region) != part(plain, region) for region in regions)


def test_the_picture_is_begun_without_anybodys_lora(lora: Callable[[int], LoraUse]) -> None:
    """Also where its prompt calls one, as a cast's are called."""
    style, own = lora(4), lora(1)
    anna = person("anna", LEFT, own)
    drawn = paint(order(anna, loras=(style, own)))
    assert json.loads(drawn.facts["lora hashes"]).keys() == {style.name}
    (told,) = facts_of(drawn)
    assert told["lora hashes"].keys() == {style.name, own.name}
    assert told["who"] == "anna"
    assert drawn.raster == paint(order(anna, loras=(style,))).raster


def test_each_has_their_own_noise(lora: Callable[[int], LoraUse]) -> None:
    anna = person("anna", LEFT, lora(1), seed=77)
    one, other = (paint(order(each)) for each in (anna, replace(anna, seed=78)))
    assert part(one, box(LEFT)) != part(other, box(LEFT))
    assert blackened(one, box(LEFT)) == blackened(other, box(LEFT))


def test_who_stands_in_front_of_somebody_is_drawn_over_them(lora: Callable[[int], LoraUse]) -> None:
    behind, front = person("anna", (0.0, 0.0, 0.7, 1.0)), person("ben", (0.4, 0.2, 1.0, 1.0))
    drawn = paint(order(behind, front))
    alone = paint(order(behind))
    hidden = box((0.4, 0.2, 0.7, 1.0))
    assert blackened(drawn, box(front.region)) == blackened(alone, box(front.region))
    assert part(drawn, hidden) != part(alone, hidden)


def test_steps_count_on_and_say_who_is_drawn() -> None:
    said: list[Any] = []
    paint(order(person("anna", LEFT, strength=0.5), person("ben", RIGHT, strength=0.25)), said)
    steps = [each for each in said if isinstance(each, Drawing)]
    assert [(each.step, each.steps) for each in steps] == [(n, 7) for n in range(1, 8)]
    named = [each.doing.values["name"] if each.doing else "" for each in steps]
    assert named == ["", "", "", "", "Anna", "Anna", "Ben"]


def test_the_hires_fix_comes_before_them_and_leaves_them_as_they_are() -> None:
    said: list[Any] = []
    plain = order(hires=Hires(1.5, 0.5))
    drawn = paint(replace(plain, people=(person("anna", LEFT, strength=0.5),)), said)
    steps = [each for each in said if isinstance(each, Drawing)]
    assert [each.doing.text if each.doing else "" for each in steps] == [
        *[""] * 4,
        *["hires fix"] * 2,
        *["{name}, person {number} of {count}"] * 2,
    ]
    large = (WIDTH * 3 // 2, HEIGHT * 3 // 2)
    assert (drawn.raster.width, drawn.raster.height) == large
    region = pixels_of(LEFT, large)
    assert blackened(drawn, region) == blackened(paint(plain), region)


def test_a_stop_is_heard_while_somebody_is_drawn(lora: Callable[[int], LoraUse]) -> None:
    said: list[Any] = []
    wish = order(person("anna", LEFT, lora(1)))
    with pytest.raises(Interrupted):
        painter().paint(wish, lambda: len(said) >= 5, said.append)
    assert len(said) == 5
    assert paint(order()).raster == paint(order()).raster


def test_what_one_cannot_be_drawn_with_is_named_before_the_picture_is_begun(tmp_path: Path) -> None:
    wide = loras.use(weights.write(tmp_path / "wide.safetensors", weights.lora(2048)))
    adapter = references.write_adapter(tmp_path / "ip.safetensors", tiny.pipe_of(Family.SD1))
    unseen = references.reference(adapter)
    torn = references.reference(adapter, image=b"no picture")
    for wishes, kind in (
        ({"loras": (wide,)}, FaultKind.LORA_OTHER_BASE),
        ({"reference": unseen}, FaultKind.NO_ENCODER_THERE),
        ({"reference": torn}, FaultKind.NO_REFERENCE),
        ({"reference": replace(unseen, adapter=tmp_path / "gone")}, FaultKind.REFERENCE_UNREAD),
    ):
        said: list[Any] = []
        one = replace(person("anna", LEFT), **wishes)
        with pytest.raises(EngineFault) as caught:
            painter().paint(order(one), lambda: False, said.append)
        assert caught.value.fault.kind is kind
        assert not said


def test_each_is_drawn_after_their_own_reference(tmp_path: Path) -> None:
    adapter = references.write_adapter(tmp_path / "ip.safetensors", tiny.pipe_of(Family.SD1))
    references.write_encoder(tmp_path / "image_encoder")
    faces = [easel.encoded(Image.new("RGB", (30, 30), grey)) for grey in ("red", "blue")]
    one, other = (references.reference(adapter, image=face) for face in faces)
    anna, ben = person("anna", LEFT, reference=one), person("ben", RIGHT, reference=other)
    first = paint(order(anna, ben))
    swapped = paint(order(replace(anna, reference=other), ben))
    assert part(swapped, box(RIGHT)) == part(first, box(RIGHT))
    assert part(swapped, box(LEFT)) != part(first, box(LEFT))
    (told, _ben) = facts_of(first)
    assert told["references"][0]["scale"] == one.scale
    assert "references" not in first.facts


def test_a_reference_of_nobody_counts_in_every_pass_and_anothers_in_none(tmp_path: Path) -> None:
    adapter = references.write_adapter(tmp_path / "ip.safetensors", tiny.pipe_of(Family.SD1))
    references.write_encoder(tmp_path / "image_encoder")
    one = references.reference(adapter, scale=0.3)
    own = references.reference(adapter, image=easel.picture(30, 30), scale=0.9, who="anna")
    anna, ben = person("anna", LEFT, reference=own), person("ben", RIGHT)
    drawn = paint(order(anna, ben, references=(one, replace(own, who="eve"))))
    scales = [[each["scale"] for each in told["references"]] for told in facts_of(drawn)]
    assert scales == [[0.3, 0.9], [0.3]]


@pytest.mark.parametrize("area", [512 * 512, 64 * 64])
def test_a_region_is_drawn_in_its_own_proportions_and_never_in_less_than_it_has(area: int) -> None:
    width, height = people.size_for((0, 0, 384, 704), 32, area)
    assert (width % 64, height % 64) == (0, 0)
    assert width / height == pytest.approx(448 / 768, rel=0.15)
    assert width * height >= 0.9 * max(area, 448 * 768)
