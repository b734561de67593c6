"""All that tenants share in a checkout: what code keeps, writes, answers again, logs and runs for everybody."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import pairwise

from codemods.analysis.chains import Chain, expression
from codemods.analysis.kept import ATTRIBUTE, Change, Holder, Reading
from codemods.analysis.reach import Path, Touch
from codemods.analysis.symbols import MODULE_BODY, Symbol
from codemods.analysis.writes import BIND, is_by_effect
from codemods.messages import in_short, phrase
from codemods.places import Role, State
from codemods.survey.authentication import of_checks
from codemods.survey.lookups import holders_of, states_of
from codemods.survey.plugins.start_edits import start_sites
from codemods.survey.program import TenantProgram, once
from codemods.survey.shared_state.caches import cached_answers
from codemods.survey.shared_state.components import unasked_components
from codemods.survey.shared_state.files import shared_files
from codemods.survey.shared_state.judge import Judge
from codemods.survey.shared_state.keys import confused_ids
from codemods.survey.shared_state.logs import collecting, listeners, secrets, sinks
from codemods.survey.shared_state.parts import KIND, Part, Parts
from codemods.survey.shared_state.process_wide import process_wide
from codemods.survey.shared_state.tables import SQL, Tables
from codemods.survey.shared_state.work import one_of_all, tenant_work
from codemods.survey.sites import Site
from codemods.survey.verdicts import GLOBAL, INSECURE, SECURE, EntryPoint, Finding

# What whoever reads it touches.
SHARED = "what tenants share"
# The methods that give an object its first values.
_MAKING = ("__init__", "__new__", "__post_init__", "__attrs_post_init__", "model_post_init", "__set_name__")
_ENDING = phrase("ended by keeping one for each tenant, or by a decision: process, shared or accepted")


class Sharing:
    """The answers for one program."""

    def __init__(self, program: TenantProgram) -> None:
        self.program = program
        self.holders, self.shared, self.work = holders_of(program), one_of_all(program), tenant_work(program)
        self.judge = Judge(program, self.holders, self.shared, self.work)
        self.parts = Parts(program, self.holders, self.shared, self.work, self._is_open)
        self.files = shared_files(program)
        self.tables = Tables(program, self.work)
        self._apart: dict[Holder, tuple[str, str] | None] = {}
        self._divided: dict[Holder, Part] = {}

    def judged(self) -> Iterator[EntryPoint]:
        """Every holder that tenant work changes, with its verdict."""
        for holder, changes in self.changed.items():
            yield self._verdict(holder, changes)

    @cached_property
    def changed(self) -> dict[Holder, list[Change]]:
        """The holders that tenant work changes, and what of it does so."""
        found = {}
        for holder, changes in sorted(self.holders.changes.items()):
            if holder.at.module in self.program.brought:
                continue
            working = [change for change in changes if self._is_work(change)]
            if working and self.judge.is_shared(holder, changes):
                found[holder] = working
        return found

    def divided(self) -> Iterator[tuple[Holder, list[Change], Part]]:
        """The holders that recipes make one for each tenant, and what makes them so."""
        for holder, changes in self.changed.items():
            is_others = holder.at in self._of_plugins or self._is_of_each_object(holder, changes)
            part = self.part_of(holder) if self._is_open(holder) and not is_others else None
            if part is not None and not part.obstacle:
                yield holder, changes, part

    def part_of(self, holder: Holder) -> Part:
        """How a holder becomes one for each tenant, where its keys do not say whose its entries are."""
        if holder not in self._divided:
            if self.judge.names_tenants(holder, self.changed[holder]):
                part = Part(obstacle=phrase("its keys have the tenant's id in them already: keep the pair"))
            else:
                part = self.parts.of(holder)
            self._divided[holder] = part
        return self._divided[holder]

    def _is_open(self, holder: Holder) -> bool:
        """Whether tenants share a holder, and nothing shows that it shows none another."""
        return holder in self.changed and self._shown_apart(holder) is None

    def _shown_apart(self, holder: Holder) -> tuple[str, str] | None:
        """The verdict of a holder that shows no tenant another, and why; None where nothing shows that."""
        if holder not in self._apart:
            changes, found = self.changed[holder], None
            if (apart := self.judge.partition(holder, changes)) is not None:
                found = (SECURE, apart)
            elif (harmless := self.judge.harmless(holder, changes)) is not None:
                found = (GLOBAL, harmless)
            self._apart[holder] = found
        return self._apart[holder]

    @cached_property
    def _of_plugins(self) -> frozenset[Symbol]:
        """What plugins keep that becomes one for each tenant together with their start-up work."""
        modules = {file.path: module for module, file in self.program.files.items()}
        places = ((site.path, site.place) for site in start_sites(self.program))
        kept = ((path, place) for path, place in places if isinstance(place, State) and place.role is not Role.USE)
        return frozenset(Symbol(modules[path], _kept(place)) for path, place in kept)

    def _is_of_each_object(self, holder: Holder, changes: list[Change]) -> bool:
        """Whether an attribute is that of objects which a plugin's start-up work makes one of for each tenant."""
        is_attribute = holder.kind == ATTRIBUTE and holder.owner in self._made_by_plugins
        return is_attribute and not self.judge.is_of_class(holder, changes)

    @cached_property
    def _made_by_plugins(self) -> frozenset[Symbol]:
        """The classes of what plugins keep that becomes one for each tenant, where nobody makes other objects of it."""
        made: Counter[Symbol] = Counter()
        for at in self._of_plugins:
            chains = self.program.files[at.module].body.assigned.get(at.qualname, ())
            made.update(
                value.name
                for chain in chains
                for value in self.program.values(chain, at.body)
                if value.kind == "instance" and chain[-1:] == ("()",)
            )
        return frozenset(cls for cls, count in made.items() if count == self._times_made(cls))

    def _times_made(self, cls: Symbol) -> int:
        """How many expressions make an object of a class."""
        return sum(
            use.chain[-1:] == ("()",) and self.program.named(use.chain[:-1], frame, frozenset({cls}))
            for frame in self.program.naming(cls.name)
            for use in self.program.functions[frame].uses
        )

    def planned(self) -> Iterator[EntryPoint]:
        """What plans need of the verdicts: those that they change."""
        yield from (self._verdict(holder, changes) for holder, changes, _ in self.divided())

    def sites(self) -> Iterator[Site]:
        yield from dict.fromkeys(site for _, _, part in self.divided() for site in part.sites)
        yield from self.parts.tasks.left()

    def findings(self) -> Iterator[Finding]:
        yield from cached_answers(self.program, self.shared, self.work)
        yield from self.files.findings()
        yield from self.tables.findings()
        yield from confused_ids(self.program)
        yield from sinks(self.program, self.holders)
        yield from secrets(self.program)
        yield from unasked_components(self.program, self.work)
        yield from self.parts.tasks.findings()
        yield from process_wide(self.judge)

    def users(self) -> Iterator[tuple[Symbol, int, Chain]]:
        """Whoever reads or changes what tenant work changes, at which line and by which expression."""
        mixing = filter(self._is_open, self.changed)
        logged = (*listeners(self.program, self.holders), *collecting(self.program, self.holders))
        for holder in dict.fromkeys((*mixing, *logged)):
            for reading in self.readings(holder):
                yield reading.function, reading.use.line, reading.use.chain
            for change in self.changed.get(holder, ()):
                yield change.function, change.write.line, change.write.chain
        for function, use in (*self.files.readers(), *self.tables.readers()):
            yield function, use.line, use.chain

    def readings(self, holder: Holder) -> Iterator[Reading]:
        """The uses of a holder, without those that only give it its first value."""
        return (item for item in self.holders.readers(holder) if not self._is_made_there(holder, item))

    def _is_made_there(self, holder: Holder, reading: Reading) -> bool:
        """Whether a use of a holder only gives it its first value."""
        if reading.use.role != "store" or reading.cut != len(reading.use.chain):
            return False
        function = self.program.functions[reading.function]
        return function.name in (*_MAKING, MODULE_BODY) and holder.at.module == reading.function.module

    def _is_work(self, change: Change) -> bool:
        """Whether a change is made for a tenant: not while the module is imported or the object made."""
        if change.function not in self.work.before or change.function.qualname == MODULE_BODY:
            return False
        if change.function in self.work.ending:
            return False
        if is_by_effect(change.write) and self._is_told_otherwise(change):
            return False
        if change.holder.kind != "attribute":
            return True
        fills_class = change.write.how != BIND and self.judge.is_of_class(change.holder, [change])
        return fills_class or not self._makes(change.function, change.holder.owner)

    def _makes(self, identifier: Symbol, cls: Symbol) -> bool:
        """Whether a method runs only as an object of a class is made, be it by `__init__` alone."""
        function = self.program.functions[identifier]
        if function.owner is None or cls not in self.program.lineage(Symbol(identifier.module, function.owner)):
            return False
        if function.name in _MAKING:
            return True
        makers = {Symbol(identifier.module, f"{function.owner}.{name}") for name in _MAKING}
        callers = self.program.naming(function.name)
        return bool(callers) and makers.issuperset(callers) and self._is_only_called(function.name, callers)

    def _is_only_called(self, method: str, frames: Iterable[Symbol]) -> bool:
        """Whether these functions call a method wherever they name it, and hand it on to nobody."""
        uses = (use.chain for frame in frames for use in self.program.functions[frame].uses)
        return all(
            following == "()"
            for chain in uses
            for part, following in pairwise((*chain, ""))
            if part.lstrip(".") == method
        )

    def _is_told_otherwise(self, change: Change) -> bool:
        """Whether what a method may do is judged by the SQL that it runs, or is given nothing of a tenant's."""
        written = change.write.value
        is_nobodys = written is not None and self.judge.is_nobodys(written.chains, change.function, ())
        return change.write.how in SQL or is_nobodys

    def _verdict(self, holder: Holder, changes: list[Change]) -> EntryPoint:
        first = min(
            changes, key=lambda change: (len(self.work.path(change.function)), change.function, change.write.line)
        )
        path, line = self.program.file_of(first.function).path, first.write.line
        home = self.program.files.get(holder.at.module)
        where, known = (holder.at.qualname, home.path) if home else (str(holder.at), "")
        if (apart := self._shown_apart(holder)) is not None:
            verdict, why = apart
            return EntryPoint(path, where, line, KIND, verdict, why, home=known)
        reason = phrase(
            "kept for all tenants, and changed in a tenant's work: {shown}", shown=self.work.shown(first.function)
        )
        # What its plugin's start-up work brings along is changed, whatever stands in the way of this area's own edits.
        obstacle = "" if holder.at in self._of_plugins else self.part_of(holder).obstacle
        stays = (phrase("no recipe changes it: {obstacle}", obstacle=obstacle),) if obstacle else ()
        details = (*self._read_by(holder), *stays, _ENDING)
        way = self.work.stations(self.program, first.function, line)
        by_hand = bool(obstacle)
        return EntryPoint(
            path, where, line, KIND, INSECURE, reason, by_hand=by_hand, home=known, details=details, way=way
        )

    def _read_by(self, holder: Holder) -> Iterator[str]:
        """Who uses what a holder keeps, in a sentence; none where nobody does."""
        lines: dict[Symbol, int] = {}
        for reading in self.holders.readers(holder):
            lines.setdefault(reading.function, reading.use.line)
        places = [
            f"{function.qualname.replace('.<locals>', '')} ({self.program.file_of(function).path}:{line})"
            for function, line in lines.items()
        ]
        if places:
            yield phrase("used by {places}", places=in_short(places))


