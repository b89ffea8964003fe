"""The facts of the plan that a scene's picture is made from, each in a painter's words. Pure.

What a picture text says goes before what the story's language says. Of that only what is in Latin
letters goes to a painter; the rest is named, so that the author can write a picture text for it.
"""

import re
from dataclasses import dataclass, field, replace

from storyforge.domain.picture import framing, wording
from storyforge.domain.picture.compiled import LeftOut, Role, Why
from storyforge.domain.picture.naming import Names
from storyforge.domain.picture.people import Figure, figure
from storyforge.domain.plan.fields import Kind
from storyforge.domain.plan.forms import FORMS
from storyforge.domain.plan.items import Item, Plan
from storyforge.domain.plan.looks import Looks, on_stage
from storyforge.domain.tags import base_language

#: by kind and field, the field that has its picture text
PICTURE_TEXTS = {
    (kind, one.pictures): one.name
    for kind, form in FORMS.items()
    for one in form.fields
    if one.pictures
}
# What of a time can be seen: light, season, the clock, the century.
_SEEN = re.compile(
    r"\b(?:dawn|dusk|day|daytime|daylight|morning|noon|midday|afternoon|evening|night|midnight"
    r"|nightfall|sunrise|sunset|twilight|moonlit|moonlight|sunlit|spring|summer|autumn|fall|winter"
    r"|christmas|halloween|january|february|march|april|may|june|july|august|september|october"
    r"|november|december|[0-9]{1,2} ?(?:a\.?m|p\.?m|o'clock)|[0-9]{1,2}:[0-9]{2}"
    r"|[0-9]{3,4}s?|[0-9]{1,2}(?:st|nd|rd|th) century)(?!\w)",
    re.IGNORECASE,
)
# “The next day”, “three days later”, “the night before”: another time, but no light of its own.
_COUNTED = re.compile(r"\b(?:days?|nights?|mornings?|years?) (?:later|before|after|ago)\b", re.I)
_SAME = re.compile(r"\b(?:next|same|another|following|previous|one|that) day\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Told:
    """A fact on its way into a prompt.

    Attributes:
        text: in a painter's words; empty where nothing of it can be sent.
        is_picture: it is a picture text.
        source: the fact's value.
    """

    role: Role
    text: str
    item_id: str = ""
    field: str = ""
    since: str = ""
    source: str = ""
    is_picture: bool = False


@dataclass(slots=True)
class SceneFacts:
    """All of a scene, in the order of a prompt.

    Attributes:
        people: who is seen; `figures`, `looks` and `dated` have one each of theirs.
        looks: what is told of how they look.
        dated: their looks that have come.
    """

    told: list[Told] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    noted: list[LeftOut] = field(default_factory=list)
    people: list[Item] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    looks: list[tuple[Told, ...]] = field(default_factory=list)
    dated: list[tuple[Item, ...]] = field(default_factory=list)


class Telling:
    """One plan told to painters; what does not hang on a scene is made once.

    Args:
        by_look: names become looks; else they go, where only tags are sent.
    """

    def __init__(self, plan: Plan, *, by_look: bool) -> None:
        self._plan = plan
        self._by_look = by_look
        self._looks = Looks(plan)
        self._names = Names(plan)
        self._english = base_language(plan.plan_language) == "en"
        self._figures: dict[tuple[str, ...], Figure] = {}
        self._simple: dict[tuple[str, str], tuple[Told, tuple[LeftOut, ...], tuple[LeftOut, ...]]]
        self._simple = {}

    def scene(self, scene: Item) -> SceneFacts:
        """What a picture of it shows."""
        facts = SceneFacts()
        if framed := framing.told(scene.fact("framing")):
            kept = Told(Role.FRAMING, framed, scene.id, "framing", source=scene.fact("framing"))
            facts.told.append(kept)
        self._cast(facts, scene)
        self._moment(facts, scene)
        self._place(facts, scene)
        self._time(facts, scene)
        self._fact(facts, Role.WEATHER, scene, "weather")
        return self._of_the_book(facts)

    def alone(self, item: Item) -> SceneFacts:
        """What a picture of a person, a dated look of one or a thing shows, by itself."""
        facts = SceneFacts()
        who = next(self._plan.referred(item, "who"), item) if item.kind is Kind.LOOK else item
        if who.kind is Kind.WORLD:
            seen = item.fact("look") or item.fact("look_picture")
            self._fact(facts, Role.PLACE, item, "look" if seen else "title")
            return self._of_the_book(facts)
        since = next(self._plan.referred(item, "since"), None) if item is not who else None
        looks = self._looks.at(who, since.id) if since is not None else (item,)
        dated = self._looks.until(who.id, since.id) if since is not None else looks
        facts.people.append(who)
        facts.figures.append(self._figure_of(looks))
        for look in looks:
            then = look.fact("since") if look.kind is Kind.LOOK else ""
            self._fact(facts, Role.CAST, look, "look", then)
        facts.looks.append(tuple(facts.told))
        facts.dated.append(tuple(one for one in dated if one is not who))
        return self._of_the_book(facts)

    def _of_the_book(self, facts: SceneFacts) -> SceneFacts:
        self._fact(facts, Role.STYLE, self._plan.premise, "style")
        self._fact(facts, Role.NEGATIVE, self._plan.premise, "avoid")
        return facts

    # One after the other.

    def _cast(self, facts: SceneFacts, scene: Item) -> None:
        unseen = (
            set(scene.list("point_of_view")) if scene.fact("framing") == framing.EYES else set()
        )
        known = on_stage(self._plan, scene)
        for one in known:
            if one.id in unseen:
                facts.left_out.append(LeftOut(one.name, Why.INVISIBLE, one.id))
                continue
            facts.people.append(one)
            facts.figures.append(self._figure(one, scene))
            before = len(facts.told)
            self._person(facts, one, scene)
            facts.looks.append(tuple(facts.told[before:]))
            facts.dated.append(self._looks.until(one.id, scene.id))
        for name in dict.fromkeys((*scene.list("cast"), *scene.list("point_of_view"))):
            if self._plan.meant(name, Kind.CHARACTER) is None:
                told = self._plan.told(name)
                facts.left_out.append(LeftOut(told, Why.NO_TEXT, scene.id, "cast"))

    def _person(self, facts: SceneFacts, person: Item, scene: Item) -> None:
        before, looks = len(facts.told), self._looks.at(person, scene.id)
        for look in looks:
            since = look.fact("since") if look.kind is Kind.LOOK else ""
            self._fact(facts, Role.CAST, look, "look", since)
        if len(facts.told) == before:
            self._only_figure(facts, person, looks)
        for later in self._looks.later(person.id, scene.id):
            words = later.name or " ".join(later.fact("look").split())
            facts.left_out.append(LeftOut(words, Why.NOT_YET, later.id, "look"))

    def _only_figure(self, facts: SceneFacts, person: Item, looks: tuple[Item, ...]) -> None:
        """Of whom no look can be told, that they are there, where it says what they are."""
        noun = facts.figures[-1].noun
        source = next((one for one in looks if one.fact("look")), None)
        if source is None:
            facts.left_out.append(LeftOut(person.name, Why.NO_TEXT, person.id, "look"))
        elif facts.figures[-1] != Figure():
            article = "an" if noun[0] in "aeiou" else "a"
            told = Told(Role.CAST, f"{article} {noun}", source.id, "look", "", source.fact("look"))
            facts.told.append(told)

    def _moment(self, facts: SceneFacts, scene: Item) -> None:
        if not (scene.fact("shown") or scene.fact("shown_picture")):
            facts.left_out.append(LeftOut(scene.name, Why.NO_MOMENT, scene.id, "shown"))
            return
        self._fact(facts, Role.ACTION, scene, "shown", scene=scene)

    def _place(self, facts: SceneFacts, scene: Item) -> None:
        place = next(self._plan.referred(scene, "place"), None)
        if place is None:
            self._fact(facts, Role.PLACE, scene, "place")
        elif place.fact("look") or place.fact("look_picture"):
            self._fact(facts, Role.PLACE, place, "look")
        else:
            # What it is called may say what it is: “the bell tower”.
            self._fact(facts, Role.PLACE, place, "title")

    def _time(self, facts: SceneFacts, scene: Item) -> None:
        time = scene.fact("time")
        if scene.fact("time_picture") or not time or not self._english or _is_seen(time):
            self._fact(facts, Role.TIME, scene, "time")
        else:
            facts.left_out.append(LeftOut(time, Why.INVISIBLE, scene.id, "time"))

    # Words.

    def _fact(
        self,
        facts: SceneFacts,
        role: Role,
        item: Item,
        name: str,
        since: str = "",
        scene: Item | None = None,
    ) -> None:
        """A field in a painter's words; `scene` where names in it are told as they look there."""
        known = None if scene is not None else self._simple.get((item.id, name))
        if known is None:
            known = self._words(role, item, name, scene)
            if scene is None:
                self._simple[item.id, name] = known
        told, left_out, noted = known
        facts.left_out += left_out
        facts.noted += noted
        if told.text:
            facts.told.append(replace(told, since=since) if since else told)

    def _words(
        self, role: Role, item: Item, name: str, scene: Item | None
    ) -> tuple[Told, tuple[LeftOut, ...], tuple[LeftOut, ...]]:
        picture = PICTURE_TEXTS.get((item.kind, name), "")
        if picture and (source := item.fact(picture)).strip():
            text = self._named(wording.cleaned(source), item, scene)
            told = Told(role, wording.for_painter(text), item.id, picture, "", source, True)
            odd = (
                () if wording.is_latin(text) else (LeftOut(text, Why.NOT_LATIN, item.id, picture),)
            )
            return told, (), odd
        source = item.fact(name)
        sent, left = list[str](), list[LeftOut]()
        for phrase in wording.phrases(wording.cleaned(source)):
            if role is Role.ACTION and self._english:
                phrase, thoughts = wording.seen(phrase)
                left += (LeftOut(one, Why.INVISIBLE, item.id, name) for one in thoughts)
            if wording.is_latin(self._named(phrase, item, scene)):
                sent.append(phrase)
            else:
                left.append(LeftOut(phrase, Why.NO_TEXT, item.id, name))
        text = wording.escaped(self._named(", ".join(filter(None, sent)), item, scene))
        foreign = bool(text) and not self._english and picture != "" and name != "title"
        noted = (LeftOut(text, Why.NOT_ENGLISH, item.id, name),) if foreign else ()
        told = Told(role, text, item.id, name, "", source)
        return told, tuple(left), noted

    def _named(self, text: str, item: Item, scene: Item | None) -> str:
        """A text without names: of people none is left, in any letters."""
        if not self._by_look:
            return self._names.gone(text)
        if scene is None:
            return self._names.told(text, lambda one: _plainly(self._figure_of((one,))))
        return self._names.told(text, lambda one: self._figure(one, scene), self._place_told)

    def _place_told(self, place: Item) -> str:
        """How a place is told where it is named; empty where it keeps its name."""
        look = place.fact("look_picture") or place.fact("look")
        first = next(iter(wording.phrases(wording.cleaned(look))), "")
        return self._names.gone(first) if wording.is_latin(first) else ""

    def _figure(self, person: Item, scene: Item) -> Figure:
        here = self._figure_of(self._looks.at(person, scene.id))
        # A look that is all of it may say nothing of who that is.
        return here if here != Figure() else _plainly(self._figure_of((person,)))

    def _figure_of(self, looks: tuple[Item, ...]) -> Figure:
        key = tuple(look.id for look in looks)
        known = self._figures.get(key)
        if known is None:
            names = [(one, PICTURE_TEXTS[one.kind, "look"]) for one in looks]
            texts = [one.fact(name) or one.fact("look") for one, name in names]
            known = figure(self._names.gone(wording.cleaned(text)) for text in texts)
            self._figures[key] = known
        return known


def _plainly(known: Figure) -> Figure:
    """Somebody in words about a look: by the noun alone."""
    return replace(known, short=f"the {known.noun}")


def _is_seen(time: str) -> bool:
    bare = _SAME.sub("", _COUNTED.sub("", wording.cleaned(time)))
    return _SEEN.search(bare) is not None
