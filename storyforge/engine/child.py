"""The engine process from within: commands come on its standard input, answers leave on its output.

The main thread works; a listener hears stops meanwhile. It ends when the pipe ends, whatever it is
doing: an engine without its program has no author. Nothing of the screen, the story or the settings
is imported here.
"""

import faulthandler
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from io import RawIOBase
from typing import cast

from storyforge.domain.generation import Delta, Loading
from storyforge.domain.model import ModelSpec, TransformersSpec
from storyforge.domain.picture.orders import Drawing, Drawn, PainterNote, PainterSpec
from storyforge.engine import llama, reading
from storyforge.engine.faults import EngineFault, Fault, FaultKind
from storyforge.engine.generation import generate
from storyforge.engine.inbox import Inbox
from storyforge.engine.loaded import LoadedModel
from storyforge.engine.messages import (
    SHORT,
    Answer,
    Command,
    Count,
    Counted,
    Done,
    Faulted,
    Forget,
    Generate,
    Leave,
    Load,
    Loaded,
    Measure,
    Measured,
    Paint,
    PainterReady,
    Prepare,
    ReadStaging,
    Said,
    Score,
    Scored,
    Shown,
    Stop,
    Survey,
    Surveyed,
    Tried,
    Try,
    Weigh,
    Weighed,
)
from storyforge.engine.pictures import painter
from storyforge.engine.pictures.controls import looking
from storyforge.engine.pipe import receive, send
from storyforge.engine.placing import survey
from storyforge.engine.scoring import score
from storyforge.engine.sequence import Interrupted
from storyforge.engine.torch import loading
from storyforge.engine.trying import try_speed
from storyforge.engine.weighing import weigh

# After the pipe's end a native call that does not return (a hung driver) is given so many seconds.
_LAST_CALL = 3.0
# Progress of loading is told in steps of this share.
_STEP = 0.01


