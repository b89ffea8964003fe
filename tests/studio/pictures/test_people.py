"""Who is in a picture: alone by all that is theirs, several together or one by one."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from storyforge.domain.picture.casting import Company
from storyforge.domain.picture.orders import Family, Order, Redraw
from storyforge.domain.picture.painters import PainterProfile
from storyforge.domain.picture.remote import RemotePainterSpec
from storyforge.domain.plan.forms import Kind
from storyforge.errors import BadInput
from storyforge.setting_tables import PictureSettings
from storyforge.settings import Settings
from storyforge.store.story_file import StoryFile
from storyforge.studio.pictures import heads, order_files, people
from storyforge.studio.pictures.drawing import Planned, Wish, order_for, tickets
from storyforge.studio.pictures.own_files import of_own_files
from storyforge.studio.pictures.profiles import found_in, usual
from tests.images import weights
from tests.images.test_ip_adapters import encoder, plain
from tests.store.helpers import png

INK = usual(PainterProfile("ink", Path("ink.safetensors"), quality="fine"), Family.SD1)
FACE, OTHER = png(7), png(8)


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """Two LoRAs, an embedding, and an IP-Adapter with what it sees with."""
    folder = tmp_path / "models"
    for name in ("mara", "tom", "wash"):
        weights.write(folder / "Lora" / f"{name}.safetensors", weights.lora(768))
    weights.write(folder / "embeddings" / "tom-face.safetensors", {"emb_params": (2, 768)})
    weights.write(folder / "ipadapter" / "face.safetensors", plain())
    encoder(folder / "clip_vision" / "H", 1280, 1024)
    return folder


@pytest.fixture
def ids(story: StoryFile) -> dict[str, str]:
    """Mara and Tom, each with a LoRA and a reference; Mara alone, both, and nobody's LoRA."""
    add, scene = story.plan.add, story.outline().scenes[0].id
    chapter = story.outline().chapters[0].id
    face, other = story.picture_sources.put(FACE), story.picture_sources.put(OTHER)
    keys = {
        "mara": add(
            Kind.CHARACTER,
            {
                "name": "Mara",
                "look": "a tall woman",
                "loras": "mara:0.8",
                "reference": face,
                "noise_seed": "77",
            },
        ),
        "tom": add(
            Kind.CHARACTER,
            {
                "name": "Tom",
                "look": "an old man",
                "loras": "tom",
                "embeddings": "tom-face",
                "reference": other,
                "reference_weight": "30",
            },
        ),
        "eve": add(Kind.CHARACTER, {"name": "Eve", "look": "a girl"}),
        "alone": scene,
    }
    story.plan.put("premise", {"style": "watercolour", "style_loras": "wash:0.4"})
    story.plan.put(scene, {"cast": keys["mara"], "shown": "at the lamp"})
    for key, cast in (("both", ("mara", "tom")), ("one", ("mara", "eve"))):
        keys[key] = story.plan.add(Kind.SCENE, {"title": key}, chapter_id=chapter)
        facts = {"cast": "\n".join(keys[one] for one in cast), "shown": "at the lamp"}
        story.plan.put(keys[key], facts)
    return keys


@pytest.fixture
def order(
    story: StoryFile, ids: dict[str, str], models: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Planned]:
    monkeypatch.setattr(heads, "family_of", lambda _model: Family.SD1)

    def ordered(
        key: str, profile: PainterProfile = INK, set_: str = "auto", **wish: object
    ) -> Planned:
        pictures = PictureSettings(folders=[str(models)], people=set_)
        wished = Wish(**wish)  # type: ignore[arg-type]
        return order_for(story, ids[key], profile, Settings(pictures=pictures), wished)

    return ordered


def names(order: Order) -> list[str]:
    return [one.name for one in order.loras]


