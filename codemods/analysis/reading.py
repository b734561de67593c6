"""One file, read with ast: its facts, or where it stops being Python."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any

from msgspec import structs

from codemods.analysis.chains import annotation_chains, chain_of, constant_text, first_calls, known_chain, plain_chain
from codemods.analysis.expressions import ExpressionReader
from codemods.analysis.facts import ANSWERED, PROGRAM, TOO_DEEP, BrokenFile, FileFacts
from codemods.analysis.filling import is_display
from codemods.analysis.nodes import children
from codemods.analysis.open_facts import OpenClass, OpenFunction, closed
from codemods.analysis.parsing import parse
from codemods.analysis.symbols import MODULE_BODY, Symbol
from codemods.analysis.writes import ADDED, REMOVE, effect_of, extended, is_container


def read_facts(
    path: str, module: str, data: bytes, trees: dict[bytes, ast.Module] | None = None
) -> FileFacts | BrokenFile:
    """The facts of one file, or where it stops being Python. Its syntax is put into `trees`, by its bytes."""
    reader = _Reader(module, is_package=path.rpartition("/")[2] == "__init__.py")
    try:
        tree = parse(data, path)
        reader.read_body(tree.body)
    except SyntaxError as error:
        return BrokenFile(path, max(error.lineno or 1, 1), max(error.offset or 1, 1), error.msg)
    except (ValueError, MemoryError, RecursionError) as error:
        nested = isinstance(error, (MemoryError, RecursionError))
        return BrokenFile(path, 1, 1, TOO_DEEP if nested else str(error))
    if trees is not None:
        trees[data] = tree
    return closed(path, module, reader.functions, reader.classes, reader.held)


# Files import the same things: one object for all that are alike.
_known: dict[Symbol, Symbol] = {}


class _Reader(ExpressionReader):
    """Walks a file once, statement by statement."""

    def read_body(self, body: Sequence[ast.stmt]) -> None:
        for statement in body:
            self._statement(statement)

    def _statement(self, node: ast.stmt) -> None:
        method = _STATEMENTS.get(type(node))
        if method is not None:
            method(self, node)
        else:
            self._generic(node)

    def _generic(self, node: ast.AST) -> None:
        for item in children(node):
            if isinstance(item, ast.expr):
                self._expression(item)
            elif isinstance(item, ast.stmt):
                self._statement(item)
            else:
                self._generic(item)

    def _on_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            if alias.asname:
                self.function.imports[alias.asname] = Symbol(alias.name)
            else:
                head = alias.name.partition(".")[0]
                self.function.imports[head] = Symbol(head)

    def _on_ImportFrom(self, node: ast.ImportFrom) -> None:
        base = node.module or ""
        if node.level:
            parts = self.package.split(".") if self.package else []
            kept = parts[: len(parts) - (node.level - 1)]
            base = ".".join([*kept, base] if base else kept)
        for alias in node.names:
            if alias.name == "*":
                self.function.imports.setdefault("*" + base, Symbol(base))
            else:
                target = Symbol(base, alias.name)
                name, target = alias.asname or alias.name, _known.setdefault(target, target)
                if self.function.imports.get(name, target) != target:
                    self.function.also_imports = {
                        **(self.function.also_imports or {}),
                        name: self.function.imports[name],
                    }
                self.function.imports[name] = target

    def _on_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        qualname = self._unique(self.prefix + node.name)
        facts = OpenFunction(qualname, node.lineno, isinstance(node, ast.AsyncFunctionDef))
        facts.more = (node.end_lineno or node.lineno) - node.lineno
        facts.owner = self.owner.qualname if self.owner else self.function.owner
        facts.decorators = [self._use_of(decorator) for decorator in node.decorator_list]
        around, self.function.uses = self.function.uses, facts.definition
        facts.parameters = self._parameters(node.args)
        # What defaults call is called where the function is defined; what they only name is handed on.
        around += [structs.replace(use, arguments=()) for use in facts.definition if "()" in use.chain]
        for decorator in node.decorator_list:
            self._expression(decorator)
        self.function.uses = around
        facts.returns = annotation_chains(node.returns)
        facts.first_reads = [known_chain((*plain_chain(call.func), "()")) for call in first_calls(node.body)]
        if self.owner is not None:
            self.owner.methods[node.name] = qualname
            self.owner.classes.pop(node.name, None)
            if any(use.chain[-1:] in _PROPERTIES for use in facts.decorators):
                self.owner.properties.add(node.name)
        else:
            self.function.nested.setdefault(node.name, []).append(qualname)
        self.functions[qualname] = facts
        outer = (self.function, self.owner, self.prefix, self.within, self.parameters)
        self.function, self.owner, self.within = facts, None, ()
        self.parameters = frozenset(parameter.name for parameter in facts.parameters)
        self.prefix = qualname + ".<locals>."
        self.read_body(node.body)
        self.function, self.owner, self.prefix, self.within, self.parameters = outer

    _on_AsyncFunctionDef = _on_FunctionDef

    def _on_ClassDef(self, node: ast.ClassDef) -> None:
        qualname = self.prefix + node.name
        facts = OpenClass(qualname, node.lineno, bases=[plain_chain(_class_of(base)) for base in node.bases])
        facts.first = min((node.lineno, *(item.lineno for item in node.decorator_list)))
        facts.more = (node.end_lineno or node.lineno) - node.lineno
        facts.decorators = [chain for item in node.decorator_list if (chain := chain_of(item))]
        facts.metaclass = next((plain_chain(item.value) for item in node.keywords if item.arg == "metaclass"), ())
        self.classes[qualname] = facts
        if self.owner is None:
            self.function.nested.setdefault(node.name, []).append(qualname)
        else:
            self.owner.classes[node.name] = qualname
            self.owner.methods.pop(node.name, None)
            self.owner.properties.discard(node.name)
        for decorator in node.decorator_list:
            self._expression(decorator)
        outer = (self.owner, self.prefix)
        self.owner, self.prefix = facts, qualname + "."
        self.read_body(node.body)
        self.owner, self.prefix = outer

    def _define(self, cls: ast.ClassDef) -> None:
        self._made.append(cls)
        self._on_ClassDef(cls)
        facts = self.classes[self.prefix + cls.name]
        facts.more = -1
        for statement in cls.body:
            if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Name):
                for qualname in self.function.nested.get(statement.value.id, ()):
                    function = self.functions.get(qualname)  # none for a class
                    if function is not None and isinstance(name := statement.targets[0], ast.Name):
                        facts.methods[name.id], function.owner = qualname, function.owner or facts.qualname

    def _on_Assign(self, node: ast.Assign) -> None:
        self._assigned(node.targets[0], node.value)
        for target in node.targets:
            self._bind(target, node.value)

    def _assigned(self, target: ast.expr, value: ast.expr) -> None:
        made = self._as_lambda(value) if value.__class__ in _MAKING and self.owner is None else None
        if made is not None and isinstance(target, ast.Name):
            self._named_lambda(target.id, made)
        else:
            self._expression(value)

    def _on_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self._assigned(node.target, node.value)
            self._bind(node.target, node.value)
        names = annotation_chains(node.annotation)
        if isinstance(node.target, ast.Name):
            into = self.owner.annotated if self.owner else self.function.annotated
            into[node.target.id] = names
        elif isinstance(node.target, ast.Attribute) and self._is_own(node.target):
            owner = self._enclosing_class()
            if owner is not None:
                owner.annotated[node.target.attr] = names

    def _on_Expr(self, node: ast.Expr) -> None:
        if self.function.qualname != MODULE_BODY and (effect := effect_of(node)) is not None:
            self.function.effects.append(effect)
        self._expression(node.value)

    def _on_Delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            self._write(target, None, REMOVE)
        self._generic(node)

    def _on_AugAssign(self, node: ast.AugAssign) -> None:
        self._write(node.target, node.value, ADDED)
        if isinstance(node.target, ast.Name) and self.owner is None and self._extends(node.target.id, node):
            self.function.writes.append(extended(node.target, node.value))
        if is_display(node.value):
            self._fill(node.target, node.value)
        self._expression(node.value)
        self.roles[id(node.target)] = "store"
        self._expression(node.target)

    def _extends(self, name: str, node: ast.AugAssign) -> bool:
        """Whether a name of a function's own is added to as a container is, which changes what else it stands for."""
        if self.function.qualname == MODULE_BODY or name in self.function.global_names:
            return False
        is_shared = any(item.name == name and item.shared_default for item in self.function.parameters)
        return isinstance(node.op, (ast.Add, ast.BitOr)) and (is_shared or is_container(node.value))

    def _on_For(self, node: ast.For | ast.AsyncFor) -> None:
        self.roles[id(node.iter)] = "each"
        self._expression(node.iter)
        self._write(node.target, node.iter)
        self._bind_items(node.target, node.iter)
        self.read_body(node.body)
        self.read_body(node.orelse)

    _on_AsyncFor = _on_For

    def _on_While(self, node: ast.While) -> None:
        self.function.loops = True
        self.roles[id(node.test)] = "test"
        self._generic(node)

    def _on_If(self, node: ast.If) -> None:
        while True:  # an elif is an if in the else of another: there may be hundreds
            self.roles[id(node.test)] = "test"
            if self.function.qualname == MODULE_BODY and self.owner is None and _is_program(node.test):
                self._program(node)
                return
            self._expression(node.test)
            self.read_body(node.body)
            if len(node.orelse) != 1 or not isinstance(node.orelse[0], ast.If):
                self.read_body(node.orelse)
                return
            node = node.orelse[0]

    def _program(self, node: ast.If) -> None:
        """What runs when the file is started by itself: a function of its own, whose names are the module's."""
        outer = self.function
        self.function = self.functions.setdefault(
            PROGRAM,
            OpenFunction(
                PROGRAM,
                node.lineno,
                assigned=outer.assigned,
                annotated=outer.annotated,
                imports=outer.imports,
                nested=outer.nested,
            ),
        )
        self.read_body(node.body)
        self.function = outer
        self.read_body(node.orelse)

    def _on_With(self, node: ast.With | ast.AsyncWith) -> None:
        outer = self.within
        for item in node.items:
            self.roles[id(item.context_expr)] = "enter"
            self._expression(item.context_expr)
            chain = chain_of(item.context_expr)
            if item.optional_vars is not None:
                self._write(item.optional_vars, item.context_expr)
            if item.optional_vars is not None and isinstance(item.optional_vars, ast.Name) and chain:
                self._assign(item.optional_vars.id, chain)
            if chain:
                self.within = (*self.within, chain)
        self.read_body(node.body)
        self.within = outer

    _on_AsyncWith = _on_With

    def _on_Match(self, node: ast.Match) -> None:
        self._expression(node.subject)
        chains = [known_chain((*chain, "[]")) for chain in self._alternatives(node.subject)]
        for case in node.cases:
            for part in ast.walk(case.pattern):
                name = getattr(part, "rest" if isinstance(part, ast.MatchMapping) else "name", None)
                if isinstance(name, str):
                    self._write(ast.copy_location(ast.Name(name, ast.Store()), part), node.subject)
                    for chain in chains:
                        self._assign(name, chain)
            self._generic(case)

    def _on_Global(self, node: ast.Global) -> None:
        self.function.global_names.update(node.names)

    def _on_Nonlocal(self, node: ast.Nonlocal) -> None:
        self.function.global_names.update(node.names)
        self.function.nonlocal_names.update(node.names)

    def _on_Return(self, node: ast.Return) -> None:
        if node.value is None:
            return
        self._expression(node.value)
        found = self._alternatives(node.value)
        self.function.returned += found
        self._copy(ANSWERED, node.value)
        if isinstance(node.value, ast.Tuple) or is_container(node.value):
            self.function.gathered.update(found)


# What Python or a library runs where an attribute of an object is looked up.
_PROPERTIES = frozenset((part,) for name in ("property", "cached_property") for part in (name, "." + name))
# What may be a function that is made where it stands.
_MAKING = frozenset({ast.Lambda, ast.Call})
# What reads each kind of statement; the others hold nothing but expressions and statements.
_STATEMENTS: dict[type[ast.AST], Callable[[_Reader, Any], None]] = {
    getattr(ast, name.removeprefix("_on_")): method for name, method in vars(_Reader).items() if name.startswith("_on_")
}


def _class_of(base: ast.expr) -> ast.expr:
    """The class that a base is, also of which kind of things it is one: `Base` of `Base[Item]`."""
    return base.value if isinstance(base, ast.Subscript) else base


def _is_program(test: ast.expr) -> bool:
    """Whether a test is `__name__ == "__main__"`."""
    sides = [test.left, *test.comparators] if isinstance(test, ast.Compare) else []
    names = {side.id for side in sides if isinstance(side, ast.Name)}
    return "__name__" in names and any(constant_text(side) == "__main__" for side in sides)
