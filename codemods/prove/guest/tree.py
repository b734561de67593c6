"""The tree that this process runs: its modules by name, its contexts, and what it has one of."""

from __future__ import annotations

import contextlib
import gc
import importlib
import inspect
import sys
import types
from collections.abc import Iterable, Iterator
from typing import Any

from .shapes import Names

Pair = tuple[str, str]


class Tree:
    """Answers by the names that the tree uses; it is untyped, and so are they."""

    def __init__(self, names: Names) -> None:
        self.names = names

    def find(self, name: str) -> Any:
        """What "module:qualname" is; None where the tree has no such thing."""
        module, _, qualname = name.partition(":")
        try:
            found: Any = importlib.import_module(module)
        except ImportError as error:
            if error.name and (module == error.name or module.startswith(error.name + ".")):
                return None
            raise
        for part in qualname.split(".") if qualname else ():
            found = getattr(found, part, None)
            if found is None:
                return None
        return found

    def inside(self, pair: Pair | None) -> contextlib.AbstractContextManager[Any]:
        """A block in a tenant's context, or in none."""
        if pair is None:
            return contextlib.nullcontext()
        entered: contextlib.AbstractContextManager[Any] = self.find(self.names.scope)(*pair)
        return entered

    def only(self, class_name: str) -> Any:
        """The one object that the process has of a class, or None."""
        cls = self.find(class_name)
        if cls is None:
            return None
        module = sys.modules[cls.__module__]
        kept = [value for value in vars(module).values() if isinstance(value, cls)]
        for name, maker in list(vars(module).items()) if not kept else ():
            if name.startswith("get_") and inspect.isfunction(maker) and not inspect.signature(maker).parameters:
                with contextlib.suppress(Exception):
                    made = maker()
                    if isinstance(made, cls):
                        return made
        return kept[0] if kept else next(iter(instances([cls])[cls]), None)

    @property
    def models(self) -> list[Any]:
        """The models of the tree's tables."""
        bases = [base for name in self.names.models if (base := self.find(name)) is not None]
        found = [model for model in _below(bases) if hasattr(model, "_meta")]
        return sorted(found, key=lambda model: (model.__module__, model.__name__))

    @property
    def tables(self) -> dict[str, Any]:
        """The model of each table that code of the tree defines, whatever it is based on, by the table's name."""
        import peewee  # type: ignore[import-not-found,unused-ignore]

        own = [model for model in _below([peewee.Model]) if is_own(model.__module__)]
        return {model._meta.table_name: model for model in (*own, *self.models)}

    def create_tables(self) -> None:
        """Make every table that can be made, those of libraries and plugins as well; of one name, the tree's own."""
        import peewee  # type: ignore[import-not-found,unused-ignore]

        libraries = [model for model in _below([peewee.Model]) if not type.__subclasses__(model)]
        named: dict[str, Any] = {}
        for model in (*self.models, *libraries):
            named.setdefault(model._meta.table_name, model)
        for model in named.values():
            # A model that its own database cannot have, or that has none.
            with contextlib.suppress(Exception):
                model.create_table(safe=True)

    def own_modules(self) -> Iterator[tuple[str, types.ModuleType]]:
        for name, module in list(sys.modules.items()):
            if is_own(name) and isinstance(module, types.ModuleType):
                yield name, module

    def singletons(self) -> set[int]:
        """What modules keep one of: it is part of no tenant's answer."""
        return {
            id(value)
            for _, module in self.own_modules()
            for value in vars(module).values()
            if is_own(type(value).__module__ or "") and not isinstance(value, type)
        }


def is_own(module: str) -> bool:
    """Whether a module is the tree's."""
    return module.split(".")[0] in ("src", "plugins")


def _below(bases: Iterable[Any]) -> list[Any]:
    """The classes of these bases: metaclasses among them, which answer for objects of theirs when they are asked."""
    found: list[Any] = []
    waiting = [cls for base in bases for cls in type.__subclasses__(base)]
    while waiting:
        cls = waiting.pop(0)
        waiting += type.__subclasses__(cls)
        if cls not in found:
            found.append(cls)
    return found


def instances(classes: Iterable[type]) -> dict[type, list[Any]]:
    """The objects that there are of these classes, or of classes of them."""
    wanted = tuple(classes)
    found: dict[type, list[Any]] = {cls: [] for cls in wanted}
    for item in gc.get_objects():
        try:
            is_wanted = isinstance(item, wanted)
        except ReferenceError:  # a proxy of what has gone
            continue
        for cls in wanted if is_wanted else ():
            if isinstance(item, cls):
                found[cls].append(item)
    return found


def forget(package: str) -> None:
    """Have the modules of a package be imported anew."""
    for name in [name for name in sys.modules if name == package or name.startswith(package + ".")]:
        del sys.modules[name]
