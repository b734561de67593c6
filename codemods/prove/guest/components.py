"""Commands, actions, tools and event handlers of plugins, and tasks: run as the host runs them."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from typing import Any

from .asking import COMMON_MODES, MODES, OWNERS, Asking, Way
from .owners import Owner
from .shapes import Seen
from .texts import phrase
from .tree import instances
from .values import Unmade, Values

COMPONENT, TASK = "event-handler", "background-task"


class Components:
    """Runs every component."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    def ways(self) -> Iterator[Way]:
        """Each class of them that is no base."""
        names = self._asking.tree.names
        bases = [base for name in names.components if (base := self._asking.tree.find(name)) is not None]
        handlers = tuple(base for name in names.event_handlers if (base := self._asking.tree.find(name)) is not None)
        for cls in leaves(bases):
            for method in names.running:
                if inspect.isfunction(getattr(cls, method, None)) and _is_defined(cls, method, bases):
                    runs = functools.partial(self._ask, cls, method, issubclass(cls, handlers) if handlers else False)
                    yield Way(f"{cls.__module__}:{cls.__qualname__}.{method}", runs)

    async def _ask(self, cls: type, method: str, is_kept: bool) -> list[Seen]:
        kept = instances([cls])[cls] if is_kept else []
        way = f"{cls.__qualname__}.{method}"

        def call(caller: Owner, ids: Owner) -> tuple[Callable[[], Any], Any]:
            values = Values(self._asking.words, caller, ids, way)
            made = {} if kept else values.arguments(cls)
            like = [vars(base)[method] for base in reversed(cls.__mro__[1:]) if method in vars(base)]
            given = values.arguments(getattr(cls, method), skip=1, like=like)

            def run() -> Any:
                return getattr(kept[0] if kept else cls(**made), method)(**given)

            return run, [made, given]

        return [await self._asking.way(COMPONENT, cls.__module__, way, call, (*MODES, *COMMON_MODES))]


class Tasks:
    """Runs every background task once in each tenant, as its manager does."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    def ways(self) -> Iterator[Way]:
        """Each class of them."""
        bases = [base for name in self._asking.tree.names.tasks if (base := self._asking.tree.find(name)) is not None]
        for cls in leaves(bases):
            yield Way(f"{cls.__module__}:{cls.__qualname__}.run", functools.partial(self._ask, cls))

    async def _ask(self, cls: type) -> list[Seen]:
        kept = instances([cls])[cls]

        def call(caller: Owner, ids: Owner) -> tuple[Callable[[], Any], Any]:
            if not kept:
                made: Any = cls(**Values(self._asking.words, caller, ids, cls.__qualname__).arguments(cls))
                kept.append(made)
            if not getattr(kept[0], "per_tenant", True):
                raise Unmade(phrase("it runs for the whole process, and for no tenant"))
            return kept[0].run, []

        return [await self._asking.way(TASK, cls.__module__, f"{cls.__qualname__}.run", call, OWNERS)]


def leaves(bases: list[Any]) -> list[type]:
    """The classes of these bases that modules of the tree define, in order of place."""
    found: list[type] = []
    waiting = list(bases)
    while waiting:
        cls = waiting.pop()
        waiting += type.__subclasses__(cls)
        if cls not in bases and cls not in found and not inspect.isabstract(cls):
            found.append(cls)
    return sorted(found, key=lambda cls: (cls.__module__, cls.__qualname__))


def _is_defined(cls: type, method: str, bases: list[Any]) -> bool:
    """Whether a method is the component's own, and not what its base has for all."""
    return not any(getattr(base, method, None) is getattr(cls, method) for base in bases)
