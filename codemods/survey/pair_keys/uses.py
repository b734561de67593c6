"""What becomes of a value: whether every use of it in view is as a key of a container in memory."""

from __future__ import annotations

import ast

from codemods.analysis.chains import chain_of
from codemods.analysis.containers import LOOKING_UP, STORING
from codemods.analysis.sources import own_nodes
from codemods.analysis.symbols import MODULE_BODY, Symbol
from codemods.survey.program import TenantProgram

# Methods of containers whose first argument is a key.
_KEYED = LOOKING_UP | STORING | {"move_to_end"}
# What writes a container somewhere, with its keys.
_STORING_AWAY = frozenset({"dump", "dumps", "pack", "packb", "save", "write", "write_text"})


class Uses:
    """Answers for the expressions of one program."""

    def __init__(self, program: TenantProgram) -> None:
        self.program = program
        self._around: dict[Symbol, dict[int, ast.AST]] = {}
        # Parameters and functions that are being looked at: what they go round to is no other use.
        self._open: set[tuple[Symbol, str]] = set()

    def is_key(self, node: ast.expr, frame: Symbol) -> bool:
        """Whether an expression of a function is a key, or nothing but looked at."""
        around = self._above(frame).get(id(node))
        if isinstance(around, ast.Subscript):
            return around.slice is node and self._stays_in_memory(around.value, frame)
        if isinstance(around, ast.Compare):
            return self._compares(around, node, frame)
        if isinstance(around, ast.Return):
            return self._is_key_of_callers(frame)
        if isinstance(around, (ast.Assign, ast.AnnAssign)):
            return self._is_key_by_name(around, frame)
        if isinstance(around, ast.Call):
            return self._is_key_of_call(around, node, frame)
        if isinstance(around, ast.IfExp) and node is not around.test:
            return self.is_key(around, frame)
        is_test = isinstance(around, (ast.If, ast.IfExp, ast.While)) and around.test is node
        return is_test or (isinstance(around, ast.UnaryOp) and isinstance(around.op, ast.Not))

    def _compares(self, around: ast.Compare, node: ast.expr, frame: Symbol) -> bool:
        if all(isinstance(op, (ast.Is, ast.IsNot)) for op in around.ops):
            return True
        is_lookup = all(isinstance(op, (ast.In, ast.NotIn)) for op in around.ops) and around.left is node
        return is_lookup and self._stays_in_memory(around.comparators[0], frame)

    def _is_key_by_name(self, assignment: ast.Assign | ast.AnnAssign, frame: Symbol) -> bool:
        targets = assignment.targets if isinstance(assignment, ast.Assign) else [assignment.target]
        names = [target.id for target in targets if isinstance(target, ast.Name)]
        return len(names) == len(targets) and all(self._is_key_named(name, frame) for name in names)

    def _is_key_named(self, name: str, frame: Symbol) -> bool:
        """Whether all that a function, and those inside it, use a name of its own for is a key."""
        function = self.program.functions[frame]
        inner = f"{frame.qualname}.<locals>."
        if name in function.global_names or frame.qualname == MODULE_BODY:
            return False
        for identifier in self.program.naming(name):
            if identifier.module == frame.module and identifier.qualname.startswith(inner):
                return False
        loads = [
            part
            for part in own_nodes(self.program.sources.body(frame))
            if isinstance(part, ast.Name) and part.id == name and isinstance(part.ctx, ast.Load)
        ]
        return all(self.is_key(part, frame) for part in loads)

    def _is_key_of_callers(self, frame: Symbol) -> bool:
        """Whether all that callers make of what a function answers is a key; not where nobody in view calls it."""
        if (frame, "") in self._open:
            return True
        self._open.add((frame, ""))
        calls = [
            (part, caller)
            for caller in self.program.reaches.callers.get(frame, ())
            for part in own_nodes(self.program.sources.body(caller))
            if isinstance(part, ast.Call) and frame in self._called(part, caller)
        ]
        found = bool(calls) and all(self.is_key(part, caller) for part, caller in calls)
        self._open.discard((frame, ""))
        return found

    def _is_key_of_call(self, call: ast.Call, node: ast.expr, frame: Symbol) -> bool:
        called = self._called(call, frame)
        if called:
            return all(self._is_key_as_parameter(call, node, function) for function in called)
        is_method = isinstance(call.func, ast.Attribute) and call.func.attr in _KEYED
        if not is_method or not call.args or call.args[0] is not node:
            return False
        assert isinstance(call.func, ast.Attribute)
        return self._stays_in_memory(call.func.value, frame)

    def _is_key_as_parameter(self, call: ast.Call, node: ast.expr, function: Symbol) -> bool:
        names = [item.name for item in self.program.functions[function].parameters]
        names = names[1:] if names[:1] in (["self"], ["cls"]) else names
        given = dict(zip(names, call.args, strict=False)) | {item.arg: item.value for item in call.keywords if item.arg}
        name = next((name for name, value in given.items() if value is node), "")
        if not name or (function, name) in self._open:
            return bool(name)
        self._open.add((function, name))
        found = self._is_key_named(name, function)
        self._open.discard((function, name))
        return found

    def _stays_in_memory(self, container: ast.expr, frame: Symbol) -> bool:
        """Whether nothing in the module writes a container away: its keys would be read again as they were."""
        chain = chain_of(container)
        callers = (
            use.chain[-2].lstrip(".")
            for identifier, function in self.program.functions.items()
            if identifier.module == frame.module
            for use in function.uses
            if len(use.chain) > 1 and any(argument.chain == chain for argument in use.arguments)
        )
        return bool(chain) and _STORING_AWAY.isdisjoint(callers)

    def _called(self, call: ast.Call, frame: Symbol) -> list[Symbol]:
        """The functions of the tree that a call may be of."""
        chain = chain_of(call.func)
        found = [value.name for value in self.program.values(chain, frame) if value.kind == "function"] if chain else []
        return [name for name in found if name in self.program.functions]

    def _above(self, frame: Symbol) -> dict[int, ast.AST]:
        """What each node of a function stands in."""
        if frame not in self._around:
            nodes = [node for statement in self.program.sources.body(frame) for node in ast.walk(statement)]
            self._around[frame] = {id(inner): node for node in nodes for inner in ast.iter_child_nodes(node)}
        return self._around[frame]
