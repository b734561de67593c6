"""What a handler does for whoever calls it: a tenant's work, or something with the process's files, plugins or running.

Such work is what a token must be asked for. What only tells whether a file is there, or hands out the page itself, is
none of it.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace

from codemods.analysis.chains import expression
from codemods.analysis.facts import Use
from codemods.analysis.reach import Edge
from codemods.analysis.symbols import Symbol
from codemods.survey.authentication import checks_of
from codemods.survey.program import TenantProgram, once
from codemods.survey.routes import page_routes
from codemods.survey.verdicts import Station, stations

_KEEPING = frozenset({".add", ".append", ".appendleft", ".insert", ".put", ".put_nowait", ".setdefault"})


@dataclass(frozen=True, slots=True)
class Act:
    """Something that a handler does: as a sentence tells it, and the way there."""

    said: str
    way: tuple[Station, ...]


def acts(
    program: TenantProgram, identifier: Symbol, lines: frozenset[int], but: frozenset[str] = frozenset()
) -> Act | None:
    """The shortest way from some lines of a handler to a tenant's data, or else to what is the process's; or None.

    `but`: the tenant state that counts for nothing.
    """
    past = _checks(program)
    calls = (edge for edge in program.edges(identifier) if edge.line in lines and edge.target not in past)
    edges = [edge for edge in calls if not _enters_brought(program, identifier, edge)]
    touches = [touch for touch in program.reach(identifier).touches if touch.line in lines and touch.state not in but]
    if touches:
        return _act([_station(program, identifier, touches[0].line)], touches[0].expression)
    found = [(edge, program.path_to_state(edge.target, unscoped_only=False, but=but, past=past)) for edge in edges]
    paths = sorted(((len(path.steps), edge, path) for edge, path in found if path), key=lambda item: item[0])
    if paths:
        _, edge, path = paths[0]
        here = _station(program, identifier, edge.line)
        return Act(f"{here.name} → {path}", (here, *stations(program, path)))
    return _work_on_process(program, identifier, lines, edges)


def _station(program: TenantProgram, function: Symbol, line: int) -> Station:
    return Station(program.file_of(function).path, line, function.qualname.replace(".<locals>", ""))


def _act(way: list[Station], reached: str) -> Act:
    names = " → ".join([*(station.name for station in way), reached])
    return Act(names, (*way[:-1], replace(way[-1], reached=reached)))


@once
def _checks(program: TenantProgram) -> frozenset[Symbol]:
    """What checks tokens, and what makes the object that does: how it reads them is its own."""
    checks = checks_of(program)
    owners = {check.owner for check in checks if check.owner in program.classes}
    return checks | {owner.member("__init__") for owner in owners}


def _work_on_process(
    program: TenantProgram, identifier: Symbol, lines: frozenset[int], edges: list[Edge]
) -> Act | None:
    """The nearest use of the process's things: what a handler does itself, else what it calls."""
    own = [use for use in _uses_of_process(program, identifier) if use.line in lines]
    if own:
        return _act([_station(program, identifier, own[0].line)], expression(own[0].chain))
    ways = {edge.target: [_station(program, identifier, edge.line)] for edge in edges if not edge.guessed}
    queue = deque(ways)
    while queue:
        current = queue.popleft()
        if uses := _uses_of_process(program, current):
            return _act([*ways[current], _station(program, current, uses[0].line)], expression(uses[0].chain))
        for edge in program.edges(current):
            if edge.guessed or edge.target in ways or edge.target in _checks(program):
                continue
            if not _enters_brought(program, current, edge):
                ways[edge.target] = [*ways[current], _station(program, current, edge.line)]
                queue.append(edge.target)
    return None


def _enters_brought(program: TenantProgram, caller: Symbol, edge: Edge) -> bool:
    """Whether a call leads into what recipes bring: what that does is none of its caller's."""
    return edge.target.module in program.brought and caller.module not in program.brought


@once
def _found(program: TenantProgram) -> dict[Symbol, list[Use]]:
    return {}


def _uses_of_process(program: TenantProgram, identifier: Symbol) -> list[Use]:
    known = _found(program)
    if identifier not in known:
        known[identifier] = [
            use for use in program.functions[identifier].uses if _is_of_process(program, use, identifier)
        ]
    return known[identifier]


@once
def _acting(program: TenantProgram) -> tuple[str, ...]:
    """How the names of what works on the process end."""
    return tuple("." + known for known in program.state.entry_points.acting)


def _is_of_process(program: TenantProgram, use: Use, frame: Symbol) -> bool:
    entry_points = program.state.entry_points
    for cut, part in enumerate(use.chain):
        if part != "()" or cut == 0:
            continue
        called = use.chain[:cut]
        values = program.values(called, frame)
        if any(value.kind in ("function", "class", "property") for value in values):
            continue
        if called[-1].startswith(".") and called[-1][1:] in entry_points.acting_methods:
            return True
        names = {expression(called), *(value.name.dotted for value in values if value.kind == "outside")}
        if any(("." + name).endswith(_acting(program)) for name in names):
            # The page itself is a file as well.
            return called[-1].lstrip(".") != "FileResponse" or frame not in page_routes(program)
    return _keeps_socket(program, use, frame)


def _keeps_socket(program: TenantProgram, use: Use, frame: Symbol) -> bool:
    """Whether a connection is put where others send to it: whoever is there gets what the process says."""
    if len(use.chain) < 3 or use.chain[-1] != "()" or use.chain[-2] not in _KEEPING:
        return False
    sockets = {
        parameter.name
        for parameter in program.functions[frame].parameters
        if any(chain[-1].lstrip(".") == "WebSocket" for chain in parameter.annotation)
    }
    kept = any(argument.chain and argument.chain[0] in sockets for argument in use.arguments)
    return kept and (use.chain[0] == "self" or not program.binds(frame, use.chain[0]))
