"""What runs where no tenant is set, and still does so when the other recipes have run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from codemods.analysis.facts import PROGRAM
from codemods.analysis.symbols import Symbol
from codemods.survey.background.tasks import of_own_tenant, starts_without
from codemods.survey.lookups import method_of, subclasses_of
from codemods.survey.program import TenantProgram, once
from codemods.survey.spawns import is_per_tenant

# What Python runs by itself: as an object is shown, compared, copied or ends, whoever has it.
_BY_ITSELF = frozenset(
    {"__del__", "__repr__", "__str__", "__format__", "__hash__", "__eq__", "__bool__", "__reduce__", "__getstate__"}
)


@once
def outside_tenants(program: TenantProgram) -> Mapping[Symbol, Symbol]:
    """Every function that may run where no tenant is set, with what gets there."""
    mended = {start for start, stays in starts_without(program) if not stays and _is_known(program, start)}
    inside = {*mended, *of_own_tenant(program), *program.state.entry_points.started_elsewhere}
    starts = [
        item for item in dict.fromkeys(_starts(program)) if item not in inside and not program.enters_tenant(item)
    ]
    return program.reaches.origins(
        starts, lambda edge: not (edge.scoped or edge.target in inside or program.enters_tenant(edge.target))
    )


def _is_known(program: TenantProgram, start: Symbol) -> bool:
    """Whether other recipes find something of a tenant's behind it, and so give it one."""
    return program.path_to_state(start) is not None


def _starts(program: TenantProgram) -> Iterator[Symbol]:
    yield from (start for start, _ in starts_without(program))
    yield from (Symbol(module, PROGRAM) for module in program.files if Symbol(module, PROGRAM) in program.functions)
    for identifier in subclasses_of(program, program.state.entry_points.tasks):
        run = method_of(program, identifier, "run")
        if run is not None and not is_per_tenant(program, identifier):
            yield run
    for identifier in subclasses_of(program, frozenset({Symbol("threading", "Thread")})):
        yield from program.method(identifier, "run")
    yield from _of_process(program)


def _of_process(program: TenantProgram) -> Iterator[Symbol]:
    """What works for the whole process, though an admin may ask for it; and what Python runs by itself."""
    for shared in program.state.shared.values():
        file = program.files.get(shared.at.module)
        for cls in file.classes.values() if file is not None else ():
            yield from (
                Symbol(shared.at.module, cls.methods[name]) for name in sorted(shared.admin & cls.methods.keys())
            )
    admin = frozenset({program.state.access.admin})
    for identifier, function in program.functions.items():
        is_own = function.owner is not None and function.name in _BY_ITSELF
        if is_own or any(True for _ in program.calls_of(identifier, admin)):
            yield identifier
