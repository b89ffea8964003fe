"""What can go wrong with a model, as plain values, and the sentences an author reads about it.

A fault arises in the engine process and travels as a value; the words are chosen where the author
is, in the language of the screen.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from storyforge.borrowed import reason
from storyforge.engine.fault_kinds import FaultKind
from storyforge.engine.pictures.fault_words import SIZED, WORDED, WORDS
from storyforge.errors import BadInput, ModelError
from storyforge.i18n import N_, _

__all__ = ["EngineFault", "Fault", "FaultKind", "refusing", "to_error"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that went wrong.

    Attributes:
        about: the file, or what llama.cpp said of it.
        more: a second name, where the sentence has two.
        needed, given: bytes or tokens, where the sentence has two numbers.
        largest: tokens of the largest window that would do; 0 where none would.
    """

    kind: FaultKind
    about: str = ""
    needed: int = 0
    given: int = 0
    largest: int = 0
    more: str = ""


class EngineFault(Exception):
    """Carries a fault up to the edge of the engine process, or of the program."""

    def __init__(self, fault: Fault) -> None:
        about = f"{fault.about} {fault.more}".strip()
        super().__init__(f"{fault.kind}: {about} {fault.needed} {fault.given}")
        self.fault = fault


_TITLE = N_("Model not loaded")

# kind → title, sentence, advice
_WORDS: dict[FaultKind, tuple[str, str, str]] = {
    FaultKind.NO_ENGINE: (
        N_("No engine yet"),
        N_("The engine that runs local models is not installed."),
        N_("Install it with `storyforge engine install`; you can write meanwhile."),
    ),
    FaultKind.ENGINE_UNUSABLE: (
        N_("Engine not usable"),
        N_("The engine that runs local models does not start on this machine: {about}."),
        N_("Build it again with `storyforge engine install`."),
    ),
    FaultKind.TRUNCATED: (
        _TITLE,
        N_("The model file {about} is not whole: its end is missing or damaged."),
        N_("Download it again, or choose another with `storyforge models use PATH`."),
    ),
    FaultKind.UNKNOWN_ARCHITECTURE: (
        _TITLE,
        N_("The installed engine does not know models of the architecture “{about}”."),
        N_("A newer engine may: `storyforge engine install`. Or choose another model file."),
    ),
    FaultKind.LARGER_THAN_MEMORY: (
        N_("Model larger than memory"),
        N_(
            "The model {about} needs {needed} of memory with this context window, "
            "but {given} can be had."
        ),
        N_("Choose a smaller file; your text is untouched."),
    ),
    FaultKind.NOT_LOADED: (
        _TITLE,
        N_("The model could not be loaded: {about}."),
        N_("The log of the engine says more; `storyforge doctor` tells where it lies."),
    ),
    FaultKind.NO_CONTEXT: (
        _TITLE,
        N_("The model could not be given its context window: {about}."),
        N_('Set a smaller model.context_tokens or model.kv_type = "f16", then try again.'),
    ),
    FaultKind.TOO_LONG: (
        N_("Too long for the model"),
        N_(
            "The text to go on from ({needed} tokens) is longer than the model's window "
            "({given}); your text is whole."
        ),
        N_("Set a larger model.context_tokens, or send less of the story."),
    ),
    FaultKind.NOT_READ: (
        N_("Engine failed"),
        N_("The engine could not work on the text ({about}); your text is whole."),
        N_("Try again; the engine reads the text anew."),
    ),
    FaultKind.SAMPLER_REFUSED: (
        N_("Sampler not usable"),
        N_("The engine cannot draw words with “{about}” as it is set; your text is whole."),
        N_("Choose another preset, or set it back to its default."),
    ),
    FaultKind.FORM_REFUSED: (
        N_("Form not usable"),
        N_("The engine cannot keep an answer to the form it was asked in; your text is whole."),
        N_("The log of the engine says more; `storyforge doctor` tells where it lies."),
    ),
    FaultKind.NO_TRANSFORMERS: (
        N_("transformers is not installed"),
        N_("torch and transformers, which run models of this kind, are not installed."),
        N_('Install them with `pip install "storyforge[transformers]"`; you can write meanwhile.'),
    ),
    FaultKind.TRANSFORMERS_UNUSABLE: (
        N_("transformers is not usable"),
        N_("torch and transformers do not start on this machine: {about}."),
        N_('Install them again with `pip install --upgrade "storyforge[transformers]"`.'),
    ),
    FaultKind.NO_CONFIG: (
        _TITLE,
        N_("The folder {about} is no model: there is no config.json in it that can be read."),
        N_("Choose the folder that the files of the model lie in, or a GGUF file."),
    ),
    FaultKind.NO_WEIGHTS: (
        _TITLE,
        N_("The weights of the model are missing: {about} is not in its folder."),
        N_("Download it again; all its files belong into one folder."),
    ),
    FaultKind.PICKLED: (
        N_("Pickled weights"),
        N_("The weights of this model are pickled ({about}): opening them can run any program."),
        N_("Get the model with safetensors instead; nothing was opened."),
    ),
    FaultKind.FOREIGN_CODE: (
        N_("The model brings a program"),
        N_("This model runs only with program code of its own: {about}. It was not run."),
        N_(
            "If you trust where it comes from, set trust_code = true in its profile; "
            "else choose another model."
        ),
    ),
    FaultKind.UNKNOWN_KIND: (
        _TITLE,
        N_("The installed transformers does not know models of the kind “{about}”."),
        N_("A newer one may: `pip install --upgrade transformers`. Or choose another model."),
    ),
    FaultKind.NO_WRITER: (
        _TITLE,
        N_("Models of the kind “{about}” do not go on with a text."),
        N_("Choose a model that was made for writing text."),
    ),
    FaultKind.GGUF_NOT_FOR_TRANSFORMERS: (
        _TITLE,
        N_("transformers cannot read this GGUF file: {about}."),
        N_('llama.cpp may read it: set backend = "llama.cpp" in its profile.'),
    ),
    FaultKind.NO_TOKENIZER: (
        _TITLE,
        N_("The tokenizer of the model cannot be used: {about}."),
        N_("Look whether tokenizer.json lies in its folder; most models bring one."),
    ),
    FaultKind.NO_BITSANDBYTES: (
        _TITLE,
        N_("bitsandbytes, which loads models with 8 or 4 bits, is not installed."),
        N_('Install it with `pip install bitsandbytes`, or set quantise = "none".'),
    ),
    FaultKind.QUANTISED_ALREADY: (
        _TITLE,
        N_("A GGUF file has its own number of bits; transformers cannot change it."),
        N_('Set quantise = "none" in its profile, or choose the folder of the model.'),
    ),
    FaultKind.NO_DEVICE: (
        _TITLE,
        N_("torch finds no device called “{about}” on this machine."),
        N_('Set device = "auto" or "cpu" in its profile.'),
    ),
    FaultKind.NO_MEMORY: (
        N_("Not enough memory"),
        N_("The model found too little memory to work in; your text is whole."),
        N_("Set a smaller context_tokens in its profile, or choose a smaller model."),
    ),
    FaultKind.STOPPED_UNEXPECTEDLY: (
        N_("Engine stopped"),
        N_("The engine stopped unexpectedly; your text is whole."),
        N_("The next continuation starts it again."),
    ),
    FaultKind.KILLED: (
        N_("Engine stopped"),
        N_("The engine was ended from outside, perhaps for lack of memory; your text is whole."),
        N_("The next continuation starts it again; if this returns, choose a smaller model."),
    ),
    **WORDS,
}
_SIZED = {FaultKind.LARGER_THAN_MEMORY, *SIZED}


