"""What runs where no tenant is set, and still does so when the other recipes have run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from codemods.analysis.containers import COMMON_METHODS
from codemods.analysis.facts import PROGRAM
from codemods.analysis.symbols import Symbol
from codemods.survey.background.loops import of_own_tenant
from codemods.survey.background.without import by_definition, left_alone, mended_starts, starts_without
from codemods.survey.plugins.start_handler import MOVES
from codemods.survey.plugins.start_handlers import starts_of
from codemods.survey.program import TenantProgram, once
from codemods.survey.shared_state.handed import handed_threads
from codemods.survey.shared_state.own_paths import way_to_own_file
from codemods.survey.shared_state.work import admin_methods
from codemods.survey.spawns import is_per_tenant, process_tasks
from codemods.survey.verdicts import in_webui

# What Python runs by itself: as an object is shown, compared, copied or ends, whoever has it.
_BY_ITSELF = frozenset(
    {"__del__", "__repr__", "__str__", "__format__", "__hash__", "__eq__", "__bool__", "__reduce__", "__getstate__"}
)


@once
def outside_tenants(program: TenantProgram) -> Mapping[Symbol, Symbol]:
    """Every function that may run where no tenant is set, with what gets there."""
    inside = {*mended(program), *of_own_tenant(program), *_run_for_tenants(program)}
    staying = {start for start, stays in starts_without(program) if stays}
    known = inside | {spawn.target for spawn in handed_threads(program)} - staying
    starts = [item for item in _starts(program) if item not in known and not program.enters_tenant(item)]
    inside -= set(starts)
    found: dict[Symbol, Symbol] = {}
    while starts:
        reached = program.reaches.origins(
            starts, lambda edge: not (edge.scoped or edge.target in inside or program.enters_tenant(edge.target))
        )
        starts = [item for item in _overriding(program, reached.keys() - found.keys()) if item not in reached]
        found = {**reached, **found}
        starts = [item for item in starts if not (item in found or item in inside or program.enters_tenant(item))]
    return {**by_definition(program), **found}


@once
def mended(program: TenantProgram) -> frozenset[Symbol]:
    """What starts where no tenant is, and enters one itself when other recipes have run: data of a tenant's is behind
    it, or it is a handler that uses a tenant's files."""
    left = (start for start in left_alone(program) if not _is_of_files(program, start))
    return mended_starts(program).difference(left)


def _is_of_files(program: TenantProgram, start: Symbol) -> bool:
    return in_webui(program, start.module) and way_to_own_file(program, start) is not None


def _overriding(program: TenantProgram, methods: Iterable[Symbol]) -> list[Symbol]:
    """What heirs have in the place of methods: who calls one of an object may call theirs."""
    found: set[Symbol] = set()
    for identifier in methods:
        function = program.functions[identifier]
        if function.owner is not None and not function.name.startswith("__"):
            heirs = program.subclasses(Symbol(identifier.module, function.owner))
            found.update(
                Symbol(heir.module, program.classes[heir].methods[function.name])
                for heir in heirs
                if heir in program.classes and function.name in program.classes[heir].methods
            )
    return sorted(found)


def _run_for_tenants(program: TenantProgram) -> Iterator[Symbol]:
    """What is started by what fires events and adds tasks, which also work for the process: by itself, in a tenant."""
    starts = starts_of(program)
    process = {execute for plugin in starts for execute in plugin.process_executes()}
    process -= {item.execute for plugin in starts for item in plugin.handlers if item.decision == MOVES}
    for identifier in program.classes:
        if program.inherits(identifier, program.state.plugins.components):
            methods = [item for name in program.state.plugins.running for item in program.method(identifier, name)]
            yield from (item for item in methods if item not in process)
        elif program.inherits(identifier, program.state.entry_points.tasks) and is_per_tenant(program, identifier):
            yield from program.method(identifier, "run")


def _starts(program: TenantProgram) -> Iterator[Symbol]:
    yield from (start for start, _ in starts_without(program))
    yield from sorted(program.state.entry_points.started_elsewhere & program.functions.keys())
    yield from _called_by_dispatchers(program)
    yield from (Symbol(module, PROGRAM) for module in program.files if Symbol(module, PROGRAM) in program.functions)
    yield from process_tasks(program)
    yield from _of_process(program)


def _called_by_dispatchers(program: TenantProgram) -> Iterator[Symbol]:
    """Methods of components that the files which fire events call by name, on what they took out of a registry."""
    homes = {item.module for item in program.state.entry_points.started_elsewhere}
    functions = [item for item in program.functions if item.module in homes]
    chains = (use.chain for item in functions for use in program.functions[item].uses)
    called = {chain[cut - 1][1:] for chain in chains for cut, part in enumerate(chain) if cut and part == "()"}
    for name in sorted(called.difference(program.state.plugins.running, COMMON_METHODS)):
        for method in program.program.methods.get(name, ()):
            owner = program.functions[method].owner if method in program.functions else None
            cls, components = Symbol(method.module, owner or ""), program.state.plugins.components
            if cls in components or program.inherits(cls, components):
                yield method


def _of_process(program: TenantProgram) -> Iterator[Symbol]:
    """What works for the whole process, though an admin may ask for it; and what Python runs by itself."""
    yield from admin_methods(program)
    admin = frozenset({program.state.access.admin})
    for identifier, function in program.functions.items():
        is_own = function.owner is not None and function.name in _BY_ITSELF
        if is_own or any(True for _ in program.calls_of(identifier, admin)):
            yield identifier
