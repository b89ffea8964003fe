"""The tables of the settings file, a class each, with their defaults and limits."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError


class ModelSettings(BaseModel):
    """The local model and how it is loaded. Unset numbers are chosen for the machine."""

    path: Path | None = None
    """A GGUF file; unset means the small model that comes with storyforge."""
    context_tokens: int = Field(8192, ge=256)
    """The context window in tokens; never more than the model was trained on."""
    threads: int | None = Field(None, ge=1)
    """Threads for writing."""
    threads_batch: int | None = Field(None, ge=1)
    """Threads for reading the prompt."""
    gpu_layers: int | None = Field(None, ge=-1)
    """Layers on the GPU; -1 for all."""
    kv_type: Literal["f16", "q8_0", "q4_0"] = "f16"
    """How the model's memory of the page is stored."""
    flash_attention: bool = False
    """Faster on GPUs; with it, texts differ between thread counts."""
    mmap: bool = True
    """Map the file instead of copying it into memory."""
    mlock: bool = False
    """Forbid the system to swap the model out."""
    batch_tokens: int = Field(64, ge=1, le=2048)
    """Tokens read in one go; more reads faster and stops later."""
    pin_threads: bool = True
    """Keep writing threads on performance cores where the system allows it."""
    give_way: bool = True
    """Work with fewer threads while other programs want their processors."""


class ProfileSettings(BaseModel):
    """A model that tasks can be sent to, by the name of its table."""

    backend: Literal[
        "llama.cpp", "transformers", "openai", "openai-compatible", "anthropic", "gemini",
        "ollama", "koboldcpp", "horde",
    ]  # fmt: skip
    """What runs it: "llama.cpp" and "transformers" on this machine, the others by an API."""
    model: str = ""
    """A file or folder on this machine, or the model's name in the API."""
    url: str = ""
    """The API's base URL; unset means the provider's own."""
    key: str = ""
    """Whose key it is called with; unset goes by the backend and the URL."""
    preset: str = ""
    """How its words are drawn; unset takes the preset in use."""
    context_tokens: int | None = Field(None, ge=256)
    """The context window in tokens; unset asks the model."""
    template: str = ""
    """How a model that only chats is asked to go on: a task of prompts/chat."""
    chat: bool | None = None
    """Talk to it even where it could go on with a text; unset takes what it can."""
    reasoning: str = ""
    """How hard it thinks, in the API's own word, such as "low"."""
    style: str = ""
    """Which of an API's ways to ask: "responses" or "chat" for openai, as an example."""
    plain_http: bool = False
    """Allow an unencrypted way to another machine."""
    price_reading: float | None = Field(None, ge=0)
    """What a million tokens of the prompt cost."""
    price_writing: float | None = Field(None, ge=0)
    """What a million tokens of the answer cost."""
    price_cached: float | None = Field(None, ge=0)
    """What a million tokens cost that the provider has in its cache."""
    currency: str = Field("USD", pattern=r"^[A-Z]{3}$")
    """The currency of these prices."""
    threads: int | None = Field(None, ge=1)
    """Threads for writing; local models only, as all that follow."""
    threads_batch: int | None = Field(None, ge=1)
    """Threads for reading the prompt."""
    gpu_layers: int | None = Field(None, ge=-1)
    """Layers on the GPU; -1 for all, unset for as many as fit."""
    dtype: Literal["auto", "float32", "bfloat16", "float16"] = "auto"
    """How transformers holds the weights."""
    quantise: Literal["none", "8bit", "4bit"] = "none"
    """Load a transformers model smaller; needs bitsandbytes."""
    device: str = "auto"
    """Where transformers puts the model: "auto", "cpu", "cuda", "cuda:1", "mps"."""
    trust_code: bool = False
    """Run Python code that comes with the model; it can do anything you can."""


class SpendingSettings(BaseModel):
    """What may be spent on models with a price."""

    daily_limit: float | None = Field(None, ge=0)
    """No more than so much a day, in each currency; unset is no limit."""
    ask_from: float = Field(0.10, ge=0)
    """Several takes and queues that cost about so much or more are asked about first."""


