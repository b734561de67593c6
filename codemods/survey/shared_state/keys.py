"""Ids that are no ids any more: joined into one text, or with characters replaced, two may become the same."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from functools import partial

from codemods.analysis.chains import Chain, chain_of
from codemods.analysis.nodes import walk
from codemods.analysis.symbols import Symbol
from codemods.messages import phrase
from codemods.survey.program import TenantProgram, once
from codemods.survey.rows import reads_context
from codemods.survey.verdicts import Finding

# Methods after which two texts may be one.
_LOSSY = frozenset({"replace", "sub", "lower", "upper", "casefold", "translate"})
_PAIRING = (phrase("or escape the separator in each id before they are joined"),)
_BOTH = (phrase("hand on the tenant's id as well, and look it up by the pair"),)
_STORED = (
    phrase(
        "a digest of it may be what rows are stored under: with another one every chat is new, and nobody finds what "
        "is stored under the old ones until these rows are migrated as well"
    ),
)
_ESCAPING = (phrase("escape the characters instead, as quote(id, safe='') does"),)
# Modules outside of functions, and lambdas.
_NO_DEF = re.compile(r"<\w+>[^.]*$")


def confused_ids(program: TenantProgram) -> Iterator[Finding]:
    """Where ids are joined, replaced or left out, so that what is one tenant's may be another's too."""
    # A function is asked all at once: its file need not be parsed again for each.
    found: tuple[list[Finding], ...] = ([], [], [])
    for identifier in _mentioning(program):
        for findings, question in zip(found, (_joined, _replaced, _lone_agent), strict=True):
            findings += question(program, identifier)
    for findings in found:
        yield from findings


def _joined(program: TenantProgram, identifier: Symbol) -> Iterator[Finding]:
    """Where a text is made of a tenant's and an agent's id, and kept, looked up or answered."""
    columns = program.state.models.columns
    nodes = program.sources.nodes(identifier)
    joins = [part for part in nodes if isinstance(part, ast.expr) and _joins(program, identifier, part, columns)]
    messages = {id(part) for call in nodes if _is_message(call) for part in walk(call)} if joins else ()
    for part in joins:
        if id(part) not in messages:
            reason = phrase("joins the ids of tenant and agent into one text, which two pairs may share: keep the pair")
            path = program.file_of(identifier).path
            uses = program.functions[identifier].uses
            details = _STORED if any(use.chain[0] == "hashlib" for use in uses) else _PAIRING
            yield Finding(path, part.lineno, reason, "joined-ids", details=details)
            return


def joins_of(program: TenantProgram) -> Iterator[tuple[Symbol, list[ast.expr]]]:
    """The functions whose every join of ids is a text with these in it, and no part of a message; with these texts."""
    columns = program.state.models.columns
    for identifier in _mentioning(program):
        nodes = program.sources.nodes(identifier)
        found = [part for part in nodes if isinstance(part, ast.expr)]
        joins = [part for part in found if _joins(program, identifier, part, columns)]
        messages = {id(part) for call in nodes if _is_message(call) for part in walk(call)} if joins else ()
        if joins and all(isinstance(part, ast.JoinedStr) and id(part) not in messages for part in joins):
            yield identifier, joins


def _replaced(program: TenantProgram, identifier: Symbol) -> Iterator[Finding]:
    """Where an id loses characters on its way into a path or a key, by itself or in a function that it is given to."""
    for call, _ in _shortened_in(program, identifier):
        reason = phrase("replaces characters of an id: several tenants' ids may become one, and share what it names")
        path = program.file_of(identifier).path
        yield Finding(path, call.lineno, reason, "ambiguous-id", details=_ESCAPING)
        return


def shortened_ids(program: TenantProgram) -> Iterator[tuple[Symbol, ast.Call, ast.expr]]:
    """Each call that shortens an id, with the function that it stands in and the id."""
    for identifier in _mentioning(program):
        yield from ((identifier, call, whole) for call, whole in _shortened_in(program, identifier))


def _shortened_in(program: TenantProgram, identifier: Symbol) -> Iterator[tuple[ast.Call, ast.expr]]:
    """Those of a function; not where what the call answers is handed on together with the whole id, which tells it
    apart."""
    columns = program.state.models.columns
    calls = [part for part in program.sources.nodes(identifier) if isinstance(part, ast.Call)]
    found = [(call, _shortened(program, identifier, call, columns)) for call in calls]
    wholes = _beside(calls) if any(whole is not None for _, whole in found) else {}
    for call, whole in found:
        if whole is not None and ast.dump(whole) not in wholes.get(id(call), ()):
            yield call, whole


def _lone_agent(program: TenantProgram, identifier: Symbol) -> Iterator[Finding]:
    """Where a function has both ids, and hands on the agent's alone: several tenants may have an agent of that name."""
    columns, node = program.state.models.columns, program.sources.function(identifier)
    parts = [part for part in walk(node) if isinstance(part, ast.expr)] if node is not None else []
    calls = [part for part in parts if isinstance(part, ast.Call)]
    alone = [call for call in calls if _is_handed(call, columns) == {1}]
    if not alone or not any(_id_of(part, columns) == 0 for part in parts):
        return
    for call in alone:
        if _hands_on(program, identifier, call, calls, columns):
            reason = phrase("looks something up by the agent's id alone, which several tenants may have")
            path = program.file_of(identifier).path
            yield Finding(path, call.lineno, reason, "lone-agent", details=_BOTH)
            return


