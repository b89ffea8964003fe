"""Which files of a repository are a model. Pure.

One GGUF file (all its parts where it is split), or the weights and the tokenizer of a folder for
transformers. Pickled weights and code are never taken: they could do anything.
"""

import fnmatch
import re

from storyforge.errors import BadInput
from storyforge.i18n import _, listed
from storyforge.studio.pulling.hub import RemoteFile, Repo

# Good words at a third of the size: what is taken where the author names none.
_USUAL = "q4_k_m"
_PART = re.compile(r"-\d{5}-of-\d{5}(?=\.gguf$)", re.IGNORECASE)
# Picture encoders and what importance matrices were made with.
_NO_WRITERS = ("mmproj", "imatrix")
_FOLDER = re.compile(r"[^/]*\.(safetensors|json|model|txt|jinja)$")
# More names than these help nobody.
_SHOWN = 12


def choose(repo: Repo, wanted: str = "") -> tuple[RemoteFile, ...]:
    """The files to fetch.

    Args:
        wanted: a file's name, a pattern ("*Q5*"), or a piece of the name ("q5_k_m"); empty takes
            the only GGUF there is, or the one in Q4_K_M, or the folder.

    Raises:
        BadInput: nothing fits, or several models do.
    """
    models = _models(repo)
    if wanted:
        found = [name for name in models if _fits(name, wanted)]
        exact = [name for name in found if name.lower() == wanted.lower()]
        return models[_one(repo, exact or found, models)]
    if models:
        usual = [name for name in models if _USUAL in name.lower()]
        return models[_one(repo, usual or list(models), models)]
    folder = tuple(file for file in repo.files if _FOLDER.fullmatch(file.name))
    if any(file.name.endswith(".safetensors") for file in folder):
        return folder
    raise BadInput(
        _("{name} has no GGUF file and no safetensors.").format(name=repo.name),
        title=_("No such file"),
        hint=_("Look for a repository whose name ends in GGUF. Pickled weights are not taken."),
    )


def _models(repo: Repo) -> dict[str, tuple[RemoteFile, ...]]:
    """GGUF models by name; the parts of one that is split go by one name."""
    found: dict[str, tuple[RemoteFile, ...]] = {}
    for file in sorted(repo.files, key=lambda each: each.name):
        lower = file.name.lower()
        if lower.endswith(".gguf") and not any(each in lower for each in _NO_WRITERS):
            name = _PART.sub("", file.name)
            found[name] = (*found.get(name, ()), file)
    return found


def _fits(name: str, wanted: str) -> bool:
    name, wanted = name.lower(), _PART.sub("", wanted).lower()
    if any(sign in wanted for sign in "*?["):
        return fnmatch.fnmatchcase(name, wanted)
    return wanted in name


def _one(repo: Repo, found: list[str], models: dict[str, tuple[RemoteFile, ...]]) -> str:
    """The name that is meant.

    Raises:
        BadInput: none, or more than one.
    """
    if len(found) == 1:
        return found[0]
    names = found or list(models)
    shown = listed(names[:_SHOWN]) + (" …" if len(names) > _SHOWN else "")
    if found:
        said = _("Several files of {name} are meant.").format(name=repo.name)
    else:
        said = _("{name} has no such GGUF file.").format(name=repo.name)
    raise BadInput(
        said,
        title=_("Which file?"),
        hint=_("Name one: {files}").format(files=shown) if names else "",
    )
