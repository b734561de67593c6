"""What a chain of a function may stand for."""

from __future__ import annotations

from collections.abc import Collection

from msgspec import Struct

from codemods.analysis.containers import HANDING_OUT
from codemods.analysis.symbols import Symbol


class Value(Struct, frozen=True, gc=False):
    """What a chain may stand for. kind: module, function, class, instance (of a class), property, outside (of the
    program), unknown, one of several functions (all in KINDS), or the kind of a landmark. name: where that is."""

    kind: str
    name: Symbol


Values = tuple[Value, ...]

# A function that an attribute of any name may be; handed on, it may be something else.
ONE_OF = "one of"
# What a keeper at a name keeps: only the attribute that hands it out says what that is.
KEPT = "kept"
# What stands beside what it gives, and gives nothing else; and what runs when it is called.
BESIDES, RUN = frozenset({KEPT, "property"}), frozenset({"function", ONE_OF})
KINDS = frozenset({"module", "function", "class", "instance", "property", "outside", "unknown", ONE_OF, KEPT})
NOWHERE = Symbol("")
UNKNOWN = Value("unknown", NOWHERE)
OUTSIDE = Value("outside", NOWHERE)
# What an annotation says to hold something, or to be called, without saying what that gives.
HOLDING = Value("outside", Symbol("", "[]"))
_HANDING_OUT = frozenset("." + name for name in HANDING_OUT)


def inside(value: Value, operator: str) -> Value:
    """An attribute of something outside the tree: "fastapi" and ".APIRouter" are "fastapi:APIRouter"."""
    if value == HOLDING:
        return UNKNOWN if operator in ("()", "[]") else value if operator in _HANDING_OUT else OUTSIDE
    if not operator.startswith(".") or value.name == NOWHERE:
        return value
    return Value("outside", value.name.member(operator[1:]))


def distinct(values: Collection[Value]) -> Values:
    return tuple(values) if len(values) < 2 else tuple(dict.fromkeys(values))
