"""A short list of models to begin with, by the memory they want and the language they write.

Well-known ones only, in Q4_K_M. It is where to begin, not a ranking: newer ones come every month,
and which one writes your prose is a matter of taste. Sizes are those of the files.
"""

from dataclasses import dataclass

from storyforge.domain.tags import base_language
from storyforge.i18n import N_
from storyforge.studio.sizes import GIB

# Of the memory a machine is sold with, firmware and the system's own graphics take a part.
_SHOWN = 0.9
_GEMMA = "Gemma Terms of Use"
_APACHE = "Apache-2.0"


@dataclass(frozen=True, slots=True)
class Recommended:
    """One of them.

    Attributes:
        memory: GiB of memory, or of the GPU's, that it wants with a window of 8,192 tokens.
        size: of the file, in GB as the hub tells it.
        about: a sentence for the author, marked for translation.
    """

    name: str
    repo: str
    file: str
    memory: int
    size: float
    licence: str
    about: str
    languages: tuple[str, ...] = ("en",)

    def fits(self, memory: int) -> bool:
        """Whether it runs on a machine with so many bytes of memory."""
        return self.memory * GIB * _SHOWN <= memory


RECOMMENDED: tuple[Recommended, ...] = (
    Recommended(
        "SmolLM2 1.7B",
        "HuggingFaceTB/SmolLM2-1.7B-Instruct-GGUF",
        "smollm2-1.7b-instruct-q4_k_m.gguf",
        4,
        1.1,
        _APACHE,
        N_("For small machines: plain English, short scenes."),
    ),
    Recommended(
        "Gemma 3 4B",
        "bartowski/google_gemma-3-4b-it-GGUF",
        "google_gemma-3-4b-it-Q4_K_M.gguf",
        6,
        2.5,
        _GEMMA,
        N_("Small, and at home in many languages."),
        ("en", "ja"),
    ),
    Recommended(
        "Sarashina 2.2 3B",
        "mmnga/sarashina2.2-3b-instruct-v0.1-gguf",
        "sarashina2.2-3b-instruct-v0.1-Q4_K_M.gguf",
        6,
        2.1,
        "MIT",
        N_("Made in Japan for Japanese, and small."),
        ("ja",),
    ),
    Recommended(
        "Llama 3.1 8B",
        "bartowski/Meta-Llama-3.1-8B-Instruct-GGUF",
        "Meta-Llama-3.1-8B-Instruct-Q4_K_M.gguf",
        8,
        4.9,
        "Llama 3.1 Community",
        N_("A sound all-rounder that many finer ones were made from."),
    ),
    Recommended(
        "Llama 3 ELYZA JP 8B",
        "elyza/Llama-3-ELYZA-JP-8B-GGUF",
        "Llama-3-ELYZA-JP-8B-q4_k_m.gguf",
        8,
        4.9,
        "Llama 3 Community",
        N_("Llama 3, trained on in Japanese."),
        ("ja",),
    ),
    Recommended(
        "Mistral Nemo 12B",
        "bartowski/Mistral-Nemo-Instruct-2407-GGUF",
        "Mistral-Nemo-Instruct-2407-Q4_K_M.gguf",
        12,
        7.5,
        _APACHE,
        N_("Well liked for fiction: free in tone, a long memory."),
        ("en", "ja"),
    ),
    Recommended(
        "Gemma 3 12B",
        "bartowski/google_gemma-3-12b-it-GGUF",
        "google_gemma-3-12b-it-Q4_K_M.gguf",
        16,
        7.3,
        _GEMMA,
        N_("Rich in images, strong in Japanese; its memory of the page takes much room."),
        ("en", "ja"),
    ),
    Recommended(
        "Qwen 3 14B",
        "Qwen/Qwen3-14B-GGUF",
        "Qwen3-14B-Q4_K_M.gguf",
        16,
        9.0,
        _APACHE,
        N_("Keeps closely to what it is told, in many languages."),
        ("en", "ja"),
    ),
    Recommended(
        "Mistral Small 24B",
        "bartowski/Mistral-Small-24B-Instruct-2501-GGUF",
        "Mistral-Small-24B-Instruct-2501-Q4_K_M.gguf",
        24,
        14.3,
        _APACHE,
        N_("Steady over long scenes."),
        ("en", "ja"),
    ),
    Recommended(
        "Gemma 3 27B",
        "bartowski/google_gemma-3-27b-it-GGUF",
        "google_gemma-3-27b-it-Q4_K_M.gguf",
        24,
        16.5,
        _GEMMA,
        N_("Gemma at its largest, for one large GPU; strong in Japanese, too."),
        ("en", "ja"),
    ),
    Recommended(
        "Llama 3.3 70B",
        "bartowski/Llama-3.3-70B-Instruct-GGUF",
        "Llama-3.3-70B-Instruct-Q4_K_M.gguf",
        48,
        42.5,
        "Llama 3.3 Community",
        N_("For two large GPUs or much patience: keeps many threads of a plot."),
    ),
)


def recommended(language: str = "", memory: float = 0) -> tuple[Recommended, ...]:
    """Those that write `language` and want no more than `memory` GiB; empty and 0 ask for all."""
    base = base_language(language)
    return tuple(
        each
        for each in RECOMMENDED
        if (not base or base in each.languages) and (not memory or each.memory <= memory)
    )