def _kept(state: State) -> str:
    """The name within its module of what gets its first value at a place."""
    owner = state.scope.removesuffix(".__init__")
    name = state.text.removeprefix("self.")
    return name if owner == MODULE_BODY else f"{owner}.{name}"


@once
def sharing_of(program: TenantProgram) -> Sharing:
    """What tenants share in a program, without what follows from it."""
    return Sharing(program)


@once
def _with_users(program: TenantProgram) -> TenantProgram:
    """The program, in which whoever uses what tenant work changes reaches tenant state by that."""
    touches: dict[Symbol, list[Touch]] = defaultdict(list)
    for function, line, chain in sharing_of(program).users():
        touches[function].append(Touch(SHARED, line, False, expression(chain)))
    return program.with_touches({function: tuple(found) for function, found in touches.items()})


def shared_read(program: TenantProgram, identifier: Symbol) -> Path | None:
    """The shortest way from a function to something that tenant work changes for everybody, or None: not where it only
    asks for a token, as all do."""
    return _with_users(program).path_to_state(identifier, but=states_of(program), past=of_checks(program))


@once
def _with_divided(program: TenantProgram) -> TenantProgram:
    """The program, in which whoever uses what recipes make one for each tenant reaches tenant state by that, which is
    called as the group of what makes it so; what somebody has decided stays as it is."""
    touches: dict[Symbol, list[Touch]] = defaultdict(list)
    for holder, _, part in sharing_of(program).divided():
        group = part.sites[0].atomic_group if part.sites else ""
        if group and group not in program.decided:
            for reading in sharing_of(program).readings(holder):
                scoped = program.is_scoped(reading.use, reading.function)
                touch = Touch(group, reading.use.line, scoped, expression(reading.use.chain))
                touches[reading.function].append(touch)
    return program.with_touches({function: tuple(found) for function, found in touches.items()})


def divided_behind(program: TenantProgram, identifier: Symbol) -> tuple[Path | None, frozenset[str]]:
    """The shortest way from a function that reaches no tenant state to what recipes make one for each tenant, and the
    groups of what does so to all of it that the function reaches."""
    nearest, groups = None, frozenset[str]()
    while (path := _with_divided(program).path_to_state(identifier, but=groups)) is not None:
        nearest, groups = nearest or path, groups | {path.touch.state}
    return nearest, groups


def shared_by_plugin(program: TenantProgram, identifier: Symbol) -> Touch | None:
    """The first use of what tenants share that a function of a plugin makes, itself or by functions of the plugin."""
    reading, plugin = _with_users(program), program.plugin_of(identifier.module)
    within = program.reaches.run_by(
        [identifier], lambda edge: not edge.guessed and program.plugin_of(edge.target.module) == plugin
    )
    touches = (touch for function in within for touch in reading.reach(function).touches)
    return next((touch for touch in touches if touch.state == SHARED), None)
