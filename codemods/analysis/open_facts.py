"""Facts while they are read: they grow, and are closed at the end of their file.

What is closed takes half the memory: most of what facts list is empty or has one item.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from codemods.analysis.chains import Chain
from codemods.analysis.facts import ClassFacts, FileFacts, FunctionFacts, Parameter, Use
from codemods.analysis.writes import Logged, Write

_Facts = TypeVar("_Facts", FunctionFacts, ClassFacts)
_NOTHING: Mapping[str, Any] = {}
# One object for all tuples of names or chains that are alike: most are, as few things at a line are.
_PLAIN = frozenset({str, tuple})
_known: dict[tuple[Any, ...], tuple[Any, ...]] = {}
Held = dict[str, list[tuple[str, Chain]]]


@dataclass(slots=True)
class OpenFunction(FunctionFacts):
    parameters: list[Parameter] = field(default_factory=list)
    decorators: list[Use] = field(default_factory=list)
    definition: list[Use] = field(default_factory=list)
    returned: list[Chain] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)
    assigned: dict[str, list[Chain]] = field(default_factory=dict)
    writes: list[Write] = field(default_factory=list)
    effects: list[Write] = field(default_factory=list)
    logged: list[Logged] = field(default_factory=list)
    gathered: set[Chain] = field(default_factory=set)
    global_names: set[str] = field(default_factory=set)
    nonlocal_names: set[str] = field(default_factory=set)
    tuples: set[str] = field(default_factory=set)
    containers: set[str] = field(default_factory=set)
    copied: dict[str, list[Chain]] | None = None
    comprehended: set[str] = field(default_factory=set)
    nested: dict[str, list[str]] = field(default_factory=dict)


@dataclass(slots=True)
class OpenClass(ClassFacts):
    assigned: dict[str, list[Chain]] = field(default_factory=dict)
    properties: set[str] = field(default_factory=set)
    filled: set[str] = field(default_factory=set)
    bound: set[str] = field(default_factory=set)
    containers: set[str] = field(default_factory=set)


def closed(
    path: str, module: str, functions: Mapping[str, OpenFunction], classes: Mapping[str, OpenClass], held: Held
) -> FileFacts:
    """What has been read of a file: nothing is added to it any more."""
    return FileFacts(
        path,
        module,
        {name: _closed(function, FunctionFacts) for name, function in functions.items()},
        {name: _closed(cls, ClassFacts) for name, cls in classes.items()},
        _kept(held),
    )


def _closed(growing: _Facts, kind: type[_Facts]) -> _Facts:
    facts = object.__new__(kind)
    for name in kind.__slots__:
        setattr(facts, name, _kept(getattr(growing, name)))
    return facts


def _kept(value: Any) -> Any:
    """A value of a field as it is kept: a list or set as a tuple, and all that is empty as one object."""
    kind = type(value)
    if kind is list:
        return _alike(tuple(value))
    if kind is set:
        return _alike(tuple(sorted(value)))
    if kind is not dict:
        return value
    for name, item in value.items():
        if type(item) is list:
            value[name] = _alike(tuple(item))
    return value or _NOTHING


def _alike(items: tuple[Any, ...]) -> tuple[Any, ...]:
    return _known.setdefault(items, items) if items and type(items[0]) in _PLAIN else items
