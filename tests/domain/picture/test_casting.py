"""By what people are drawn beside words: their own, and what a dated look brings."""

from storyforge.domain.picture.casting import Casting, casting, side_by_side
from storyforge.domain.picture.compiling import Compiler
from storyforge.domain.plan.fields import Kind
from storyforge.domain.plan.items import Item
from storyforge.domain.plan.looks import WHOLE
from tests.domain.picture.plans import BOOK, COMMAS, NATURAL, plan, with_facts

MARA = Item(
    "mara",
    Kind.CHARACTER,
    {
        "name": "Mara",
        "loras": "mara:0.8\nmara:0.7\nred",
        "embeddings": "mara-face\nscar-old:0.9",
        "reference": "a" * 64,
        "noise_seed": "4,294,967,299",
    },
)


def look(**facts: str) -> Item:
    return Item("look", Kind.LOOK, {"name": "the scar", "who": "mara", **facts})


def test_what_the_plan_says_of_somebody_is_read() -> None:
    assert casting(MARA, ()) == Casting(
        "mara",
        "Mara",
        loras=(("mara", 0.7), ("red", 1.0)),
        embeddings=("mara-face", "(scar-old:0.9)"),
        reference="a" * 64,
        reference_of="mara",
        seed=3,
    )
    tom = casting(Item("tom", Kind.CHARACTER, {"name": "Tom"}), ())
    assert not tom.has_own


def test_a_dated_look_brings_its_own_beside_what_there_was() -> None:
    scar = look(loras="scar:0.5\nmara:0.3", reference="b" * 64, reference_weight="35")
    told = casting(MARA, (scar,))
    assert told.loras == (("mara", 0.3), ("red", 1.0), ("scar", 0.5))
    assert told.embeddings == ("mara-face", "(scar-old:0.9)")
    assert (told.reference, told.reference_of, told.weight) == ("b" * 64, "look", 0.35)


def test_a_look_that_is_all_of_it_takes_their_place_where_it_brings_any() -> None:
    told = casting(MARA, (look(instead=WHOLE, loras="burned", reference_weight="20"),))
    assert told.loras == (("burned", 1.0),)
    assert told.embeddings == ("mara-face", "(scar-old:0.9)")
    # A weight without a picture of its own is of no picture.
    assert (told.reference, told.weight) == ("a" * 64, 0.6)


def test_people_stand_side_by_side() -> None:
    assert side_by_side(2) == ((0.0, 0.0, 0.5, 1.0), (0.5, 0.0, 1.0, 1.0))


def test_who_is_drawn_by_more_than_words_has_a_prompt_of_their_own() -> None:
    of = plan()
    both = with_facts(
        of, "two", cast="mara\ntom", shown="Mara hands Tom the lantern.", framing="close-up"
    )
    scar = with_facts(of, "scar", loras="scar:0.4", embeddings="stitched")
    told = Compiler(plan(both, scar), NATURAL).item("two")
    mara, tom = told.cast
    assert mara.prompt == (
        "best quality, A tall woman with red hair, a scar on her cheek, a white lighthouse, "
        "night, watercolour, soft light"
    )
    assert (tom.who, tom.prompt) == ("tom", "")
    assert told.loras == mara.loras == (("mara", 0.8), ("scar", 0.4))
    assert told.embeddings == ("stitched",)
    assert "stitched" not in told.prompt


def test_as_tags_each_has_what_both_share() -> None:
    of = plan()
    both = with_facts(of, "two", cast="mara\ntom")
    tom = with_facts(of, "tom", look="an old man with red hair", loras="tom")
    mara, old = Compiler(plan(both, tom), COMMAS, BOOK).item("two").cast
    assert "1girl, solo" in mara.prompt
    assert "red hair" in old.prompt
    assert "1boy, solo" in old.prompt


def test_the_hash_of_a_prompt_is_as_it_was_where_nobody_has_embeddings() -> None:
    """Prompts that were changed by hand know theirs by it."""
    of = plan()
    with_one = plan(with_facts(of, "mara", embeddings="mara-face"))
    plainly = Compiler(of, NATURAL).item("two").hash
    assert plainly.startswith("4b2e412f9274")
    assert Compiler(with_one, NATURAL).item("two").hash != plainly


def test_somebody_alone_is_drawn_by_their_own() -> None:
    of = plan(with_facts(plan(), "mara", reference="c" * 64))
    told = Compiler(of, NATURAL).item("mara")
    assert [one.reference for one in told.cast] == ["c" * 64]
    assert Compiler(of, NATURAL).item("scar").cast[0].who == "mara"
    assert Compiler(of, NATURAL).item("light").cast == ()
