"""Middleware that keeps what handlers have answered: a tenant's answer, and whoever asks next is given it."""

from __future__ import annotations

from collections.abc import Iterator

from codemods.analysis.chains import Chain
from codemods.analysis.facts import FunctionFacts
from codemods.analysis.kept import ATTRIBUTE, Change, Holder
from codemods.analysis.matching import matched
from codemods.analysis.sources import given
from codemods.analysis.symbols import Symbol
from codemods.analysis.writes import REMOVING, operand_of
from codemods.messages import phrase
from codemods.survey.lookups import holders_of
from codemods.survey.program import TenantProgram
from codemods.survey.shared_state.sharing import sharing_of
from codemods.survey.verdicts import Finding
from codemods.survey.webui.routers import routers_of

# What an answer says that is no tenant's.
_PLAIN = frozenset({".status_code"})


def kept_answers(program: TenantProgram) -> Iterator[Finding]:
    """Every change by which middleware keeps an answer for everybody."""
    middleware = dict.fromkeys(item for found in routers_of(program).middleware.values() for item in found)
    answered = {function: names for item in middleware for function, names in _answered(program, item).items()}
    if not answered:
        return
    for holder, changes in sorted(holders_of(program).changes.items()):
        kept = [change for change in changes if _keeps(change, answered)]
        if kept and _is_everybodys(program, holder, changes, kept, {item.owner for item in middleware}):
            reason = phrase("{holder} keeps for everybody what handlers have answered", holder=holder.name)
            path = program.file_of(kept[0].function).path
            yield Finding(path, kept[0].write.line, reason, f"kept-answer {holder.name}")


def _is_everybodys(
    program: TenantProgram, holder: Holder, changes: list[Change], kept: list[Change], owners: set[Symbol]
) -> bool:
    judge = sharing_of(program).judge
    is_middlewares = holder.kind == ATTRIBUTE and holder.owner in owners  # the application makes one object of it
    return (is_middlewares or judge.is_shared(holder, changes)) and judge.partition(holder, kept) is None


def _keeps(change: Change, answered: dict[Symbol, set[str]]) -> bool:
    names, value = answered.get(change.function), change.write.value
    if not names or value is None or change.write.how in REMOVING:
        return bool(names) and change.write.how == "update"  # what it is given by names is not written down
    return any(chain[0] in names and chain[-1] not in _PLAIN for chain in value.chains)


def _answered(program: TenantProgram, middleware: Symbol) -> dict[Symbol, set[str]]:
    """The names that stand for answers in a middleware, in functions in it, and in those that are handed answers."""
    found: dict[Symbol, set[str]] = {}
    around = program.functions[middleware]
    queue = [(middleware, {item.name for item in around.parameters if _is_called(around, item.name)})]
    for inner in _handed_on(program, middleware):  # what the application sends goes through these
        queue.append((inner, {item.name for item in program.functions[inner].parameters}))
    while queue:
        function, names = queue.pop()
        if names <= found.get(function, set()):
            continue
        found[function] = known = _following(program, function, names | found.get(function, set()))
        for use in program.functions[function].uses:
            handed = [item.chain for item in use.arguments if item.chain and item.chain[0] in known]
            for value in program.values(use.chain[:-1], function) if handed and use.chain[-1] == "()" else ():
                if value.kind == "function" and value.name in program.functions:
                    pairs: list[tuple[str, Chain]] = list(matched(program.functions[value.name], use))
                    queue.append((value.name, {name for name, chain in pairs if chain in handed}))
    return found


def _is_called(function: FunctionFacts, name: str) -> bool:
    return any(use.chain[:2] == (name, "()") for use in function.uses)


def _handed_on(program: TenantProgram, middleware: Symbol) -> Iterator[Symbol]:
    """The functions in a middleware that it hands on."""
    for use in program.functions[middleware].uses:
        for item in use.arguments:
            for value in program.values(item.chain, middleware) if item.chain else ():
                if value.kind == "function" and program.around(value.name) == middleware:
                    yield value.name


def _following(program: TenantProgram, function: Symbol, names: set[str]) -> set[str]:
    """These names of a function, and those that are given something of them."""
    while True:
        more = set(names)
        for node in program.sources.nodes(function):
            for target, value in given(node):
                operand = operand_of(value)
                if operand is not None and any(chain[0] in names for chain in operand.chains):
                    bound = operand_of(target)
                    more |= {chain[0] for chain in bound.chains if len(chain) == 1} if bound is not None else set()
        if more == names:
            return names
        names = more