class WritingSettings(BaseModel):
    """How a continuation is written."""

    length: str = Field("120", pattern=r"^(sentence|paragraph|[1-9]\d{0,3})$")
    """"sentence", "paragraph", or a number of tokens."""
    trim_to_sentence: bool = True
    """End a continuation at its last whole sentence; the rest stays in the take."""
    takes: int = Field(3, ge=1, le=8)
    """How many takes “several takes at once” asks for."""
    preset: str = "Balanced"
    """How the next word is drawn; what is set below goes before it, what is unset is as it says."""
    stop: list[str] = Field(default_factory=list, max_length=20)
    """The model stops before it writes any of these."""
    temperature: float | None = Field(None, ge=0, le=5)
    """0 always takes the likeliest word; higher is bolder."""
    dynamic_range: float | None = Field(None, ge=0, le=5)
    """Cooler by so much where the model is sure, warmer where it is not; 0 is off."""
    dynamic_exponent: float | None = Field(None, ge=0.1, le=10)
    """Above 1 it stays cool for longer; 1 is a straight line."""
    top_k: int | None = Field(None, ge=0, le=1_000_000)
    """Choose among so many likeliest tokens; 0 is off."""
    top_p: float | None = Field(None, ge=0.001, le=1)
    """Choose among the likeliest tokens that make up this share; 1 is off."""
    min_p: float | None = Field(None, ge=0, le=0.999)
    """Leave out tokens less likely than this share of the likeliest; 0 is off."""
    typical_p: float | None = Field(None, ge=0.001, le=1)
    """Choose among tokens about as surprising as the text has been; 1 is off."""
    top_n_sigma: float | None = Field(None, ge=0, le=10)
    """Leave out tokens further below the best than so many deviations; 0 is off."""
    xtc_probability: float | None = Field(None, ge=0, le=1)
    """How often the most expected words are left out; 0 is off."""
    xtc_threshold: float | None = Field(None, ge=0, le=1)
    """A word is expected from this probability on; above 0.5 nothing is."""
    dry_multiplier: float | None = Field(None, ge=0, le=5)
    """How hard it is to repeat whole runs of words; 0.8 is usual, 0 is off."""
    dry_base: float | None = Field(None, ge=1, le=4)
    """How fast that grows with each word of the repeated run."""
    dry_allowed_length: int | None = Field(None, ge=1, le=50)
    """Tokens that may be repeated in a row before it counts."""
    dry_range: int | None = Field(None, ge=-1, le=1_000_000)
    """How many tokens back DRY looks, the story included; -1 for all."""
    dry_breakers: list[str] | None = None
    """Texts over which no repetition is counted."""
    repeat_penalty: float | None = Field(None, ge=0.5, le=3)
    """Above 1, words that stand near are avoided; 1 is off."""
    presence_penalty: float | None = Field(None, ge=-2, le=2)
    """Makes any word that stands near less likely, once; 0 is off."""
    frequency_penalty: float | None = Field(None, ge=-2, le=2)
    """Makes a word less likely each time it stands near; 0 is off."""
    repeat_range: int | None = Field(None, ge=-1, le=1_000_000)
    """How many tokens back the penalty looks, the story included; -1 for all."""
    mirostat: bool | None = None
    """Keeps the surprise even, in the place of all that narrows the choice."""
    mirostat_tau: float | None = Field(None, ge=0.1, le=20)
    """How surprising the words shall be on average, in bits."""
    mirostat_eta: float | None = Field(None, ge=0.001, le=1)
    """How fast it corrects itself."""
    biases: dict[str, float] | None = None
    """Phrases made likelier (up to 100) or less likely (down to -100)."""
    banned: list[str] | None = None
    """Phrases that never stand in the answer."""
    min_tokens: int | None = Field(None, ge=0, le=10_000)
    """The model may not end the text before so many tokens; 0 is off."""
    order: list[str] | None = None
    """The samplers in the order in which they are asked."""
    repeatable: bool | None = None
    """Reads in whole blocks, so the same seed gives the same words; a little slower."""
    seed: int | None = None
    """The same seed, text and settings give the same words; -1 draws a new one each time."""


