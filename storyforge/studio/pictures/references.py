"""By which IP-Adapter a painter draws after pictures: the one that is set, else the only one.

Heads of files are read, nothing is loaded: what does not go together is named before a picture is
drawn.
"""

from pathlib import Path

from storyforge.domain.picture.adapters import Reference, Share
from storyforge.domain.picture.orders import Ability
from storyforge.domain.picture.painters import PainterProfile
from storyforge.errors import BadInput
from storyforge.i18n import _, in_quotes, listed
from storyforge.images import ip_adapters
from storyforge.images.folders import Found, FoundFile, Missing, pick
from storyforge.images.ip_adapters import Sight, is_pickled_twin
from storyforge.images.wrong import Wrong, WrongFile
from storyforge.studio.pictures.abilities import lacks
from storyforge.studio.pictures.profiles import family_of
from storyforge.studio.pictures.resolving import Folders


class Referring:
    """Makes references for one painter; what draws after them is looked for once.

    Args:
        here: the author's folders, looked through with the first one.
    """

    def __init__(self, profile: PainterProfile, here: Folders) -> None:
        self._profile = profile
        self._here = here
        self._sight: Sight | None = None

    def reference(
        self, image: bytes, scale: float, who: str = "", region: Share | None = None
    ) -> Reference:
        """One after which somebody is drawn.

        Raises:
            BadInput: the painter draws after none, or what it takes is not in the folders.
        """
        if self._sight is None:
            self._sight = sight_of(self._profile, self._here.found)
        adapter, encoder = self._sight.adapter.path, self._sight.encoder.path
        return Reference(adapter, image, encoder, scale, who, region)


def sight_of(profile: PainterProfile, found: Found) -> Sight:
    """The IP-Adapter of a painter, and what it sees with.

    Raises:
        BadInput: there is none for it, or no single one.
    """
    if Ability.REFERENCE in lacks(profile):
        raise BadInput(
            _("The painter “{painter}” cannot draw after a picture.").format(painter=profile.name),
            title=_("Reference not used"),
            hint=_("Draw with Stable Diffusion 1 or XL on this machine, or without references."),
        )
    family = family_of(profile)
    known = [each.path for each in found.image_encoders]
    encoder = _named(profile.image_encoder, found.image_encoders, Missing.IMAGE_ENCODER)
    try:
        adapter = _named(profile.ip_adapter, found.ip_adapters, Missing.IP_ADAPTER)
        if adapter is not None:
            return ip_adapters.sight(adapter, encoder, family, known)
        return _only(profile, encoder, found)
    except OSError as error:
        raise WrongFile(Wrong.NO_ADAPTER, profile.ip_adapter) from error


def _only(profile: PainterProfile, encoder: Path | None, found: Found) -> Sight:
    """The only one of the folders that fits; of those without an encoder, why."""
    family, known = family_of(profile), [each.path for each in found.image_encoders]
    fitting, blind = list[tuple[FoundFile, Sight]](), list[WrongFile]()
    for each in found.ip_adapters:
        if is_pickled_twin(each.path):
            continue
        try:
            fitting.append((each, ip_adapters.sight(each.path, encoder, family, known)))
        except WrongFile as error:
            if error.wrong in (Wrong.NO_ENCODER_THERE, Wrong.ENCODER_UNFIT):
                blind.append(error)
    if len(fitting) == 1:
        return fitting[0][1]
    if fitting:
        names = [each.name for each, _sight in fitting]
        raise BadInput(
            _("Several IP-Adapters fit the painter “{painter}”: {names}.").format(
                painter=profile.name, names=listed(map(in_quotes, names))
            ),
            title=_("Which IP-Adapter?"),
            hint=_("Set one: storyforge painters set {painter} ip_adapter={name}").format(
                painter=profile.name, name=names[0]
            ),
        )
    if blind:
        raise blind[0]
    raise BadInput(
        _("No IP-Adapter in your folders fits the painter “{painter}”: {family}.").format(
            painter=profile.name, family=family or _("of an unknown family")
        ),
        title=_("Reference not used"),
        hint=_("Put one for its family into a folder called ipadapter, with its image encoder."),
    )


def _named(name: str, files: tuple[FoundFile, ...], what: Missing) -> Path | None:
    """The file of a setting; None where nothing is set."""
    if not name:
        return None
    there = Path(name).expanduser()
    return there if there.is_absolute() else pick(files, name, what).path
