"""Every place of a plugin where something that it keeps is written down."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from codemods.analysis.chains import full_chain, plain_chain
from codemods.analysis.program import Value
from codemods.analysis.references import HIDDEN, Mention, Mentions, handed_to, is_stored
from codemods.analysis.symbols import Symbol
from codemods.survey.plugins.first_values import Kept, needs_factory
from codemods.survey.plugins.kept import KeptState
from codemods.survey.plugins.unclear import NAMESPACES, Unclear

_DYNAMIC = frozenset({"getattr", "setattr", "hasattr", "delattr"})


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A place where a kept thing is written down.

    text: the expression there. declared: the place gives it its first value; then `function` is a module's body, a
    class or an `__init__`.
    """

    function: Symbol
    line: int
    text: str
    declared: bool = False


class Occurrences:
    """Where one plugin writes down what it keeps; each thing is looked for once."""

    def __init__(self, state: KeptState) -> None:
        self.state, self.code, self.program = state, state.code, state.program
        self._places: dict[Kept, tuple[list[Occurrence], list[Unclear]]] = {}

    def of(self, kept: Kept) -> tuple[list[Occurrence], list[Unclear]]:
        """Every place of the plugin where a kept thing is written down, and the places that cannot be followed."""
        if kept not in self._places:
            self._places[kept] = self._find(kept)
        return self._places[kept]

    def _find(self, kept: Kept) -> tuple[list[Occurrence], list[Unclear]]:
        declared = list(self._declaration_places(kept))
        unclear = list(self._unclear_declaration(kept, declared))
        found = declared[:1]
        for module, mentions in self.state.mentions.items():
            unclear += self._unclear_names(kept, module, mentions)
            for mention in mentions.by_name.get(kept.name, ()):
                place = None if self._is_declaration(kept, mention, declared) else self._place(kept, mention)
                if isinstance(place, Unclear):
                    unclear.append(place)
                elif place is not None:
                    found.append(place)
        return found, unclear

    def _is_declaration(self, kept: Kept, mention: Mention, declared: list[Occurrence]) -> bool:
        parent = mention.around[-1] if mention.around else None
        return (
            is_stored(mention)
            and any(item.line == mention.line for item in declared)
            and isinstance(parent, (ast.Assign, ast.AnnAssign))
            and (mention.frame.module == kept.module)
        )

    def _place(self, kept: Kept, mention: Mention) -> Occurrence | Unclear | None:
        node = mention.node
        in_own_body = mention.where == "class body" and isinstance(node, ast.Name) and bool(kept.owner)
        if in_own_body and self._class_around(mention) == kept.owner:
            return Unclear(mention.line, f"{kept} is used in the body of its class")
        if mention.where == HIDDEN and not kept.owner and self.state.home(kept.name, mention.frame) == kept:
            return Unclear(mention.line, f"something else is named {kept.name} there")
        is_it = kept in self.state.of(mention) or (bool(kept.owner) and self._is_familys(kept, mention))
        if not is_it:
            return self._may_be(kept, mention)
        if mention.where:
            return Unclear(mention.line, f"{kept} is used in a {mention.where}")
        if (callee := handed_to(mention)) is not None and not self.code.keeps_tenant(callee, mention.frame):
            return Unclear(mention.line, f"{kept} is used in a lambda that is handed on")
        if not plain_chain(node) or ".__class__" in full_chain(node):
            return Unclear(mention.line, f"{ast.unparse(node)} is {kept}")
        if isinstance(getattr(node, "ctx", None), ast.Del):
            return Unclear(mention.line, f"{kept} is deleted")
        if isinstance(mention.around[-1], ast.NamedExpr) and is_stored(mention):
            return Unclear(mention.line, f"{kept} is assigned inside of an expression")
        return Occurrence(mention.frame, mention.line, ast.unparse(node))

    def _is_familys(self, kept: Kept, mention: Mention) -> bool:
        """Whether it is the attribute of an instance or class of the same family."""
        if not isinstance(mention.node, ast.Attribute):
            return False
        cls = Symbol(kept.module, kept.owner)
        family = {cls, *self.program.lineage(cls)[1:], *self.program.subclasses(cls)}
        values = self.state.values(full_chain(mention.node.value), mention.frame)
        return any(value.kind in ("class", "instance") and value.name in family for value in values)

    def _may_be(self, kept: Kept, mention: Mention) -> Unclear | None:
        """A mention that might be the kept thing, though it cannot be said."""
        if not kept.owner or not isinstance(mention.node, ast.Attribute):
            return None
        chain = full_chain(mention.node.value)
        values = self.state.values(chain, mention.frame)
        if not values or any(value.kind == "unknown" or _is_from_host(value) for value in values):
            return Unclear(mention.line, f"{ast.unparse(mention.node)} may be {kept}")
        return None

    @staticmethod
    def _class_around(mention: Mention) -> str:
        return ".".join(node.name for node in mention.around if isinstance(node, ast.ClassDef))

    def _unclear_names(self, kept: Kept, module: str, mentions: Mentions) -> Iterator[Unclear]:
        """Ways to get at a kept thing that are no plain mention of its name."""
        for mention in (item for name in _DYNAMIC for item in mentions.by_name.get(name, ())):
            call = mention.around[-1] if mention.around else None
            named = call.args[1] if isinstance(call, ast.Call) and len(call.args) > 1 else None
            if isinstance(named, ast.Constant) and named.value == kept.name:
                yield Unclear(mention.line, f"{kept} is asked for by its name")
        if kept.owner:
            return
        if module == kept.module:
            if kept.name in mentions.odd:
                yield Unclear(1, f"{kept} is also a name that a function binds otherwise")
            for mention in (item for name in NAMESPACES for item in mentions.by_name.get(name, ())):
                yield Unclear(mention.line, f"{kept} may be reached through {ast.unparse(mention.node)}()")
        for identifier in self.code.functions():
            if identifier.module != module:
                continue
            for local, target in self.program.functions[identifier].imports.items():
                if target == Symbol(kept.module, kept.name) and local != kept.name:
                    yield Unclear(self.program.functions[identifier].line, f"{kept} is imported as {local}")
                if local.startswith("*") and target == Symbol(kept.module):
                    yield Unclear(1, f"{module} imports everything of {kept.module}")

    def used_elsewhere(self, kept: Kept) -> str:
        """The path of a file outside of the plugin that uses a kept thing of it, or ""."""
        names = {kept.name, f".{kept.name}"}
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

    def _declaration_places(self, kept: Kept) -> Iterator[Occurrence]:
        for place, item in self.state.first_values.of(kept):
            in_class = place == Symbol(kept.module, kept.owner)
            text = kept.name if in_class or not kept.owner else f"self.{kept.name}"
            yield Occurrence(place, item.lineno, text, declared=True)

    def _unclear_declaration(self, kept: Kept, declared: list[Occurrence]) -> Iterator[Unclear]:
        values = [item for _, item in self.state.first_values.of(kept)]
        lines = ", ".join(str(item.lineno) for item in values)
        if len(values) > 1 or (not values and not kept.owner):
            yield Unclear(
                declared[0].line if declared else 1, f"{kept} gets its first value in lines {lines or '(none)'}"
            )
        body = self.program.files[kept.module].body
        for item in values:
            others = {node.id for node in ast.walk(item.value or item) if isinstance(node, ast.Name)} - {kept.name}
            if needs_factory(item.value) and (late := sorted(others & body.assigned.keys())):
                yield Unclear(item.lineno, f"{kept} is made of {late[0]}, which may be another one later")
            if isinstance(item, ast.Assign) and (len(item.targets) > 1 or isinstance(item.targets[0], ast.Tuple)):
                yield Unclear(item.lineno, f"{kept} gets its first value together with others")
        if kept.owner:
            yield from self._unclear_class(kept)

    def _unclear_class(self, kept: Kept) -> Iterator[Unclear]:
        """What of the class of an attribute keeps a holder from taking its place."""
        cls = Symbol(kept.module, kept.owner)
        node = self.program.sources.cls(cls)
        assert node is not None
        if any("dataclass" in ast.unparse(each) for each in node.decorator_list):
            yield Unclear(node.lineno, f"{kept} is a field of a dataclass")
        if self.state.first_values.declarations(cls, "__slots__"):
            yield Unclear(node.lineno, f"the class of {kept} has __slots__")
        for heir in self.program.subclasses(cls):
            if heir in self.program.classes and self.state.first_values.declarations(heir, kept.name):
                name = heir.qualname
                yield Unclear(self.program.classes[heir].line, f"{name} has a {kept.name} of its own")


def _is_from_host(value: Value) -> bool:
    return value.kind == "outside" and value.name.module.startswith(("src.", "plugins."))