def _size(count: int) -> str:
    """Bytes for a reader: `1.4 GB`, powers of ten as file managers show them."""
    for unit, factor in ((N_("{n} TB"), 10**12), (N_("{n} GB"), 10**9)):
        if count >= factor:
            return _(unit).format(n=f"{count / factor:.1f}")
    return _("{n} MB").format(n=max(1, round(count / 10**6)))


def to_error(fault: Fault) -> ModelError:
    """The error an author reads about `fault`."""
    title, sentence, advice = _WORDS[fault.kind]
    if fault.kind in _SIZED:
        needed, given = _size(fault.needed), _size(fault.given)
    else:
        needed, given = f"{fault.needed:,}", f"{fault.given:,}"
    more = _(fault.more) if fault.kind in WORDED else fault.more
    said = _(sentence).format(about=fault.about, more=more, needed=needed, given=given)
    if fault.largest:
        advice = N_(
            "Set model.context_tokens to {largest} or less, or choose a smaller file; "
            "your text is untouched."
        )
        return ModelError(said, title=_(title), hint=_(advice).format(largest=fault.largest))
    return ModelError(said, title=_(title), hint=_(advice))


@contextmanager
def refusing(unreadable: str, hint: str) -> Iterator[None]:
    """What stands against loading a model inside is told as a `ModelError`.

    Args:
        unreadable: of a file that cannot be read, with a place for `{why}`; `hint` is what to do.
    """
    try:
        yield
    except BadInput as error:
        raise ModelError(error.message, title=error.title, hint=error.hint) from error
    except EngineFault as error:
        raise to_error(error.fault) from error
    except OSError as error:
        raise ModelError(
            unreadable.format(why=reason(error)), title=_("Model not usable"), hint=hint
        ) from error
