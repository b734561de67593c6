"""Calls of things by name, whatever other name a file, a class or an object has given them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from codemods.analysis.chains import Chain
from codemods.analysis.facts import FunctionFacts, Use
from codemods.analysis.symbols import Symbol
from codemods.survey.program import TenantProgram

_THREAD = Symbol("threading", "Thread")
# What an heir of a thread is given to run, where it takes that as threads do.
_TARGET = "target"
# How a name is called, or one of the things that it keeps.
_CALLING = (("()",), ("[]", "()"), (".get", "()", "()"))
# A function, a call in it, and the name of what that calls.
Call = tuple[Symbol, Use, str]


def calls_by_name(program: TenantProgram, wanted: Collection[str]) -> dict[str, list[Call]]:
    """The calls of what has one of the wanted names, by that name; the tree is gone through once."""
    found: dict[str, list[Call]] = {name: [] for name in wanted}
    naming = program.naming_one_of(wanted)
    for identifier in (item for item in program.functions if item in naming):
        for use in program.functions[identifier].uses:
            if (name := _called(use)) in found:
                found[name].append((identifier, use, name))
    known = set[int]()
    for identifier, use, name in _by_own_names(program, found):
        known.add(id(use))
        found[name].append((identifier, use, name))
    for identifier, use, name in _by_names_of_others(program, found):
        if id(use) not in known:
            found[name].append((identifier, use, name))
    return found


def _by_own_names(program: TenantProgram, wanted: Collection[str]) -> Iterator[Call]:
    """Calls by names that a function or its file gives what is wanted."""
    attributes = _as_attributes(wanted)
    for module, file in program.files.items():
        of_module = _named_otherwise(file.body, wanted, attributes)
        for qualname, function in file.functions.items():
            visible = {own: name for own, name in of_module.items() if not function.has_own(own)} if of_module else {}
            named = visible | _named_otherwise(function, wanted, attributes)
            for use in function.uses if named else ():
                if use.chain[0] in named and use.chain[1:] in _CALLING:
                    yield Symbol(module, qualname), use, named[use.chain[0]]


def _by_names_of_others(program: TenantProgram, wanted: Collection[str]) -> Iterator[Call]:
    """Calls by names that other files or classes give what is wanted, and of threads that inherit from Python's."""
    attributes = _as_attributes(wanted)
    others: dict[str, set[str]] = defaultdict(set)
    for file in program.files.values():
        given = [_named_otherwise(file.body, wanted, attributes)]
        given += [_given(cls.assigned, attributes) for cls in file.classes.values() if cls.assigned]
        for own, name in (item for names in given for item in names.items()):
            others[own].add(name)
    for heir in program.subclasses(_THREAD) if _THREAD.qualname in wanted else ():
        others[heir.qualname.rpartition(".")[2]].add(_THREAD.qualname)
    naming = program.naming_one_of(others)
    for identifier in (item for item in program.functions if item in naming) if naming else ():
        for use in program.functions[identifier].uses:
            if (own := _called(use)) in others and own not in wanted:
                names = (name for name in sorted(others[own]) if _is(program, use, identifier, name))
                yield from ((identifier, use, name) for name in names)


def _called(use: Use) -> str:
    return use.chain[-2].removeprefix(".") if use.chain[-1] == "()" and len(use.chain) > 1 else ""


def _is(program: TenantProgram, use: Use, frame: Symbol, name: str) -> bool:
    """Whether a call is one of what has a name outside of the program."""
    is_given = any(item.keyword == _TARGET for item in use.arguments)
    for value in program.values(use.chain[:-1], frame):
        if value.kind == "outside" and value.name.qualname.rpartition(".")[2] == name:
            return True
        if value.kind == "class" and is_given and name == _THREAD.qualname and _THREAD in program.lineage(value.name):
            return True
    return False


def _named_otherwise(function: FunctionFacts, wanted: Collection[str], attributes: Mapping[str, str]) -> dict[str, str]:
    """What a function gives another name: which of the wanted that is, by the other name."""
    found = {own: at.qualname for own, at in function.imports.items() if at.qualname in wanted and own != at.qualname}
    return found | _given(function.assigned, attributes)


def _given(assigned: Mapping[str, Sequence[Chain]], attributes: Mapping[str, str]) -> dict[str, str]:
    """The names that are given an attribute of something, or one of several things that are; and which that is."""
    found: dict[str, str] = {}
    for own, chains in assigned.items():
        for chain in chains:
            last = chain[-1]
            if last == "[]":
                last = chain[-2] if len(chain) > 1 else ""
            if last in attributes and attributes[last] != own:
                found.setdefault(own, attributes[last])
    return found


def _as_attributes(wanted: Collection[str]) -> dict[str, str]:
    """As attributes of something; and classes by their own names."""
    return {"." + name: name for name in wanted} | {name: name for name in wanted if name[:1].isupper()}
