"""The plan's items as templates are told them: names in the place of ids, a line a value. Pure."""

from collections.abc import Iterable

from storyforge.domain.plan.forms import FORMS, Field, Kind, Shape
from storyforge.domain.plan.items import FactKey, Item, Plan, lines
from storyforge.domain.plan.looks import Looks
from storyforge.domain.tags import base_language

#: stands between the items of a list where they are told on one line
BETWEEN = " / "

# What a language is called by those who speak it: a model understands it in any template.
_AUTONYMS = {
    "ar": "العربية",
    "cs": "čeština",
    "da": "dansk",
    "de": "Deutsch",
    "el": "ελληνικά",
    "en": "English",
    "es": "español",
    "fi": "suomi",
    "fr": "français",
    "he": "עברית",
    "hi": "हिन्दी",
    "hu": "magyar",
    "id": "bahasa Indonesia",
    "it": "italiano",
    "ja": "日本語",
    "ko": "한국어",
    "nl": "Nederlands",
    "no": "norsk",
    "pl": "polski",
    "pt": "português",
    "ro": "română",
    "ru": "русский",
    "sv": "svenska",
    "th": "ไทย",
    "tr": "Türkçe",
    "uk": "українська",
    "vi": "tiếng Việt",
    "zh": "中文",
}
# Fields that a model is not told: names in the prose stand in the table of names.
_UNTOLD = {"prose_name"} | {
    one.name for form in FORMS.values() for one in form.fields if not one.told
}

_SHORT = {
    kind: tuple(form.field(name) for name in (form.name, form.line) if name)
    for kind, form in FORMS.items()
}
_KNOWN = frozenset(field.name for form in FORMS.values() for field in form.fields)
_KNOWN |= {"number", "item", "field", "was", "now", "later"}


class Facts(dict[str, str]):
    """What is told of one thing, by the names of its fields: those in which something stands.

    A template may ask for any field that there is; what is not written is an empty text.
    """

    def __missing__(self, name: str) -> str:
        if name in _KNOWN:
            return ""
        raise KeyError(name)


def language_told(tag: str) -> str:
    """What a language is called in its own words; its tag where that is not known."""
    return _AUTONYMS.get(base_language(tag), tag)


def one_line(text: str) -> str:
    """A text on one line: no value can become a line of the prompt of its own."""
    return " ".join(text.split())


def asked_of(field: Field) -> dict[str, object]:
    """What a template is told of a field that is asked for."""
    return {
        "name": field.name,
        "list": field.is_list,
        "most": field.items,
        "choices": [choice for choice in field.choices if choice],
        "number": field.shape is Shape.NUMBER,
    }


class Telling:
    """One plan, with its items counted in their order."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._looks = Looks(plan)
        self._numbers = {item.id: at for at, item in enumerate(plan.chapters, start=1)}
        self._scenes: dict[str, list[Item]] = {}
        for scene in plan.scenes:
            self._scenes.setdefault(scene.chapter_id, []).append(scene)
            self._numbers[scene.id] = len(self._scenes[scene.chapter_id])

    def scenes_of(self, chapter_id: str) -> list[Item]:
        """The scenes of a chapter."""
        return self._scenes.get(chapter_id, [])

    def number(self, item: Item) -> int:
        """The number of a chapter, or of a scene in its chapter; 0 of all else."""
        return self._numbers.get(item.id, 0)

    def whole(self, item: Item) -> dict[str, str]:
        """All that is written of it; of somebody also how they look from a scene on."""
        told = self._told(item, item.form.fields)
        if later := BETWEEN.join(map(self._later, self._looks.of(item.id))):
            told["later"] = later
        return told

    def short(self, item: Item) -> dict[str, str]:
        """Its name, and the line that tells it."""
        return self._told(item, _SHORT[item.kind])

    def name(self, item: Item) -> dict[str, str]:
        """Its name only."""
        return self._told(item, _SHORT[item.kind][:1])

    def value(self, field: Field, value: str) -> str:
        """A field's value."""
        if not field.is_list:
            return one_line(self.plan.told(value.strip()) if field.shape is Shape.ONE else value)
        found = lines(value)
        if field.shape is Shape.MANY:
            found = tuple(map(self.plan.told, found))
        return BETWEEN.join(map(one_line, found))

    def fact(self, key: FactKey) -> dict[str, str]:
        """What a fact is called: its item and its field."""
        item = self.plan.item(key[0]) or self.plan.gone.get(key[0])
        return {"item": "" if item is None else item.name or item.kind.value, "field": key[1]}

    def changed(self, key: FactKey, value: str) -> str:
        """A value that a fact had or has."""
        item = self.plan.item(key[0])
        field = (
            next((one for one in item.form.fields if one.name == key[1]), None) if item else None
        )
        return one_line(value) if field is None else self.value(field, value)

    def names(self) -> list[dict[str, str]]:
        """The table of names; empty where plan and prose are in one language."""
        if base_language(self.plan.language) == base_language(self.plan.plan_language):
            return []
        named = (*self.plan.characters, *self.plan.of(Kind.WORLD))
        return [
            {"name": one_line(item.name), "prose_name": one_line(item.fact("prose_name"))}
            for item in named
            if item.name and item.fact("prose_name").strip()
        ]

    def _later(self, look: Item) -> str:
        """A dated look: what is seen, and from where on."""
        name, since = one_line(look.name), one_line(self.plan.told(look.fact("since")))
        seen = one_line(look.fact("look")).rstrip(" .")
        return "".join((name, f" ({since})" if since else "", ": " if name and seen else "", seen))

    def _told(self, item: Item, fields: Iterable[Field]) -> dict[str, str]:
        told: dict[str, str] = {}
        if number := self.number(item):
            told["number"] = str(number)
        for field in fields:
            value = item.fact(field.name)
            if value.strip() and field.name not in _UNTOLD:
                told[field.name] = self.value(field, value)
        return told


def fields_of(kind: Kind, names: Iterable[str] = ()) -> tuple[Field, ...]:
    """The fields that a model is asked for: those of that name, else all that the form asks."""
    form, wanted = FORMS[kind], set(names)
    if wanted:
        return tuple(field for field in form.fields if field.name in wanted)
    return tuple(field for field in form.fields if field.asked)
