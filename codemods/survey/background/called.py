"""What is called at all: by whatever enters the tree from outside, or by what that calls."""

from __future__ import annotations

from collections.abc import Iterator

from codemods.analysis.facts import PROGRAM
from codemods.analysis.symbols import MODULE_BODY, Symbol
from codemods.survey.api_functions import api_functions
from codemods.survey.program import TenantProgram, once
from codemods.survey.routes import Route, routes_of
from codemods.survey.spawns import registered_handlers
from codemods.survey.verdicts import webui_files

# Decorators that hand the function below them to nobody.
_PLAIN = frozenset(
    {"property", "cached_property", "staticmethod", "classmethod", "abstractmethod", "override", "overload"}
    | {"cache", "lru_cache", "wraps", "contextmanager", "asynccontextmanager", "setter", "dataclass"}
)


@once
def called_functions(program: TenantProgram) -> frozenset[Symbol]:
    """Every function that somebody in view calls, or that something out of view is given to call."""
    starts = dict.fromkeys((*_started(program), *_hooked(program), *_of_each_tenant(program)))
    known = (start for start in starts if start in program.functions)
    return frozenset(program.reaches.run_by(known, lambda edge: True))


def _started(program: TenantProgram) -> Iterator[Symbol]:
    yield from (Symbol(module, name) for module in program.files for name in (MODULE_BODY, PROGRAM))
    entry_points = program.state.entry_points
    yield from (*entry_points.startup, *entry_points.process, *entry_points.started_elsewhere)
    yield from api_functions(program)
    for file in webui_files(program):
        yield from (route.function for route in routes_of(program, file) if isinstance(route, Route))
    yield from registered_handlers(program)
    for identifier in program.classes:
        if program.inherits(identifier, entry_points.tasks):
            yield from program.method(identifier, "run")
        if not program.lineage(identifier)[1:]:
            continue
        for name in (*program.state.plugins.registering, *program.state.plugins.running):
            yield from program.method(identifier, name)


def _of_each_tenant(program: TenantProgram) -> Iterator[Symbol]:
    """The methods that are called of what is one for each tenant: by their name, for `.value` does not tell of what."""
    local = program.state.context.tenant_local
    for frame in program.naming("value"):
        for use in program.functions[frame].uses:
            at = use.chain.index(".value") if ".value" in use.chain else 0
            name, *call = use.chain[at + 1 : at + 3] or ("",)
            if at and call == ["()"] and any(item.name == local for item in program.values(use.chain[:at], frame)):
                package = frame.module.rpartition(".")[0]
                methods = program.program.methods.get(name[1:], ())
                yield from (method for method in methods if method.module.rpartition(".")[0] == package)


def _hooked(program: TenantProgram) -> Iterator[Symbol]:
    """What a decorator of others takes, and the methods of a class that something out of view is the base of."""
    for identifier, function in program.functions.items():
        names = {part.lstrip(".") for use in function.decorators for part in use.chain[-2:]} - {"()"}
        if names and _PLAIN.isdisjoint(names):
            yield identifier
    for identifier, cls in program.classes.items():
        if any(base not in program.classes for base in program.lineage(identifier)):
            yield from (Symbol(identifier.module, name) for name in cls.methods.values())
