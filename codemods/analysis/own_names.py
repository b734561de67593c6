"""The names that are a function's own, and what they stand for besides themselves."""

from __future__ import annotations

from collections.abc import Iterable

from codemods.analysis.chains import Chain
from codemods.analysis.facts import FunctionFacts


def same_as(function: FunctionFacts, name: str) -> Iterable[Chain]:
    """What else a name of a function's own stands for, where it is no container of its own."""
    return () if name in function.containers or name in function.tuples else function.assigned.get(name, ())


def binds_itself(function: FunctionFacts, name: str) -> bool:
    """Whether a name is a function's own."""
    own = name in function.assigned or name in function.annotated or name in function.nested
    return own or any(parameter.name == name for parameter in function.parameters)
