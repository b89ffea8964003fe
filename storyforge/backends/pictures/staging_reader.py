"""A staging read out of a picture, in an engine process of its own that ends with it.

The painter's process is not asked: reading must not wait for a picture, nor cost its checkpoint.
"""

import asyncio

from storyforge.domain.picture.orders import Drawn, Raster
from storyforge.domain.picture.staging import Control
from storyforge.engine.faults import EngineFault, to_error
from storyforge.engine.messages import ReadStaging, Shown
from storyforge.engine.process import EngineProcess

# There is nothing in it that would be lost: what does not stop is killed.
_GRACE = 0.5


async def read_staging(
    control: Control, size: tuple[int, int], stop: asyncio.Event
) -> Raster | None:
    """What `control` keeps of its picture, as large as `size`; None where it was stopped.

    Raises:
        ModelError, BadInput: it cannot be read.
    """
    engine = await asyncio.to_thread(lambda: EngineProcess(behind=True))
    found = None
    try:
        async with engine.job(
            lambda job: ReadStaging(job, control, size), stop=stop, grace=_GRACE
        ) as job:
            async for answer in job.answers():
                if isinstance(answer, Shown) and isinstance(answer.step, Drawn):
                    found = answer.step.raster
    except EngineFault as error:
        if not stop.is_set():
            raise to_error(error.fault) from error
    finally:
        await engine.close()
    return found
