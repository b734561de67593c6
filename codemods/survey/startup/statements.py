"""What start-up does, statement by statement: once for the process, before any tenant."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace

from codemods.analysis.symbols import Symbol
from codemods.messages import phrase
from codemods.survey.host import answering_for_process
from codemods.survey.program import TenantProgram
from codemods.survey.spawns import registered_handlers
from codemods.survey.verdicts import GLOBAL, INSECURE, EntryPoint, Statement, Station, entry, stations

_SAYING_NOTHING = (ast.Import, ast.ImportFrom, ast.Pass)


def startups(program: TenantProgram) -> Iterator[EntryPoint]:
    """What runs once for the process, statement by statement."""
    for identifier in sorted(program.state.entry_points.startup & program.functions.keys()):
        body = [node for node in program.sources.body(identifier) if not isinstance(node, _SAYING_NOTHING)]
        statements = tuple(_judged(program, identifier, node) for node in body)
        tenants = [item for item in statements if item.verdict == INSECURE]
        if not tenants:
            yield entry(program, identifier, "startup", GLOBAL, phrase("reaches no tenant data"), statements=statements)
            continue
        reason = _once(tenants, statements)
        system = program.state.gate.system
        staying = [_judged(program, identifier, node, past=system) for node in body]
        staying = [item for item in staying if item.verdict == INSECURE]
        left = _once(staying, statements) if staying else ""
        more = {"by_hand": bool(staying), "left": left, "statements": statements}
        yield entry(program, identifier, "startup", INSECURE, reason, **more)


def _once(tenants: Sequence[Statement], statements: Sequence[Statement]) -> str:
    return phrase(
        "runs once, before any tenant; {count} of its {count2} statements are a tenant's",
        count=len(tenants),
        count2=len(statements),
    )


def _judged(
    program: TenantProgram, identifier: Symbol, node: ast.stmt, *, past: frozenset[Symbol] = frozenset()
) -> Statement:
    """Whose a statement of start-up is. What events and tasks run has verdicts of its own."""
    lines = range(node.lineno, (node.end_lineno or node.lineno) + 1)
    elsewhere = program.state.entry_points.started_elsewhere | registered_handlers(program).keys()
    here = Station(program.file_of(identifier).path, node.lineno, identifier.qualname)
    touches = [touch for touch in program.reach(identifier).touches if touch.line in lines and not touch.scoped]
    edges = [
        edge
        for edge in program.edges(identifier)
        if edge.line in lines and not edge.scoped and edge.target not in elsewhere
    ]
    process = program.state.gate.process_values
    questions = ((process, past | answering_for_process(program), INSECURE), (frozenset[str](), past, GLOBAL))
    for but, passed, verdict in questions:
        ways: list[tuple[str, tuple[Station, ...]]] = [
            (touch.expression, (replace(here, line=touch.line, reached=touch.expression),))
            for touch in touches
            if touch.state not in but
        ]
        paths = [(edge, path) for edge in edges if (path := program.path_to_state(edge.target, but=but, past=passed))]
        ways += [
            (str(path), (replace(here, line=edge.line), *stations(program, path)))
            for edge, path in sorted(paths, key=lambda item: len(item[1].steps))
        ]
        if ways:
            found, way = ways[0]
            reason = found if verdict == INSECURE else phrase("reads what the whole process uses: {found}", found=found)
            return Statement(node.lineno, verdict, reason, way=way)
    return Statement(node.lineno, GLOBAL, phrase("reaches no tenant data"))
