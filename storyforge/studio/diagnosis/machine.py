"""What models run on: the engine, processors and memory, and what is kept of their reading."""

from collections.abc import Iterator

from storyforge import settings
from storyforge.engine import build, gpu, hardware
from storyforge.engine.memory import find_memory
from storyforge.i18n import _
from storyforge.studio import model_files, saved_states
from storyforge.studio.diagnosis.finding import Finding, State
from storyforge.studio.models import keeping
from storyforge.studio.sizes import size
from storyforge.studio.tuning import kept


def examine_engine() -> Iterator[Finding]:
    """Whether it is built, and whether it uses the GPU."""
    now = build.status()
    state: State = "note" if now.state in ("missing", "building") or now.hint else "ok"
    yield Finding(_("Engine"), "problem" if now.state == "failed" else state, now.message, now.hint)
    graphics = gpu.gpu_status()
    if graphics.note:
        yield Finding(_("GPU"), "note", graphics.note)
    elif graphics.vendor and graphics.usable:
        yield Finding(_("GPU"), "ok", _("{vendor}, used").format(vendor=graphics.vendor))
    elif not graphics.vendor:
        none = _("none of NVIDIA, AMD or Apple: the processor does all of it")
        yield Finding(_("GPU"), "ok", none)


def examine_processor() -> Iterator[Finding]:
    """How many threads write and read here, and what else is at work."""
    wanted = settings.load().model
    cores = hardware.find_cores()
    path = model_files.chosen_model() or model_files.bundled_model()
    best = kept.known(path) if path is not None and path.is_file() else None
    threads = hardware.choose_threads(
        cores,
        writing=wanted.threads or (best.threads if best else None),
        reading=wanted.threads_batch or (best.threads_batch if best else None),
        pin=wanted.pin_threads,
    )
    told = _("performance cores: {cores}; threads for writing: {writing}, for reading: {reading}")
    if best and not (wanted.threads and wanted.threads_batch):
        told = _(
            "performance cores: {cores}; threads for writing: {writing}, for reading: {reading}, "
            "as measured"
        )
    said = told.format(cores=cores.count, writing=threads.writing, reading=threads.reading)
    yield Finding(_("Processor"), "ok", said)
    if cores.quota is not None and cores.quota < cores.count:
        said = _("This session may use the time of {quota} processors only.")
        yield Finding(_("Processor"), "note", said.format(quota=f"{cores.quota:g}"))
    if at_work := others_at_work(hardware.find_load()):
        yield Finding(_("Processor"), "note", at_work, _("Close what you do not need meanwhile."))
    memory = find_memory()
    said = _("{free} free of {total}").format(free=size(memory.free), total=size(memory.total))
    yield Finding(_("Memory"), "ok", said)


def others_at_work(load: hardware.Load) -> str:
    """A word on other programs that keep the processors busy; empty where they do not."""
    if not load.busy:
        return ""
    return _(
        "Other programs want the time of {taken} processors, and there are {all}: all threads of a "
        "model wait for the slowest, so it writes more slowly than it could."
    ).format(taken=round(load.taken), all=load.processors)


def examine_states() -> Iterator[Finding]:
    """What models have read, in the cache."""
    told = settings.load().cache
    held = saved_states.held(keeping(told).disk_bytes)
    text = _("{size} of what models have read, {limit} at most: storyforge cache size")
    text = text.format(size=size(held.size), limit=size(held.limit))
    if not told.states:
        text = _("what models have read is not kept, as the settings say")
    yield Finding(_("Saved states"), "ok", text)
