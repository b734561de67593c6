"""What the application runs besides handlers: middleware, route classes, lifespans, events and exception handlers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from codemods.analysis.chains import Chain
from codemods.analysis.symbols import Symbol
from codemods.messages import phrase
from codemods.survey.program import TenantProgram
from codemods.survey.shared_state.sharing import shared_read
from codemods.survey.verdicts import Finding, in_webui, stations, webui_files
from codemods.survey.webui.routers import routers_of

# Arguments that take a function which the application runs, and calls that take one: its place among the arguments.
_KEYWORDS = frozenset({"lifespan", "on_startup", "on_shutdown"})
_CALLS = {"add_event_handler": 1, "add_exception_handler": 1, "add_middleware": 0}
# What a class of routes may do around its handlers.
_AROUND = ("get_route_handler", "handle", "matches")


def unrouted(program: TenantProgram, named: frozenset[Symbol]) -> Iterator[Finding]:
    """Those that reach tenant data, which no decorator of ours can be put on; `named`: what is judged already."""
    for identifier in dict.fromkeys(_found(program)):
        # Settings have values for the whole process as well, and middleware looks at every request, whosever it is.
        path = program.path_to_state(identifier, but=program.state.gate.process_values)
        if path is not None and identifier not in named and in_webui(program, identifier.module):
            line = program.functions[identifier].line
            reason = phrase("runs without any tenant: {path}", path=path)
            yield Finding(program.file_of(identifier).path, line, reason, "without-tenant")


def reading_shared(program: TenantProgram, also: Iterable[Symbol]) -> Iterator[Finding]:
    """Those, and what runs by itself `also`, that reach nothing of a tenant's but read what tenants share."""
    for identifier in dict.fromkeys((*_found(program), *also)):
        if not in_webui(program, identifier.module) or program.path_to_state(identifier) is not None:
            continue
        if (read := shared_read(program, identifier)) is not None:
            path, line = program.file_of(identifier).path, program.functions[identifier].line
            reason = phrase("reads what tenants share: {path}", path=read)
            yield Finding(path, line, reason, "without-tenant", way=stations(program, read))


def _found(program: TenantProgram) -> Iterator[Symbol]:
    for functions in routers_of(program).middleware.values():
        yield from functions
    for file in webui_files(program):
        for name in file.classes:
            cls = Symbol(file.module, name)
            if any(base.dotted.endswith("APIRoute") for base in program.lineage(cls)[1:]):
                yield from (method for each in _AROUND for method in program.method(cls, each))
        for name, function in file.functions.items():
            frame = Symbol(file.module, name)
            for use in function.uses:
                chains = [argument.chain for argument in use.arguments if argument.keyword in _KEYWORDS]
                place = _CALLS.get(use.chain[-2].lstrip(".")) if len(use.chain) > 1 else None
                if place is not None and use.chain[-1] == "()":
                    chains += [argument.chain for argument in use.arguments[place : place + 1]]
                for chain in chains:
                    yield from _functions(program, chain, frame)


def _functions(program: TenantProgram, chain: Chain, frame: Symbol) -> Iterator[Symbol]:
    for value in program.values(chain, frame) if chain else ():
        if value.kind == "function":
            yield value.name
        elif value.kind == "class":
            yield from (method for name in ("dispatch", "__call__") for method in program.method(value.name, name))
