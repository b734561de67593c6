"""Where classes, their methods and the callers of those are, and what keeps something, as every area asks."""

from __future__ import annotations

from collections.abc import Iterator

from codemods.analysis.chains import Chain
from codemods.analysis.holders import Holders
from codemods.analysis.symbols import Symbol
from codemods.survey.program import TenantProgram, once


def callers_of(program: TenantProgram, names: frozenset[Symbol]) -> Iterator[Symbol]:
    """Functions that run one of these methods; looked for only where the method's own name stands."""
    last = {"." + name.name for name in names}
    near = {identifier for name in names for identifier in program.naming(name.name)}
    for identifier in (item for item in program.functions if item in near):
        uses = program.functions[identifier].uses
        if any(not last.isdisjoint(use.chain) for use in uses) and program.calls(identifier, names):
            yield identifier


def subclasses_of(program: TenantProgram, bases: frozenset[Symbol]) -> list[Symbol]:
    return sorted({identifier for base in bases for identifier in program.subclasses(base)})


def method_of(program: TenantProgram, identifier: Symbol, name: str) -> Symbol | None:
    for base in program.lineage(identifier):
        cls = program.classes.get(base)
        if cls is not None and name in cls.methods:
            return Symbol(base.module, cls.methods[name])
    return None


def may_name(program: TenantProgram, frame: Symbol, cls: Symbol, name: str) -> bool:
    """Whether a function that says the name of an attribute may mean the one of a class: no other object's."""
    chains = [use.chain for use in program.functions[frame].uses]
    before = [chain[:cut] for chain in chains for cut, part in enumerate(chain) if part == "." + name]
    return not before or any(_may_be(program, chain, frame, cls) for chain in before)


def _may_be(program: TenantProgram, chain: Chain, frame: Symbol, cls: Symbol) -> bool:
    """Whether what a chain stands for may be a class, or an object of one."""
    values = program.values(chain, frame)
    if chain == ("super", "()"):
        return any(cls in program.lineage(value.name) for value in values)
    return any(
        value.kind not in ("instance", "class")
        or cls in program.lineage(value.name)
        or (value.kind == "instance" and value.name in program.lineage(cls))  # it may be an heir's
        for value in values
    )


@once
def holders_of(program: TenantProgram) -> Holders:
    """What keeps something longer than a call."""
    return Holders(program.program, program.reaches.generators.functions)


@once
def states_of(program: TenantProgram) -> frozenset[str]:
    """The names of what functions touch that is a tenant's."""
    return frozenset(touch.state for identifier in program.functions for touch in program.reach(identifier).touches)


def is_kept_by_others(program: TenantProgram, decorator: Chain, function: Symbol) -> bool:
    """Whether a decorator is a method of an object that another library made, and nobody in view calls what stands
    below: that is kept, and run when something happens."""
    file = program.file_of(function)
    if len(decorator) < 2 or decorator[0] not in file.body.assigned or program.reaches.callers.get(function):
        return False
    values = program.values(decorator[:1], function.body)
    return any(value.kind == "outside" and bool(value.name.module) for value in values)
