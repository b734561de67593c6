"""Whether a holder that tenant work changes is harmless: what cannot be shown to be so is a finding."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

from codemods.analysis.chains import Chain, chain_of
from codemods.analysis.containers import CHANGING, ENUMERATING, HANDING_OUT
from codemods.analysis.expressions import STARTING
from codemods.analysis.holders import Holders
from codemods.analysis.kept import ANSWER, APPLICATION, ATTRIBUTE, DEFAULT, LOCAL, NAME, Change, Holder, Reading
from codemods.analysis.nodes import walk
from codemods.analysis.sources import given as given_values
from codemods.analysis.sources import is_thrown_away
from codemods.analysis.symbols import MODULE_BODY, Symbol
from codemods.analysis.values import Value
from codemods.analysis.writes import ADDED, BIND, ITEM, REMOVING, Operand, operand_of
from codemods.messages import phrase
from codemods.survey.host import configures_process
from codemods.survey.program import TenantProgram
from codemods.survey.shared_state.entries import Entries
from codemods.survey.shared_state.fields import begins_anew
from codemods.survey.shared_state.made_once import is_first
from codemods.survey.shared_state.named_tasks import adds_task
from codemods.survey.shared_state.passing import is_common, only_numbers
from codemods.survey.shared_state.secret_keys import is_kept_by_secrets
from codemods.survey.shared_state.tenant_keys import TenantKeys
from codemods.survey.shared_state.told import Told
from codemods.survey.shared_state.under_way import UnderWay
from codemods.survey.shared_state.work import Work

# Objects that hold nothing of what uses them.
_EMPTY = frozenset(
    Symbol(module, name)
    for module, names in (
        ("asyncio", ("Lock", "Event", "Semaphore", "BoundedSemaphore", "Condition")),
        ("threading", ("Lock", "RLock", "Event", "Semaphore", "BoundedSemaphore", "Condition")),
    )
    for name in names
)
# What keeps a value for each context by itself; all tenants' work runs in few threads.
_OF_CONTEXT = frozenset({Symbol("contextvars", "ContextVar")})
# The class of the object that a method is called on.
_OWN_CLASS = (("type", "()"), ("self", ".__class__"))
# What puts an entry into a mapping by its key: what a list or a set is given has none that it could be asked for by.
_BY_KEY = frozenset({ITEM, ADDED, "setdefault"})
# Modules whose functions answer anew each time: what one tenant was given is no other's.
_ANEW = frozenset({"random", "secrets", "uuid"})
# What says when it is called.
_CLOCKS = frozenset({"time", "time_ns", "monotonic", "perf_counter", "now", "utcnow", "today"})
# Methods of locks and events that say whether somebody is at it.
_TELLING = frozenset({(".locked",), (".is_set",)})


class Judge:
    """Answers for the holders of one program; `shared`: the classes that the process has one object of."""

    def __init__(self, program: TenantProgram, holders: Holders, shared: frozenset[Symbol], work: Work) -> None:
        self.program = program
        self.holders = holders
        self.shared = shared
        self.work = work
        self.keys = TenantKeys(program, holders)
        self.entries = Entries(program, holders, self._is_everybodys)
        self.told = Told(program, self.keys.is_tenants)
        self._asking: dict[Holder, bool] = {}

    def is_shared(self, holder: Holder, changes: Iterable[Change]) -> bool:
        """Whether one value serves the whole process."""
        if holder.kind == ATTRIBUTE:
            is_everybodys = self._is_of_one_object(holder) or self._configures(holder, changes)
            return is_everybodys or self.is_of_class(holder, changes)
        if holder.kind == LOCAL:
            return self._outlives_its_function(holder)
        if holder.kind == ANSWER and self.program.functions[holder.at].owner is not None:
            return self._is_of_one_object(holder)
        return holder.kind in (NAME, DEFAULT, APPLICATION, ANSWER)

    def partition(self, holder: Holder, changes: Sequence[Change]) -> str | None:
        """How a holder keeps tenants apart, or None where it does not."""
        if self._is_made_of(holder, self.program.state.context.partitions, changes):
            return phrase("is one for each tenant")
        if self._is_made_of(holder, _OF_CONTEXT, changes) and not self._starts_alike(holder, changes):
            return phrase("is each context's own")
        direct = [change for change in changes if not change.entry and change.write.how not in REMOVING]
        if self._is_filtered(holder):
            return phrase("is gone through by each tenant for its own only")
        is_whole = holder.kind == ANSWER  # each of a function's answers is one entry
        if direct and self._is_keyed_by_tenant(holder, direct) and (is_whole or not self._shows_others(holder)):
            return phrase("keeps every entry under its tenant's ids")
        return None

    def harmless(self, holder: Holder, changes: Sequence[Change]) -> str | None:
        """Why what tenant work does to a holder shows no tenant another, or None where that cannot be shown."""
        adding = [change for change in changes if change.write.how not in REMOVING]
        if adding and all(adds_task(self.program, change) for change in adding) and self._gives_none_out(holder):
            return phrase("holds tasks while they run, and gives none out")
        if all(self._makes_once(holder, change) for change in changes):
            return phrase("is made once, of nothing that is a tenant's")
        if adding and all(self._is_empty(change) for change in adding) and not self._shows_others(holder):
            return phrase("holds locks and the like only")
        if UnderWay(self.program, self.holders, holder).takes_out_all(changes) and not self._tells(holder):
            return phrase("holds what is being done, by keys that are asked for, and takes it out at the end")
        if adding and only_numbers(self.program, self.holders, holder, changes):
            return phrase("numbers names, and tells nobody how many there are")
        is_processes = holder.kind == APPLICATION and all(self._gives_nobodys(change) for change in adding)
        if adding and (is_processes or is_common(self.program, adding, self.work.before)):
            return phrase("is given what is the same for all tenants")
        served = (item for item in self.holders.readers(holder) if self._is_seen(item))
        if is_kept_by_secrets(self.program, self.holders, holder, served):
            return phrase("keeps every entry under a secret that is made for it")
        if adding and all(self._remembers(change) for change in adding):
            return phrase("remembers what its key alone decides")
        return None

    # Lifetime

    def _is_of_one_object(self, holder: Holder) -> bool:
        return any(item in self.shared for item in (holder.owner, *self.program.subclasses(holder.owner)))

    def is_of_class(self, holder: Holder, changes: Iterable[Change]) -> bool:
        """Whether an attribute is the class's own: bound on the class, or a container that the class made."""
        cls = self.program.classes.get(holder.owner)
        if cls is None:
            return False
        if holder.name in cls.containers and holder.name not in cls.bound:
            return not begins_anew(self.program, holder.owner, holder.name)
        return any(self._is_by_class(holder, change) for change in changes)

    def _configures(self, holder: Holder, changes: Iterable[Change]) -> bool:
        """Whether it is a configuration that components are handed, all of them the process's one, and something in it
        is changed: not which one a component has."""
        plugins = self.program.state.plugins
        is_own = holder.name in plugins.own and any(change.entry or change.write.how != BIND for change in changes)
        return (
            is_own
            and (holder.owner in plugins.components or self.program.inherits(holder.owner, plugins.components))
            and configures_process(self.program)
        )

    def _is_by_class(self, holder: Holder, change: Change) -> bool:
        """Whether a write names an attribute as one of its class, be it to change something in it."""
        chain = change.write.chain
        bases = [chain[:cut] for cut, part in enumerate(chain) if cut and part == f".{holder.name}"]
        return any(
            base in _OWN_CLASS or any(value.kind == "class" for value in self.program.values(base, change.function))
            for base in bases
        )

    def _outlives_its_function(self, holder: Holder) -> bool:
        """Whether what a function keeps lives on: as an attribute of it, or in an inner function that it answers, or
        puts where others find it."""
        function = self.program.functions.get(holder.owner)
        if holder.owner in self.holders.living:
            return True
        if function is None or holder.name not in {*function.assigned, *(item.name for item in function.parameters)}:
            return True
        kept = [
            chain
            for container, held in self.program.files[holder.owner.module].held.items()
            for frame, chain in held
            if frame == holder.owner.qualname and container not in function.assigned
        ]
        return any(
            value.kind == "function" and value.name.qualname.startswith(holder.owner.qualname + ".<locals>.")
            for chain in (*function.returned, *kept)
            for value in self.program.values(chain, holder.owner)
        )

    # Kept apart

    def _is_made_of(self, holder: Holder, kinds: frozenset[Symbol], changes: Sequence[Change]) -> bool:
        """Whether a holder is one of these kinds, and stays so: what a class declares takes all that is bound to it."""
        first = [item for item in self._first_values(holder) if not self._is_put_in(holder, *item[:2])]
        declared = [self._makes(chain, frame, kinds) for chain, frame, by_itself in first if by_itself]
        if holder.kind == ATTRIBUTE and declared:
            # What is bound as an object is made would raise there, or be the first tenant's alone.
            return all(declared) and not any(_is_bound_in_making(change) for change in self.holders.changes[holder])
        if not first or not all(self._makes(chain, frame, kinds) for chain, frame, _ in first):
            return False
        bound = [change for change in changes if change.write.how == BIND and not change.entry]
        return all(
            change.write.value is not None
            and bool(change.write.value.chains)
            and self._makes(change.write.value.chains[0], change.function, kinds)
            for change in bound
        )

    def _is_put_in(self, holder: Holder, chain: Chain, frame: Symbol) -> bool:
        """Whether what a class says of an attribute is only what a function puts into it."""
        part = f".{holder.name}"
        giving = [
            write
            for write in self.program.functions[frame].writes
            if part in write.chain and write.value is not None and chain in write.value.chains
        ]
        return bool(giving) and not any(write.how == BIND and write.chain[-1] == part for write in giving)

    def _makes(self, chain: Chain, frame: Symbol, kinds: frozenset[Symbol]) -> bool:
        return chain[-1:] == ("()",) and self.program.named(chain, frame, kinds)

    def _first_values(self, holder: Holder) -> Iterator[tuple[Chain, Symbol, bool]]:
        """What a holder is given, the function that does so, and whether its module or class does by itself."""
        body = holder.at.body
        chains: Iterable[Chain] = ()
        if holder.kind == NAME and body.module in self.program.files:
            chains = self.program.files[body.module].body.assigned.get(holder.name, ())
        elif holder.kind == ATTRIBUTE and holder.owner in self.program.classes:
            chains = self.program.classes[holder.owner].assigned.get(holder.name, ())
        for chain in chains:
            if chain[0].startswith("@"):
                yield chain[1:], Symbol(body.module, chain[0][1:]), False
            else:
                yield chain, body, True

    def _starts_alike(self, holder: Holder, changes: Iterable[Change]) -> bool:
        """Whether what a context variable is before any context sets it is one object, and something changes that."""
        if holder.kind != NAME or not any(change.entry for change in changes):
            return False
        given = [
            keyword.value
            for node in self.program.sources.module(holder.at.module).body
            if isinstance(node, (ast.Assign, ast.AnnAssign)) and isinstance(node.value, ast.Call)
            if (holder.name,) in map(chain_of, node.targets if isinstance(node, ast.Assign) else [node.target])
            for keyword in node.value.keywords
            if keyword.arg == "default"
        ]
        return not all(map(_stays_itself, given))

    def names_tenants(self, holder: Holder, changes: Iterable[Change]) -> bool:
        """Whether every entry has the tenant's id in its key, be it in a text."""
        functions = {change.function for change in changes if change.write.how in (ITEM, "setdefault")}
        keys = [(key, function) for function in functions for key in self.keys.of(holder, function)]
        return bool(keys) and all(self.keys.names_tenant(key, function) for key, function in keys)

    def _is_keyed_by_tenant(self, holder: Holder, changes: Iterable[Change]) -> bool:
        """Whether all keys that tenants' work puts entries in by, gets or takes them by, are a tenant's id, or tuples
        with one: not texts made of it."""
        if holder.kind != ANSWER and any(change.write.how not in _BY_KEY for change in changes):
            return False
        functions = {change.function for change in changes}
        if not all(any(True for _ in self.keys.of(holder, function)) for function in functions):
            return False  # it is put in elsewhere
        if not all(self.entries.are_made(holder, function) for function in functions):
            return False
        asking = {item.function for item in self.holders.readers(holder) if self.work.is_served(item.function)}
        return all(
            self.keys.is_tenants(key, function)
            for function in functions | (asking - self._throwing(holder))
            for key in self.keys.of(holder, function)
        )

    def _is_everybodys(self, holder: Holder) -> bool:
        """Whether one value serves the process, and keeps no tenants apart."""
        if holder not in self._asking:
            self._asking[holder] = False  # what stands for itself adds nothing
            changes = self.holders.changes.get(holder, [])
            self._asking[holder] = self.is_shared(holder, changes) and self.partition(holder, changes) is None
        return self._asking[holder]

    def _throwing(self, holder: Holder) -> set[Symbol]:
        """What only throws entries away, and hands none on."""
        removing = {change.function for change in self.holders.changes[holder] if change.write.how in REMOVING}
        kept = {item.function for item in self.holders.readers(holder) if not self._is_thrown(item)}
        functions = self.program.functions
        return {item for item in removing - kept if not functions[item].returned and not functions[item].is_generator}

    def _is_thrown(self, reading: Reading) -> bool:
        """Whether a use only goes through keys or entries, or takes one out that nobody is given."""
        following = reading.use.chain[reading.cut :]
        if not following:
            given_to = reading.use.given_to
            return reading.use.role is not None or (len(given_to) == 1 and given_to[0] in ENUMERATING)
        return following[0][1:] not in CHANGING & HANDING_OUT or self._is_thrown_away(reading)

    def _is_thrown_away(self, reading: Reading) -> bool:
        """Whether nobody looks at what a method of a holder answers."""
        chain = reading.use.chain[: reading.cut + 2]
        return is_thrown_away(self.program.sources.body(reading.function), chain)

    def _is_seen(self, reading: Reading) -> bool:
        """Whether a tenant may see what a use makes of a holder: also by another name that it gets on import."""
        is_named = reading.function.qualname == MODULE_BODY and reading.use.role is None and not reading.use.given_to
        return is_named or self.work.is_served(reading.function)

    def _shows_others(self, holder: Holder) -> bool:
        """Whether a tenant's work goes through entries of all tenants: not where it only throws some of them away."""
        throwing = self._throwing(holder)
        return any(
            reading.is_of_all or self._takes_any(reading) or self._is_told(reading)
            for reading in self.holders.readers(holder)
            if self._is_seen(reading) and reading.function not in throwing
        )

    def _takes_any(self, reading: Reading) -> bool:
        """Whether a use gets hold of whatever entry comes first."""
        return reading.use.chain[reading.cut :][:1] == (".popitem",) and not self._is_thrown_away(reading)

    def _is_told(self, reading: Reading) -> bool:
        """Whether a use says how many there are, or whether another's is there or busy, to more than its function."""
        following = reading.use.chain[reading.cut :]
        is_asked = following[-2:-1] in _TELLING or (not following and reading.use.role in ("size", "test"))
        return is_asked and self.told.is_told(reading.use.chain, reading.use.line, reading.function)

    def _tells(self, holder: Holder) -> bool:
        return any(map(self._is_told, self.holders.readers(holder)))

    # Harmless

    def _gives_none_out(self, holder: Holder) -> bool:
        """Whether a tenant's work only puts tasks in and takes them out, and gets hold of none of another's."""
        return all(
            (reading.use.role in ("test", "store", "size") or _changes_blindly(reading)) and not self._is_told(reading)
            for reading in self.holders.readers(holder)
            if self.work.is_served(reading.function)
        )

    def _makes_once(self, holder: Holder, change: Change) -> bool:
        """Whether a write gives a holder what is nobody's, where it has been asked whether it has something yet."""
        if change.write.how != BIND or change.entry or change.write.value is None:
            return False
        function = self.program.functions[change.function]
        asked = self._asks(holder, change.function, change.write.line)
        if not (asked or self._is_asked_before(holder, change.function)) or not self.is_nobodys(
            change.write.value.chains, change.function, ()
        ):
            return False
        # A flag says that something was done once: for the one tenant that came first, where that was a tenant's.
        is_flag = not change.write.value.chains and not function.first_reads and change.write.value.form == ""
        return not is_flag or self.program.path_to_state(change.function, unscoped_only=False) is None

    def _is_asked_before(self, holder: Holder, function: Symbol) -> bool:
        """Whether tenants' work calls a function only where a holder had nothing yet, and does nothing else there."""
        callers = [item for item in self.program.reaches.callers.get(function, ()) if item in self.work.before]
        return bool(callers) and all(
            self.program.path_to_state(caller, unscoped_only=False) is None and self._asks(holder, caller, edge.line)
            for caller in callers
            for edge in self.program.edges(caller)
            if edge.target == function
        )

    def _asks(self, holder: Holder, function: Symbol, line: int) -> bool:
        """Whether a function gets to a line only where a holder has nothing yet."""
        body = self.program.sources.body(function)
        return is_first(body, line, lambda chain: holder in self.holders.at(chain, function))

    def _remembers(self, change: Change) -> bool:
        """Whether an entry follows from its key and from nothing else: what another reads there, it could work out.

        That there is one tells of whoever asked first, where somebody goes through all of them.
        """
        write = change.write
        if change.entry or write.how not in (ITEM, "setdefault") or write.key is None or not write.value:
            return False
        if not write.value.chains or not self.is_nobodys(write.value.chains, change.function, write.key.chains):
            return False
        readings = self.holders.readers(change.holder)
        if any(reading.is_of_all for reading in readings) or any(map(self._is_told, readings)):
            return False
        return not any(
            value.kind == "instance"
            for chain in write.value.chains
            for value in self.program.values(chain, change.function)
        )

    def _is_filtered(self, holder: Holder) -> bool:
        """Whether whoever goes through a holder keeps only what is the tenant's own."""
        filters = self.program.state.context.filters
        readings = self.holders.readers(holder)
        filtered = [item for item in readings if self.program.named(item.use.given_to, item.function, filters)]
        return bool(filtered) and all(
            item in filtered or item.use.role in ("size", "test", "store") or _changes_only(item) for item in readings
        )

    def _is_empty(self, change: Change) -> bool:
        value = change.write.value
        return (
            value is not None
            and (value.form == "call" or len(value.chains) == 1)
            and any(
                item.kind == "outside" and item.name in _EMPTY
                for chain in value.chains[:1]  # none, where something without a name is called
                for item in self.program.values(chain, change.function)
            )
        )

    def _gives_nobodys(self, change: Change) -> bool:
        """Whether what is put in, and where, is made of constants and of what reaches nothing of a tenant's."""
        parts = [part for part in (change.write.key, change.write.value) if part is not None]
        return not change.entry and all(self.is_nobodys(part.chains, change.function, ()) for part in parts)

    def is_nobodys(self, chains: Iterable[Chain], frame: Symbol, given: Sequence[Chain]) -> bool:
        """Whether a value is made of constants, of what is `given`, and of what reaches nothing of a tenant's."""
        runs, seen = self._may_run(chains := tuple(chains), frame), set[tuple[str, bool]]()
        return all(self._is_nobodys_chain(chain, frame, given, seen, runs, is_whole=True) for chain in chains)

    def _is_nobodys_chain(
        self,
        chain: Chain,
        frame: Symbol,
        given: Sequence[Chain],
        seen: set[tuple[str, bool]],
        runs: bool,
        *,
        is_whole: bool = False,
    ) -> bool:
        """Whether a chain is. `runs`: what it is handed to may run it; `is_whole`: it is the value itself. A function
        that is only named and neither is kept by a library, and told with what that runs.

        seen: the names of the function that have been looked into.
        """
        if any(chain[: len(key)] == key for key in given):
            return True
        function, name = self.program.functions[frame], chain[0]
        if chain[:2] == ("next", "()") or any(parameter.name == name for parameter in function.parameters):
            return False
        if name in function.assigned and name not in function.global_names:
            if (name, runs) in seen:
                return True  # what else it is made of is asked already
            seen.add((name, runs))
            made = self._made_of(name, frame)
            return bool(made) and all(
                self._is_nobodys_chain(inner, frame, given, seen, runs or starts)
                for operand, starts in made
                for inner in operand.chains
            )
        return name == "__file__" or not any(
            value.kind in ("holder", "unknown")
            or _is_new_each_time(value)
            or ((runs or is_whole or cut < len(chain)) and self._works_for_tenant(value.kind, value.name))
            or self.program.touched(value, chain[cut : cut + 2]) is not None
            for cut in range(1, len(chain) + 1)
            for value in self.program.values(chain[:cut], frame)
        )

    def _made_of(self, name: str, frame: Symbol) -> list[tuple[Operand, bool]]:
        """What a function gives a name, hands to what makes that, and puts into it later; each with whether it may run
        there."""
        function, nodes = self.program.functions[frame], self.program.sources.nodes(frame)
        values = [
            operand_of(value)
            for target, value in (pair for node in nodes for pair in given_values(node))
            if any(isinstance(part, ast.Name) and part.id == name for part in walk(target))
        ]
        found = [(item, self._may_run(item.chains, frame)) for item in values if item is not None]
        for write in (*function.writes, *function.effects):
            put = (write.value, write.key) if write.chain[0] == name else ()
            found += [(item, write.how in STARTING) for item in put if item is not None]
        return found

    def _may_run(self, chains: Iterable[Chain], frame: Symbol) -> bool:
        """Whether a call among some chains may run what it is handed: what is made for that, or code of the tree."""
        called = [chain[:-1] for chain in chains if len(chain) > 1 and chain[-1] == "()"]
        return any(
            chain[-1].removeprefix(".") in STARTING
            or any(value.kind in ("function", "class") for value in self.program.values(chain, frame))
            for chain in called
        )

    def _works_for_tenant(self, kind: str, name: Symbol) -> bool:
        """Whether a function, or what makes an object of a class, reaches something of a tenant's."""
        made = self.program.method(name, "__init__") if kind == "class" else [name] if kind == "function" else []
        return any(
            item in self.program.functions and self.program.path_to_state(item, unscoped_only=False) is not None
            for item in made
        )


