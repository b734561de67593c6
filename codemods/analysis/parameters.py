"""What functions change of what they are handed, by their parameters: also by handing it on, and by each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import structs

from codemods.analysis.copying import Copies
from codemods.analysis.facts import FunctionFacts, Use
from codemods.analysis.matching import Changed, applied, called
from codemods.analysis.own_containers import OwnContainers
from codemods.analysis.own_names import same_as
from codemods.analysis.program import Program
from codemods.analysis.symbols import Symbol
from codemods.analysis.writes import ADDED, BIND, Write

_Calls = Sequence[tuple[Use, Symbol]]


class Parameters:
    """The answers for one program, each worked out when it is first asked."""

    def __init__(self, program: Program, copies: Copies, own_containers: OwnContainers) -> None:
        self.program, self._copies, self._own_containers = program, copies, own_containers
        # A dictionary keeps the order of what is found, and each once.
        self._known: dict[Symbol, dict[str, dict[Write, None]]] = {}

    def changed(self, identifier: Symbol) -> Changed:
        """What a function does to what it is handed, by the name of the parameter."""
        if identifier not in self._known:
            self._work_out(self._below(identifier))
        return self._known[identifier]

    def _work_out(self, calls: dict[Symbol, _Calls]) -> None:
        """`calls`: of functions that are not known, by which they hand on; called ones come first, but in circles."""
        for identifier in calls:
            self._known[identifier] = self._own(identifier)
        ahead, is_circle = set(calls), False
        for identifier, found in calls.items():
            self._learn(identifier, [call for call in found if call[1] not in ahead])
            # What leads back may lead deeper each time: what it says so far is enough, or there is no end.
            back = [call for call in found if call[1] in ahead]
            so_far = {other: {name: list(each) for name, each in self._known[other].items()} for _, other in back}
            self._learn(identifier, back, so_far)
            is_circle = is_circle or bool(back)
            ahead.remove(identifier)
        while is_circle:
            is_circle = sum(self._learn(identifier, found, is_whole=True) for identifier, found in calls.items()) > 0
        for identifier in calls:
            self._known[identifier] = {name: found for name, found in self._known[identifier].items() if found}

    def _learn(
        self,
        identifier: Symbol,
        calls: _Calls,
        known: Mapping[Symbol, Changed] | None = None,
        *,
        is_whole: bool = False,
    ) -> bool:
        """Whether more is known of a function by what those do that it hands its parameters on to; `is_whole`: only by
        what is handed on as it was handed in."""
        own, is_more = self._known[identifier], False
        for use, other in calls:
            changed = (known or self._known)[other]
            for write in list(applied(self.program.functions[other], use, changed, is_whole=is_whole)):
                found = own.get(write.chain[0])
                if found is not None and write not in found:
                    found[write], is_more = None, True
        return is_more

    def _below(self, start: Symbol) -> dict[Symbol, _Calls]:
        """A function and those that it hands its parameters on to, whoever is not known yet, with how they do so."""
        calls = {start: self._handing_on(start)}
        way, found = [(start, iter(calls[start]))], dict[Symbol, _Calls]()
        while way:
            identifier, others = way[-1]
            other = next((item for _, item in others if item not in calls and item not in self._known), None)
            if other is None:
                found[identifier] = calls[identifier]
                way.pop()
            else:
                calls[other] = self._handing_on(other)
                way.append((other, iter(calls[other])))
        return found

    def _handing_on(self, identifier: Symbol) -> _Calls:
        """The calls of a function that hand a parameter on, each with the function that is called."""
        names, found = self._names(identifier), list[tuple[Use, Symbol]]()
        for use in self.program.functions[identifier].uses if names else ():
            if use.chain[-1] == "()" and any(item.chain and item.chain[0] in names for item in use.arguments):
                found += [(use, other) for other in called(self.program, use, identifier)]
        return found

    def _names(self, identifier: Symbol) -> frozenset[str]:
        """The parameters that stand for what is handed in from the first line to the last."""
        function = self.program.functions[identifier]
        return frozenset(item.name for item in function.parameters) - {"self", "cls"} - function.assigned.keys()

    def _own(self, identifier: Symbol) -> dict[str, dict[Write, None]]:
        """What a function does itself."""
        function = self.program.functions[identifier]
        found = {name: dict[Write, None]() for name in self._names(identifier)}
        for write in function.writes if found else ():
            for start in (write.chain[:1], *same_as(function, write.chain[0])):
                if start[0] in found and (len(write.chain) > 1 or write.how not in (BIND, ADDED)):
                    found[start[0]][structs.replace(write, chain=(*start, *write.chain[1:]))] = None
            for frame, chain in self._copies.changed(write, identifier):
                if chain[0] in found and frame == identifier:
                    found[chain[0]][structs.replace(write, chain=chain)] = None
        for write in (*function.effects, *self._own_containers.called_by(function)) if found else ():
            if write.chain[0] in found:
                found[write.chain[0]][write] = None
        for name, write in self._by_object(identifier, function) if found and function.name == "__init__" else ():
            if name in found:
                found[name][write] = None
        return found

    def _by_object(self, identifier: Symbol, function: FunctionFacts) -> Iterator[tuple[str, Write]]:
        """What methods do to what an object keeps of what it is made with: the parameter, and that."""
        kept = [
            (write.chain[1], chain[0])
            for write in function.writes
            if write.how == BIND and write.chain[0] == "self" and len(write.chain) == 2 and write.value is not None
            for chain in write.value.chains
            if len(chain) == 1
        ]
        for write in self._of_objects(Symbol(identifier.module, function.owner or "")) if kept else ():
            for attribute, name in kept:
                if write.chain[1] == attribute and (len(write.chain) > 2 or write.how not in (BIND, ADDED)):
                    yield name, structs.replace(write, chain=(name, *write.chain[2:]))

    def _of_objects(self, owner: Symbol) -> Iterator[Write]:
        """What methods of a class, of those that it inherits from and of its heirs change of their object's own."""
        for cls in dict.fromkeys((*self.program.lineage(owner), *self.program.subclasses(owner))):
            methods = self.program.classes[cls].methods.values() if cls in self.program.classes else ()
            writes = (
                write for method in methods for write in self.program.functions[Symbol(cls.module, method)].writes
            )
            yield from (write for write in writes if write.chain[0] == "self" and len(write.chain) > 1)
