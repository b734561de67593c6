"""Every public function of the plugin APIs, by its signature."""

from __future__ import annotations

import functools
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from .asking import MODES, OWNERS, STRANGERS_FIRST, Asking, Way
from .owners import Owner
from .shapes import Seen
from .values import Values

KIND, MANAGER = "api-function", "chat-manager"
# What takes things away.
TAKING = ("delete", "remove", "unload", "clear")
# What makes what there is not.
_MAKING = ("get_or_create", "create")
Function = tuple[str, str, Callable[..., Any]]


def public_functions(package: str, exempt: list[str]) -> Iterator[Function]:
    """(module, qualname, function) of what plugins may call."""
    home = importlib.import_module(package)
    for info in sorted(pkgutil.iter_modules(home.__path__), key=lambda item: item.name):
        module = importlib.import_module(f"{package}.{info.name}")
        if module.__name__ in exempt:
            continue
        for name, value in list(vars(module).items()):
            if name.startswith("_") or getattr(value, "__module__", "") != module.__name__:
                continue
            if inspect.isfunction(value):
                yield module.__name__, name, value
            elif inspect.isclass(value):
                for key, method in vars(value).items():
                    if isinstance(method, (staticmethod, classmethod)) and not key.startswith("_"):
                        yield module.__name__, f"{name}.{key}", getattr(value, key)


def methods_of(manager: Any) -> Iterator[Function]:
    """(module, qualname, method) of what an object, if there is one, lets others call."""
    cls = type(manager)
    for name, value in vars(cls).items():
        plain = getattr(value, "__func__", value)
        if manager is not None and not name.startswith("_") and inspect.isfunction(plain):
            yield cls.__module__, f"{cls.__qualname__}.{name}", getattr(manager, name)


class Apis:
    """Calls functions: those of the plugin APIs, and those of the chat manager."""

    def __init__(self, asking: Asking, kind: str, find: Callable[[], Iterable[Function]]) -> None:
        self._asking, self._kind, self._find = asking, kind, find

    def ways(self) -> Iterator[Way]:
        """Each function, those that take things away last."""
        found = list(self._find())
        for is_taking in (False, True):
            for module, qualname, function in found:
                name = qualname.rpartition(".")[2]
                if name.startswith(TAKING) == is_taking:
                    modes = STRANGERS_FIRST if is_taking else OWNERS if name.startswith(_MAKING) else MODES
                    yield Way(f"{module}:{qualname}", functools.partial(self._ask, module, qualname, function, modes))

    async def _ask(self, module: str, qualname: str, function: Callable[..., Any], modes: Any) -> list[Seen]:
        def call(caller: Owner, ids: Owner) -> tuple[Callable[[], Any], Any]:
            arguments = Values(self._asking.words, caller, ids, qualname).arguments(function)
            return functools.partial(function, **arguments), arguments

        return [await self._asking.way(self._kind, module, qualname, call, modes)]
