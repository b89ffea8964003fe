"""A small plan of which pictures are made."""

from pathlib import Path

from storyforge.domain.picture.painters import Dialect, PainterProfile
from storyforge.domain.picture.tag import Category, Tag
from storyforge.domain.plan.fields import Kind
from storyforge.domain.plan.items import Item, Plan
from storyforge.images.tag_book import TagBook

NATURAL = PainterProfile("a", Path("a"), quality="best quality", negative="lowres")
PLAIN = PainterProfile("b", Path("b"), Dialect.NATURAL_PLAIN)
SPACES = PainterProfile("c", Path("c"), Dialect.TAGS_SPACES)
COMMAS = PainterProfile("d", Path("d"), Dialect.TAGS_COMMAS)

COMMON = (
    "1girl 2girls 1boy solo red_hair long_hair coat black_coat scar lantern smile lighthouse night"
    " fog close-up pov holding_lantern ^_^ boat text"
)
BOOK = TagBook(
    (
        *(Tag(name, count=900) for name in COMMON.split()),
        Tag("old_man", aliases=("elderly_man",)),
        Tag("watermark", Category.META),
        Tag("original", Category.COPYRIGHT, 9000),
        Tag("fate_(series)", Category.COPYRIGHT),
        Tag("saber_(fate)", Category.CHARACTER),
        Tag("a._painter", Category.ARTIST),
    )
)


def plan(*changed: Item, language: str = "en") -> Plan:
    """Mara, who gets a scar in the second of three scenes, Tom, and a lighthouse."""
    items = (
        Item("premise", Kind.PREMISE, {"style": "watercolour, soft light"}),
        Item(
            "mara",
            Kind.CHARACTER,
            {"name": "Mara Keel", "look": "A tall woman with red hair.", "loras": "mara:0.8"},
        ),
        Item("tom", Kind.CHARACTER, {"name": "Tom Reed", "look": "An old man in a black coat"}),
        Item(
            "scar",
            Kind.LOOK,
            {"name": "the scar", "who": "mara", "since": "two", "look": "a scar on her cheek"},
        ),
        Item("light", Kind.WORLD, {"title": "The Lighthouse", "look": "a white lighthouse"}),
        Item("chapter", Kind.CHAPTER, {"title": "The Boat"}),
        *(
            Item(
                key,
                Kind.SCENE,
                {"title": key, "cast": "mara", "place": "light", "time": "night"},
                "chapter",
            )
            for key in ("one", "two", "three")
        ),
    )
    known = {item.id: item for item in items} | {item.id: item for item in changed}
    return Plan(tuple(known.values()), "Skerry Point", language, language)


def with_facts(of: Plan, key: str, **facts: str) -> Item:
    """An item of a plan with other facts."""
    item = of.item(key)
    assert item is not None
    return Item(item.id, item.kind, {**item.facts, **facts}, item.chapter_id)
