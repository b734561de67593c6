"""What an `__init__` starts and makes for tenants: the host runs it when the process starts, and without a tenant."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeGuard

from codemods.analysis.chains import full_chain, plain_chain
from codemods.analysis.nodes import own_nodes, walk
from codemods.analysis.symbols import Symbol
from codemods.messages import phrase
from codemods.survey.plugins.plugin_code import PluginCode
from codemods.survey.plugins.subscriptions import Subscriptions

_STARTING = frozenset({"create_task", "ensure_future"})


@dataclass(frozen=True, slots=True)
class Init:
    """The `__init__` of a class that the host makes one object of, and the function that registers its handlers."""

    cls: Symbol
    function: Symbol
    registering: Symbol | None


@dataclass(frozen=True, slots=True)
class Block:
    """Statements of an `__init__` that run one after the other, if they do: `is_gated` where something else decides."""

    statements: Sequence[ast.stmt]
    is_gated: bool

    @property
    def first(self) -> int:
        return self.statements[0].lineno


@dataclass(frozen=True, slots=True)
class Begun:
    """Statements of a block of an `__init__` that are a tenant's, and the handler that runs them instead.

    making: other handlers work with what they make. obstacle: why no handler may run them, or "".
    """

    init: Init
    handler: str
    block: Block
    statements: tuple[ast.stmt, ...]
    making: bool = False
    obstacle: str = ""

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(ast.unparse(item) for item in self.statements)

    @property
    def lines(self) -> tuple[range, ...]:
        return tuple(lines_of(item) for item in self.statements)

    @property
    def execute(self) -> str:
        """The handler's function that runs them."""
        return f"{self.handler}.execute"

    @staticmethod
    def owned(text: str) -> str:
        """What an attribute of the object is called in that function."""
        return f"self.started_plugin{text[4:]}" if text.startswith("self.") else text


class InitWork:
    """What the `__init__`s of one plugin do for tenants."""

    def __init__(self, code: PluginCode, subscriptions: Subscriptions) -> None:
        self.code, self.program = code, code.program
        self.subscriptions = subscriptions
        self._named: dict[Symbol, int] = {}

    @cached_property
    def inits(self) -> list[Init]:
        """Those of the plugins, and of their event handlers."""
        state, found = self.program.state.plugins, []
        own = (Symbol(module, name) for module in self.code.modules for name in self.program.files[module].classes)
        for cls in sorted(own):
            methods = self.program.classes[cls].methods
            if "__init__" not in methods:
                continue
            init = Symbol(cls.module, methods["__init__"])
            if cls in self.subscriptions.by_class:
                found.append(Init(cls, init, self._registering(cls)))
            elif self.program.inherits(cls, frozenset(state.singletons)):
                listing = next((methods[name] for name in state.listing if name in methods), None)
                found.append(Init(cls, init, Symbol(cls.module, listing) if listing else None))
        return found

    def _registering(self, cls: Symbol) -> Symbol | None:
        """The one function that registers an event handler."""
        places = {Symbol(item.module, item.function) for owner, item in self.subscriptions.pairs if owner == cls}
        return places.pop() if len(places) == 1 else None

    def started(self) -> Iterator[tuple[Init, Block, ast.stmt]]:
        """Every statement of theirs that starts a task."""
        for init in self.inits:
            for block in self.blocks(init):
                for statement in block.statements:
                    if not is_branching(statement) and starts(statement):
                        yield init, block, statement

    def blocks(self, init: Init) -> Iterator[Block]:
        body = self.program.sources.body(init.function)
        may_end = any(isinstance(node, ast.Return) for node in self.program.sources.nodes(init.function))
        is_others = init.registering is not None and init.registering.module != init.cls.module
        yield from _blocks(body, is_gated=may_end or is_others)

    def begun(self, init: Init, block: Block, statements: Sequence[ast.stmt], *, making: bool = False) -> Begun:
        """Statements of a block, with those that make what they are handed, in a handler of their own."""
        number = self._named.get(init.cls, 0) + 1
        self._named[init.cls] = number
        name = f"{init.cls.qualname}TenantLoad{number if number > 1 else ''}"
        return self.extended(Begun(init, name, block, (), making), statements, making=making)

    def extended(self, begun: Begun, statements: Sequence[ast.stmt], *, making: bool = False) -> Begun:
        lines = {item.lineno for item in (*begun.statements, *statements)}
        for item in reversed(begun.block.statements):
            later = [each for each in begun.block.statements if each.lineno in lines]
            if _local(item) and _local(item) in _names(later):
                lines.add(item.lineno)
        taken = tuple(item for item in begun.block.statements if item.lineno in lines)
        begun = replace(begun, statements=taken, making=begun.making or making)
        return replace(begun, obstacle=self._obstacle(begun))

    # What stands in the way

    def _obstacle(self, begun: Begun) -> str:
        init = begun.init
        if "." in init.cls.qualname:
            return phrase("{name} stands inside of another class", name=init.cls.qualname)
        if heirs := self.program.subclasses(init.cls):
            return phrase("{qualname} inherits from it", qualname=heirs[0].qualname)
        own = self.program.functions[init.function]
        known = {*own.assigned, *own.imports, *(item.name for item in own.parameters)} - {"self"}
        made = {_local(item) for item in begun.statements} - {""}
        for statement in begun.statements:
            if why := _why_fixed(statement):
                return why
            if local := sorted(_names([statement]) & known - made):
                return phrase("line {line} needs {name} of __init__", line=statement.lineno, name=local[0])
        moved = {item.lineno for item in begun.statements}
        others = [item for item in _leaves(self.program.sources.body(init.function)) if item.lineno not in moved]
        for statement in others:
            if shared := sorted(_names([statement]) & made):
                return phrase("line {line} needs {name} of __init__", line=statement.lineno, name=shared[0])
        return self._unregistered(begun)

    def _unregistered(self, begun: Begun) -> str:
        registering = begun.init.registering
        if registering is None:
            return phrase("where it is registered cannot be followed")
        inside = self.program.sources.nodes(registering)
        answers = [node for node in inside if isinstance(node, ast.Return) and node.value is not None]
        if not answers or any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in inside):
            return phrase("{name} does not return what it registers", name=registering.qualname)
        for module in (begun.init.cls.module, registering.module):
            taken, name = self.program.files[module].body, begun.handler
            if name in taken.assigned or name in taken.imports or Symbol(module, name) in self.program.classes:
                return phrase("the name {name} is taken", name=name)
        return ""

    def rest(self, begun: Sequence[Begun]) -> tuple[range, ...]:
        """The lines of an `__init__` without those that handlers run instead."""
        gone = {item.lineno for each in begun for item in each.statements}
        body = self.program.sources.body(begun[0].init.function)
        return tuple(_line_range(item) for item in _leaves(body) if item.lineno not in gone)