def test_somebody_alone_has_all_of_the_picture(
    order: Callable[..., Planned], ids: dict[str, str], models: Path
) -> None:
    planned = order("alone")
    told = planned.order
    assert names(told) == ["mara", "wash"]
    [reference] = told.references
    assert (reference.image, reference.who, reference.region) == (FACE, ids["mara"], None)
    assert reference.adapter == models / "ipadapter" / "face.safetensors"
    assert reference.encoder == models / "clip_vision" / "H"
    assert reference.scale == 0.6
    assert (told.seed, told.people, planned.notes) == (77, (), ())


def test_their_seed_is_for_a_scenes_first_picture(
    story: StoryFile, order: Callable[..., Planned], ids: dict[str, str]
) -> None:
    story.picture_queue.add(tickets(order("alone"))[0])
    assert order("alone").order.seed != 77
    assert order("mara").order.seed == 77
    assert order("alone", seed=77).order.seed == 77
    assert order("alone", seed=5).order.seed == 5


def test_two_with_loras_are_drawn_one_by_one(
    order: Callable[..., Planned], ids: dict[str, str]
) -> None:
    told = order("both").order
    assert names(told) == ["wash"]
    assert (told.embeddings, told.references) == ((), ())
    assert "tom-face" not in told.prompt
    mara, tom = told.people
    assert (mara.name, mara.region, mara.seed) == ("Mara", (0.0, 0.0, 0.5, 1.0), 77)
    assert mara.prompt == "fine, a tall woman, watercolour"
    assert tom.prompt == "fine, an old man, watercolour, tom-face"
    assert (tom.region, tom.seed) == ((0.5, 0.0, 1.0, 1.0), None)
    assert [(one.name, one.weight) for one in mara.loras] == [("mara", 0.8)]
    assert [one.name for one in tom.embeddings] == ["tom-face"]
    assert mara.reference is not None
    assert tom.reference is not None
    assert (mara.reference.image, tom.reference.image) == (FACE, OTHER)
    assert (tom.reference.scale, tom.reference.region) == (0.3, None)


@pytest.mark.parametrize("way", [{"set_": "together"}, {"company": Company.TOGETHER}])
def test_together_references_count_in_their_parts(
    order: Callable[..., Planned], way: dict[str, object]
) -> None:
    told = order("both", **way).order
    assert told.people == ()
    assert names(told) == ["mara", "tom", "wash"]
    assert [one.name for one in told.embeddings] == ["tom-face"]
    assert [one.region for one in told.references] == [(0, 0, 0.5, 1), (0.5, 0, 1, 1)]


def test_one_with_a_lora_is_drawn_together_with_who_has_none_unless_asked(
    order: Callable[..., Planned], ids: dict[str, str]
) -> None:
    told = order("one").order
    assert (names(told), told.people) == (["mara", "wash"], ())
    # Her face is not for the other one.
    assert [one.region for one in told.references] == [(0, 0, 0.5, 1)]
    [mara] = order("one", company=Company.APART).order.people
    assert mara.who == ids["mara"]


def test_the_author_says_where_they_stand(
    story: StoryFile, order: Callable[..., Planned], ids: dict[str, str]
) -> None:
    left, right = (0.0, 0.2, 0.4, 1.0), (0.4, 0.0, 1.0, 1.0)
    people.keep_regions(story, ids["both"], {ids["tom"]: left, ids["mara"]: right})
    assert [one.region for one in order("both").order.people] == [right, left]
    story.remember(f"picture_people:{ids['both']}", json.dumps({ids["tom"]: [1, 2, 3, "x"]}))
    assert people.regions_of(story, ids["both"]) == {}
    people.keep_regions(story, ids["both"], {})
    assert order("both").order.people[0].region == (0, 0, 0.5, 1)


