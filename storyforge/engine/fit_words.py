"""What is said of where a model lies and whether it fits. Sentences; `fitting` has the numbers."""

from storyforge.engine.fitting import Plan
from storyforge.i18n import _, listed

_GIB = 1 << 30


def told(plan: Plan) -> str:
    """Where the layers lie: "24 of 32 layers on the GPU, 5.1 of 8 GiB, KV 0.6".

    Empty where there is no GPU.
    """
    if not plan.devices:
        return ""
    used = [pair for pair in zip(plan.devices, plan.shares, strict=True) if pair[1].layers]
    if len(used) < 2:
        layers = _("{count} of {all} layers on the GPU").format(count=plan.on_gpu, all=plan.layers)
    else:
        layers = _("{count} of {all} layers on {gpus} GPUs").format(
            count=plan.on_gpu, all=plan.layers, gpus=len(used)
        )
    if not used:
        return layers
    parts = [
        _("{used} of {total} GiB").format(used=gib(share.used), total=round(device.total / _GIB))
        for device, share in used
    ]
    cache = sum(share.cache for _device, share in used)
    return listed([layers, *parts, _("KV {size}").format(size=gib(cache))])


def needs(plan: Plan) -> str:
    """What it takes: "1.4 GiB of memory, 5.1 GiB on the GPU"."""
    memory = _("{size} GiB of memory").format(size=gib(plan.machine.used))
    if not plan.gpu_used:
        return memory
    return listed([memory, _("{size} GiB on the GPU").format(size=gib(plan.gpu_used))])


def gib(count: float) -> str:
    """Bytes in GiB with one digit behind the point."""
    return f"{count / _GIB:.1f}"
