"""What of Python's own library gives back objects that it was given, or that what it was given makes."""

from __future__ import annotations

from collections.abc import Collection

from codemods.analysis.symbols import Symbol
from codemods.analysis.values import HOLDING, UNKNOWN, Value, Values

# Modules that keep, copy, choose, wrap and run what they are given; others make texts, numbers and objects of theirs.
_MODULES = frozenset(
    {"asyncio", "bisect", "collections", "concurrent", "contextlib", "contextvars", "copy", "dataclasses", "functools"}
    | {"heapq", "itertools", "operator", "queue", "random", "types", "weakref"}
)
# Of these, the ones whose classes make what has methods of its own, as an event has, and which hands on by these.
_OF_CLASSES = frozenset({"asyncio", "concurrent", "contextvars", "queue"})
_BUILTINS = frozenset(
    {"aiter", "anext", "enumerate", "filter", "iter", "map", "max", "min", "next", "reversed", "sorted", "type", "zip"}
)
# What of a module that names types objects go through, and where web frameworks keep what an application puts there.
_TYPING = frozenset({"cast", "NewType"})
_FRAMEWORKS, _KEPT = frozenset({"fastapi", "starlette"}), ".state."
# What is annotated as one of these may be anything.
ANYTHING = frozenset({Symbol("object"), Symbol("typing", "Any"), Symbol("typing_extensions", "Any")})

# What annotations name that says what something is, and not what it holds or gives; and what only says that it may be.
_KINDS = frozenset(
    {"builtins", "collections", "collections.abc", "typing", "typing_extensions"}
    | {"dict", "frozenset", "list", "set", "tuple"}
)
_MAYBE = frozenset({"Annotated", "ClassVar", "Final", "Optional", "Union"})


def unsaid(outside: Collection[Value]) -> Values:
    """What an annotation leaves open that names nothing but containers and the like: what they hold, or all."""
    if not outside or any(value.name.module not in _KINDS for value in outside):
        return ()
    return (UNKNOWN,) if all(value.name.qualname in _MAYBE for value in outside) else (HOLDING,)


def hands_on(name: Symbol) -> bool:
    """Whether what is outside of the tree by this name may give the tree's own objects, when it is called."""
    if name.module in _BUILTINS or name == HOLDING.name:
        return True
    package = name.module.partition(".")[0]
    if package in ("typing", "typing_extensions"):
        return name.qualname.partition(".")[0] in _TYPING
    return package in _MODULES or package in _FRAMEWORKS


def may_be_own(name: Symbol) -> bool:
    """Whether an attribute of something outside may be one of an object of the tree, which that gave: it is no function
    of a module, as `copy.copy` is, but what `copy.copy(it).attribute` is; and no method of what a class makes."""
    package = name.module.partition(".")[0]
    if package in _FRAMEWORKS:
        return _KEPT in name.qualname
    is_made = package in _OF_CLASSES and name.qualname[:1].isupper()
    return name.module in _BUILTINS or (name.qualname.count(".") > is_made and hands_on(name))
