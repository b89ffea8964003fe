"""Which of the author's files reads which staging out of a picture, by their makers' names."""

from pathlib import Path

from storyforge.domain.picture.staging import Staging
from storyforge.images import diffusers_folders
from storyforge.images.folders import Found
from storyforge.images.wrong import WrongFile

#: the models of transformers that tell depth, by the names of their classes
DEPTH_KINDS = ("DepthAnythingForDepthEstimation", "DPTForDepthEstimation")
#: what has to be there; lines and edges come without
NEEDED = {
    Staging.POSE: "body_pose_model.pth",
    Staging.DEPTH: "Depth Anything",
    Staging.SOFT_EDGES: "ControlNetHED.pth",
}
_CONFIG = "config.json"
_STEMS = {
    Staging.POSE: "body_pose_model",
    Staging.LINES: "sk_model",
    Staging.SOFT_EDGES: "controlnethed",
}


def find(kind: Staging, found: Found) -> Path | None:
    """What reads `kind` in the author's folders; None where nothing does, or nothing has to."""
    for file in found.readers:
        if kind is Staging.DEPTH:
            if file.path.is_dir() and kind_of(file.path) in DEPTH_KINDS:
                return file.path
        elif file.path.is_file() and file.path.stem.casefold() == _STEMS.get(kind):
            return file.path
    return None


def kind_of(folder: Path) -> str:
    """The class that a folder's model has; "" where it does not say."""
    try:
        classes = diffusers_folders.read_json(folder / _CONFIG).get("architectures")
    except (OSError, WrongFile):
        return ""
    return str(classes[0]) if isinstance(classes, list) and classes else ""
