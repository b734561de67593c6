"""All the text that a value shows to whoever gets it."""

from __future__ import annotations

import asyncio
import dataclasses
import enum
import functools
import itertools
import logging
import threading
import types
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set, ValuesView
from itertools import islice
from pathlib import Path
from typing import Any

# So far, and so many parts of a value, are looked at.
_DEEPEST, _MOST = 6, 20_000
# What of a stream of answers is read.
_READ = 1_000
_PLAIN = frozenset({bytes, int, float, bool, type(None)})
# What is read of values as it is asked for.
_LAZY = (map, filter, zip, enumerate, reversed)
_OPAQUE = (
    types.ModuleType,
    types.FunctionType,
    types.MethodType,
    types.BuiltinFunctionType,
    types.CodeType,
    types.FrameType,
    type,
    logging.Logger,
    asyncio.Future,
    asyncio.AbstractEventLoop,
    threading.Thread,
)


class Sight:
    """Looks at values; `shared`: the objects that the process has one of, which are nobody's answer."""

    def __init__(self) -> None:
        self.shared: set[int] = set()

    def text(self, value: Any, deepest: int = _DEEPEST, most: int = _MOST) -> str:
        """Every text in a value, a line each, with the names that they stand under."""
        found: list[str] = []
        # What is gone through, and how deep it is.
        waiting: list[tuple[Iterator[Any], int]] = [(iter((value,)), 0)]
        # Kept, for the next object may be where one that has gone was.
        seen: dict[int, Any] = {}
        while waiting and len(seen) < most:
            items, depth = waiting[-1]
            for item in items:
                kind = type(item)
                if kind is str:
                    found.append(item)
                elif kind in _PLAIN:
                    found += _plain(item)
                elif depth <= deepest and id(item) not in seen:
                    seen[id(item)] = item
                    waiting.append((iter(self._parts(item, depth)), depth + 1))
                    break
            else:
                waiting.pop()
        return "\n".join(found)

    def _parts(self, item: Any, depth: int) -> Iterable[Any]:
        kind: Any = type(item)
        looks = _looking_into(kind)
        if looks is None or (depth and id(item) in self.shared and looks is _fields):
            return ()
        return looks(item)


@functools.cache
def _looking_into(cls: type) -> Callable[[Any], Iterable[Any]] | None:
    """How the parts of such an object are got at; None for what is machinery. Asked once a class, for it takes long."""
    for kinds, looks in _LOOKS:
        if issubclass(cls, kinds):
            return looks
    return _fields


def _entries(item: Mapping[Any, Any]) -> Iterable[Any]:
    return itertools.chain.from_iterable(list(item.items()))


def _fields(item: Any) -> Iterator[Any]:
    """The rows of a query, the columns of a row, the fields of an object of the tree's or of a dataclass."""
    kind: Any = type(item)
    module = kind.__module__ or ""
    if hasattr(item, "__data__"):
        yield dict(item.__data__)
    elif module.startswith("peewee") and hasattr(item, "execute") and hasattr(item, "__iter__"):
        yield from islice(item, _READ)
    elif isinstance(item, asyncio.Queue):
        yield list(getattr(item, "_queue", ()))
    elif _is_open(item, module):
        yield {name: getattr(item, name) for name in _slots(kind) if hasattr(item, name)}
        yield dict(getattr(item, "__dict__", {}))
    elif isinstance(item, BaseException):
        yield str(item)


_LOOKS: tuple[tuple[Any, Callable[[Any], Iterable[Any]] | None], ...] = (
    ((str, bytes, bytearray, Path, int, float), lambda item: [str(item)]),
    (enum.Enum, lambda item: [item.value]),
    (Mapping, _entries),
    (Set, lambda item: sorted(item, key=str)),
    ((Sequence, ValuesView, *_LAZY), lambda item: list(islice(item, _MOST))),
    (_OPAQUE, None),
    (types.GeneratorType, lambda item: islice(item, _READ)),
)


def _is_open(item: Any, module: str) -> bool:
    """Whether what an object keeps is shown with it: the tree's own, and what is made to carry values."""
    is_carrier = dataclasses.is_dataclass(item) or isinstance(item, types.SimpleNamespace)
    return is_carrier or module.split(".")[0] in ("src", "plugins") or hasattr(item, "model_dump")


@functools.cache
def _slots(cls: type) -> tuple[str, ...]:
    found: list[str] = []
    for each in cls.__mro__:
        names = vars(each).get("__slots__", ())
        found += (names,) if isinstance(names, str) else names
    return tuple(found)


def _plain(value: Any) -> list[str]:
    """A value that has no parts: a number as it is, but times, which are other ones each time and tell of nobody."""
    if value is None or isinstance(value, bool):
        return []
    if isinstance(value, bytes):
        return [value.decode(errors="replace")]
    return ["<time>"] if abs(value) > 1e8 else [f"{value:g}" if isinstance(value, float) else str(value)]
