"""What becomes of a value: whether every use of it in view is as a key of a container in memory."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.analysis.chains import Chain, chain_of
from codemods.analysis.containers import LOOKING_UP, STORING
from codemods.analysis.facts import Use
from codemods.analysis.nodes import children, walk
from codemods.analysis.sources import is_thrown_away
from codemods.analysis.symbols import MODULE_BODY, Symbol
from codemods.survey.program import TenantProgram

# Methods of containers whose first argument is a key.
_KEYED = LOOKING_UP | STORING | {"move_to_end"}
# Methods that answer with keys; what the last takes out may be thrown away.
_SHOWING = frozenset({".keys", ".items", ".copy", ".popitem"})


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
        if name in function.global_names or name in function.nonlocal_names or frame.qualname == MODULE_BODY:
            return False
        for identifier in self.program.naming(name):
            if identifier.module == frame.module and identifier.qualname.startswith(inner):
                return False
        nodes = self.program.sources.nodes(frame)
        if any(isinstance(part, ast.AugAssign) and chain_of(part.target) == (name,) for part in nodes):
            return False  # it is made longer, as texts are
        loads = [part for part in nodes if isinstance(part, ast.Name) and part.id == name]
        return all(self.is_key(part, frame) for part in loads if isinstance(part.ctx, ast.Load))

    def _is_key_of_callers(self, frame: Symbol) -> bool:
        """Whether all that callers make of what a function answers is a key; not where nobody in view calls it."""
        if (frame, "") in self._open:
            return True
        self._open.add((frame, ""))
        calls = [
            (part, caller)
            for caller in self.program.reaches.callers.get(frame, ())
            for part in self.program.sources.nodes(caller)
            if isinstance(part, ast.Call) and frame in self._called(part, caller)
        ]
        found = bool(calls) and not self._is_handed_on(frame) and all(self.is_key(*call) for call in calls)
        self._open.discard((frame, ""))
        return found

    def _is_handed_on(self, frame: Symbol) -> bool:
        """Whether a function stands anywhere without being called: who knows who calls it."""
        name = self.program.functions[frame].name
        return any(
            use.chain[cut : cut + 1] != ("()",) and self._may_be(use.chain[:cut], identifier, frame)
            for identifier in self.program.naming(name)
            for use in self.program.functions[identifier].uses
            for cut in _places(use, name)
        )

    def _may_be(self, chain: Chain, user: Symbol, frame: Symbol) -> bool:
        """Whether a chain is a function, or an attribute of its name of who knows what."""
        values = self.program.values(chain, user)
        is_open = not values and chain[-1].startswith(".") and self.program.functions[frame].owner is not None
        return is_open or any(value.name == frame for value in values)

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
        """Whether nobody writes a container away or goes through its keys, which would be read as they were."""
        chain = chain_of(container)
        if not chain or chain[-1] in ("()", "[]"):
            return False
        name = chain[-1].lstrip(".")
        family = self._family(frame) if chain[:-1] == ("self",) else frozenset()
        return not any(
            self._shows_keys(use, cut, identifier)
            for identifier in self.program.naming(name)
            for use in self.program.functions[identifier].uses
            for cut in _places(use, name)
            if not family or not self._is_anothers(use.chain[:cut], identifier, family)
        )

    def _family(self, frame: Symbol) -> frozenset[Symbol]:
        """The classes that an object may also be of which a method is called on."""
        owner = Symbol(frame.module, self.program.functions[frame].owner or "")
        heirs = (owner, *self.program.subclasses(owner))
        return frozenset(cls for heir in heirs for cls in self.program.lineage(heir))

    def _is_anothers(self, chain: Chain, user: Symbol, family: frozenset[Symbol]) -> bool:
        """Whether what has an attribute's name in a function is a plain name, or an attribute of another class."""
        owner = self.program.functions[user].owner
        is_own = len(chain) == 2 and chain[0] == "self" and owner is not None
        return len(chain) == 1 or (is_own and Symbol(user.module, owner or "") not in family)

    def _shows_keys(self, use: Use, cut: int, frame: Symbol) -> bool:
        """Whether what the first parts of a chain stand for is gone through, or handed on whole."""
        following = use.chain[cut : cut + 1]
        if following == (".popitem",):
            return not is_thrown_away(self.program.sources.body(frame), use.chain[: cut + 2])
        if following:
            return following[0] in _SHOWING
        return use.role not in ("test", "size", "store")

    def _called(self, call: ast.Call, frame: Symbol) -> list[Symbol]:
        """The functions of the tree that a call may be of."""
        chain = chain_of(call.func)
        found = [value.name for value in self.program.values(chain, frame) if value.kind == "function"] if chain else []
        return [name for name in found if name in self.program.functions]

    def _above(self, frame: Symbol) -> dict[int, ast.AST]:
        """What each node of a function stands in."""
        if frame not in self._around:
            nodes = [node for statement in self.program.sources.body(frame) for node in walk(statement)]
            self._around[frame] = {id(inner): node for node in nodes for inner in children(node)}
        return self._around[frame]


def _places(use: Use, name: str) -> Iterator[int]:
    """Where in a chain the parts end that have a name."""
    return (cut for cut, part in enumerate(use.chain, 1) if part.lstrip(".") == name)
