"""Where the model to be loaded goes, by the GPUs that are there now. Engine process only."""

from storyforge.domain.model import ModelSpec
from storyforge.engine import figures
from storyforge.engine.devices import find_devices
from storyforge.engine.faults import EngineFault, Fault, FaultKind
from storyforge.engine.fitting import Device, Plan, largest_window, plan
from storyforge.engine.library import library
from storyforge.engine.memory import find_memory
from storyforge.errors import BadInput


def survey() -> tuple[Device, ...]:
    """The GPUs that are there; none where the engine was built without.

    Raises:
        EngineFault: llama.cpp is not there.
    """
    lib = library()
    return find_devices() if lib.llama_supports_gpu_offload() else ()


def place(spec: ModelSpec) -> Plan | None:
    """The plan to load by; None where the engine has no GPU, and all stays as it is.

    Raises:
        EngineFault: what stays in the machine's own memory does not fit into it. Layers that the
            author put on a GPU are tried: some drivers lend them the machine's memory.
    """
    devices = survey()
    if not devices:
        return None
    try:
        sizes = figures.read(spec.path)
    except BadInput as error:
        raise EngineFault(Fault(FaultKind.NOT_LOADED, error.message.rstrip("."))) from error
    made, memory = plan(sizes, spec, devices), find_memory()
    if lack := made.lacking(memory):
        largest = largest_window(sizes, spec, devices, lambda each: each.lacking(memory) is None)
        about = spec.path.name
        raise EngineFault(Fault(FaultKind.LARGER_THAN_MEMORY, about, *lack, largest))
    return made
