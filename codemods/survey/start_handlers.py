"""The event handlers of the process's start: what each of them does, and what becomes of it.

A handler stays when it does nothing of a tenant's, moves to the tenant's event when it does nothing of the process's,
is split when it does both in statements that separate, and is left to a person in every other case.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from weakref import WeakKeyDictionary

from codemods.survey.entrances import is_per_tenant, method_of, subclasses_of
from codemods.survey.facts import MODULE_BODY, plain_chain
from codemods.survey.kept import Kept, KeptState, Occurrence
from codemods.survey.mentions import full_chain, is_stored
from codemods.survey.plugin_code import Evidence, Part, PluginCode, plugin_of
from codemods.survey.resolve import Program
from codemods.survey.sources import own_nodes
from codemods.survey.splitting import NotSeparable, Partition, partition
from codemods.survey.verdicts import GLOBAL, INSECURE, SECURE, EntryPoint, Finding

STAYS, MOVES, SPLITS, LEFT = "stays", "moves", "splits", "left"
# Stands for an event that cannot be told from the code.
UNREAD = "?"
# Behind the name of a class: its handler's name is left as it is.
KEEPING_NAMES = "~"
# Decorators that leave it to the callers who calls a function.
# Bases outside of the plugin whose methods nobody calls from outside of it.
_OWN_BASES = frozenset(
    {
        "ABC",
        "BaseModel",
        "Enum",
        "Flag",
        "Generic",
        "IntEnum",
        "Model",
        "NamedTuple",
        "Protocol",
        "StrEnum",
        "TypedDict",
    }
)
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
        if not self.tenant:
            return f"cannot be judged, because {self.obstacle}"
        tenant = "; ".join(str(item) for item in self.tenant)
        if self.decision == MOVES:
            return f"does a tenant's work once for all: {tenant}"
        process = "; ".join(str(item) for item in self.process)
        both = f"does a tenant's work ({tenant})" + (f" and the process's ({process})" if process else "")
        return both if self.decision == SPLITS else f"{both}; left alone, because {self.obstacle}"


def _calls_its_subclasses(base: str) -> bool:
    """Whether a class outside of the plugin may call methods of its subclasses by itself, outside of any tenant.

    The host's components run in the tenant of the message that they work for.
    """
    name = base.rpartition(":")[2]
    return name not in _OWN_BASES and not hasattr(builtins, name) and not base.startswith("src.plugin_system")


def event_handlers(program: Program) -> Iterator[EntryPoint | Finding]:
    """Every plugin event handler class; the ones for process-wide events run without a tenant."""
    known = {cls for start in starts_of(program) for cls in start.subscribed}
    event = program.state.process_events[0]
    for identifier, facts in program.classes.items():
        chains = [chain for name in ("event_type", "init_subscribe") for chain in facts.assigned.get(name, ())]
        says_so = any(chain[-1] == f".{event}" for chain in chains)
        if says_so and "execute" in facts.methods and identifier not in known:
            reason = f"{facts.qualname} says {event}, but its bases do not tell whether it is an event handler"
            yield Finding(program.file_of(identifier).path, facts.line, reason)
    for start in starts_of(program):
        for path, line in start.unpaired:
            reason = f"registers something for {event}, but for which class it does so cannot be followed"
            yield Finding(path, line, reason)
        for handler in start.handlers:
            if handler.decision in (MOVES, SPLITS) and (shared := start.shared_files(handler)):
                reason = f"moves to {program.state.tenant_event}, but all tenants share what {shared} writes"
                yield Finding(program.file_of(handler.cls).path, program.classes[handler.cls].line, reason)
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
        reason, by_hand = f"{', '.join(at) or 'unknown event'}: {handler.reason}", handler.decision == LEFT
    elif at:
        execute = method_of(program, cls, "execute") or ""
        if execute in start.stops:
            verdict, reason = INSECURE, f"{', '.join(at)}: ends once for all what is kept for each tenant"
        elif program.enters_tenant(execute):
            reason = f"{', '.join(at)}: runs once for each tenant, inside it"
        elif (path := program.path_to_state(execute)) is not None:
            verdict, reason = INSECURE, f"{', '.join(at)} fires without a tenant: {path}"
            by_hand = True
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
        return frozenset(event for item in self.subscribed[cls] for event in item.events) | self._set_later(cls)

    def _set_later(self, cls: str) -> frozenset[str]:
        """UNREAD where an object's or class's event is assigned outside of the class body."""
        mentions = [item for each in self.state.mentions.values() for item in each.by_name.get("event_type", ())]
        for item in mentions:
            if is_stored(item) and isinstance(item.node, ast.Attribute):
                values = self.program.values(full_chain(item.node.value), item.frame)
                if any(value.name == cls for value in values):
                    return frozenset({UNREAD})
        return frozenset()

    def _subscriptions(self, cls: str) -> list[Subscription]:
        found = []
        for base in self.program.lineage(cls):
            is_hosts = base in self.program.state.event_handlers or base not in self.program.classes
            node = None if is_hosts else self.program.sources.cls(base)
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
        values = self.program.values(chain, f"{module}:{MODULE_BODY}") if chain else ()
        return any(value.name.rpartition(":")[2].rpartition(".")[2].endswith("EventType") for value in values)

    def _member(self, node: ast.Attribute, module: str) -> frozenset[str]:
        """`EventType.ON_START`, or a constant of another module of the plugin."""
        if self._is_enum(node.value, module):
            return frozenset({node.attr})
        chain = plain_chain(node.value)
        for value in self.program.values(chain, f"{module}:{MODULE_BODY}") if chain else ():
            if value.kind == "module" and value.name in self.program.files:
                return self._constant(node.attr, value.name)
        return frozenset({UNREAD})

    def _constant(self, name: str, module: str, depth: int = 0) -> frozenset[str]:
        file = self.program.files.get(module)
        if file is None or depth > len(self.code.modules):
            return frozenset({UNREAD})
        if name in file.body.imports:
            home, _, inner = file.body.imports[name].partition(":")
            return self._constant(inner, home, depth + 1)
        for node in own_nodes(self.program.sources.module(module).body):
            if isinstance(node, ast.Assign) and any(plain_chain(target) == (name,) for target in node.targets):
                return self._events(node.value, module)
        return frozenset({UNREAD})

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
    def unpaired(self) -> list[tuple[str, int]]:
        """Where something is registered for the process's start, though for which class cannot be followed."""
        paired = {item.line for _, item in self._pairs}
        return [
            (self._path(identifier), node.lineno)
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
        events = self.events_of(cls)
        if execute is None or not {self.starting, UNREAD} & events or not self.code.owns(execute):
            return None
        part = Part(execute)
        tenant, process = self.code.evidence("tenant", part), self.code.evidence("process", part)
        if self.starting not in events and not tenant:
            return None
        return StartHandler(cls, execute, self.subscribed[cls], tenant=tenant, process=process)

    def _decide(self) -> None:
        for handler in self.handlers:
            handler.decision, handler.obstacle = self._first_decision(handler)
        for handler in self._going:
            handler.kept = sorted(self.state.used_by([handler.part], changed=True))
        while (stuck := self._stuck()) is not None:
            handler, handler_obstacle = stuck  # one that stays may use what another one keeps: look again
            handler.decision, handler.obstacle = LEFT, handler_obstacle

    @property
    def _going(self) -> list[StartHandler]:
        return [handler for handler in self.handlers if handler.decision in (MOVES, SPLITS)]

    def _first_decision(self, handler: StartHandler) -> tuple[str, str]:
        """What becomes of a handler by what it does itself, and what stands in the way."""
        if handler.tenant and UNREAD in self.events_of(handler.cls):
            return LEFT, "which events it is called for cannot be told"
        if obstacle := self._unseen(handler):
            return LEFT, obstacle
        if not handler.tenant:
            return STAYS, ""
        try:
            if handler.process:
                handler.partition = partition(self.code, handler.execute, handler.tenant, handler.process)
        except NotSeparable as error:
            return LEFT, str(error)
        obstacle = self._unmovable(handler) or (self._inseparable(handler) if handler.partition else "")
        return (LEFT, obstacle) if obstacle else (SPLITS if handler.partition else MOVES, "")

    def _unseen(self, handler: StartHandler) -> str:
        """What of a handler cannot be judged, or ""."""
        for part in self.state.closure([Part(handler.execute)]):
            if unfollowed := self.code.unfollowed(part):
                return f"{unfollowed} cannot be followed"
        init = f"{handler.cls}.__init__"
        if init in self.program.functions and (early := self.code.evidence("tenant", Part(init))):
            return f"its __init__ does a tenant's work as the plugin is registered: {early[0]}"
        return ""

    def _unmovable(self, handler: StartHandler) -> str:
        """What of its subscriptions, and of those who share its code, stands in the way, or ""."""
        if self.unpaired:
            path, line = self.unpaired[0]
            return f"{path}:{line} registers a handler in a way that cannot be followed"
        if self.stopping in self.events_of(handler.cls):
            return f"it is called for {self.stopping} as well"
        return ""

    def _inseparable(self, handler: StartHandler) -> str:
        """What stands in the way of a class for each half, or ""."""
        assert handler.partition is not None
        homes = [item.module for cls, item in self._pairs if cls == handler.cls]
        if len(self.events_of(handler.cls)) > 1:
            return "it is called for other events as well"
        if not homes:
            return "where it is registered cannot be followed"
        if len(homes) > 1:
            return "it is registered more than once"
        if homes != [handler.cls.partition(":")[0]]:
            return "it is registered in another file"
        if not handler.execute.startswith(handler.cls + "."):
            return "its execute is a base's"
        if self.program.subclasses(handler.cls):
            return f"{self.program.subclasses(handler.cls)[0].partition(':')[2]} inherits from it"
        if not self._is_plain_init(f"{handler.cls}.__init__"):
            return "its __init__ would run for both halves"
        for node in own_nodes(self.program.sources.body(handler.execute)):
            if isinstance(node, ast.Name) and node.id in ("super", "__class__"):
                return f"line {node.lineno} asks for super()"
            if isinstance(node, ast.Attribute) and node.attr.startswith("__") and not node.attr.endswith("__"):
                return f"line {node.lineno} uses {node.attr}, which belongs to one class"
            if isinstance(node, (ast.Global, ast.Nonlocal)):
                return f"line {node.lineno} declares names for both halves"
        halves = [[Part(handler.execute, lines)] for lines in (handler.partition.tenant, handler.partition.process)]
        for one, other in (halves, reversed(halves)):
            used = self.state.used_by(other)
            for kept, line in self.state.used_by(one, changed=True).items():
                if kept in used:
                    return f"line {line} changes {kept}, which line {used[kept]} uses"
        return ""

    def _is_plain_init(self, identifier: str) -> bool:
        """Whether an `__init__` only gives the object's own attributes plain first values."""
        for node in own_nodes(self.program.sources.body(identifier) if identifier in self.program.functions else ()):
            if isinstance(node, ast.Call) and ast.unparse(node.func) not in (
                "super",
                "super().__init__",
                "dict",
                "list",
                "set",
            ):
                return False
            if isinstance(node, (ast.Assign, ast.AnnAssign)):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                if any(plain_chain(target)[:1] != ("self",) for target in targets):
                    return False
        return True

    def _runs(self, cls: str, execute: str) -> bool:
        return method_of(self.program, cls, "execute") == execute

    # What they keep

    def _stuck(self) -> tuple[StartHandler, str] | None:
        """The first handler that cannot go, because of what it keeps, and why."""
        if not self._going:
            return None
        going = {handler.cls for handler in self._going}
        for handler in self._going:
            if heir := self._staying_heir(handler, going):
                return handler, f"{heir.partition(':')[2]} shares its event or execute, and stays"
        without: dict[str, list[Part]] = {}
        for part in self.state.closure(self._roots(), widely=True):
            without.setdefault(part.function, []).append(part)
        for handler in self._going:
            obstacle = self._untold(handler)
            obstacle = obstacle or next(filter(None, (self._obstacle(kept, without) for kept in handler.kept)), "")
            if obstacle:
                return handler, obstacle
        return None

    def _staying_heir(self, handler: StartHandler, going: set[str]) -> str:
        """A class that would go along with a handler, though it is to stay; or ""."""
        for cls in self.program.subclasses(handler.cls):
            facts = self.program.classes[cls]
            says_its_own = {"event_type", "init_subscribe"} & {*facts.assigned, *facts.texts}
            if cls not in going and not says_its_own:
                return cls
        runs = [cls for cls in self.subscribed if self._runs(cls, handler.execute)]
        return next((cls for cls in runs if cls not in going and self.starting in self.events_of(cls)), "")

    def _untold(self, handler: StartHandler) -> str:
        """What a handler changes for all tenants in a way that cannot be told, or ""."""
        unclear = self.state.unclear_changes([handler.part])
        if unclear is not None:
            return f"line {unclear.line}: {unclear.why}"
        return self.code.shared_store(self.state.closure([handler.part])) or ""

    def shared_files(self, handler: StartHandler) -> str | None:
        return self.code.shared_files(self.state.closure([handler.part]))

    def _obstacle(self, kept: Kept, without: dict[str, list[Part]]) -> str:
        """Why a thing cannot become one for each tenant, or ""."""
        once = f"{kept} is once for all tenants"
        places, unclear = self.state.occurrences(kept)
        if unclear:
            return f"{once}, and line {unclear[0].line}: {unclear[0].why}"
        if elsewhere := self.state.used_elsewhere(kept):
            return f"{once}, and {elsewhere} uses it"
        may_be_the_hosts = not kept.name.startswith("_") or not self.state.is_singleton(f"{kept.module}:{kept.owner}")
        if kept.owner and may_be_the_hosts and not any(place.declared for place in places):
            return f"{once}, and is not declared in the plugin"
        for place in places:
            if not place.declared and any(part.has(place.line) for part in without.get(place.function, ())):
                name = self.program.functions[place.function].qualname.replace(".<locals>", "")
                where = "while it is imported" if name == MODULE_BODY else f"in {name}, which may run without a tenant"
                return f"{once}, and line {place.line} uses it {where}"
        return ""

    def _roots(self) -> Iterator[Part]:
        """What of the plugin may be started without a tenant, once those that go have gone."""
        gone = {handler.execute: handler for handler in self._going}
        stops = set(self.stops)
        for identifier in self.code.functions():
            if identifier in gone:
                split = gone[identifier].partition
                if split is not None:
                    yield Part(identifier, split.process)
            elif identifier not in stops and self._is_started_elsewhere(identifier):
                yield Part(identifier)

    def _is_started_elsewhere(self, identifier: str) -> bool:
        """Whether the host, a framework or the process may start a function, outside of any tenant."""
        function = self.program.functions[identifier]
        if function.qualname == MODULE_BODY or identifier in self._handed_out:
            return True
        chains = [use.chain for use in function.decorators if use.chain]
        names = {(chain[-2] if chain[-1] == "()" and len(chain) > 1 else chain[-1]).lstrip(".") for chain in chains}
        if names - _HARMLESS_DECORATORS:
            return True
        return function.owner is not None and self._is_called_by_host(identifier)

    def _is_called_by_host(self, identifier: str) -> bool:
        """Whether a method may be called by whom its class is made for."""
        function = self.program.functions[identifier]
        owner = f"{identifier.partition(':')[0]}:{function.owner}"
        if owner in self.subscribed:
            return function.name == "__init__" or identifier in self._process_executes
        if self.state.is_singleton(owner):
            return identifier not in self._called
        if self._is_task(owner) and not is_per_tenant(self.program, owner):
            return True
        outside = [base for base in self.program.lineage(owner) if base not in self.program.classes]
        return function.name != "__init__" and any(_calls_its_subclasses(base) for base in outside)

    def _is_task(self, cls: str) -> bool:
        return any(base.rpartition(":")[2] == "AsyncTask" for base in self.program.lineage(cls)[1:])

    @cached_property
    def _called(self) -> frozenset[str]:
        return frozenset(target for function in self.code.functions() for _, target in self.code.calls(function))

    @cached_property
    def _handed_out(self) -> frozenset[str]:
        """The plugin's functions that are handed to code outside of it, which may call them whenever it likes."""
        return frozenset(target for function in self.code.functions() for target in self.code.handed_out(function))

    def process_executes(self) -> Iterator[str]:
        """What runs, outside of any tenant, when the process starts or stops."""
        for cls in self.subscribed:
            execute = method_of(self.program, cls, "execute")
            if execute is not None and self.events_of(cls) & {self.starting, self.stopping}:
                yield execute

    @cached_property
    def _process_executes(self) -> frozenset[str]:
        return frozenset(self.process_executes())

    @property
    def stops(self) -> list[str]:
        """The handlers of the process's stop that end what those that go keep, and nothing else."""
        kept = {item for handler in self._going for item in handler.kept}
        return [execute for execute in self._stop_executes if self._ends_only(execute, kept)] if kept else []

    def _ends_only(self, execute: str, kept: set[Kept]) -> bool:
        whole = [Part(execute)]
        return (
            not kept.isdisjoint(self.state.used_by(whole))
            and kept.issuperset(self.state.used_by(whole, changed=True))
            and not self.code.evidence("process", whole[0])
            and self.state.unclear_changes(whole) is None
            and not any(self.code.unfollowed(part) for part in self.state.closure(whole))
        )

    @cached_property
    def _stop_executes(self) -> list[str]:
        found: dict[str, bool] = {}
        for cls in self.subscribed:
            execute = method_of(self.program, cls, "execute")
            if execute is not None and self.code.owns(execute):
                found[execute] = found.get(execute, True) and self.events_of(cls) == {self.stopping}
        return [execute for execute, only_stops in found.items() if only_stops]

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
        for item in handler.subscriptions:
            place = f"{item.function}={item.written}" if item.function else handler.cls.partition(":")[2]
            place += KEEPING_NAMES * self._keeps_name(handler.cls)
            if self.starting in item.events:
                path = self._path(item.module if item.function else handler.cls)
                yield PluginEdit("tenant-handler", path, place, self.code.package)

    @cached_property
    def _named_elsewhere(self) -> frozenset[str]:
        """The texts of the plugin that state the event, and stand in other places than a handler's own name."""
        own = {id(item.value) for cls in self.subscribed for item in self._named_in_class(cls)}
        for identifier in self._registering:
            for node in own_nodes(self.program.sources.body(identifier)):
                if isinstance(node, ast.Call) and self._is_info(node):
                    own |= {id(keyword.value) for keyword in node.keywords if keyword.arg in ("name", "description")}
        return frozenset(
            part.value
            for module in self.code.modules
            for part in ast.walk(self.program.sources.module(module))
            if isinstance(part, ast.Constant) and isinstance(part.value, str) and id(part) not in own
            if self.starting.lower() in part.value.lower()
        )

    def _named_in_class(self, cls: str) -> list[ast.Assign | ast.AnnAssign]:
        node = self.program.sources.cls(cls)
        body = node.body if node is not None else []
        return [item for item in body if isinstance(item, (ast.Assign, ast.AnnAssign)) and item.value is not None]

    def _keeps_name(self, cls: str) -> bool:
        """Whether others know a handler by a name that states the event: it stays then."""
        names = [item.value.value for item in self._named_in_class(cls) if isinstance(item.value, ast.Constant)]
        return not self._named_elsewhere.isdisjoint(name for name in names if isinstance(name, str))

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
