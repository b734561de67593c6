"""The event handlers of the process's start: what each of them does, and what becomes of it.

A handler stays when it does nothing of a tenant's, moves to the tenant's event when it does nothing of the process's,
is split when it does both in statements that separate, and is left to a person in every other case.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Sequence
from functools import cached_property

from codemods.analysis.chains import plain_chain
from codemods.analysis.symbols import MODULE_BODY, Symbol
from codemods.knowledge.decisions import PROCESS, SHARED, TENANT
from codemods.messages import phrase
from codemods.survey.host import configures_process
from codemods.survey.lookups import may_name, method_of, subclasses_of
from codemods.survey.plugins.begun import Begun, InitWork, lines_of
from codemods.survey.plugins.early import EarlyWork
from codemods.survey.plugins.ends import Ends
from codemods.survey.plugins.first_values import PluginHolder, needs_factory
from codemods.survey.plugins.occurrences import Occurrence, Occurrences
from codemods.survey.plugins.plugin_code import Evidence, Kind, Part, PluginCode, is_plugin
from codemods.survey.plugins.plugin_files import PluginFiles
from codemods.survey.plugins.plugin_state import PluginState
from codemods.survey.plugins.prepared import prepared
from codemods.survey.plugins.splitting import NotSeparable, partition
from codemods.survey.plugins.start_handler import LEFT, MOVES, SPLITS, STAYS, EarlyUse, StartHandler, Stuck
from codemods.survey.plugins.subscriptions import UNREAD, Subscriptions
from codemods.survey.plugins.unclear import UnclearChanges
from codemods.survey.program import TenantProgram, once
from codemods.survey.spawns import is_per_tenant

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
# Decorators that leave it to the callers who calls a function.
_HARMLESS_DECORATORS = frozenset(
    {"abstractmethod", "asynccontextmanager", "cached_property", "classmethod", "contextmanager", "override"}
    | {"property", "setter", "staticmethod", "wraps", "cache", "lru_cache"}
)


def calls_its_subclasses(base: Symbol) -> bool:
    """Whether a class outside of the plugin may call methods of its subclasses by itself, outside of any tenant.

    The host's components run in the tenant of the message that they work for.
    """
    name = base.qualname or base.module
    return name not in _OWN_BASES and not hasattr(builtins, name) and not base.module.startswith("src.plugin_system")


@once
def starts_of(program: TenantProgram) -> list[PluginStart]:
    """Every plugin that has a handler of the process's start, worked out once."""
    handlers = program.state.entry_points.event_handlers
    packages: dict[str, list[Symbol]] = {}
    for cls in subclasses_of(program, handlers | frozenset(program.state.plugins.singletons)):
        if cls in program.classes:
            classes = packages.setdefault(program.plugin_of(cls.module), [])
            classes += [cls] if program.inherits(cls, handlers) else []
    known = (
        (package, classes) for package, classes in sorted(packages.items()) if classes or is_plugin(program, package)
    )
    return [PluginStart(program, package, classes) for package, classes in known]


