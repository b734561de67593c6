"""What a holder keeps while it is under way: entries that what puts them in takes out again, whatever happens."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from codemods.analysis.chains import chain_of
from codemods.analysis.facts import Use
from codemods.analysis.holders import Holders
from codemods.analysis.kept import Change, Holder, Reading
from codemods.analysis.nodes import own_nodes, walk
from codemods.analysis.sources import is_thrown_away
from codemods.analysis.symbols import Symbol
from codemods.analysis.writes import REMOVING
from codemods.survey.program import TenantProgram
from codemods.survey.shared_state.made_once import bodies

_ENTERING = frozenset({"add", "append", "setdefault"})
_LEAVING = frozenset({"discard", "remove", "pop"})
# What goes away before what stands below it.
_GOING = (ast.Return, ast.Raise, ast.Continue, ast.Break)
_SIMPLE = (ast.Expr, ast.Assign, ast.AnnAssign, ast.Return)
_REPEATED = (ast.For, ast.AsyncFor, ast.While)


class UnderWay:
    """Answers for one holder."""

    def __init__(self, program: TenantProgram, holders: Holders, holder: Holder) -> None:
        self.program = program
        self.holders = holders
        self.holder = holder

    def takes_out_all(self, changes: Sequence[Change]) -> bool:
        """Whether each entry that is put in is taken out by its key in a `finally`: of the same function, or of one
        that it hands the key to; and nobody gets hold of an entry meanwhile."""
        adding = [change for change in changes if change.write.how not in REMOVING]
        return (
            bool(adding)
            and all(not change.entry and self._is_taken_out(change) for change in adding)
            and all(self._is_blind(reading) for reading in self.holders.readers(self.holder))
        )

    def _is_taken_out(self, change: Change) -> bool:
        body = self.program.sources.body(change.function)
        found = [
            (node, key)
            for node in own_nodes(body)
            if _line(node) == change.write.line
            for container, key in _entered(node)
            if self._is_it(container, change.function)
        ]
        return bool(found) and all(
            _stays(key, node, body) and any(self._ends(later, key, change.function) for later in _behind(body, node))
            for node, key in found
        )

    def _ends(self, statement: ast.stmt, key: ast.expr, frame: Symbol) -> bool:
        """Whether a statement takes an entry out at its end, or hands its key to a function that does."""
        if isinstance(statement, (ast.Try, ast.TryStar)):
            return self._takes_out(statement.finalbody, key, frame)
        if isinstance(statement, (ast.With, ast.AsyncWith)):
            return any(self._ends(part, key, frame) for part in _sure(statement.body))
        if not isinstance(statement, _SIMPLE):
            return False
        return any(
            isinstance(part, (ast.Try, ast.TryStar)) and self._ends(part, name, function)
            for call in own_nodes([statement])
            if isinstance(call, ast.Call)
            for function, name in self._handed(call, key, frame)
            for part in _sure(self.program.sources.body(function))
        )

    def _takes_out(self, block: Sequence[ast.stmt], key: ast.expr, frame: Symbol) -> bool:
        for statement in block:
            for container, taken in _taken(statement):
                if self._is_it(container, frame) and ast.dump(taken) == ast.dump(key):
                    return True
            is_if = isinstance(statement, ast.If) and self._asks_for(statement.test, key, frame)
            is_inside = is_if or isinstance(statement, (ast.With, ast.AsyncWith))
            if is_inside and self._takes_out(bodies(statement)[0], key, frame):
                return True
        return False

    def _asks_for(self, test: ast.expr, key: ast.expr, frame: Symbol) -> bool:
        """Whether a test is `key in holder`."""
        return (
            isinstance(test, ast.Compare)
            and isinstance(test.ops[0], ast.In)
            and ast.dump(test.left) == ast.dump(key)
            and self._is_it(test.comparators[0], frame)
        )

    def _handed(self, call: ast.Call, key: ast.expr, frame: Symbol) -> Iterator[tuple[Symbol, ast.expr]]:
        """The functions that a call runs or starts with a key among what they are given, and the key's name there."""
        given = [call.func, *call.args]
        places = [place for place, item in enumerate(given) if ast.dump(item) == ast.dump(key)]
        for place, item in enumerate(given):
            wrapped = [item, *item.args] if isinstance(item, ast.Call) else [item]
            for function in (value for each in wrapped for value in self._functions(each, frame)):
                names = [item.name for item in self.program.functions[function].parameters if item.name != "self"]
                for found in places:
                    if 0 < found - place <= len(names):
                        yield function, ast.Name(names[found - place - 1], ast.Load())

    def _functions(self, node: ast.expr, frame: Symbol) -> list[Symbol]:
        chain = chain_of(node)
        values = self.program.values(chain, frame) if chain else ()
        return [value.name for value in values if value.kind == "function"]

    def _is_it(self, container: ast.expr, frame: Symbol) -> bool:
        return self.holders.at(chain_of(container), frame).get(self.holder) is False

    def _is_blind(self, reading: Reading) -> bool:
        """Whether a use only asks for a key, or how many there are, or gets nothing for what it changes."""
        following = reading.use.chain[reading.cut :]
        body = self.program.sources.body(reading.function)
        if not following:
            return reading.use.role in ("test", "size", "store")
        if following[0] == "[]":
            return following == ("[]",) and _is_only_stored(body, reading.use)
        if following[0][1:] not in _ENTERING | _LEAVING:
            return False
        return following[0][1:] not in ("setdefault", "pop") or is_thrown_away(body, reading.use.chain)