def starts(statement: ast.stmt) -> bool:
    """Whether a statement starts a task."""
    for node in own_nodes([statement]):
        chain = full_chain(node.func) if isinstance(node, ast.Call) and node.args else ()
        if chain and chain[-1].lstrip(".") in _STARTING:
            return True
    return False


def is_branching(statement: ast.stmt) -> TypeGuard[ast.If]:
    """Whether a statement is an `if`, whose branches stand on lines of their own."""
    return isinstance(statement, ast.If) and statement.body[0].lineno > statement.lineno


def lines_of(node: ast.stmt) -> range:
    return range(node.lineno, (node.end_lineno or node.lineno) + 1)


def _line_range(node: ast.stmt) -> range:
    """The lines of a statement; of an `if`, whose branches are looked at by themselves, those of its question."""
    return range(node.lineno, node.body[0].lineno) if is_branching(node) else lines_of(node)


def _blocks(body: Sequence[ast.stmt], *, is_gated: bool) -> Iterator[Block]:
    yield Block(body, is_gated)
    for statement in body:
        if is_branching(statement):
            for branch in (statement.body, statement.orelse):
                yield from _blocks(branch, is_gated=True) if branch else ()


def _leaves(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """Every statement of a body and of the branches in it."""
    for statement in body:
        yield statement
        if is_branching(statement):
            yield from _leaves([*statement.body, *statement.orelse])


def _names(statements: Sequence[ast.stmt]) -> set[str]:
    """The names that statements use; of an `if`, what its question does."""
    parts = [item.test if is_branching(item) else item for item in statements]
    return {node.id for part in parts for node in walk(part) if isinstance(node, ast.Name)}


def _local(statement: ast.stmt) -> str:
    """The one name that a statement gives a value; or ""."""
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    target = targets[0] if len(targets) == 1 else getattr(statement, "target", None)
    is_assignment = isinstance(statement, (ast.Assign, ast.AnnAssign)) and statement.value is not None
    return target.id if is_assignment and isinstance(target, ast.Name) else ""


def _why_fixed(statement: ast.stmt) -> str:
    """Why a statement does not mean the same in a function of another class, or ""."""
    line = statement.lineno
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        if not starts(statement):
            return _why_bound(statement)
        started = statement.value.args[0] if statement.value.args else None
        chain = full_chain(started.func) if isinstance(started, ast.Call) else ()
        if (full_chain(statement.value.func) or ("",))[-1].lstrip(".") not in _STARTING:
            return phrase("line {line} does more than to start it", line=line)
        if chain[:1] != ("self",) or len(chain) != 2:
            return phrase("what line {line} starts is no method of its own", line=line)
        return _why_bound(statement)
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    is_attribute = len(targets) == 1 and targets[0] is not None and plain_chain(targets[0])[:1] == ("self",)
    if is_attribute and starts(statement):
        return phrase("line {line} keeps the task that it starts", line=line)
    if not (is_attribute or _local(statement)) or starts(statement):
        return phrase("line {line} does more than to start it", line=line)
    return _why_bound(statement)


def _why_bound(statement: ast.stmt) -> str:
    for node in walk(statement):
        is_private = isinstance(node, ast.Attribute) and node.attr.startswith("__") and not node.attr.endswith("__")
        if is_private or (isinstance(node, ast.Name) and node.id in ("super", "__class__")):
            return phrase("line {line} belongs to its class", line=statement.lineno)
    return ""