class PluginStart:
    """What one plugin does when the process starts."""

    def __init__(self, program: TenantProgram, package: str, classes: Sequence[Symbol]) -> None:
        self.program = program
        self.code = PluginCode(program, package)
        self.state = PluginState(self.code)
        self.files = PluginFiles(self.code)
        self.occurrences, self.unclear = Occurrences(self.state), UnclearChanges(self.state)
        self.starting, self.stopping = program.state.entry_points.process_events
        self.subscriptions = Subscriptions(self.code, self.state.references, classes)
        self.subscribed = self.subscriptions.by_class
        self._ends = Ends(self.state, self.files, self.unclear, self.subscriptions)
        self.handlers = [handler for cls in classes if (handler := self._handler(cls)) is not None]
        self.init_work = InitWork(self.code, self.subscriptions)
        self.handlers += self._begun()
        self.early = EarlyWork(self.occurrences, self.init_work, self.handlers)
        self._decide()

    def events_of(self, cls: Symbol) -> frozenset[str]:
        return self.subscriptions.events_of(cls)

    # What they do

    def _handler(self, cls: Symbol) -> StartHandler | None:
        execute = method_of(self.program, cls, "execute")
        events = self.events_of(cls)
        if execute is None or not {self.starting, UNREAD} & events or not self.code.owns(execute):
            return None
        part = Part(execute)
        tenant, process = self.code.evidence("tenant", part), self.code.evidence("process", part)
        if self.starting not in events and not tenant:
            return None
        place = f"{self._path(cls)}:{cls.qualname}#event-handler"
        answer = self.program.decided.get(place, "")
        return StartHandler(cls, execute, self.subscribed[cls], tenant=tenant, process=process, answer=answer)

    def _begun(self) -> list[StartHandler]:
        """What the `__init__`s start for a tenant, block by block, as handlers that do both."""
        found: dict[tuple[Symbol, int], StartHandler] = {}
        for init, block, statement in self.init_work.started():
            evidence = self.code.evidence("beyond configuration", Part(init.function, (lines_of(statement),)))
            if not evidence:
                continue
            handler = found.setdefault((init.function, block.first), StartHandler(init.cls, init.function, []))
            if handler.begun is None:
                handler.begin(self.init_work.begun(init, block, [statement]), evidence)
            else:
                handler.begin(self.init_work.extended(handler.begun, [statement]), evidence)
        return list(found.values())

    def _decide(self) -> None:
        for handler in self.handlers:
            handler.decision, handler.obstacles = self._first_decision(handler)
        self._look_for_holders()
        while (stuck := self._stuck()) is not None:
            # Where an object cannot be one for each tenant, what it has in it may be.
            if not self.early.mend(stuck.handler, stuck.early) and not self.state.take_apart(stuck.holders):
                self._leave(stuck)
            self._look_for_holders()  # one that stays may use what another one keeps: look again

    def _leave(self, stuck: Stuck) -> None:
        """Leave a handler, and what is made for it."""
        stuck.handler.decision, stuck.handler.obstacles = LEFT, stuck.obstacles
        self.handlers[:] = [item for item in self.handlers if not (item.cause and item.cause.decision == LEFT)]
        self.handlers[:] = [item for item in self.handlers if not (item.cause and item.decision == LEFT)]

    def _look_for_holders(self) -> None:
        for handler in self.going:
            handler.holders = sorted({*self.state.used_by([handler.part], changed=True), *handler.made})

    @property
    def going(self) -> list[StartHandler]:
        return [handler for handler in self.handlers if handler.decision in (MOVES, SPLITS)]

    def _first_decision(self, handler: StartHandler) -> tuple[str, tuple[str, ...]]:
        """What becomes of a handler by what it does itself, and what stands in the way."""
        if handler.begun is not None:
            return (LEFT, (handler.begun.obstacle,)) if handler.begun.obstacle else (SPLITS, ())
        unseen = list(self._unseen(handler))
        if handler.answer == PROCESS and (handler.tenant or unseen):
            return STAYS, ()
        if not handler.tenant:
            return (LEFT, tuple(unseen)) if unseen else (STAYS, ())
        if UNREAD in self.events_of(handler.cls):
            unseen.insert(0, phrase("which events it is called for cannot be told"))
        if unseen:
            return LEFT, tuple(dict.fromkeys([*unseen, *self._unmovable(handler), *self._inseparable(handler)]))
        obstacles = [*self._unmovable(handler), *self._inseparable(handler)]
        if obstacles and self._is_only_configured(handler):
            return STAYS, ()
        return (LEFT, tuple(dict.fromkeys(obstacles))) if obstacles else (SPLITS if handler.partition else MOVES, ())

    def _is_only_configured(self, handler: StartHandler) -> bool:
        """Whether it does the process's work, and no more of a tenant's than to read a configuration of the process."""
        if handler.answer == TENANT or not handler.process or not configures_process(self.program):
            return False
        return not self.code.evidence("beyond configuration", Part(handler.execute))

    def _unseen(self, handler: StartHandler) -> Iterator[str]:
        """What of a handler cannot be judged."""
        for part in self.state.closure([Part(handler.execute)]):
            if unfollowed := self.code.unfollowed(part):
                yield phrase("{unfollowed} cannot be followed", unfollowed=unfollowed.told)
        if early := self._done_early(handler):
            yield phrase("its __init__ does a tenant's work as the plugin is registered: {early}", early=early[0].told)

    def _done_early(self, handler: StartHandler) -> list[Evidence]:
        """What of a tenant's its `__init__` does, and cannot be done for each tenant instead."""
        init = handler.cls.member("__init__")
        if init not in self.program.functions:
            return []
        is_read = handler.answer != TENANT and configures_process(self.program)
        kind: Kind = "beyond configuration" if is_read else "tenant"
        begun = [lines for item in self.handlers if item.execute == init and item.begun for lines in item.begun.lines]
        found = [
            item for item in self.code.evidence(kind, Part(init)) if not any(item.line in lines for lines in begun)
        ]
        return [item for item in found if not self.early.mend(handler, [EarlyUse(init, item.line)])]

    def _unmovable(self, handler: StartHandler) -> Iterator[str]:
        """What of its subscriptions, and of those who share its code, stands in the way."""
        if ".<locals>." in handler.cls.qualname:
            yield phrase("it is a class of a function, made whenever that runs")
        for path, line in self.subscriptions.unpaired:
            yield phrase("{path}:{line} registers a handler in a way that cannot be followed", path=path, line=line)
        if self.stopping in self.events_of(handler.cls):
            yield phrase("it is called for {stopping} as well", stopping=self.stopping)

    def _inseparable(self, handler: StartHandler) -> Iterator[str]:
        """What stands in the way of a class for each half, where it does both."""
        if not handler.process:
            return
        try:
            handler.partition = partition(self.code, handler.execute, handler.tenant, handler.process)
        except NotSeparable as error:
            yield error.why
            return
        yield from self._of_one_class(handler.cls, handler.execute)
        for node in self.program.sources.nodes(handler.execute):
            if isinstance(node, ast.Name) and node.id in ("super", "__class__"):
                yield phrase("line {lineno} asks for super()", lineno=node.lineno)
            elif isinstance(node, ast.Attribute) and node.attr.startswith("__") and not node.attr.endswith("__"):
                yield phrase(
                    "line {lineno} uses {attr}, which belongs to one class", lineno=node.lineno, attr=node.attr
                )
            elif isinstance(node, (ast.Global, ast.Nonlocal)):
                yield phrase("line {lineno} declares names for both halves", lineno=node.lineno)
        halves = [[Part(handler.execute, lines)] for lines in (handler.partition.tenant, handler.partition.process)]
        for one, other in (halves, reversed(halves)):
            used = self.state.used_by(other)
            for holder, line in self.state.used_by(one, changed=True).items():
                if holder in used:
                    yield phrase(
                        "line {line} changes {holder}, which line {used} uses",
                        line=line,
                        holder=holder,
                        used=used[holder],
                    )

    def _of_one_class(self, cls: Symbol, execute: Symbol) -> Iterator[str]:
        """What ties a handler to one class, where it would need one for each half."""
        homes = [item.module for owner, item in self.subscriptions.pairs if owner == cls]
        if len(self.events_of(cls)) > 1:
            yield phrase("it is called for other events as well")
        if not homes:
            yield phrase("where it is registered cannot be followed")
        elif len(homes) > 1:
            yield phrase("it is registered more than once")
        elif homes != [cls.module]:
            yield phrase("it is registered in another file")
        if execute.owner != cls:
            yield phrase("its execute is a base's")
        if heirs := self.program.subclasses(cls):
            yield phrase("{qualname} inherits from it", qualname=heirs[0].qualname)
        if not self._is_plain_init(cls.member("__init__")):
            yield phrase("its __init__ would run for both halves")

    def _is_plain_init(self, identifier: Symbol) -> bool:
        """Whether an `__init__` only gives the object's own attributes plain first values."""
        for node in self.program.sources.nodes(identifier) if identifier in self.program.functions else ():
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

    def _runs(self, cls: Symbol, execute: Symbol) -> bool:
        return method_of(self.program, cls, "execute") == execute

    # What they keep

    def _stuck(self) -> Stuck | None:
        """The first handler that cannot go, because of what it keeps, and all that stands in its way."""
        if not self.going:
            return None
        going = {handler.cls for handler in self.going}
        for handler in self.going:
            if heir := self._staying_heir(handler, going):
                reason = phrase("{qualname} shares its event or execute, and stays", qualname=heir.qualname)
                return Stuck(handler, (reason,))
        without = self.without_tenant()
        for handler in self.going:
            kept = {holder: self._obstacle(holder, without) for holder in handler.holders}
            if obstacles := tuple(filter(None, (self._unclear_change(handler, without), *kept.values()))):
                held = tuple(holder for holder, why in kept.items() if why)
                return Stuck(handler, obstacles, held, tuple(self._early_uses(handler, held, without)))
        return None

    def runs_instead(self, function: Symbol, line: int) -> Begun | None:
        """What runs a line of an `__init__` from a handler."""
        begun = (handler.begun for handler in self.going if handler.begun and handler.execute == function)
        return next((item for item in begun if any(line in lines for lines in item.lines)), None)

    def without_tenant(self) -> dict[Symbol, list[Part]]:
        """What of the plugin may run without a tenant, once those that go have gone, by function."""
        found: dict[Symbol, list[Part]] = {}
        for part in self.state.closure(self._roots(), widely=True):
            found.setdefault(part.function, []).append(part)
        return found

    def _staying_heir(self, handler: StartHandler, going: set[Symbol]) -> Symbol | None:
        """A class that would go along with a handler, though it is to stay, or None."""
        if handler.begun is not None:
            return None
        for cls in self.program.subclasses(handler.cls):
            facts = self.program.classes[cls]
            says_its_own = {"event_type", "init_subscribe"} & {*facts.assigned, *facts.texts}
            if cls not in going and not says_its_own:
                return cls
        runs = [cls for cls in self.subscribed if self._runs(cls, handler.execute)]
        return next((cls for cls in runs if cls not in going and self.starting in self.events_of(cls)), None)

    def _unclear_change(self, handler: StartHandler, without: dict[Symbol, list[Part]]) -> str:
        """What a handler changes for all tenants in a way that cannot be told, or ""."""
        unclear = self.unclear.first([handler.part])
        if unclear is not None:
            return phrase("line {line}: {why}", line=unclear.line, why=unclear.why)
        if handler.answer == SHARED:
            return ""
        return self.code.shared_rows() or self.files.in_the_way(self.state.closure([handler.part]), without)

    def _early_uses(
        self, handler: StartHandler, held: Sequence[PluginHolder], without: dict[Symbol, list[Part]]
    ) -> Iterator[EarlyUse]:
        """Where what is in the way of a handler is used without a tenant."""
        for holder in held:
            if (place := self._early_place(holder, without)) is not None:
                yield EarlyUse(place.function, place.line, is_mention=True)
        for use in self.files.early(self.state.closure([handler.part]), without):
            yield EarlyUse(use.frame, use.line)

    def shared_files(self, handler: StartHandler) -> str:
        if handler.answer == SHARED:
            return ""
        return self.files.shared(self.state.closure([handler.part]), self.without_tenant())

    def _obstacle(self, holder: PluginHolder, without: dict[Symbol, list[Part]]) -> str:
        """Why a thing cannot become one for each tenant, or ""."""
        once = phrase("{holder} is once for all tenants", holder=holder)
        places, unclear = self.occurrences.of(holder)
        if unclear:
            return phrase("{once}, and line {line}: {why}", once=once, line=unclear[0].line, why=unclear[0].why)
        if elsewhere := self.occurrences.used_elsewhere(holder):
            return phrase("{once}, and {elsewhere} uses it", once=once, elsewhere=elsewhere)
        may_be_the_hosts = not holder.name.startswith("_") or not self.state.is_singleton(
            Symbol(holder.module, holder.owner)
        )
        if holder.owner and may_be_the_hosts and not any(place.declared for place in places):
            return phrase("{once}, and is not declared in the plugin", once=once)
        if (place := self._early_place(holder, without)) is not None:
            name = self.program.functions[place.function].qualname.replace(".<locals>", "")
            where = (
                phrase("while it is imported")
                if name == MODULE_BODY
                else phrase("in {name}, which may run without a tenant", name=name)
            )
            return phrase("{once}, and line {line} uses it {where}", once=once, line=place.line, where=where)
        return ""

    def _early_place(self, holder: PluginHolder, without: dict[Symbol, list[Part]]) -> Occurrence | None:
        """The first place where something is used without a tenant, and not to make it ready."""
        ready = [lines_of(item) for item in prepared(self.state, holder)]
        for place in self.occurrences.of(holder)[0]:
            is_ready = place.function.name == "__init__" and any(place.line in lines for lines in ready)
            is_early = any(part.has(place.line) for part in without.get(place.function, ()))
            if is_early and not (place.declared or is_ready):
                return place
        return None

    def _roots(self) -> Iterator[Part]:
        """What of the plugin may be started without a tenant, once those that go have gone."""
        gone = {handler.execute: handler for handler in self.going if handler.begun is None}
        begun: dict[Symbol, list[Begun]] = {}
        for handler in self.going:
            if handler.begun is not None:
                begun.setdefault(handler.execute, []).append(handler.begun)
        stops = set(self.stops)
        for identifier in self.code.functions():
            if identifier in begun:
                yield self._unprepared(identifier, self.init_work.rest(begun[identifier]))
            elif identifier in gone:
                split = gone[identifier].partition
                if split is not None:
                    yield self._unprepared(identifier, split.process)
            elif identifier not in stops and self._is_started_elsewhere(identifier):
                yield self._unprepared(identifier, None)

    def _unprepared(self, identifier: Symbol, lines: tuple[range, ...] | None) -> Part:
        """Lines of a function, without those of an `__init__` that make what becomes one for each tenant."""
        own = [item for handler in self.going for item in handler.holders]
        own = [item for item in own if Symbol(item.module, item.owner).member("__init__") == identifier]
        ready = {statement.lineno for item in own for statement in prepared(self.state, item)}
        ready |= {
            statement.lineno
            for item in own
            for place, statement in self.state.first_values.of(item)
            if place == identifier and needs_factory(statement.value)
        }
        if not ready:
            return Part(identifier, lines)
        every = lines if lines is not None else tuple(map(lines_of, self.program.sources.body(identifier)))
        return Part(identifier, tuple(item for item in every if item.start not in ready))

    def _is_started_elsewhere(self, identifier: Symbol) -> bool:
        """Whether the host, a framework or the process may start a function, outside of any tenant."""
        function = self.program.functions[identifier]
        if function.qualname == MODULE_BODY or identifier in self._handed_out:
            return True
        decorators = (use for use in function.decorators if not self.unclear.only_wraps(use, identifier))
        chains = [use.chain for use in decorators if use.chain]
        names = {(chain[-2] if chain[-1] == "()" and len(chain) > 1 else chain[-1]).lstrip(".") for chain in chains}
        if names - _HARMLESS_DECORATORS:
            return True
        return function.owner is not None and self._is_called_by_host(identifier)

    def _is_called_by_host(self, identifier: Symbol) -> bool:
        """Whether a method may be called by whom its class is made for."""
        function = self.program.functions[identifier]
        owner = Symbol(identifier.module, function.owner or "")
        if owner in self.subscribed:
            return function.name == "__init__" or identifier in self._process_executes
        if self.state.is_singleton(owner):
            return identifier not in self.called and self._is_known_to_host(owner, function.name)
        if self.program.inherits(owner, self.program.state.entry_points.tasks):
            return not is_per_tenant(self.program, owner)
        outside = [base for base in self.program.lineage(owner) if base not in self.program.classes]
        return function.name != "__init__" and any(calls_its_subclasses(base) for base in outside)

    def _is_known_to_host(self, owner: Symbol, name: str) -> bool:
        """Whether the host runs a method of that name of what it registers; `on_load`, say, is nobody's."""
        frames = (each for each in self.program.naming(name) if not self.code.owns(each))
        if name.startswith("__") or name in self.program.state.plugins.registering:
            return True
        if any(may_name(self.program, frame, owner, name) for frame in frames):
            return True
        bases = [self.program.classes[base] for base in self.program.lineage(owner)[1:] if base in self.program.classes]
        return any(name in base.methods for base in bases)

    @cached_property
    def called(self) -> frozenset[Symbol]:
        # A method that calls its like of the base, or itself, is called by nobody for that.
        calls = ((function, target) for function in self.code.functions() for _, target in self.code.calls(function))
        return frozenset(target for function, target in calls if target != function)

    @cached_property
    def _handed_out(self) -> frozenset[Symbol]:
        """The plugin's functions that are handed to code outside of it, which may call them whenever it likes."""
        return frozenset(target for function in self.code.functions() for target in self.code.handed_out(function))

    def process_executes(self) -> Iterator[Symbol]:
        """What runs, outside of any tenant, when the process starts or stops."""
        for cls in self.subscribed:
            execute = method_of(self.program, cls, "execute")
            if execute is not None and self.events_of(cls) & {self.starting, self.stopping}:
                yield execute

    def staying_executes(self) -> frozenset[Symbol]:
        """Those of them that no recipe moves into a tenant."""
        return self._process_executes - {handler.execute for handler in self.going}

    @cached_property
    def _process_executes(self) -> frozenset[Symbol]:
        return frozenset(self.process_executes())

    @property
    def stops(self) -> list[Symbol]:
        """The handlers of the process's stop that end what those that go keep, and nothing else."""
        return self._ends.of({item for handler in self.going for item in handler.holders})

    def _path(self, identifier: Symbol) -> str:
        return self.program.file_of(identifier).path
