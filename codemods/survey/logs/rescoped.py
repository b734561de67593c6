"""Lines that a gateway logs outside of its tenant's scope, and can log for that tenant: where its ids stay known."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.analysis.chains import called_name, chain_of
from codemods.analysis.symbols import Symbol
from codemods.analysis.writes import LOGGING
from codemods.places import Scoping
from codemods.survey.gateway.branches import Place, placed
from codemods.survey.logs.outside import OUTSIDE, lines_outside
from codemods.survey.program import TenantProgram
from codemods.survey.sites import Site

_LOOPS = (ast.For, ast.AsyncFor, ast.While)
Ids = tuple[str, ...]


def outside_sites(program: TenantProgram) -> Iterator[Site]:
    for identifier, lines in lines_outside(program).items():
        node = program.sources.function(identifier)
        places = list(placed(node.body, ())) if node is not None else []
        scopes = [(place, ids) for place in places if (ids := _entered(program, identifier, place))]
        if len({ids for _, ids in scopes}) != 1:
            continue
        (ids,) = {ids for _, ids in scopes}
        given = {parameter.name for parameter in program.functions[identifier].parameters}
        logging = [place for place in places if _is_line(program, identifier, place[-1][0])]
        for number, place in enumerate(logging):
            if place[-1][0].lineno in lines and all(
                _is_known(name, place, given) and all(_stays(name, place, scope, places) for scope, _ in scopes)
                for name in ids
            ):
                yield Site(OUTSIDE, program.file_of(identifier).path, Scoping(identifier.qualname, number, ids))


def _entered(program: TenantProgram, identifier: Symbol, place: Place) -> Ids:
    """The names of the ids with which a statement enters a tenant to have a message processed in it, or ()."""
    statement = place[-1][0]
    if not isinstance(statement, (ast.With, ast.AsyncWith)):
        return ()
    last = statement.end_lineno or statement.lineno
    process = program.state.entry_points.process
    if not any(statement.lineno <= line <= last for line, _ in program.calls_of(identifier, process)):
        return ()
    for item in statement.items:
        call = item.context_expr
        if isinstance(call, ast.Call) and program.is_scope(chain_of(call.func), identifier):
            names = tuple(value.id for value in call.args if isinstance(value, ast.Name))
            return names if len(names) == len(call.args) == 2 and not call.keywords else ()
    return ()


def _is_line(program: TenantProgram, identifier: Symbol, statement: ast.stmt) -> bool:
    """Whether a statement is nothing but a call that logs, on lines of its own."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    if not isinstance(call, ast.Call) or called_name(call) not in LOGGING:
        return False
    text = program.sources.text(identifier.module).splitlines()
    before = text[statement.lineno - 1][: statement.col_offset]
    after = text[(statement.end_lineno or statement.lineno) - 1][statement.end_col_offset :]
    return not before.strip() and after.strip()[:1] in (b"", b"#")


def _is_known(name: str, place: Place, given: set[str]) -> bool:
    """Whether a name surely has a value at a statement: a parameter's, or one that was given on the way to it."""
    return name in given or any(
        _binds(earlier, name) for statement, block in place for earlier in block[: block.index(statement)]
    )


def _binds(statement: ast.stmt, name: str) -> bool:
    if not isinstance(statement, (ast.Assign, ast.AnnAssign)) or statement.value is None:
        return False
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    parts = [part for target in targets for part in (target.elts if isinstance(target, ast.Tuple) else [target])]
    return any(isinstance(part, ast.Name) and part.id == name for part in parts)


def _stays(name: str, place: Place, scope: Place, places: list[Place]) -> bool:
    """Whether a name is the same at a statement as where the scope is entered: for the same message."""
    first, last = sorted((place[-1][0].lineno, scope[-1][0].lineno))
    loops, others = ([item for item, _ in way if isinstance(item, _LOOPS)] for way in (place, scope))
    return loops == others and not any(
        isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Load)
        for statement in (inner[-1][0] for inner in places)
        if first < statement.lineno < last
        for node in ast.walk(statement)
    )