def _stays_itself(value: ast.expr) -> bool:
    """Whether nothing can change what an expression stands for."""
    return isinstance(value, ast.Constant) or (isinstance(value, ast.Tuple) and all(map(_stays_itself, value.elts)))


def _is_bound_in_making(change: Change) -> bool:
    return change.write.how == BIND and not change.entry and change.function.name == "__init__"


def _is_new_each_time(value: Value) -> bool:
    is_of_now = value.name.module in ("time", "datetime") and value.name.name in _CLOCKS
    return value.kind == "outside" and (is_of_now or value.name.module in _ANEW)


def _changes_only(reading: Reading) -> bool:
    """Whether a use of a holder puts something in or takes it out."""
    following = reading.use.chain[reading.cut :]
    return len(following) == 2 and following[0][1:] in CHANGING and following[1] == "()"


def _changes_blindly(reading: Reading) -> bool:
    """Whether a use puts something in or takes it out, or hands on what does so, and gets nothing for it."""
    chain = reading.use.chain[reading.cut :]
    chain = chain[1:] if chain[:1] == ("[]",) else chain[2:] if chain[:2] == (".setdefault", "()") else chain
    method, following = chain[:1], chain[1:]
    return bool(method) and method[0][1:] in CHANGING - HANDING_OUT - {"popleft"} and following in ((), ("()",))
