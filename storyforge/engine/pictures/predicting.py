"""What a U-Net predicts, where no file of its checkpoint says it."""

from storyforge.domain.picture.orders import Family, PainterNote
from storyforge.engine.pictures.loaded import Loaded
from storyforge.engine.pictures.single_files import Made
from storyforge.i18n import N_

_TRIED = N_(
    "The checkpoint does not say what its U-Net predicts; it was tried, and it is {prediction}. "
    "If pictures are only noise, set prediction in its settings."
)
# Stable Diffusion 2 that predicts the velocity leaves this far behind, as A1111 found.
_VELOCITY = -1.0


def settle(loaded: Loaded, made: Made) -> None:
    """Where no file says what the U-Net predicts: noise, but for some of Stable Diffusion 2."""
    prediction = made.prediction
    if not prediction:
        prediction = "epsilon"
        if loaded.family is Family.SD2:
            prediction = _tried(loaded)
            loaded.notes = (PainterNote(_TRIED, {"prediction": prediction}),)
        pipe = loaded.pipe
        kind, config = type(pipe.scheduler), pipe.scheduler.config
        pipe.scheduler = kind.from_config(config, prediction_type=prediction)
    loaded.facts = {**loaded.facts, "prediction": prediction}


def _tried(loaded: Loaded) -> str:
    """What a U-Net of Stable Diffusion 2 predicts, by what it makes of nearly nothing but noise."""
    import torch

    unet = loaded.pipe.unet
    where = {"device": loaded.device, "dtype": loaded.dtype}
    noise = torch.full((1, unet.config.in_channels, 8, 8), 0.5, **where)
    words = torch.full((1, 2, unet.config.cross_attention_dim), 0.5, **where)
    with torch.no_grad():
        step = torch.tensor(999, device=loaded.device)
        told = unet(noise, step, encoder_hidden_states=words, return_dict=False)[0] - noise
    loaded.pipe.maybe_free_model_hooks()
    return "v_prediction" if told.float().mean().item() < _VELOCITY else "epsilon"
