"""What files read of tenants' rows as they are imported: once for the process, before any tenant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from codemods.analysis.containers import looks_up
from codemods.analysis.reach import Step, Touch
from codemods.analysis.symbols import MODULE_BODY, Symbol
from codemods.messages import phrase
from codemods.survey.background.without import is_program_by_hand
from codemods.survey.program import TenantProgram
from codemods.survey.verdicts import Finding, Station, stations

# What says how a table is made, and meets none of its rows.
_DEFINING = frozenset({"add_index", "bind", "create_table", "index", "table_exists"})


def read_on_import(program: TenantProgram) -> Iterator[Finding]:
    """The lines of files that read such rows, themselves or by what they call: not by what they only hand on."""
    tables = {cls.qualname for identifier, cls in program.classes.items() if program.is_model(identifier)}
    for module in program.files:
        body = Symbol(module, MODULE_BODY)
        if module in program.brought or program.path_to_state(body, but=program.state.gate.process_values) is None:
            continue
        if not is_program_by_hand(program, body):
            for line, (way, places) in sorted(_ways(program, body, tables).items()):
                reason = phrase("is run as the file is imported, before any tenant: {way}", way=way)
                yield Finding(program.file_of(body).path, line, reason, "rows-on-import", way=places)


def _ways(program: TenantProgram, body: Symbol, tables: set[str]) -> dict[int, tuple[str, tuple[Station, ...]]]:
    """How a file gets to rows as it is imported, by its lines."""
    touches = (item for item in program.reach(body).touches if not item.scoped and _reads(item, tables))
    found: dict[int, tuple[str, tuple[Station, ...]]] = {item.line: (item.expression, ()) for item in touches}
    for edge in program.edges(body):
        if edge.scoped or edge.guessed or edge.line in found or not _calls(program, body, edge.line, edge.target):
            continue
        path = program.path_to_state(edge.target, but=program.state.gate.process_values)
        if path is None or not _runs_all(program, path.steps):
            continue
        if any(_reads(item, tables) for item in program.reach(path.steps[-1].function).touches):
            found[edge.line] = str(path), stations(program, path)
    return found


def _meets_rows(expression: str) -> bool:
    """Whether what is done to a model is a query: to name one of its columns is none, nor is what defines its table."""
    return "()" in expression and expression.removesuffix("()").rpartition(".")[2] not in _DEFINING


def _reads(touch: Touch, tables: set[str]) -> bool:
    """Whether rows of a table are asked for: by a method of its own, and not by one of its columns, as an index is."""
    parts = touch.expression.replace("[...]", "").split(".")
    called = next((at for at, part in enumerate(parts) if part.endswith(")")), 0)
    name = touch.state.rpartition(".")[2]
    is_tables = called > 0 and (called == 1 or parts[called - 1] == name)
    return touch.state in tables and is_tables and _meets_rows(touch.expression)


def _runs_all(program: TenantProgram, steps: Sequence[Step]) -> bool:
    """Whether each station of a way calls the next, and does not only name it."""
    return all(_calls(program, step.function, step.line, following.function) for step, following in pairwise(steps))


def _calls(program: TenantProgram, frame: Symbol, line: int, target: Symbol) -> bool:
    """Whether a function calls another at a line, or makes an object whose method that is."""
    for use in program.functions[frame].uses:
        for cut in range(1, len(use.chain)) if use.line == line else ():
            is_called = use.chain[cut] == "()"
            for value in program.values(use.chain[:cut], frame):
                if value.name == target and looks_up(use.chain[cut - 1], target.name):
                    continue
                if value.name == target and (is_called or value.kind == "property"):
                    return True
                if is_called and value.kind == "class" and value.name == target.owner:
                    return True
    return False
