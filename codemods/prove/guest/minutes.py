"""Minutes of a clock that is moved: what tasks and loops that the tree has started do then, and in whose context."""

from __future__ import annotations

import contextlib
import inspect
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from .asking import Asked, Asking, Way, distinct, judged
from .clock import Clock
from .components import leaves
from .gateway import Gateway
from .services import Services
from .shapes import NOT_REACHED, Seen
from .texts import phrase, said_by
from .words import FIRST, NOBODY, SECOND

KIND = "minutes"
_SECONDS = 300.0
Runs = dict[tuple[str, str], Asked]


class Minutes:
    """Lets them go by."""

    def __init__(self, asking: Asking, services: Services, clock: Clock, gateway: Gateway) -> None:
        self._asking, self._services, self._clock, self._gateway = asking, services, clock, gateway

    def ways(self) -> Iterator[Way]:
        """All of it is one way to ask, of which several come."""
        yield Way(phrase("minutes of a moved clock"), self._pass)

    async def _pass(self) -> list[Seen]:
        outlets = self._asking.outlets
        sent, asked = len(outlets.out), len(outlets.prompts)
        runs: Runs = defaultdict(Asked)
        with self._noting(runs):
            self._look(runs)
            await self._gateway.send_all()  # for loops that run by now: they answer what comes after their start
            await self._clock.pass_by(_SECONDS, lambda: self._services.is_busy)
            self._look(runs)
        out = [*outlets.out[sent:], *(each for each in outlets.prompts[asked:] if each.viewer != NOBODY)]
        crossings = [each for said in out for each in self._asking.shown(said.text, said.viewer, said.way)]
        place = (KIND, phrase("what went out by itself"), phrase("(all)"))
        whole = Seen(*place, *judged(crossings, True, []), distinct(crossings))
        return [
            *(_seen(asked, KIND, *at) for at, asked in sorted(runs.items(), key=lambda item: item[0])),
            whole if out else Seen(*place, NOT_REACHED, phrase("nothing went out")),
        ]

    def _look(self, runs: Runs) -> None:
        """What runs by itself now: a loop, of a chat or of the process."""
        for module, qualname, viewer in self._clock.running(self._asking.outlets.viewer):
            runs[module, qualname].askers.add(viewer)
            runs[module, qualname].is_answered = True

    @contextlib.contextmanager
    def _noting(self, runs: Runs) -> Iterator[None]:
        """Stand beside the tasks that a manager runs."""
        tree = self._asking.tree
        bases = [base for name in tree.names.tasks if (base := tree.find(name)) is not None]
        own: list[Any] = [cls for cls in leaves(bases) if inspect.iscoroutinefunction(vars(cls).get("run"))]
        real = {cls: vars(cls)["run"] for cls in own}
        for cls in own:
            place = (cls.__module__, f"{cls.__qualname__}.run")
            runs[place].lacking = phrase("its time did not come")
            cls.run = self._beside(real[cls], runs[place])
        try:
            yield
        finally:
            for cls, method in real.items():
                cls.run = method

    def _beside(self, method: Callable[..., Any], asked: Asked) -> Callable[..., Any]:
        async def run(instance: Any) -> Any:
            asked.askers.add(self._asking.outlets.viewer())
            try:
                answer = await method(instance)
            except Exception as error:
                asked.errors.append(said_by(error))
                raise
            asked.is_answered = True
            return answer

        return run


def _seen(asked: Asked, kind: str, module: str, qualname: str) -> Seen:
    """What is seen of what ran by itself: something, where it ran for both."""
    missing = [name for name in (FIRST, SECOND) if name not in asked.askers]
    if NOBODY in asked.askers and len(missing) == 2:
        asked.lacking = phrase("it runs for the whole process")
    elif asked.askers and missing:
        asked.lacking = phrase("it did not run for {who}", who=missing[0])
    return asked.seen(kind, module, qualname)
