"""The event handlers of the process's start: what each of them does, and what becomes of it.

A handler stays when it does nothing of a tenant's, moves to the tenant's event when it does nothing of the process's,
is split when it does both in statements that separate, and is left to a person in every other case.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from weakref import WeakKeyDictionary

from codemods.survey.entrances import method_of, subclasses_of
from codemods.survey.facts import MODULE_BODY, plain_chain
from codemods.survey.kept import Kept, KeptState, Occurrence
from codemods.survey.plugin_code import Evidence, Part, PluginCode, plugin_of
from codemods.survey.resolve import Program
from codemods.survey.sources import own_nodes
from codemods.survey.splitting import NotSeparable, Partition, partition
from codemods.survey.verdicts import GLOBAL, INSECURE, SECURE, EntryPoint

STAYS, MOVES, SPLITS, LEFT = "stays", "moves", "splits", "left"
# Decorators that leave it to the callers who calls a function.
_HARMLESS_DECORATORS = frozenset(
    {"abstractmethod", "asynccontextmanager", "cached_property", "classmethod", "contextmanager", "override"}
    | {"property", "setter", "staticmethod", "wraps", "cache", "lru_cache"}
)


@dataclass(frozen=True, slots=True)
class PluginEdit:
    """A place that a codemod edits: the kind of place, the file, how the command names it; and the plugin, of which
    all edits are made or none."""

    on: str
    path: str
    argument: str
    plugin: str


@dataclass(frozen=True, slots=True)
class Subscription:
    """Where a class is subscribed to events: in its own body (`function` is ""), or where it is registered."""

    module: str
    function: str
    line: int
    events: frozenset[str]
    # How the class is written there.
    written: str


@dataclass
class StartHandler:
    """A handler of the process's start. `cls` and `execute` are "module:qualname"."""

    cls: str
    execute: str
    subscriptions: list[Subscription]
    decision: str = STAYS
    tenant: list[Evidence] = field(default_factory=list)
    process: list[Evidence] = field(default_factory=list)
    obstacle: str = ""
    partition: Partition | None = None
    kept: list[Kept] = field(default_factory=list)

    @property
    def part(self) -> Part:
        """What of it is a tenant's."""
        return Part(self.execute, self.partition.tenant if self.partition else None)

    @property
    def reason(self) -> str:
        if self.decision == STAYS:
            return "does nothing of a tenant's"
        tenant = "; ".join(str(item) for item in self.tenant)
        if self.decision == MOVES:
            return f"does a tenant's work once for all: {tenant}"
        process = "; ".join(str(item) for item in self.process)
        both = f"does a tenant's work ({tenant})" + (f" and the process's ({process})" if process else "")
        return both if self.decision == SPLITS else f"{both}; left alone, because {self.obstacle}"


def event_handlers(program: Program) -> Iterator[EntryPoint]:
    """Every plugin event handler class; the ones for process-wide events run without a tenant."""
    for start in starts_of(program):
        deciding = {handler.cls: handler for handler in start.handlers}
        for cls in start.subscribed:
            if method_of(program, cls, "execute") is not None:
                yield _verdict(start, cls, deciding.get(cls))


def _verdict(start: PluginStart, cls: str, handler: StartHandler | None) -> EntryPoint:
    program, events = start.program, start.events_of(cls)
    at = sorted(events & {start.starting, start.stopping})
    file, facts = program.file_of(cls), program.classes[cls]
    verdict, reason, by_hand = SECURE, "runs in the tenant of the message that fires it", False
    if program.state.tenant_event in events:
        reason = "runs once for each tenant, inside it"
    if handler is not None:
        verdict = GLOBAL if handler.decision == STAYS else INSECURE
        reason, by_hand = f"{', '.join(at)}: {handler.reason}", handler.decision == LEFT
    elif at:
        execute = method_of(program, cls, "execute") or ""
        if program.enters_tenant(execute):
            reason = f"{', '.join(at)}: runs once for each tenant, inside it"
        elif (path := program.path_to_state(execute)) is not None:
            verdict, reason = INSECURE, f"{', '.join(at)} fires without a tenant: {path}"
            by_hand = execute not in start.stops
        else:
            verdict, reason = GLOBAL, f"{', '.join(at)}: does nothing of a tenant's"
    return EntryPoint(file.path, facts.qualname, facts.line, "event-handler", verdict, reason, by_hand=by_hand)


_KNOWN: WeakKeyDictionary[Program, list[PluginStart]] = WeakKeyDictionary()