def _is_only_stored(body: Sequence[ast.stmt], use: Use) -> bool:
    """Whether a line puts something into a container, or takes it out, and reads nothing there."""
    nodes = [node for node in own_nodes(body) if _line(node) == use.line and isinstance(node, ast.Subscript)]
    return not any(isinstance(node.ctx, ast.Load) for node in nodes if chain_of(node) == use.chain)


def _entered(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """What a node puts an entry into, and by which key."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr in _ENTERING and node.args:
            yield node.func.value, node.args[0]
    elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
        yield node.value, node.slice


def _taken(statement: ast.stmt) -> Iterator[tuple[ast.expr, ast.expr]]:
    """What a statement takes an entry out of and throws away, and by which key."""
    if isinstance(statement, ast.Delete):
        targets = (target for target in statement.targets if isinstance(target, ast.Subscript))
        yield from ((target.value, target.slice) for target in targets)
    call = statement.value if isinstance(statement, ast.Expr) else None
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in _LEAVING and call.args:
        yield call.func.value, call.args[0]


def _behind(block: Sequence[ast.stmt], node: ast.AST) -> Iterator[ast.stmt]:
    """The statements that are sure to run once a node has run: those around it, as their `finally`, and those below."""
    number = next((number for number, statement in enumerate(block) if _is_within([statement], node)), None)
    if number is None:
        return
    for inner in bodies(block[number]):
        yield from _behind(inner, node)
    is_tried = isinstance(block[number], (ast.Try, ast.TryStar))
    if is_tried and _is_within(bodies(block[number])[0], node):
        yield block[number]
    if isinstance(block[number], _REPEATED) or _may_go(block[number], node):
        return
    yield from _sure(block[number + 1 :])


def _sure(block: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a block up to one that may leave it."""
    for statement in block:
        yield statement
        if _may_go(statement, statement):
            return


def _may_go(statement: ast.stmt, node: ast.AST) -> bool:
    """Whether a statement may leave the block that it is in, below a node."""
    return any(isinstance(part, _GOING) and part.lineno >= _line(node) for part in own_nodes([statement]))


def _line(node: ast.AST) -> int:
    return getattr(node, "lineno", 0)


def _is_within(block: Sequence[ast.stmt], node: ast.AST) -> bool:
    return any(part is node for part in own_nodes(block))


def _stays(key: ast.expr, node: ast.AST, body: Sequence[ast.stmt]) -> bool:
    """Whether a key is the same afterwards: nothing in it is called, or given something else below."""
    names = {ast.unparse(part) for part in walk(key) if isinstance(part, (ast.Name, ast.Attribute, ast.Subscript))}
    return not any(isinstance(part, ast.Call) for part in walk(key)) and not any(
        isinstance(part.ctx, (ast.Store, ast.Del)) and part.lineno > _line(node) and ast.unparse(part) in names
        for part in own_nodes(body)
        if isinstance(part, (ast.Name, ast.Attribute, ast.Subscript))
    )
