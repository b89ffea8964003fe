"""How the next token is drawn. Frozen values; the formulas are llama.cpp's own."""

from dataclasses import dataclass

#: llama.cpp's order (common/sampling.cpp), with the samplers that may stand in it
ORDER = (
    "penalties",
    "dry",
    "top_n_sigma",
    "top_k",
    "typical_p",
    "top_p",
    "min_p",
    "xtc",
    "temperature",
)


@dataclass(frozen=True, slots=True)
class Bias:
    """A phrase made likelier or less likely.

    Attributes:
        weight: added to the logits of its tokens, -100 to 100.
    """

    phrase: str
    weight: float


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the next token is drawn.

    The defaults are llama.cpp's (temperature 0.8, top_k 40, top_p 0.95, min_p 0.05) with the
    repetition penalty that mikupad uses for stories (1.1 over 256 tokens).

    Attributes:
        temperature: 0 takes the likeliest token each time.
        dynamic_range: the temperature moves by so much either way with the entropy; 0 is off.
        dynamic_exponent: how the entropy becomes a temperature; 1 is linear.
        top_k: 0 is off. top_p: 1 is off. min_p: 0 is off. typical_p: 1 is off.
        top_n_sigma: tokens within so many standard deviations of the best logit; 0 is off.
        xtc_probability: how often all but the last of the tokens above `xtc_threshold` are left
            out; 0 is off.
        dry_multiplier: 0 is off; penalty = multiplier · base^(length − allowed).
        dry_range: tokens looked back over, the story's tail included; -1 the whole window.
        dry_breakers: strings over which no repetition is counted.
        repeat_penalty: 1 is off. presence_penalty, frequency_penalty: 0 is off.
        repeat_range: tokens looked back over by the three, the story's tail included; -1 the whole
            window.
        mirostat: version 2 in the place of all that narrows the choice.
        biases: phrases made likelier or less likely.
        banned: phrases that never stand in the answer, whatever their letters' case.
        min_tokens: the text may not end before so many.
        order: the samplers of `ORDER`, each at most once, in the order they are asked.
        repeatable: the same text, settings and seed give the same tokens, whatever was read before.
        seed: None draws one; the take records which.
    """

    temperature: float = 0.8
    dynamic_range: float = 0.0
    dynamic_exponent: float = 1.0
    top_k: int = 40
    top_p: float = 0.95
    min_p: float = 0.05
    typical_p: float = 1.0
    top_n_sigma: float = 0.0
    xtc_probability: float = 0.0
    xtc_threshold: float = 0.1
    dry_multiplier: float = 0.0
    dry_base: float = 1.75
    dry_allowed_length: int = 2
    dry_range: int = 1024
    dry_breakers: tuple[str, ...] = ("\n", ":", '"', "*")
    repeat_penalty: float = 1.1
    presence_penalty: float = 0.0
    frequency_penalty: float = 0.0
    repeat_range: int = 256
    mirostat: bool = False
    mirostat_tau: float = 5.0
    mirostat_eta: float = 0.1
    biases: tuple[Bias, ...] = ()
    banned: tuple[str, ...] = ()
    min_tokens: int = 0
    order: tuple[str, ...] = ORDER
    repeatable: bool = False
    seed: int | None = None
