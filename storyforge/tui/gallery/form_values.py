"""How a picture is to be drawn, as the form has it: values, and what an arrow makes of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from storyforge.domain.picture.casting import Company
from storyforge.domain.picture.orders import Order
from storyforge.domain.picture.painters import PainterProfile
from storyforge.domain.picture.samplers import SAMPLERS, SCHEDULES
from storyforge.domain.picture.seeds import SEEDS
from storyforge.i18n import N_, _

#: what can be stepped: (by how much, the least, the most)
STEPS: dict[str, tuple[float, float, float]] = {
    "width": (64, 64, 2048),
    "height": (64, 64, 2048),
    "steps": (1, 1, 150),
    "guidance": (0.5, 0, 30),
    "clip_skip": (1, 1, 12),
    "count": (1, 1, 16),
    "strength": (0.05, 0, 1),
    "hires": (0.25, 1, 4),
    "larger": (0.25, 1, 4),
}
LABELS = {
    "painter": N_("Painter"),
    "width": N_("Width"),
    "height": N_("Height"),
    "steps": N_("Steps"),
    "guidance": N_("Guidance"),
    "sampler": N_("Sampler"),
    "schedule": N_("Schedule"),
    "seed": N_("Seed"),
    "clip_skip": N_("CLIP skip"),
    "freeu": N_("FreeU"),
    "heat": N_("Word heat"),
    "people": N_("People"),
    "hires": N_("Hires fix"),
    "faces": N_("Faces anew"),
    "larger": N_("Larger"),
    "count": N_("How many"),
    "strength": N_("Strength"),
}
#: how several people get into one picture
WAYS = {
    Company.AUTO.value: N_("as it is best"),
    Company.APART.value: N_("one by one"),
    Company.TOGETHER.value: N_("together"),
}
_CHOICES: dict[str, Sequence[str]] = {
    "sampler": tuple(SAMPLERS),
    "schedule": SCHEDULES,
    "people": tuple(WAYS),
}
#: what is on or off
SWITCHES = ("freeu", "heat", "faces")
#: so many times as large; 1 leaves it
SCALES = ("hires", "larger")
_NUMBERS = ("guidance", "strength", *SCALES)
# Digits; Python reads no number of thousands.
_LONGEST_SEED = 20


@dataclass(frozen=True, slots=True)
class Values:
    """All of the form.

    Attributes:
        painter: a profile's name.
        heat: keep where a picture listened to which word.
        people: how several get into one picture.
        hires, larger: so many times as large, drawn over as a whole, or by tiles.
        faces: each is drawn anew at full size.
        seed: None draws another one each time.
        count: pictures, each with a seed of its own.
        strength: how much of the marked picture is drawn anew, or mixed in.
        place: the host that draws; empty for this machine.
        lacks: what of these the painter does not go by.
    """

    painter: str = ""
    width: int = 512
    height: int = 512
    steps: int = 20
    guidance: float = 7.0
    sampler: str = "Euler a"
    schedule: str = "Automatic"
    seed: int | None = None
    clip_skip: int = 1
    freeu: bool = False
    heat: bool = False
    people: str = Company.AUTO.value
    hires: float = 1.0
    faces: bool = False
    larger: float = 1.0
    count: int = 1
    strength: float = 0.5
    place: str = ""
    lacks: frozenset[str] = frozenset()

    def told(self, name: str) -> str:
        """A value as the form shows it."""
        value = getattr(self, name)
        if name in self.lacks:
            return "–"
        if name == "painter":
            return f"{value} · {self.place}" if self.place else str(value)
        if name == "seed":
            return _("any") if value is None else str(value)
        if name == "people":
            return _(WAYS[value])
        if name in SWITCHES:
            return _("on") if value else _("off")
        if name in SCALES:
            return _("off") if value == 1 else f"×{value:g}"
        return f"{value:g}" if isinstance(value, float) else str(value)

    def stepped(self, name: str, steps: int) -> "Values":
        """After so many presses of →, or of ← where it is negative."""
        value = getattr(self, name)
        if name in STEPS:
            by, least, most = STEPS[name]
            # Onto the ladder's next rung, wherever it stands between two.
            rung = (value - least) / by
            rung = (rung // 1 if steps > 0 else -(-rung // 1)) + steps
            moved = round(min(max(least + rung * by, least), most), 4)
            return replace(self, **{name: type(value)(moved)})
        if name in _CHOICES:
            names: Sequence[Any] = _CHOICES[name]
            at = names.index(value) if value in names else 0
            return replace(self, **{name: names[(at + steps) % len(names)]})
        if name == "seed":
            seed = 0 if value is None else value + steps
            return replace(self, seed=None if seed < 0 else seed % SEEDS)
        if name in SWITCHES:
            return replace(self, **{name: not value})  # type: ignore[arg-type]
        return self

    def typed(self, name: str, text: str) -> "Values | None":
        """After a value was typed; None where it is none."""
        text = text.strip()
        if name == "seed":
            if not text or text == "-1":
                return replace(self, seed=None)
            known = text.isdecimal() and len(text) <= _LONGEST_SEED
            return replace(self, seed=int(text) % SEEDS) if known else None
        if name not in STEPS:
            return None
        _by, least, most = STEPS[name]
        try:
            value = float(text.replace(",", "."))
        except ValueError:
            return None
        if not least <= value <= most:
            return None
        if name in ("width", "height"):
            value = round(value / 8) * 8
        return replace(self, **{name: type(getattr(self, name))(value)})


#: what is the author's own in the form, as long as it was changed there
OWN = tuple(one.name for one in fields(Values) if one.name not in ("place", "lacks"))


def from_order(order: Order, painter: str, own: dict[str, Any], usual: Values) -> Values:
    """What painter and family say, over what is set for all, with the author's own over it."""
    names = ("width", "height", "steps", "guidance", "sampler", "schedule", "clip_skip", "freeu")
    base = replace(usual, painter=painter, **{name: getattr(order, name) for name in names})
    return replace(base, **{name: value for name, value in own.items() if name in OWN})


def of_profile(profile: PainterProfile) -> Order:
    """An order without a prompt, as a painter's profile says."""
    return Order(
        "",
        width=profile.width,
        height=profile.height,
        steps=profile.steps,
        guidance=profile.guidance,
        sampler=profile.sampler,
        schedule=profile.schedule,
        clip_skip=profile.clip_skip,
        freeu=profile.freeu,
    )


def checked(told: dict[str, Any]) -> dict[str, Any]:
    """The author's own as they were kept; what is none of it is left out."""
    checks: dict[str, Callable[[Any], bool]] = {
        "painter": lambda value: isinstance(value, str),
        "sampler": lambda value: isinstance(value, str) and value in SAMPLERS,
        "schedule": lambda value: isinstance(value, str) and value in SCHEDULES,
        "people": lambda value: isinstance(value, str) and value in WAYS,
        **dict.fromkeys(SWITCHES, lambda value: isinstance(value, bool)),
        "seed": lambda value: value is None or (type(value) is int and 0 <= value < SEEDS),
    }
    for name, (_by, least, most) in STEPS.items():
        kind = float if name in _NUMBERS else int
        checks[name] = lambda value, kind=kind, least=least, most=most: (  # type: ignore[misc]
            type(value) in (int, kind) and least <= value <= most
        )
    return {name: value for name, value in told.items() if name in checks and checks[name](value)}