class PainterSettings(BaseModel):
    """What draws, by the name of its table; unset and 0 take its family's habits."""

    backend: Literal["local", "a1111", "comfyui", "openai"] = "local"
    """What draws: this program ("local"), or a server that speaks one of these APIs."""
    url: str = Field("", validate_default=True)
    """The server's address; unset means OpenAI's own for "openai"."""
    model: str = Field("", validate_default=True)
    """A folder of diffusers or a single file; behind an API the server's name for it."""
    key: str = ""
    """Whose key the server is called with; unset goes by its address."""
    plain_http: bool = False
    """Allow an unencrypted way to another machine."""
    workflow: str = ""
    """A file of ComfyUI's, in its API's form; unset takes the one that comes with storyforge."""
    effort: str = ""
    """How much care OpenAI's models take, in their own word, such as "low" or "high"."""
    price_picture: float | None = Field(None, ge=0)
    """What a picture costs."""
    price_reading: float | None = Field(None, ge=0)
    """What a million tokens cost of what is sent."""
    price_writing: float | None = Field(None, ge=0)
    """What a million tokens cost of what comes back."""
    currency: str = Field("USD", pattern=r"^[A-Z]{3}$")
    """The currency of these prices."""
    dialect: Literal["natural", "natural, no commas", "tags, spaces", "tags, commas"] = "natural"
    """How it wants its prompts."""
    quality: str = ""
    """What stands before each prompt."""
    negative: str = ""
    """What stands before each negative prompt."""
    sampler: str = ""
    """AUTOMATIC1111's name, such as "Euler a" or "DPM++ 2M"."""
    schedule: str = ""
    """AUTOMATIC1111's schedule type, such as "Karras"."""
    steps: int = Field(0, ge=0, le=150)
    """Steps a picture."""
    guidance: float = Field(0.0, ge=0, le=30)
    """How closely it keeps to the prompt (CFG scale)."""
    width: int = Field(0, ge=0, le=2048, multiple_of=8)
    """Pixels across."""
    height: int = Field(0, ge=0, le=2048, multiple_of=8)
    """Pixels down."""
    clip_skip: int = Field(1, ge=1, le=12)
    """Layers of CLIP left out, as AUTOMATIC1111 counts; 1 leaves out none."""
    freeu: bool = False
    """Sharper for free, with the family's usual numbers."""
    vae: str = ""
    """Another VAE: a file or a folder."""
    config: str = ""
    """An original configuration (YAML) for a single file."""
    prediction: Literal["", "epsilon", "v_prediction", "sample"] = ""
    """What the model predicts; unset goes by its files."""
    dtype: Literal["auto", "float32", "float16", "bfloat16"] = "auto"
    """How the weights are held."""
    device: str = "auto"
    """Where it runs: "auto", "cpu", "cuda", "cuda:1", "mps"."""
    saving: Literal["auto", "none", "tiles", "offload", "sequential"] = "auto"
    """How memory is saved; "auto" goes by what is free."""
    float32_vae: bool = False
    """The VAE alone in float32, against black pictures."""
    ip_adapter: str = ""
    """By what it draws after reference pictures: a file, or a name in the folders; unset takes the
    only IP-Adapter of its family there."""
    image_encoder: str = ""
    """What the IP-Adapter sees with: a file, a folder, or a name in the folders."""
    refiner: str = ""
    """SDXL's refiner, which draws the last steps: a file, a folder, or a name in the folders."""
    refine_from: float = Field(0.8, ge=0.1, le=1)
    """From which part of the steps on the refiner draws."""
    threads: int | None = Field(None, ge=1)
    """Threads of the processor."""

    @field_validator("url", "model")
    @classmethod
    def _needed(cls, told: str, info: ValidationInfo) -> str:
        """A server has an address, a checkpoint a file."""
        backends = ("a1111", "comfyui") if info.field_name == "url" else ("local",)
        if not told and info.data.get("backend") in backends:
            raise PydanticCustomError("missing", "Field required")
        return told.rstrip("/") if info.field_name == "url" else told


class PictureSettings(BaseModel):
    """How pictures are drawn."""

    painter: str = ""
    """The table of [painters] that draws; unset takes the only one, or asks."""
    folders: list[str] = Field(default_factory=list)
    """Folders with checkpoints, LoRAs and embeddings: your own, or those of other programs."""
    count: int = Field(1, ge=1, le=16)
    """Pictures a scene, each with a seed of its own."""
    people: Literal["auto", "apart", "together"] = "auto"
    """How several people get into one picture: each drawn in a pass of their own ("apart"), or all
    at once; "auto" parts them where two or more have LoRAs or embeddings."""
    preview_every: int = Field(3, ge=0, le=50)
    """Steps between two previews; 0 for none."""
    graphics: Literal["auto", "kitty", "sixel", "blocks", "none"] = "auto"
    """How pictures are shown in the terminal."""


class PageSettings(BaseModel):
    """How the page looks while writing."""

    distraction_free: bool = False
    """Only the page; title, status, keys and panels are folded away."""
    typewriter: bool = False
    """Hold the caret's line at one height; the text moves instead."""
    typewriter_at: int = Field(50, ge=0, le=100)
    """That height, in percent of the page from its top."""
    paragraph_focus: bool = False
    """Dim all paragraphs but the one the caret is in."""
    ambiguous_width: Literal["ask", "narrow", "wide"] = "ask"
    """How wide the terminal draws characters such as … ― ● │; "ask" lets it say so itself."""


class GoalSettings(BaseModel):
    """What is to be written in a day, and when a day begins."""

    day_words: int = Field(0, ge=0)
    """Own words a day (characters in Japanese and its like); 0 is no goal."""
    day_starts_at: int = Field(4, ge=0, le=23)
    """The hour at which a day begins: what is written before it counts for yesterday."""
    idle_seconds: int = Field(90, ge=10, le=3600)
    """A longer time without a key is left out of the time of writing."""


class CacheSettings(BaseModel):
    """What the model reads ahead and keeps, so that nobody waits for it."""

    prepare: bool = True
    """Read the page ahead while you pause; never for a model on another machine."""
    prepare_after_ms: int = Field(700, ge=100, le=60_000)
    """How long a pause is, in thousandths of a second."""
    prepare_on_battery: bool = False
    """Read ahead on battery, too."""
    load_on_opening: Literal["auto", "always", "never"] = "auto"
    """Make the model ready when a story is opened; "auto" where it has written in that story."""
    states: bool = True
    """Keep what was read of each scene, so that it is not read again."""
    disk_gib: float | None = Field(None, ge=0)
    """How much of it lies on the disk; 0 for nothing. Unset: 8 GiB, or a tenth of what is free."""
    memory_gib: float | None = Field(None, ge=0)
    """How much of it stays in memory; unset means a quarter of what is free."""
