"""What is known of a model behind an API by now: its window, what it refuses, how it is asked.

It is learned from the API's own words, of which nothing is trusted, and remembered in `omitting`.
"""

import asyncio
from dataclasses import replace

from storyforge.backends.remote.api import Api
from storyforge.backends.remote.faults import Fault, FaultKind, RemoteFault
from storyforge.backends.remote.omitting import Learned, Memory
from storyforge.backends.remote.reading import read
from storyforge.backends.remote.wire import Wire
from storyforge.domain.model import RemoteModel, RemoteSpec
from storyforge.i18n import _

#: the largest window that is taken without being asked for: a whole novel sent with each key would
#: be slow everywhere, and dear where it is paid for
MODEST_WINDOW = 32_768

# Lists that are not to be had say nothing of the model itself.
_UNTOLD = (FaultKind.NO_SUCH_ADDRESS, FaultKind.FORBIDDEN, FaultKind.NOT_UNDERSTOOD)


class Knowledge:
    """What is known of the model of `spec`."""

    def __init__(self, api: Api, spec: RemoteSpec, memory: Memory) -> None:
        self._api = api
        self._asked = spec
        self._memory = memory
        self._learned = Learned()
        self._model: RemoteModel | None = None
        self._window = 0
        self._assumed = False

    @property
    def spec(self) -> RemoteSpec:
        """The model as it is asked for now."""
        window = self._window or self._asked.context_tokens
        chats = True if self._learned.chats and self._asked.chats is None else self._asked.chats
        style = self._asked.style or (self._model.style if self._model else "")
        return replace(
            self._asked,
            context_tokens=window or None,
            chats=chats,
            style=style,
            thinks=self._learned.thinks,
        )

    @property
    def omit(self) -> frozenset[str]:
        """The parameters that it does not take."""
        return self._learned.omit

    @property
    def complete(self) -> bool:
        """Whether all was asked that is asked before the first request."""
        return self._window > 0

    @property
    def assumed_window(self) -> int:
        """The window where neither the API nor the author told it; 0 where one of them did."""
        return self._window if self._assumed else 0

    @property
    def place(self) -> str:
        """The host that runs it where the server only passes the text on; "" else."""
        return (self._model.place if self._model else "") or self._api.place(self._asked)

    @property
    def infill(self) -> bool:
        """Whether the API says that it leads to a text behind the caret."""
        return self._model is not None and self._model.infill

    @property
    def note(self) -> str:
        """What the API says of it that an author should know."""
        return self._model.note if self._model else ""

    async def ask(self, wire: Wire, stop: asyncio.Event) -> None:
        """Ask the API for the window, once; nothing of a story is sent.

        Raises:
            RemoteFault: the API cannot be reached, or has no such model.
        """
        if self.complete:
            return
        self._learned = await asyncio.to_thread(self._memory.of, self._asked)
        try:
            await self._find(wire, stop)
        except RemoteFault as error:
            if error.fault.kind not in _UNTOLD:
                raise
        if stop.is_set():
            return
        told = self._model.context_tokens if self._model else 0
        usual = min(told or self._api.usual_window, MODEST_WINDOW)
        wished = self._asked.context_tokens
        # A provider's usual window is known; that of somebody's own server is a guess.
        self._assumed = not (told or wished or self._api.home)
        self._window = min(wished, told or wished) if wished else usual

    async def learn(self, fault: Fault, spec: RemoteSpec, omit: frozenset[str]) -> str | None:
        """What to do differently after `fault`; None where that changes nothing.

        Args:
            spec, omit: as it was asked; several takes may meet the same refusal.

        Returns:
            A sentence for the author; empty where there is none to be said.
        """
        if self.omit != omit or self.spec.chats != spec.chats:
            return ""
        if self._asked.chats is None and not spec.chats and self._api.only_chats(spec, fault):
            await self._keep(replace(self._learned, chats=True))
            return ""
        name = self._api.refused(fault.status, fault.body)
        if not name or name in omit:
            return None
        await self._keep(replace(self._learned, omit=omit | {name}))
        told = _("{model} does not take “{parameter}”; it is left out from now on.")
        return told.format(model=self._asked.name, parameter=name)

    async def saw_thinking(self, spec: RemoteSpec) -> bool:
        """Remember that it thinks; whether that changes how it is asked."""
        if spec.thinks:
            return False
        if not self._learned.thinks:
            await self._keep(replace(self._learned, thinks=True))
        return True

    async def _keep(self, learned: Learned) -> None:
        self._learned = learned
        await asyncio.to_thread(self._memory.keep, self._asked, learned)

    async def _find(self, wire: Wire, stop: asyncio.Event) -> None:
        """The model, as the API describes it; what describes it may first be told by its list."""
        if self._api.describe(self._asked) is None:
            models = await listed(self._api, self._asked, wire, stop)
            named = [each for each in models if each.id == self._asked.model]
            # A server with one model often does not care what it is called.
            if named or len(models) == 1:
                self._model = (named or list(models))[0]
            elif models:
                # Whose list it is, each of them tells.
                self._model = RemoteModel(self._asked.model, style=models[0].style)
        spec = self.spec
        if (call := self._api.describe(spec)) is None:
            return
        document = await wire.document(call, stop)
        if document is None:
            return
        found = read(lambda: self._api.read_description(spec, document))
        known = self._model or found
        window = found.context_tokens or known.context_tokens
        self._model = replace(found, context_tokens=window, style=found.style or known.style)


async def listed(
    api: Api, spec: RemoteSpec, wire: Wire, stop: asyncio.Event
) -> tuple[RemoteModel, ...]:
    """The models that the API lists; none where it cannot be asked, or when stopped.

    Raises:
        RemoteFault: it could not tell.
    """
    call = api.models(spec)
    document = await wire.document(call, stop) if call is not None else None
    return read(lambda: api.read_models(spec, document)) if document is not None else ()