def _hands_on(
    program: TenantProgram, frame: Symbol, call: ast.Call, others: Sequence[ast.Call], columns: tuple[str, ...]
) -> bool:
    """Whether a call hands the agent's id, which it is given alone, to what knows of no tenant otherwise."""
    chain = chain_of(call.func)
    called = [value.name for value in program.values(chain, frame) if value.kind == "function"] if chain else []
    # What each of the ids is given to by itself makes something of a part, such as a name of a folder.
    parts = any(chain_of(other.func) == chain and 0 in _is_handed(other, columns) for other in others)
    return bool(called) and not parts and not any(map(partial(reads_context, program), called))


def _is_handed(call: ast.Call, columns: tuple[str, ...]) -> set[int]:
    """Which of the ids a call is handed."""
    arguments = (*call.args, *(item.value for item in call.keywords))
    return {index for argument in arguments if (index := _id_of(argument, columns)) is not None}


def _shortened(program: TenantProgram, frame: Symbol, call: ast.Call, columns: tuple[str, ...]) -> ast.expr | None:
    """The id that a call makes something shorter of: a method of texts, or a function that calls one for it."""
    if isinstance(call.func, ast.Attribute) and call.func.attr in _LOSSY:
        return next((part for part in (call.func.value, *call.args) if _id_of(part, columns) is not None), None)
    whole = next((argument for argument in call.args if _id_of(argument, columns) is not None), None)
    chain = chain_of(call.func) if whole is not None else ()
    values = program.values(chain, frame) if chain else ()
    return whole if any(value.kind == "function" and shortening(program, value.name) for value in values) else None


def shortening(program: TenantProgram, identifier: Symbol) -> list[tuple[ast.Call, ast.expr]]:
    """The calls by which a function answers with its parameter, some characters of it replaced, and the parameter."""
    names = {parameter.name for parameter in program.functions[identifier].parameters}
    answers = [part.value for part in program.sources.nodes(identifier) if isinstance(part, ast.Return)]
    calls = [part for answer in answers if answer for part in walk(answer) if isinstance(part, ast.Call)]
    wholes = _beside(calls)
    found: list[tuple[ast.Call, ast.expr]] = []
    for call in calls:
        if isinstance(call.func, ast.Attribute) and call.func.attr in _LOSSY:
            given = [item for item in (call.func.value, *call.args) if isinstance(item, ast.Name) and item.id in names]
            found += [(call, item) for item in given[:1] if ast.dump(item) not in wholes.get(id(call), ())]
    return found


def _beside(calls: list[ast.Call]) -> dict[int, set[str]]:
    """What calls are given together with each of their arguments, that argument with it."""
    return {id(part): {ast.dump(other) for other in call.args} for call in calls for part in call.args}


