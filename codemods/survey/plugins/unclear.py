"""Changes that a plugin makes to what it keeps, in ways that cannot be told from its code."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from codemods.analysis.chains import Chain, full_chain, uncalled
from codemods.analysis.facts import Use
from codemods.analysis.lifetimes import KEEPING
from codemods.analysis.references import Reference, asks_own_names, may_change
from codemods.analysis.symbols import MODULE_BODY, Symbol
from codemods.messages import phrase
from codemods.survey.plugins.plugin_code import Part
from codemods.survey.plugins.plugin_state import PluginState

NAMESPACES = frozenset({"globals", "locals", "vars"})
# Of these, the ones that answer in a function with its own names, and reach none of the module's.
_OWN_NAMES = frozenset({("locals",), ("vars",)})
# What takes a function, and keeps it for nobody else.
_WRAPPING = frozenset({"getattr", "iscoroutinefunction", "isgeneratorfunction", "signature", "wraps"})


class Unclear(NamedTuple):
    """Something about a holder that cannot be followed: the line, and why."""

    line: int
    why: str


class UnclearChanges:
    """What of one plugin's changes cannot be followed."""

    def __init__(self, state: PluginState) -> None:
        self.state, self.code, self.program = state, state.code, state.program
        self._wrapping: dict[Symbol, bool] = {}

    def first(self, parts: Iterable[Part]) -> Unclear | None:
        """The first change that these parts make, and all that they run, to something that cannot be told."""
        closure = self.state.closure(parts)
        inside = {part.function for part in closure}
        inside |= {function for part in closure for function in self._in_decorators(part.function)}
        for part in closure:
            function = self.program.functions[part.function]
            if wrapped := self._wrapped(part.function) or self._enclosed(part.function, inside):
                return Unclear(function.line, wrapped)
            caches = [
                chain for use in function.decorators if (chain := use.chain) and not KEEPING.isdisjoint(_words(chain))
            ]
            if caches and part.lines is None:
                return Unclear(function.line, phrase("{name} keeps its answers for all tenants", name=function.name))
            if odd := sorted(self.state.references(part.function.module).odd.intersection(function.global_names)):
                return Unclear(
                    function.line,
                    phrase("{name} binds {odd} for the module by no assignment", name=function.name, odd=odd[0]),
                )
            if default := self._changed_default(part.function):
                return Unclear(
                    function.line,
                    phrase(
                        "{name} keeps its default of {default} for all tenants", name=function.name, default=default
                    ),
                )
            asking = self._asking(part.function)
            for node in self.program.sources.nodes(part.function):
                is_there = part.has(getattr(node, "lineno", 0)) and node not in asking
                if is_there and (why := self._why_unclear(node, part.function)):
                    return Unclear(getattr(node, "lineno", 0), why)
        return None

    def _asking(self, identifier: Symbol) -> set[ast.AST]:
        """The calls of `locals()` in a function that change nothing."""
        named = (item for item in self.state.evaluated(identifier) if full_chain(item.node) in _OWN_NAMES)
        return {item.around[-1] for item in named if asks_own_names(item)}

    def _wrapped(self, identifier: Symbol) -> str:
        """Why a decorator of the plugin's own may keep something for a function, or ""."""
        for use in self.program.functions[identifier].decorators:
            if self._decorator(use, identifier) is not None and not self.only_wraps(use, identifier):
                return phrase(
                    "what {chain} keeps for {name} cannot be told",
                    chain=use.chain[0],
                    name=self.program.functions[identifier].name,
                )
        return ""

    def _decorator(self, use: Use, identifier: Symbol) -> Symbol | None:
        """The function of the plugin that a decorator is, or None."""
        plain = uncalled(use.chain)
        values = self.state.values(plain, self.program.around(identifier))
        return next((value.name for value in values if value.kind == "function" and self.code.owns(value.name)), None)

    def _in_decorators(self, identifier: Symbol) -> Iterator[Symbol]:
        """The functions that its decorators of the plugin's are made of: they keep nothing, or are named already."""
        for use in self.program.functions[identifier].decorators:
            decorator = self._decorator(use, identifier)
            if decorator is not None:
                yield from (item for item in self.code.functions() if _is_within(item, decorator))

    def only_wraps(self, use: Use, identifier: Symbol) -> bool:
        """Whether a decorator of a function is the plugin's, and keeps nothing for it or others."""
        decorator = self._decorator(use, identifier)
        if decorator is None:
            return False
        if decorator not in self._wrapping:
            self._wrapping[decorator] = self._keeps_nothing(decorator)
        return self._wrapping[decorator]

    def _keeps_nothing(self, decorator: Symbol) -> bool:
        """Whether a decorator keeps nothing but the function itself, and what it was told when that was defined."""
        made = [item.function for item in self.state.closure([Part(decorator)])]
        inside = [item for item in self.code.functions() if any(_is_within(item, each) for each in made)]
        if self.state.used_by(map(Part, inside), changed=True):
            return False
        given = {item.name for function in inside for item in self.program.functions[function].parameters}
        for function in inside:
            if function.module != decorator.module or self.program.functions[function].global_names:
                return False
            bound = self.state.references(function.module).bound
            kept: set[str] = set(given)
            around = self.program.around(function)
            while around.qualname != MODULE_BODY:
                kept |= bound.get(around, set())
                around = self.program.around(around)
            for reference in self.state.evaluated(function):
                is_kept = isinstance(reference.node, ast.Name) and reference.node.id in kept
                if is_kept and may_change(reference, items=True) and not self._is_passed(reference, given):
                    return False
        return True

    def _is_passed(self, reference: Reference, given: set[str]) -> bool:
        """Whether a function is called, wrapped, handed back, or handed to one that it is known of what it does."""
        parent = reference.around[-1]
        if isinstance(parent, (ast.keyword, ast.Starred)):
            parent = reference.around[-2]
        if isinstance(parent, ast.Call):
            chain = full_chain(parent.func) or ("",)
            if parent.func is reference.node or chain[-1].lstrip(".") in _WRAPPING or chain[0] in given:
                return True
            values = self.state.values(chain, reference.frame)
            return bool(values) and all(value.kind == "function" and self.code.owns(value.name) for value in values)
        return isinstance(parent, ast.Return)

    def _enclosed(self, identifier: Symbol, inside: set[Symbol]) -> str:
        """Why a function changes what a function around it keeps, which has been called before; or ""."""
        outer = self.program.around(identifier)
        if outer in inside or outer.qualname == MODULE_BODY:
            return ""
        bound = self.state.references(identifier.module).bound
        outer_names = bound.get(outer, set()) - bound.get(identifier, set())
        for reference in self.state.evaluated(identifier):
            if (
                isinstance(reference.node, ast.Name)
                and reference.node.id in outer_names
                and may_change(reference, items=True)
            ):
                return phrase(
                    "{id} is kept by the function around {name}",
                    id=reference.node.id,
                    name=self.program.functions[identifier].name,
                )
        return ""

    def _changed_default(self, identifier: Symbol) -> str:
        """A parameter whose default is made once, and that the function changes; or ""."""
        node = self.program.sources.function(identifier)
        if node is None:
            return ""
        positional = [*node.args.posonlyargs, *node.args.args]
        pairs = [*zip(reversed(positional), reversed(node.args.defaults), strict=False)]
        pairs += [
            (name, value) for name, value in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True) if value
        ]
        made = {name.arg for name, value in pairs if isinstance(value, (ast.List, ast.Dict, ast.Set, ast.Call))}
        for reference in self.state.evaluated(identifier) if made else ():
            if isinstance(reference.node, ast.Name) and reference.node.id in made and may_change(reference, items=True):
                return reference.node.id
        return ""

    def _why_unclear(self, node: ast.AST, frame: Symbol) -> str:
        called = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
        if called in ("setattr", "delattr", *NAMESPACES):
            return phrase("what {called}() changes cannot be told", called=called)
        if not isinstance(node, (ast.Attribute, ast.Subscript)) or isinstance(node.ctx, ast.Load):
            return ""
        chain = full_chain(node.value)
        if chain[:2] == ("sys", ".modules") or ".import_module" in chain:
            return phrase("what {unparse} changes cannot be told", unparse=ast.unparse(node))
        if not chain or ".__class__" in chain or ".__dict__" in chain or chain[:2] == ("type", "()"):
            return phrase("what {unparse} changes cannot be told", unparse=ast.unparse(node))
        if "()" in chain and any(value.kind == "unknown" for value in self.state.values(chain, frame)):
            return phrase("what {unparse} changes cannot be told", unparse=ast.unparse(node))
        if any(value.kind == "function" for value in self.state.values(chain, frame)) and isinstance(
            node, ast.Attribute
        ):
            return phrase("{unparse} is kept on a function", unparse=ast.unparse(node))
        return ""


def _is_within(function: Symbol, outer: Symbol) -> bool:
    return function == outer or (
        function.module == outer.module and function.qualname.startswith(f"{outer.qualname}.<locals>.")
    )


def _words(chain: Chain) -> set[str]:
    return {part.lstrip(".") for part in chain}
