"""Every public function of the plugin APIs, by its signature."""

from __future__ import annotations

import functools
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from typing import Any

from .asking import MODES, STRANGERS_FIRST, Asking, Way
from .owners import Owner
from .shapes import Seen
from .values import Values

KIND = "api-function"
# What takes things away.
TAKING = ("delete", "remove", "unload", "clear")


def public_functions(package: str, exempt: list[str]) -> Iterator[tuple[str, str, Callable[..., Any]]]:
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


class Apis:
    """Calls them."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    def ways(self) -> Iterator[Way]:
        names = self._asking.tree.names
        found = list(public_functions(names.apis, names.exempt))
        for is_taking in (False, True):
            for module, qualname, function in found:
                name = qualname.rpartition(".")[2]
                if name.startswith(TAKING) == is_taking:
                    modes = STRANGERS_FIRST if is_taking else MODES
                    yield Way(f"{module}:{qualname}", functools.partial(self._ask, module, qualname, function, modes))

    async def _ask(self, module: str, qualname: str, function: Callable[..., Any], modes: Any) -> list[Seen]:
        def call(caller: Owner, ids: Owner) -> tuple[Callable[[], Any], Any]:
            arguments = Values(self._asking.words, caller, ids, qualname).arguments(function)
            return functools.partial(function, **arguments), arguments

        return [await self._asking.way(KIND, module, qualname, call, modes)]