class Worker:
    """Serves one program until it is gone."""

    def __init__(self, commands: RawIOBase, answers: RawIOBase) -> None:
        self._commands = commands
        self._answers = answers
        self._inbox = Inbox()
        self._stopped: set[int] = set()
        # (job, take) of takes that are stopped alone
        self._ended_takes: set[tuple[int, int]] = set()
        self._gone = False
        self._ended = threading.Event()
        self._model: LoadedModel | None = None
        self._painter: painter.Painter | None = None

    def run(self) -> None:
        """Serve command after command; returns when the program is gone."""
        threading.Thread(target=self._listen, name="listener", daemon=True).start()
        while (command := self._inbox.take()) is not None:
            self._serve(command)
        self._unload()
        self._ended.set()

    def _listen(self) -> None:
        while (message := self._receive()) is not None:
            if isinstance(message, Stop) and message.take is not None:
                self._ended_takes.add((message.job, message.take))
            elif isinstance(message, Stop):
                self._stopped.add(message.job)
            else:
                self._inbox.put(cast("Command", message))
        self._gone = True
        self._inbox.close()
        if not self._ended.wait(_LAST_CALL):
            os._exit(1)

    def _receive(self) -> Command | Answer | None:
        try:
            return receive(self._commands)
        except OSError:
            return None

    def _serve(self, command: Command) -> None:
        try:
            match command:
                case Load():
                    self._load(command)
                case Count():
                    self._count(command)
                case Measure():
                    cached = reading.measure(self._loaded(), command.request)
                    self._answer(Measured(command.job, cached))
                case Generate():
                    self._generate(command)
                case Prepare():
                    self._prepare(command)
                case Weigh():
                    self._weigh(command)
                case Score():
                    self._score(command)
                case Leave():
                    self._loaded().states.leave(command.slot)
                    self._answer(Done(command.job))
                case Forget():
                    self._loaded().states.forget(command.slots)
                    self._answer(Done(command.job))
                case Survey():
                    self._answer(Surveyed(command.job, survey()))
                case Try():
                    self._try(command)
                case Paint():
                    self._paint(command)
                case ReadStaging():
                    self._read_staging(command)
        except Interrupted:
            self._answer(Done(command.job))
        except EngineFault as error:
            self._answer(Faulted(command.job, error.fault))
        except Exception as error:  # the edge of the process: told to the program and the log
            traceback.print_exc()
            draws = isinstance(command, Paint | ReadStaging)
            kind = FaultKind.NOT_DRAWN if draws else FaultKind.NOT_READ
            fault = Fault(kind, f"{type(error).__name__}: {error}")
            self._answer(Faulted(command.job, fault))
        self._stopped.discard(command.job)

    def _load(self, command: Load) -> None:
        self._unload()
        told = 0.0

        def progress(fraction: float) -> bool:
            nonlocal told
            if fraction - told >= _STEP:
                told = fraction
                self._answer(Said(command.job, Loading(fraction)))
            return not self._is_stopped(command.job)

        if isinstance(command.spec, PainterSpec):
            loading.keep_to_itself()
            self._painter = painter.load(command.spec, progress)
            self._answer(PainterReady(command.job, self._painter.card, self._painter.notes))
            return
        model = _load(command.spec, progress)
        self._model = model
        self._answer(
            Loaded(
                command.job,
                model.window,
                model.threads.writing,
                model.threads.reading,
                model.gpu,
                model.flash_forced,
                model.vocabulary.infills,
                model.kind.takes,
                model.plan,
            )
        )

    def _count(self, command: Count) -> None:
        model, counts = self._loaded(), list[int]()
        for text in command.texts:
            if self._is_stopped(command.job):
                raise Interrupted
            counts.append(len(model.vocabulary.encode(text)))
        self._answer(Counted(command.job, tuple(counts)))

    def _generate(self, command: Generate) -> None:
        job, request = command.job, command.request

        def ended(take: int) -> bool:
            return (job, take) in self._ended_takes

        generate(self._loaded(), request, self._stopping(job), self._said(job), ended)
        self._ended_takes.difference_update((job, take) for take in range(request.takes))
        self._answer(Done(command.job))

    def _prepare(self, command: Prepare) -> None:
        """Read ahead; short work comes between, any other ends it."""
        stopped, say = self._stopping(command.job), self._said(command.job)

        def wanted_elsewhere() -> bool:
            return stopped() or self._inbox.waiting

        while not reading.prepare(self._loaded(), command.request, wanted_elsewhere, say):
            if stopped() or not isinstance(self._inbox.next, SHORT):
                break
            while isinstance(self._inbox.next, SHORT):
                self._serve(cast("Command", self._inbox.take()))
        self._answer(Done(command.job))

    def _weigh(self, command: Weigh) -> None:
        stopped = self._stopping(command.job)
        found = weigh(self._loaded(), command.request, command.count, stopped)
        self._answer(Weighed(command.job, found))

    def _score(self, command: Score) -> None:
        stopped = self._stopping(command.job)
        found = score(self._loaded(), command.request, command.text, stopped)
        self._answer(Scored(command.job, found))

    def _try(self, command: Try) -> None:
        stopped = self._stopping(command.job)
        reading, writing = try_speed(
            self._loaded(), command.batch, command.seconds, command.rounds, stopped
        )
        self._answer(Tried(command.job, reading, writing))

    def _paint(self, command: Paint) -> None:
        if self._painter is None:
            raise EngineFault(Fault(FaultKind.NOT_LOADED, "no painter was asked for"))

        def say(step: Drawing | Drawn | PainterNote) -> None:
            self._answer(Shown(command.job, step))

        self._painter.paint(command.order, self._stopping(command.job), say)
        self._answer(Done(command.job))

    def _read_staging(self, command: ReadStaging) -> None:
        loading.keep_to_itself()
        stopped = self._stopping(command.job)
        self._answer(Shown(command.job, looking.look(command.control, command.size, stopped)))
        self._answer(Done(command.job))

    def _said(self, job: int) -> Callable[[Delta], None]:
        return lambda delta: self._answer(Said(job, delta))

    def _stopping(self, job: int) -> Callable[[], bool]:
        return lambda: self._is_stopped(job)

    def _loaded(self) -> LoadedModel:
        if self._model is None:
            raise EngineFault(Fault(FaultKind.NOT_LOADED, "no model was asked for"))
        return self._model

    def _unload(self) -> None:
        model, self._model = self._model, None
        if model is not None:
            model.close()
        painting, self._painter = self._painter, None
        if painting is not None:
            painting.close()

    def _is_stopped(self, job: int) -> bool:
        return self._gone or job in self._stopped

    def _answer(self, answer: Answer) -> None:
        try:
            send(self._answers, answer)
        except OSError:
            self._gone = True  # nobody listens: the work in hand ends at its next question


def _load(spec: ModelSpec | TransformersSpec, progress: Callable[[float], bool]) -> LoadedModel:
    """The model of `spec`, by the library that its kind asks for."""
    if isinstance(spec, TransformersSpec):
        loading.keep_to_itself()
        return loading.load(spec, progress)
    return llama.load(spec, progress)


def main() -> None:
    """Run the engine process; its stderr is the log already.

    What anything prints goes to the log too: the answers have a descriptor of their own. Ctrl+C in
    the terminal is the program's affair.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    faulthandler.enable()
    commands = cast("RawIOBase", os.fdopen(os.dup(0), "rb", buffering=0))
    answers = cast("RawIOBase", os.fdopen(os.dup(1), "wb", buffering=0))
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(sys.stderr.fileno(), 1)
    Worker(commands, answers).run()