def starts_of(program: Program) -> list[PluginStart]:
    """Every plugin that has a handler of the process's start, worked out once."""
    if program not in _KNOWN:
        packages: dict[str, list[str]] = {}
        for cls in subclasses_of(program, program.state.event_handlers):
            if cls in program.classes:
                packages.setdefault(plugin_of(program, cls.partition(":")[0]), []).append(cls)
        starts = [PluginStart(program, package, classes) for package, classes in sorted(packages.items())]
        _KNOWN[program] = starts
    return _KNOWN[program]


class PluginStart:
    """What one plugin does when the process starts."""

    def __init__(self, program: Program, package: str, classes: Sequence[str]) -> None:
        self.program = program
        self.code = PluginCode(program, package)
        self.state = KeptState(self.code)
        self.starting, self.stopping = program.state.process_events
        self.subscribed = {cls: self._subscriptions(cls) for cls in classes}
        self.handlers = [handler for cls in classes if (handler := self._handler(cls)) is not None]
        self._decide()

    # Who is subscribed to what

    def events_of(self, cls: str) -> frozenset[str]:
        return frozenset(event for item in self.subscribed[cls] for event in item.events)

    def _subscriptions(self, cls: str) -> list[Subscription]:
        found = []
        for base in self.program.lineage(cls):
            node = self.program.sources.cls(base) if base in self.program.classes else None
            own = list(self._in_class(base, node)) if node is not None else []
            if own:
                found += own
                break
        return [*found, *(item for target, item in self._pairs if target == cls and item.events)]

    def _in_class(self, cls: str, node: ast.ClassDef) -> Iterator[Subscription]:
        module, _, qualname = cls.partition(":")
        for statement in node.body:
            targets = statement.targets if isinstance(statement, ast.Assign) else []
            targets = [statement.target] if isinstance(statement, ast.AnnAssign) else targets
            value = getattr(statement, "value", None)
            if value is not None and any(
                plain_chain(item) in (("event_type",), ("init_subscribe",)) for item in targets
            ):
                yield Subscription(module, "", statement.lineno, self._events(value, module), qualname)

    def _events(self, node: ast.expr, module: str) -> frozenset[str]:
        """The names of the events that an expression stands for, through constants and re-exports."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return frozenset({node.value.upper()})
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            return frozenset(event for item in node.elts for event in self._events(item, module))
        if isinstance(node, ast.Attribute):
            return self._events(node.value, module) if node.attr == "value" else frozenset({node.attr})
        if isinstance(node, ast.Name):
            return self._constant(node.id, module)
        return frozenset()

    def _constant(self, name: str, module: str, depth: int = 0) -> frozenset[str]:
        file = self.program.files.get(module)
        if file is None or depth > len(self.code.modules):
            return frozenset()
        if name in file.body.imports:
            home, _, inner = file.body.imports[name].partition(":")
            return self._constant(inner, home, depth + 1)
        for node in own_nodes(self.program.sources.module(module).body):
            if isinstance(node, ast.Assign) and any(plain_chain(target) == (name,) for target in node.targets):
                return self._events(node.value, module)
        return frozenset()

    @cached_property
    def _pairs(self) -> list[tuple[str, Subscription]]:
        """Every `(info, Class)` that the plugin registers, as a tuple or as two arguments: the class, and the place."""
        found = []
        for identifier in self._registering:
            module, _, function = identifier.partition(":")
            nodes = list(own_nodes(self.program.sources.body(identifier)))
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
    def _registering(self) -> list[str]:
        """The functions that say how a handler is registered."""
        names = {self.program.state.event_info, ".get_handler_info"}
        return [
            identifier
            for identifier in self.code.functions()
            if any(not names.isdisjoint(use.chain) for use in self.program.functions[identifier].uses)
        ]

    @cached_property
    def _unpaired(self) -> list[int]:
        """The lines that register something for the process's start, though for which class cannot be followed."""
        paired = {item.line for _, item in self._pairs}
        return [
            node.lineno
            for identifier in self._registering
            for node in own_nodes(self.program.sources.body(identifier))
            if isinstance(node, ast.Call) and self._is_info(node) and node.lineno not in paired
            if self.starting in self._info_events(node, identifier.partition(":")[0])
        ]

    def _is_info(self, call: ast.Call) -> bool:
        name = (plain_chain(call.func) or ("",))[-1].lstrip(".")
        return name in (self.program.state.event_info, "get_handler_info")

    def _info_events(self, info: ast.Call, module: str) -> frozenset[str]:
        for keyword in info.keywords:
            if keyword.arg == "event_type":
                return self._events(keyword.value, module)
        return frozenset()

    # What they do

    def _handler(self, cls: str) -> StartHandler | None:
        execute = method_of(self.program, cls, "execute")
        if execute is None or self.starting not in self.events_of(cls) or not self.code.owns(execute):
            return None
        part = Part(execute)
        tenant, process = self.code.evidence("tenant", part), self.code.evidence("process", part)
        return StartHandler(cls, execute, self.subscribed[cls], tenant=tenant, process=process)

    def _decide(self) -> None:
        for handler in self.handlers:
            if handler.tenant:
                handler.decision = SPLITS if handler.process else MOVES
            if handler.decision == SPLITS:
                self._try_to_split(handler)
            if handler.decision in (MOVES, SPLITS) and (obstacle := self._unmovable(handler)):
                handler.decision, handler.obstacle = LEFT, obstacle
        while any(self._is_stopped(handler) for handler in self._going):
            pass  # one that stays may use what another one keeps

    @property
    def _going(self) -> list[StartHandler]:
        return [handler for handler in self.handlers if handler.decision in (MOVES, SPLITS)]

    def _try_to_split(self, handler: StartHandler) -> None:
        try:
            handler.partition = partition(self.code, handler.execute, handler.tenant, handler.process)
        except NotSeparable as error:
            handler.decision, handler.obstacle = LEFT, str(error)

    def _unmovable(self, handler: StartHandler) -> str:
        """What of its subscriptions stands in the way, or ""."""
        if self._unpaired:
            return f"line {self._unpaired[0]} registers a handler in a way that cannot be followed"
        if self.stopping in self.events_of(handler.cls):
            return f"it is called for {self.stopping} as well"
        if handler.partition is not None and len(self.events_of(handler.cls)) > 1:
            return "it is called for other events as well"
        if handler.partition is not None:
            homes = {item.module for cls, item in self._pairs if cls == handler.cls}
            if homes != {handler.cls.partition(":")[0]}:
                return "it is registered in another file" if homes else "where it is registered cannot be followed"
        if not handler.execute.startswith(handler.cls + "."):
            shared = [cls for cls in self.subscribed if cls != handler.cls and self._runs(cls, handler.execute)]
            if shared:
                return f"{shared[0].partition(':')[2]} runs the same execute"
        return ""

    def _runs(self, cls: str, execute: str) -> bool:
        return method_of(self.program, cls, "execute") == execute and self.starting in self.events_of(cls)

    def _is_stopped(self, handler: StartHandler) -> bool:
        """Whether something that a handler keeps, or that cannot be followed, stands in its way; then it is left."""
        for part in self.state.closure([handler.part]):
            if unfollowed := self.code.unfollowed(part):
                handler.decision, handler.obstacle = LEFT, f"{unfollowed} cannot be followed"
                return True
        written = self.state.written_by([handler.part])
        handler.kept = sorted(written)
        for kept in handler.kept:
            if obstacle := self._obstacle(kept):
                handler.decision, handler.obstacle = LEFT, obstacle
                return True
        return False

    # What they keep

    def _obstacle(self, kept: Kept) -> str:
        """Why a thing cannot become one for each tenant, or ""."""
        places, unclear = self.state.occurrences(kept)
        if unclear:
            return f"{kept} is once for all tenants, and line {unclear[0].line}: {unclear[0].why}"
        if kept.owner and not any(place.declared for place in places):
            cls = f"{kept.module}:{kept.owner}"
            if not kept.name.startswith("_") or not self.state.is_singleton(cls):
                return f"{kept} is once for all tenants, and is not declared in the plugin"
        without = self._without_tenant
        for place in places:
            if not place.declared and any(part.function == place.function and part.has(place.line) for part in without):
                name = self.program.functions[place.function].name
                where = "while it is imported" if name == MODULE_BODY else f"in {name}, which runs without a tenant"
                return f"{kept} is once for all tenants, and line {place.line} uses it {where}"
        return ""

    @property
    def _without_tenant(self) -> list[Part]:
        """What of the plugin may run without a tenant, once those that go have gone."""
        return self.state.closure(self._roots())

    def _roots(self) -> Iterator[Part]:
        gone = {handler.execute: handler for handler in self._going}
        stops = set(self.stops)
        called = {target for function in self.code.functions() for _, target in self.code.calls(function)}
        for identifier in self.code.functions():
            function = self.program.functions[identifier]
            owner = f"{identifier.partition(':')[0]}:{function.owner}" if function.owner else ""
            if identifier in gone:
                split = gone[identifier].partition
                if split is not None:
                    yield Part(identifier, split.process)
            elif identifier in stops:
                continue
            elif function.qualname == MODULE_BODY or self._is_called_by_host(identifier, owner, identifier in called):
                yield Part(identifier)

    def _is_called_by_host(self, identifier: str, owner: str, is_called: bool) -> bool:
        """Whether a function may be started by the host or the process, outside of any tenant."""
        function = self.program.functions[identifier]
        names = [(use.chain or ("",)) for use in function.decorators]
        if any(
            (chain[-2] if chain[-1] == "()" else chain[-1]).lstrip(".") not in _HARMLESS_DECORATORS for chain in names
        ):
            return True
        if owner in self.subscribed:
            process_events = {self.starting, self.stopping}
            is_execute = function.name == "execute" and bool(process_events & self.events_of(owner))
            return function.name == "__init__" or is_execute
        if owner and self.state.is_singleton(owner):
            return not is_called
        return identifier in self._thread_targets

    def process_executes(self) -> Iterator[str]:
        """What runs, outside of any tenant, when the process starts or stops."""
        for cls in self.subscribed:
            execute = method_of(self.program, cls, "execute")
            if execute is not None and self.events_of(cls) & {self.starting, self.stopping}:
                yield execute

    @cached_property
    def _thread_targets(self) -> frozenset[str]:
        from codemods.survey.background import thread_targets

        return frozenset(thread_targets(self.program))

    @cached_property
    def _stop_executes(self) -> list[str]:
        found = []
        for cls in self.subscribed:
            execute = method_of(self.program, cls, "execute")
            if execute is not None and self.code.owns(execute) and self.events_of(cls) == {self.stopping}:
                found.append(execute)
        return found

    @property
    def stops(self) -> list[str]:
        """The handlers of the process's stop that end what a tenant's work keeps, and nothing of the process's."""
        kept = {item for handler in self._going for item in handler.kept}
        kept |= {item for handler in self._going for item in self.state.written_by([handler.part])}
        found = []
        for execute in self._stop_executes:
            functions = {part.function for part in self.state.closure([Part(execute)])}
            used = any(place.function in functions for item in kept for place in self.state.occurrences(item)[0])
            if used and not self.code.evidence("process", Part(execute)):
                found.append(execute)
        return found

    # The edits

    def edits(self) -> Iterator[PluginEdit]:
        """What mends the plugin, in the order in which it is to be done."""
        for handler in self._going:
            if handler.decision == MOVES:
                yield from self._moves(handler)
            elif handler.partition is not None:
                yield from self._splits(handler, handler.partition)
        for kept in sorted({item for handler in self._going for item in handler.kept}):
            yield from self._one_a_tenant(kept)
        for execute in self.stops:
            below = len(self.program.functions[execute].decorators)
            qualname = execute.partition(":")[2]
            yield PluginEdit("stopping-handler", self._path(execute), f"{qualname}={below}", self.code.package)

    def _moves(self, handler: StartHandler) -> Iterator[PluginEdit]:
        name = handler.cls.partition(":")[2]
        for item in handler.subscriptions:
            place = f"{item.function}={item.written}" if item.function else name
            if self.starting in item.events:
                path = self._path(item.module if item.function else handler.cls)
                yield PluginEdit("tenant-handler", path, place, self.code.package)

    def _splits(self, handler: StartHandler, partition: Partition) -> Iterator[PluginEdit]:
        path, name = self._path(handler.cls), handler.cls.partition(":")[2]
        yield PluginEdit("mixed-handler", path, f"{name}={partition.word}", self.code.package)
        for place in dict.fromkeys(
            f"{item.function}:={item.written}" for cls, item in self._pairs if cls == handler.cls
        ):
            yield PluginEdit("mixed-handler", path, place, self.code.package)

    def _one_a_tenant(self, kept: Kept) -> Iterator[PluginEdit]:
        places, _ = self.state.occurrences(kept)
        if not any(place.declared for place in places):
            yield PluginEdit("tenant-state", self._path(kept.module), f"{kept.owner}+={kept.name}", self.code.package)
        seen: set[tuple[str, str, bool]] = set()
        for place in places:
            argument = _argument(place)
            key = (place.function.partition(":")[0], argument, place.declared)
            if key not in seen:
                seen.add(key)
                yield PluginEdit("tenant-state", self._path(place.function), argument, self.code.package)

    def _path(self, identifier: str) -> str:
        return self.program.file_of(identifier).path


def _argument(place: Occurrence) -> str:
    """How the command names a place: "function:=name" for the first value, "function=expression" for a use."""
    return f"{place.function.partition(':')[2]}{':=' if place.declared else '='}{place.text}"
