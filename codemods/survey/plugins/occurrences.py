"""Every place of a plugin where something that it keeps is written down."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cached_property

from msgspec import Struct

from codemods.analysis.chains import full_chain, plain_chain
from codemods.analysis.nodes import walk
from codemods.analysis.references import HIDDEN, Reference, References, asks_own_names, handed_to, is_stored
from codemods.analysis.symbols import Symbol
from codemods.analysis.values import Value
from codemods.messages import listed, phrase
from codemods.survey.plugins.first_values import PluginHolder, needs_factory
from codemods.survey.plugins.plugin_state import PluginState
from codemods.survey.plugins.unclear import NAMESPACES, Unclear

_DYNAMIC = frozenset({"getattr", "setattr", "hasattr", "delattr"})


class Occurrence(Struct, frozen=True):
    """A place where a holder is written down.

    text: the expression there. declared: the place gives it its first value; then `function` is a module's body, a
    class or an `__init__`.
    """

    function: Symbol
    line: int
    text: str
    declared: bool = False


class Occurrences:
    """Where one plugin writes down what it keeps; each thing is looked for once."""

    def __init__(self, state: PluginState) -> None:
        self.state, self.code, self.program = state, state.code, state.program
        self._places: dict[PluginHolder, tuple[list[Occurrence], list[Unclear]]] = {}

    def of(self, holder: PluginHolder) -> tuple[list[Occurrence], list[Unclear]]:
        """Every place of the plugin where a holder is written down, and the places that cannot be followed."""
        if holder not in self._places:
            self._places[holder] = self._find(holder)
        return self._places[holder]

    def _find(self, holder: PluginHolder) -> tuple[list[Occurrence], list[Unclear]]:
        declared = list(self._declaration_places(holder))
        unclear = list(self._unclear_declaration(holder, declared))
        found = declared[:1]
        for module in self.code.modules:
            references = self.state.references(module)
            unclear += self._unclear_names(holder, module, references)
            for reference in references.by_name.get(holder.name, ()):
                place = None if self._is_declaration(holder, reference, declared) else self._place(holder, reference)
                if isinstance(place, Unclear):
                    unclear.append(place)
                elif place is not None:
                    found.append(place)
        return found, unclear

    def _is_declaration(self, holder: PluginHolder, reference: Reference, declared: list[Occurrence]) -> bool:
        parent = reference.around[-1] if reference.around else None
        return (
            is_stored(reference)
            and any(item.line == reference.line for item in declared)
            and isinstance(parent, (ast.Assign, ast.AnnAssign))
            and (reference.frame.module == holder.module)
        )

    def _place(self, holder: PluginHolder, reference: Reference) -> Occurrence | Unclear | None:
        node = reference.node
        in_own_body = reference.where == "class body" and isinstance(node, ast.Name) and bool(holder.owner)
        if in_own_body and self._class_around(reference) == holder.owner:
            return Unclear(reference.line, phrase("{holder} is used in the body of its class", holder=holder))
        if reference.where == HIDDEN and not holder.owner and self.state.home(holder.name, reference.frame) == holder:
            return Unclear(reference.line, phrase("something else is named {name} there", name=holder.name))
        is_it = holder in self.state.of(reference) or (bool(holder.owner) and self._is_familys(holder, reference))
        if not is_it:
            return self._may_be(holder, reference)
        if reference.where:
            return Unclear(
                reference.line, phrase("{holder} is used in a {where}", holder=holder, where=reference.where)
            )
        if (callee := handed_to(reference)) is not None and not self.code.keeps_tenant(callee, reference.frame):
            return Unclear(reference.line, phrase("{holder} is used in a lambda that is handed on", holder=holder))
        if not plain_chain(node) or ".__class__" in full_chain(node):
            return Unclear(reference.line, phrase("{alias} is {holder}", alias=ast.unparse(node), holder=holder))
        if isinstance(getattr(node, "ctx", None), ast.Del):
            return Unclear(reference.line, phrase("{holder} is deleted", holder=holder))
        if isinstance(reference.around[-1], ast.NamedExpr) and is_stored(reference):
            return Unclear(reference.line, phrase("{holder} is assigned inside of an expression", holder=holder))
        return Occurrence(reference.frame, reference.line, ast.unparse(node))

    def _is_familys(self, holder: PluginHolder, reference: Reference) -> bool:
        """Whether it is the attribute of an instance or class of the same family."""
        if not isinstance(reference.node, ast.Attribute):
            return False
        cls = Symbol(holder.module, holder.owner)
        family = {cls, *self.program.lineage(cls)[1:], *self.program.subclasses(cls)}
        values = self.state.values(full_chain(reference.node.value), reference.frame)
        return any(value.kind in ("class", "instance") and value.name in family for value in values)

    def _may_be(self, holder: PluginHolder, reference: Reference) -> Unclear | None:
        """A reference that might be the holder, though it cannot be said."""
        if not holder.owner or not isinstance(reference.node, ast.Attribute):
            return None
        chain = full_chain(reference.node.value)
        values = self.state.values(chain, reference.frame)
        if not values or any(value.kind == "unknown" or _is_from_host(value) for value in values):
            return Unclear(
                reference.line, phrase("{unparse} may be {holder}", unparse=ast.unparse(reference.node), holder=holder)
            )
        return None

    @staticmethod
    def _class_around(reference: Reference) -> str:
        return ".".join(node.name for node in reference.around if isinstance(node, ast.ClassDef))

    def _unclear_names(self, holder: PluginHolder, module: str, references: References) -> Iterator[Unclear]:
        """Ways to get at a holder that are no plain reference to its name."""
        for reference in (item for name in _DYNAMIC for item in references.by_name.get(name, ())):
            call = reference.around[-1] if reference.around else None
            named = call.args[1] if isinstance(call, ast.Call) and len(call.args) > 1 else None
            if isinstance(named, ast.Constant) and named.value == holder.name:
                yield Unclear(reference.line, phrase("{holder} is asked for by its name", holder=holder))
        if holder.owner:
            return
        if module == holder.module:
            if holder.name in references.odd:
                yield Unclear(1, phrase("{holder} is also a name that a function binds otherwise", holder=holder))
            for reference in (item for name in NAMESPACES for item in references.by_name.get(name, ())):
                if not asks_own_names(reference):
                    yield Unclear(
                        reference.line,
                        phrase(
                            "{holder} may be reached through {unparse}()",
                            holder=holder,
                            unparse=ast.unparse(reference.node),
                        ),
                    )
        for identifier in self.code.functions():
            if identifier.module != module:
                continue
            for local, target in self.program.functions[identifier].imports.items():
                if target == Symbol(holder.module, holder.name) and local != holder.name:
                    yield Unclear(
                        self.program.functions[identifier].line,
                        phrase("{holder} is imported as {local}", holder=holder, local=local),
                    )
                if local.startswith("*") and target == Symbol(holder.module):
                    yield Unclear(1, phrase("{module} imports everything of {home}", module=module, home=holder.module))

    def used_elsewhere(self, holder: PluginHolder) -> str:
        """The path of a file outside of the plugin that uses a holder of it, or ""."""
        names = {holder.name, f".{holder.name}"}
        return next((path for path, parts in self._importers if not names.isdisjoint(parts)), "")

    @cached_property
    def _importers(self) -> list[tuple[str, frozenset[str]]]:
        """Every file of the tree that imports from the plugin, and all that its chains are made of."""
        found = []
        for file in self.program.importers([self.code.package, *self.code.modules]):
            if file.module not in self.code.modules:
                parts = {part for each in file.functions.values() for use in each.uses for part in use.chain}
                imported = {name for each in file.functions.values() for name in each.imports}
                found.append((file.path, frozenset(parts | imported)))
        return found

    def _declaration_places(self, holder: PluginHolder) -> Iterator[Occurrence]:
        for place, item in self.state.first_values.of(holder):
            in_class = place == Symbol(holder.module, holder.owner)
            text = holder.name if in_class or not holder.owner else f"self.{holder.name}"
            yield Occurrence(place, item.lineno, text, declared=True)

    def _unclear_declaration(self, holder: PluginHolder, declared: list[Occurrence]) -> Iterator[Unclear]:
        values = [item for _, item in self.state.first_values.of(holder)]
        lines = listed(str(item.lineno) for item in values)
        if len(values) > 1 or (not values and not holder.owner):
            yield Unclear(
                declared[0].line if declared else 1,
                phrase("{holder} gets its first value in lines {what}", holder=holder, what=lines or "(none)"),
            )
        body = self.program.files[holder.module].body
        for item in values:
            others = {node.id for node in walk(item.value or item) if isinstance(node, ast.Name)} - {holder.name}
            if needs_factory(item.value) and (late := sorted(others & body.assigned.keys())):
                yield Unclear(
                    item.lineno,
                    phrase("{holder} is made of {late}, which may be another one later", holder=holder, late=late[0]),
                )
            if isinstance(item, ast.Assign) and (len(item.targets) > 1 or isinstance(item.targets[0], ast.Tuple)):
                yield Unclear(item.lineno, phrase("{holder} gets its first value together with others", holder=holder))
        if holder.owner:
            yield from self._unclear_class(holder)

    def _unclear_class(self, holder: PluginHolder) -> Iterator[Unclear]:
        """What of the class of an attribute keeps a holder from taking its place."""
        cls = Symbol(holder.module, holder.owner)
        node = self.program.sources.cls(cls)
        assert node is not None
        if any("dataclass" in ast.unparse(each) for each in node.decorator_list):
            yield Unclear(node.lineno, phrase("{holder} is a field of a dataclass", holder=holder))
        if self.state.first_values.declarations(cls, "__slots__"):
            yield Unclear(node.lineno, phrase("the class of {holder} has __slots__", holder=holder))
        for heir in self.program.subclasses(cls):
            if heir in self.program.classes and self.state.first_values.declarations(heir, holder.name):
                name = heir.qualname
                yield Unclear(
                    self.program.classes[heir].line,
                    phrase("{name} has a {name2} of its own", name=name, name2=holder.name),
                )


def _is_from_host(value: Value) -> bool:
    return value.kind == "outside" and value.name.module.startswith(("src.", "plugins."))
