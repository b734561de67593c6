"""Objects that are containers themselves, as those of a class that inherits from `dict`.

What their methods change is what keeps the object, and no attribute of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from msgspec import structs

from codemods.analysis.chains import Chain
from codemods.analysis.containers import CHANGING, MAKING
from codemods.analysis.facts import FunctionFacts, Use
from codemods.analysis.program import Program
from codemods.analysis.symbols import Symbol
from codemods.analysis.writes import ITEM, REMOVE, Operand, Write, is_by_effect

_BASES = (
    MAKING
    | {"UserDict", "UserList", "LRUCache", "TTLCache", "Queue", "LifoQueue", "PriorityQueue", "SimpleQueue"}
    | {"StringIO", "BytesIO", "SpooledTemporaryFile"}
)
_ITEMS = {"__setitem__": ITEM, "__delitem__": REMOVE}
# What writes into a file in memory.
_WRITING = frozenset({"write", "writelines", "truncate"})
_SUPER = ("super", "()")
# What is run where an item is looked up, and by which changes methods of these names are run.
_LOOKED_UP = ("__missing__", "__getitem__")
_RUNNING = {ITEM: "__setitem__", REMOVE: "__delitem__"}


class OwnContainers:
    """The methods of one program's classes that change the container which their object is, and how each does."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.changing: dict[Symbol, str] = {}
        callers: dict[Symbol, list[Symbol]] = defaultdict(list)
        for identifier in self._families():
            for method in program.classes[identifier].methods.values():
                function = Symbol(identifier.module, method)
                if how := self._how(function):
                    self.changing[function] = how
                for called in self._called_on_itself(function):
                    callers[called].append(function)
        changing = list(self.changing)
        for called in changing:
            for caller in callers[called]:
                if caller not in self.changing:
                    self.changing[caller] = self.changing[called]
                    changing.append(caller)
        self.names = frozenset(function.name for function in self.changing)
        self._looking_up = any(name in self.names for name in _LOOKED_UP)

    def _families(self) -> Iterable[Symbol]:
        """The classes whose objects are containers, and those that they inherit methods from."""
        found: dict[Symbol, None] = {}
        for identifier in self.program.classes:
            lineage = self.program.lineage(identifier)
            if any(base.dotted.rpartition(".")[2] in _BASES for base in lineage[1:]):
                found.update(dict.fromkeys(item for item in lineage if item in self.program.classes))
        return found

    def _how(self, identifier: Symbol) -> str:
        """How a method itself changes what its object is, or ""."""
        function = self.program.functions[identifier]
        for write in (*function.writes, *function.effects):
            if write.chain == ("self",) and (write.how in _WRITING or not is_by_effect(write)):
                return write.how
        for use in function.uses:
            called = use.chain[2][1:] if use.chain[:2] == _SUPER and use.chain[3:4] == ("()",) else ""
            if called in CHANGING or called in _ITEMS or called in _WRITING:
                return _ITEMS.get(called, called)
        return ""

    def _called_on_itself(self, identifier: Symbol) -> Iterator[Symbol]:
        """The methods of its own object that a method calls."""
        for use in self.program.functions[identifier].uses:
            if use.chain[0] == "self" and len(use.chain) == 3 and use.chain[2] == "()":
                values = self.program.values(use.chain[:2], identifier)
                yield from (value.name for value in values if value.kind == "function")

    def changes(self, identifier: Symbol, function: FunctionFacts) -> Iterator[Write]:
        """What a function changes by calling such methods, or by items of such objects."""
        for use in function.uses:
            for cut, part in enumerate(use.chain):
                following = use.chain[cut + 1 : cut + 2]
                if cut and following == ("()",) and part[1:] in self.names:
                    yield from self._called(use, cut, identifier)
                elif cut and part == "[]" and self._looking_up:
                    yield from self._run(use.chain[:cut], _LOOKED_UP, use.line, identifier)
        for write in function.writes if not self.names.isdisjoint(_RUNNING.values()) else ():
            if write.how in _RUNNING:
                yield from self._run(write.chain, (_RUNNING[write.how],), write.line, identifier, write)

    def called_by(self, function: FunctionFacts) -> Iterator[Write]:
        """The calls of a function of what may be such methods, whatever they are called on."""
        for use in function.uses if self.changing else ():
            if len(use.chain) > 2 and use.chain[-1] == "()" and use.chain[-2][1:] in self.names:
                yield Write(use.chain[:-2], use.line, use.chain[-2][1:])

    def handed(self, identifier: Symbol, write: Write) -> Write | None:
        """What a write changes that another function makes to what it is handed here, where the object says how."""
        name = _RUNNING.get(write.how, write.how)
        for value in self.program.values(write.chain, identifier) if name in self.names else ():
            for method in self.program.method(value.name, name) if value.kind == "instance" else ():
                if method in self.changing:
                    return structs.replace(write, how=self.changing[method])
        return None

    def _called(self, use: Use, cut: int, identifier: Symbol) -> Iterator[Write]:
        given = Operand(tuple(item.chain for item in use.arguments if item.chain))
        for value in self.program.values(use.chain[: cut + 1], identifier):
            if value.kind == "function" and value.name in self.changing:
                yield Write(use.chain[:cut], use.line, self.changing[value.name], given if given.chains else None)
                return

    def _run(
        self, chain: Chain, names: tuple[str, ...], line: int, identifier: Symbol, write: Write | None = None
    ) -> Iterator[Write]:
        """What the methods change that Python runs for an object which a chain stands for."""
        for value in self.program.values(chain, identifier):
            found = self.program.members(value.name, names) if value.kind == "instance" else ()
            if any(method in self.changing for method in found):
                yield write if write is not None else Write(chain, line, ITEM)
                return
