"""Which classes stand for a class: those that inherit from it, and of a protocol, which says what an object has and not
whose it is, any that have its methods."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

from codemods.analysis.chains import Chain
from codemods.analysis.facts import ClassFacts
from codemods.analysis.symbols import Symbol
from codemods.analysis.values import UNKNOWN, Values

Lineage = Callable[[Symbol], Sequence[Symbol]]
_NAMED_TUPLE = Symbol("typing", "NamedTuple")
_PROTOCOLS = frozenset({Symbol("typing", "Protocol"), Symbol("typing_extensions", "Protocol")})
# Bases outside of a program that give objects no attributes of their own.
_GIVING_NOTHING = _PROTOCOLS | {Symbol("abc", "ABC"), Symbol("object"), Symbol("typing", "Generic")}


def heirs(classes: Mapping[Symbol, ClassFacts], lineage: Lineage) -> dict[Symbol, list[Symbol]]:
    """The classes that stand for each class, at any depth, in the order of the program; `lineage`: of a class, with
    itself and with bases outside of the program."""
    found: dict[Symbol, dict[Symbol, None]] = defaultdict(dict)
    for other in classes:
        for base in lineage(other)[1:]:
            found[base][other] = None
    for protocol, other in _implementing(classes, lineage):
        found[protocol][other] = None
    return {base: list(others) for base, others in found.items()}


def is_named_tuple(lineage: Sequence[Symbol]) -> bool:
    """Whether a class with these bases has its fields as items."""
    return _NAMED_TUPLE in lineage


def is_whole(
    classes: Mapping[Symbol, ClassFacts], lineage: Sequence[Symbol], values: Callable[[Chain, Symbol], Values]
) -> bool:
    """Whether a class with these bases has nothing but what the program says of them: none is out of view, nor worked
    out. What a protocol lacks, nobody asks it for."""
    own = classes.get(lineage[0])
    return not (own is not None and own.bases and _is_protocol(own)) and all(
        base in _GIVING_NOTHING
        if (cls := classes.get(base)) is None
        else all(chain and values(chain, base.body) != (UNKNOWN,) for chain in cls.bases)
        for base in lineage
    )


def _implementing(classes: Mapping[Symbol, ClassFacts], lineage: Lineage) -> Iterator[tuple[Symbol, Symbol]]:
    """Every protocol with the classes that have all of its methods, and those that they inherit it from."""
    protocols = [
        name for name, cls in classes.items() if _is_protocol(cls) and not _PROTOCOLS.isdisjoint(lineage(name))
    ]
    if not protocols:
        return
    families = {name: [item for item in lineage(name) if item in classes] for name in classes}
    methods = {name: {item for cls in family for item in classes[cls].methods} for name, family in families.items()}
    for protocol in protocols:
        wanted = {item for cls in families[protocol] for item in _asked_for(classes[cls])}
        for name, family in families.items():
            if wanted and name not in protocols and wanted <= methods[name]:
                yield from ((protocol, cls) for cls in family if cls not in protocols)


def _asked_for(protocol: ClassFacts) -> set[str]:
    """The methods that a protocol names; where it names a property, others may have a plain attribute."""
    return {name for name in protocol.methods if not name.startswith("__") and name not in protocol.properties}


def _is_protocol(cls: ClassFacts) -> bool:
    """Whether a class is written as one: `Protocol` or `Protocol[T]` itself is among its bases."""
    named = (base[:-1] if base[-1:] == ("[]",) else base for base in cls.bases)
    return any(base and base[-1].removeprefix(".") == "Protocol" for base in named)
