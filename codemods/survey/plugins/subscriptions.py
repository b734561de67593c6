"""Which events the event handlers of a plugin are called for, and where that is said."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

from msgspec import Struct

from codemods.analysis.chains import full_chain, plain_chain
from codemods.analysis.nodes import own_nodes, walk
from codemods.analysis.references import References, is_stored
from codemods.analysis.symbols import MODULE_BODY, Symbol
from codemods.survey.plugins.plugin_code import PluginCode

# Stands for an event that cannot be told from the code.
UNREAD = "?"


class Subscription(Struct, frozen=True):
    """Where a class is subscribed to events: in its own body (`function` is ""), or where it is registered."""

    module: str
    function: str
    line: int
    events: frozenset[str]
    # How the class is written there.
    written: str


class Subscriptions:
    """What the handler classes of one plugin are subscribed to. `references`: those of a module."""

    def __init__(self, code: PluginCode, references: Callable[[str], References], classes: Sequence[Symbol]) -> None:
        self.code = code
        self.program = code.program
        self.references = references
        self.starting = self.program.state.entry_points.process_events[0]
        self.by_class = {cls: self._of(cls) for cls in classes}

    def events_of(self, cls: Symbol) -> frozenset[str]:
        found = frozenset(event for item in self.by_class[cls] for event in item.events)
        return found | {UNREAD} if cls in self._set_later else found

    @cached_property
    def _set_later(self) -> frozenset[Symbol]:
        """The classes whose event, or that of an object of theirs, is assigned outside of the class body."""
        modules = (module for module in self.code.modules if self.program.sources.says(module, (".event_type",)))
        references = (item for module in modules for item in self.references(module).by_name.get("event_type", ()))
        return frozenset(
            value.name
            for item in references
            if is_stored(item) and isinstance(item.node, ast.Attribute)
            for value in self.program.values(full_chain(item.node.value), item.frame)
        )

    def _of(self, cls: Symbol) -> list[Subscription]:
        found = []
        for base in self.program.lineage(cls):
            is_hosts = base in self.program.state.entry_points.event_handlers or base not in self.program.classes
            node = None if is_hosts else self.program.sources.cls(base)
            own = list(self._in_class(base, node)) if node is not None else []
            if node is None and not is_hosts:  # a class that no statement makes
                line = self.program.classes[base].line
                own = [Subscription(base.module, "", line, frozenset({UNREAD}), base.qualname)]
            if own:
                found += own
                break
        return [*found, *(item for target, item in self.pairs if target == cls and item.events)]

    def _in_class(self, cls: Symbol, node: ast.ClassDef) -> Iterator[Subscription]:
        module, qualname = cls.module, cls.qualname
        for statement in node.body:
            targets = statement.targets if isinstance(statement, ast.Assign) else []
            targets = [statement.target] if isinstance(statement, ast.AnnAssign) else targets
            value = getattr(statement, "value", None)
            if value is not None and any(
                plain_chain(item) in (("event_type",), ("init_subscribe",)) for item in targets
            ):
                yield Subscription(module, "", statement.lineno, self._events(value, module), qualname)

    def _events(self, node: ast.expr, module: str) -> frozenset[str]:
        """The names of the events that an expression stands for, through constants and re-exports.

        UNREAD is among them where a part of it cannot be told.
        """
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return frozenset({node.value.upper()})
        if isinstance(node, ast.Name):
            return self._constant(node.id, module)
        if isinstance(node, ast.Attribute):
            return self._events(node.value, module) if node.attr == "value" else self._member(node, module)
        parts: list[ast.expr] = []
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            parts = node.elts
        elif isinstance(node, ast.IfExp):
            parts = [node.body, node.orelse]
        elif isinstance(node, ast.Starred):
            parts = [node.value]
        elif isinstance(node, ast.Subscript) and self._is_enum(node.value, module):
            parts = [node.slice]
        elif isinstance(node, ast.Call) and self._is_enum(node.func, module):
            parts = node.args
        if not parts and not (isinstance(node, (ast.List, ast.Tuple)) and not node.elts):
            return frozenset({UNREAD})
        return frozenset(event for item in parts for event in self._events(item, module))

    def _is_enum(self, node: ast.expr, module: str) -> bool:
        chain = plain_chain(node)
        values = self.program.values(chain, Symbol(module, MODULE_BODY)) if chain else ()
        return any(value.name.name.endswith("EventType") for value in values)

    def _member(self, node: ast.Attribute, module: str) -> frozenset[str]:
        """`EventType.ON_START`, or a constant of another module of the plugin."""
        if self._is_enum(node.value, module):
            return frozenset({node.attr})
        chain = plain_chain(node.value)
        for value in self.program.values(chain, Symbol(module, MODULE_BODY)) if chain else ():
            if value.kind == "module" and value.name.module in self.program.files:
                return self._constant(node.attr, value.name.module)
        return frozenset({UNREAD})

    def _constant(self, name: str, module: str, depth: int = 0) -> frozenset[str]:
        file = self.program.files.get(module)
        if file is None or depth > len(self.code.modules):
            return frozenset({UNREAD})
        if name in file.body.imports:
            imported = file.body.imports[name]
            return self._constant(imported.qualname, imported.module, depth + 1)
        for node in own_nodes(self.program.sources.module(module).body):
            if isinstance(node, ast.Assign) and any(plain_chain(target) == (name,) for target in node.targets):
                return self._events(node.value, module)
        return frozenset({UNREAD})

    @cached_property
    def pairs(self) -> list[tuple[Symbol, Subscription]]:
        """Every `(info, Class)` that the plugin registers, as a tuple or as two arguments: the class, and the place."""
        found = []
        for identifier in self._registering:
            module, function = identifier.module, identifier.qualname
            nodes = self.program.sources.nodes(identifier)
            named = {
                node.targets[0].id: node.value
                for node in nodes
                if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
            }
            for node in nodes:
                pair = node.elts if isinstance(node, ast.Tuple) else node.args if isinstance(node, ast.Call) else []
                chain = plain_chain(pair[1]) if len(pair) == 2 else ()
                info = named.get(pair[0].id) if chain and isinstance(pair[0], ast.Name) else pair[0] if chain else None
                if not isinstance(info, ast.Call) or not self._is_info(info):
                    continue
                place = Subscription(
                    module, function, info.lineno, self._info_events(info, module), ast.unparse(pair[1])
                )
                values = self.program.values(chain, identifier)
                found += [(value.name, place) for value in values if value.kind == "class"]
        return found

    @cached_property
    def _registering(self) -> list[Symbol]:
        """The functions that say how a handler is registered."""
        names = {self.program.state.entry_points.event_info, ".get_handler_info"}
        return [
            identifier
            for identifier in self.code.functions()
            if any(not names.isdisjoint(use.chain) for use in self.program.functions[identifier].uses)
        ]

    @cached_property
    def unpaired(self) -> list[tuple[str, int]]:
        """Where something is registered for the process's start, though for which class cannot be followed."""
        paired = {item.line for _, item in self.pairs}
        return [
            (self.program.file_of(identifier).path, node.lineno)
            for identifier in self._registering
            for node in self.program.sources.nodes(identifier)
            if isinstance(node, ast.Call) and self._is_info(node) and node.lineno not in paired
            if self.starting in self._info_events(node, identifier.module)
        ]

    def _is_info(self, call: ast.Call) -> bool:
        name = (plain_chain(call.func) or ("",))[-1].lstrip(".")
        return name in (self.program.state.entry_points.event_info, "get_handler_info")

    def _info_events(self, info: ast.Call, module: str) -> frozenset[str]:
        for keyword in info.keywords:
            if keyword.arg == "event_type":
                return self._events(keyword.value, module)
        return frozenset()

    @cached_property
    def _named_elsewhere(self) -> frozenset[str]:
        """The texts of the plugin that state the event, and stand in other places than a handler's own name."""
        own = {(cls.module, _place(item.value)) for cls in self.by_class for item in self._named_in_class(cls)}
        for identifier in self._registering:
            for node in self.program.sources.nodes(identifier):
                if isinstance(node, ast.Call) and self._is_info(node):
                    named = [keyword.value for keyword in node.keywords if keyword.arg in ("name", "description")]
                    own |= {(identifier.module, _place(value)) for value in named}
        return frozenset(
            part.value
            for module in self.code.modules
            for statement in self.program.sources.module(module).body
            for part in walk(statement)
            if isinstance(part, ast.Constant) and isinstance(part.value, str) and (module, _place(part)) not in own
            if self.starting.lower() in part.value.lower()
        )

    def _named_in_class(self, cls: Symbol) -> list[ast.Assign | ast.AnnAssign]:
        node = self.program.sources.cls(cls)
        body = node.body if node is not None else []
        return [item for item in body if isinstance(item, (ast.Assign, ast.AnnAssign)) and item.value is not None]

    def keeps_name(self, cls: Symbol) -> bool:
        """Whether others know a handler by a name that states the event: it stays then."""
        names = [item.value.value for item in self._named_in_class(cls) if isinstance(item.value, ast.Constant)]
        return not self._named_elsewhere.isdisjoint(name for name in names if isinstance(name, str))


def _place(node: ast.expr | None) -> tuple[int, int]:
    return (node.lineno, node.col_offset) if node is not None else (0, 0)