def test_what_is_not_in_the_prompt_any_more_is_not_used(order: Callable[..., Planned]) -> None:
    told = order("both", prompt="two people <lora:mara:0.5>").order
    assert told.people == ()
    assert names(told) == ["mara"]
    told = order("both", prompt="two <lora:mara:0.5> <lora:tom:0.2>").order
    assert [one.loras[0].weight for one in told.people] == [0.5, 0.2]
    assert told.prompt == "two"
    told = order("both", people=(), references=()).order
    assert (told.people, told.references, names(told)) == ((), (), ["mara", "tom", "wash"])


def test_a_part_that_is_drawn_over_has_all_that_the_prompt_calls(
    order: Callable[..., Planned],
) -> None:
    told = order("both", redraw=Redraw(png(0), region=(0, 0, 4, 4))).order
    assert (told.people, names(told)) == ((), ["mara", "tom", "wash"])
    assert len(order("both", redraw=Redraw(png(0, 64))).order.people) == 2


def test_without_an_adapter_the_picture_is_drawn_and_it_is_said(
    order: Callable[..., Planned], models: Path
) -> None:
    (models / "ipadapter" / "face.safetensors").unlink()
    planned = order("alone")
    assert planned.order.references == ()
    assert "“Mara” is drawn without the reference picture. No IP-Adapter" in planned.notes[0]


def test_which_adapter_is_said_where_several_fit(
    order: Callable[..., Planned], models: Path
) -> None:
    weights.write(models / "ipadapter" / "other.safetensors", plain())
    weights.write(models / "ipadapter" / "large.safetensors", plain(2048, 1280))
    assert "Several IP-Adapters fit the painter “ink”: “face”, “other”" in order("alone").notes[0]
    [reference] = order("alone", replace(INK, ip_adapter="other")).order.references
    assert reference.adapter.name == "other.safetensors"
    named = replace(INK, ip_adapter="large", image_encoder="H")
    assert "made for SDXL" in order("alone", named).notes[0]
    (models / "clip_vision" / "H" / "model.safetensors").unlink()
    assert "image encoder" in order("alone").notes[0]


def test_a_painter_that_cannot_says_so(order: Callable[..., Planned]) -> None:
    remote = RemotePainterSpec("openai", "ink", "https://api.openai.com/v1", "gpt-image-1")
    planned = order("both", replace(INK, remote=remote))
    assert (planned.order.people, planned.order.references) == ((), ())
    assert any("cannot draw people one by one" in note for note in planned.notes)
    assert any("cannot draw after a picture" in note for note in planned.notes)


def test_what_a_picture_was_drawn_after_is_kept_with_it(
    story: StoryFile, order: Callable[..., Planned], ids: dict[str, str]
) -> None:
    [ticket] = tickets(order("alone"))
    assert {"role": "cast", "text": "", "item_id": ids["mara"], "field": "reference"}.items() <= (
        json.loads(ticket.parts)[-1].items()
    )
    assert FACE in ticket.sources.values()
    story.picture_queue.add(ticket)
    read = order_files.read(ticket.order, story.picture_sources.read)
    assert read.order.references[0].image == FACE


def test_a_strangers_references_are_looked_for_by_name(
    order: Callable[..., Planned], models: Path
) -> None:
    settings = Settings(pictures=PictureSettings(folders=[str(models)]))
    found, mine = found_in(settings), order("both").order
    assert of_own_files(mine, found) == mine
    elsewhere = Path("/home/stranger/face.safetensors")
    theirs = tuple(
        replace(
            one,
            loras=tuple(replace(use, path=elsewhere) for use in one.loras),
            reference=replace(one.reference, adapter=elsewhere, encoder=Path("/stranger/H")),
        )
        for one in mine.people
        if one.reference is not None
    )
    assert of_own_files(replace(mine, people=theirs), found) == mine
    one = mine.people[0].reference
    assert one is not None
    other = replace(one, adapter=Path("/x/none.safetensors"))
    with pytest.raises(BadInput, match="IP-Adapter"):
        of_own_files(Order("sea", references=(other,)), found)
    assert of_own_files(Order("sea", references=(other,)), found, {other.adapter}).references == (
        other,
    )
