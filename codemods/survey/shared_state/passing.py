"""What a holder keeps that tells nobody of another: numbers for names, and what is the same for all."""

from __future__ import annotations

import ast
import re
from collections.abc import Container, Iterator, Sequence

from codemods.analysis.chains import Chain, chain_of
from codemods.analysis.holders import Holders
from codemods.analysis.kept import Change, Holder
from codemods.analysis.matching import matched
from codemods.analysis.symbols import Symbol
from codemods.analysis.writes import ADDED, BIND
from codemods.survey.program import TenantProgram

# Callers are followed so far.
_DEEPEST = 3
# What may stand around a number in a name.
_NAME = re.compile(r"[\w.:/-]*")


def only_numbers(program: TenantProgram, holders: Holders, holder: Holder, changes: Sequence[Change]) -> bool:
    """Whether a holder counts up and does nothing but number names: f"prompt_{count}", that its function answers."""
    if not all(
        change.write.how == ADDED and change.write.value and not change.write.value.chains for change in changes
    ):
        return False
    counting = {change.function for change in changes}
    readings = [reading for reading in holders.readers(holder) if reading.use.role != "store"]
    return bool(readings) and all(
        reading.function in counting and reading.use.chain in _numbered(program, reading.function)
        for reading in readings
    )


def is_common(program: TenantProgram, changes: Sequence[Change], working: Container[Symbol]) -> bool:
    """Whether a holder is only given what an object of the process answers all tenants alike, by what is `working`."""
    return all(
        change.write.how == BIND
        and change.write.value is not None
        and bool(change.write.value.chains)
        and _answers_alike(program, change.write.value.chains[0], change.function, working, 0)
        for change in changes
    )


def _answers_alike(program: TenantProgram, chain: Chain, frame: Symbol, working: Container[Symbol], depth: int) -> bool:
    for cut in range(1, len(chain)):
        for value in program.values(chain[:cut], frame):
            shared = program.state.shared.get(value.name) if value.kind == "shared" else None
            if shared is not None and chain[cut][1:] in shared.common:
                return True
    function = program.functions[frame]
    if depth == _DEEPEST or len(chain) != 1:
        return False
    given = [(other, frame) for other in function.assigned.get(chain[0], ())]
    if any(item.name == chain[0] for item in function.parameters):
        given += [item for item in _handed(program, frame, chain[0]) if item[1] in working]
    return bool(given) and all(_answers_alike(program, other, where, working, depth + 1) for other, where in given)


def _handed(program: TenantProgram, identifier: Symbol, parameter: str) -> Iterator[tuple[Chain, Symbol]]:
    """What calls by a function's name hand it, whatever they are made on, each with the function around the call."""
    function = program.functions[identifier]
    for caller in program.naming(function.name):
        for use in program.functions[caller].uses:
            if use.chain[-1:] == ("()",) and use.chain[-2].lstrip(".") == function.name:
                yield from ((chain, caller) for name, chain in matched(function, use) if name == parameter)


def _numbered(program: TenantProgram, identifier: Symbol) -> set[Chain]:
    """What stands in the names that a function answers, where it answers nothing else."""
    answers = [node.value for node in program.sources.nodes(identifier) if isinstance(node, ast.Return)]
    found: set[Chain] = set()
    for answer in answers:
        if not isinstance(answer, ast.JoinedStr) or not all(map(_NAME.fullmatch, _texts(answer))):
            return set()
        found |= {chain_of(part.value) for part in answer.values if isinstance(part, ast.FormattedValue)}
    return found


def _texts(node: ast.JoinedStr) -> Iterator[str]:
    return (str(part.value) for part in node.values if isinstance(part, ast.Constant))