@once
def _mentioning(program: TenantProgram) -> tuple[Symbol, ...]:
    """The functions that are given a tenant's or an agent's id, or name one, in the order of the files."""
    names = {*program.state.models.columns, *(getter.name for getter in program.state.context.getters)}
    naming = {identifier for name in names for identifier in program.naming(name)}
    naming |= {
        identifier
        for identifier, function in program.functions.items()
        if any(parameter.name in names for parameter in function.parameters)
    }
    return tuple(item for item in program.functions if item in naming and not _NO_DEF.search(item.qualname))


# Methods of texts that put others into one.
_JOINING = frozenset({"join", "format", "substitute", "safe_substitute"})
# What answers with something of each item of its last argument.
_OF_EACH = frozenset({("map",), ("filter",), ("list",), ("tuple",), ("sorted",)})


def _is_message(node: ast.AST) -> bool:
    """Whether a call or a raise only makes a message: a log's, or an error's."""
    if isinstance(node, ast.Raise):
        return True
    chain = chain_of(node.func) if isinstance(node, ast.Call) else ()
    return bool(chain) and chain[-1].lstrip(".") in (
        *("debug", "info", "warning", "error", "critical", "exception", "log", "print", "trace"),
    )


def _joins(program: TenantProgram, frame: Symbol, node: ast.expr, columns: tuple[str, ...]) -> bool:
    parts: list[ast.expr] = []
    if isinstance(node, ast.JoinedStr):
        parts = [item.value for item in node.values if isinstance(item, ast.FormattedValue)]
    elif isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Mod)):
        parts = [item for item in walk(node) if isinstance(item, (ast.Name, ast.Attribute, ast.Call))]
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _JOINING:
        is_text = _is_text(program, frame, node.func.value)
        arguments = (*node.args, *(item.value for item in node.keywords)) if is_text else ()
        parts = [item for argument in arguments for item in _elements(argument)]
    found = {index for part in parts for index in _ids_in(program, frame, part, columns)}
    return len(found) > 1


def _ids_in(program: TenantProgram, frame: Symbol, node: ast.expr, columns: tuple[str, ...]) -> Iterator[int]:
    """The ids that an expression is, or that what it goes through holds."""
    if isinstance(node, (ast.GeneratorExp, ast.ListComp)):
        node = node.generators[0].iter
    index = _id_of(node, columns)
    if index is not None:
        yield index
    elif isinstance(node, ast.Name):
        for chain in program.functions[frame].assigned.get(node.id, ()):
            if (index := _named_id(chain, columns)) is not None:
                yield index


def _is_text(program: TenantProgram, frame: Symbol, node: ast.expr) -> bool:
    """Whether an expression is a text, one that has a name, or a template."""
    if isinstance(node, ast.Name):
        home = program.functions[program.program.home(node.id, frame)]
        return node.id in home.assigned and not home.assigned[node.id]
    return isinstance(node, (ast.Constant, ast.JoinedStr)) or _is_template(node)


def _is_template(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and chain_of(node.func)[-1:] in (("Template",), (".Template",))


def _elements(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.Call) and node.args and chain_of(node.func) in _OF_EACH:
        node = node.args[-1]
    return list(node.elts) if isinstance(node, (ast.List, ast.Tuple, ast.Set)) else [node]


def _id_of(node: ast.expr, columns: tuple[str, ...]) -> int | None:
    """Which of the ids an expression is: of the tenant (0), of the agent (1), or None."""
    while isinstance(node, ast.Call) and chain_of(node.func) == ("str",) and node.args:
        node = node.args[0]
    return _named_id(chain_of(node.values[0] if isinstance(node, ast.BoolOp) else node), columns)


def _named_id(chain: Chain, columns: tuple[str, ...]) -> int | None:
    last = next((part for part in reversed(chain) if part not in ("()", "[]")), "").lstrip(".")
    for index, column in enumerate(columns):
        if last == column or last.endswith("_" + column):
            return index
    return None
