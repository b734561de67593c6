"""How a holder becomes one for each tenant, or why it cannot: only where every use of it is in view, and understood."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from codemods.analysis.chains import chain_of, full_chain
from codemods.analysis.facts import ClassFacts
from codemods.analysis.holders import Holders
from codemods.analysis.kept import ATTRIBUTE, NAME, Holder
from codemods.analysis.nodes import walk
from codemods.analysis.reach import Edge
from codemods.analysis.symbols import MODULE_BODY, Symbol
from codemods.messages import listed, phrase
from codemods.places import Member, Role, State
from codemods.survey.never_made import PLAIN_BASES
from codemods.survey.plugins.first_values import FirstValues, PluginHolder
from codemods.survey.program import TenantProgram
from codemods.survey.shared_state.first import is_closed, is_empty_mapping
from codemods.survey.shared_state.imports import below_context
from codemods.survey.shared_state.limits import limited, limited_elsewhere
from codemods.survey.shared_state.logs import listeners
from codemods.survey.shared_state.mentions import (
    Mention,
    Mentions,
    goes_through,
    is_kept,
    is_map_use,
)
from codemods.survey.shared_state.named_tasks import NamedTasks
from codemods.survey.shared_state.objects import Objects
from codemods.survey.shared_state.outside import outside_tenants
from codemods.survey.shared_state.partitions import how_to_partition
from codemods.survey.shared_state.wholes import MAKING, Wholes
from codemods.survey.shared_state.work import Work
from codemods.survey.sites import Site
from codemods.survey.verdicts import Finding

KIND = "shared-state"
MAP, CACHE, REGISTRY, TASKS = "holder-map", "holder-cache", "holder-registry", "holder-tasks"
OWN_ATTRIBUTE, VALUE = "holder-attribute", "holder-value"
_SPECIAL = frozenset({"__getattribute__", "__setattr__", "__delattr__", "__getstate__", "__setstate__", "__reduce__"})


@dataclass(frozen=True, slots=True)
class Part:
    """What makes a holder one for each tenant: the sites, edited together; or why it stays as it is."""

    sites: tuple[Site, ...] = ()
    obstacle: str = ""


class _First(NamedTuple):
    """Where a holder gets its first value: a module's body, a class or an `__init__`; the line, and the value."""

    place: Symbol
    line: int
    value: ast.expr


class _Found(NamedTuple):
    """What is known of a holder that may become one for each tenant."""

    holder: Holder
    first: _First
    uses: list[Mention]
    # Of these, the ones that may run where no tenant is set.
    outside: list[Mention]
    # What may be uses of it, for nobody knows what they are of.
    unsure: list[Mention]

    @property
    def is_of_instance(self) -> bool:
        """Whether each object has its own: else all of a class, or the module, have one."""
        return self.holder.kind == ATTRIBUTE and self.first.place.name == "__init__"


class _Stays(Exception):
    """Why a holder stays as it is."""


class Parts:
    """The parts of one program's holders; `shared`: the classes that the process has one object of."""

    def __init__(
        self,
        program: TenantProgram,
        holders: Holders,
        shared: frozenset[Symbol],
        work: Work,
        is_open: Callable[[Holder], bool],
    ) -> None:
        self.program, self.holders, self.shared, self.work = program, holders, shared, work
        self.mentions = Mentions(program, holders)
        self.tasks = NamedTasks(program, holders)
        self.objects = Objects(program, holders, shared)
        self.wholes = Wholes(program, holders, is_open)
        self.first_values = FirstValues(program.sources)
        self._listeners = frozenset(listeners(program, holders, filtered=True))
        self._known: dict[Holder, Part] = {}

    def of(self, holder: Holder) -> Part:
        part = self._alone(holder)
        for other in (
            self.wholes.together(holder) if any(site.on in (OWN_ATTRIBUTE, VALUE) for site in part.sites) else ()
        ):
            if why := self._alone(other).obstacle:
                return Part(
                    obstacle=phrase("it changes together with {other}, which stays: {why}", other=other.name, why=why)
                )
        return part

    def _alone(self, holder: Holder) -> Part:
        """What becomes of a holder, if nothing else stands in the way."""
        if holder not in self._known:
            self._known[holder] = Part()  # where it hangs on itself, nothing stands in the way
            try:
                self._known[holder] = Part(tuple(self._sites(self._found(holder))))
            except _Stays as reason:
                self._known[holder] = Part(obstacle=reason.args[0])
        return self._known[holder]

    # What is known

    def _found(self, holder: Holder) -> _Found:
        if holder.kind not in (NAME, ATTRIBUTE) or holder.at.module not in self.program.files:
            raise _Stays(phrase("no name of a module and no attribute of a class"))
        if holder.at.module in below_context(self.program):
            raise _Stays(phrase("the tenant context itself stands on its file"))
        named = self.program.state.holders.get(holder.at)
        way = how_to_partition(self.program, named) if named is not None else None
        if isinstance(way, Finding):  # other recipes stand on it as a whole, and part of it would mislead them
            raise _Stays(way.reason)
        if holder in self._listeners:
            raise _Stays(phrase("it holds who listens to the log, which has lines without a tenant, too"))
        first = self._first(holder)
        if holder.kind == ATTRIBUTE:
            self._require_plain_class(holder)
        for module, line, why in self.mentions.dynamic(holder):
            raise _Stays(phrase("it {why} ({where})", why=why, where=self._place(module, line)))
        mentions = self.mentions.of(holder, widely=first.place.name != "__init__")
        uses = [item for item in mentions if not self._is_declaration(item, first, holder)]
        sure = [item for item in uses if item.is_sure]
        for item in sure:
            self._require_plain(item)
        outside = [item for item in sure if item.frame in outside_tenants(self.program)]
        unsure = [item for item in uses if not item.is_sure]
        near = self.mentions.near(holder)
        for item in unsure:
            if item.frame in outside_tenants(self.program) and item.frame.module in near:
                raise _Stays(self._may_be(item))
        return _Found(holder, first, sure, outside, unsure)

    def _first(self, holder: Holder) -> _First:
        named = PluginHolder(holder.at.module, holder.owner.qualname, holder.name)
        given = self.first_values.of(named)
        if len(given) != 1:
            lines = listed(str(item.lineno) for _, item in given)
            if given:
                raise _Stays(phrase("it gets its first value in lines {lines}", lines=lines))
            raise _Stays(phrase("nothing gives it a first value"))
        (place, statement), home = given[0], holder.at.module
        value = statement.value
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        if value is None or len(targets) > 1 or isinstance(targets[0], (ast.Tuple, ast.List)):
            where = self._place(home, statement.lineno)
            raise _Stays(phrase("it gets its first value together with others ({where})", where=where))
        body = self.program.sources.module(home).body if holder.kind == NAME else None
        if body is not None and statement not in body:
            where = self._place(home, statement.lineno)
            raise _Stays(phrase("it gets its first value under a condition ({where})", where=where))
        return _First(place, statement.lineno, value)

    def _is_declaration(self, item: Mention, first: _First, holder: Holder) -> bool:
        here = item.is_stored and item.line == first.line and item.frame.module == holder.at.module
        return here and isinstance(item.parent, (ast.Assign, ast.AnnAssign))

    def _require_plain_class(self, holder: Holder) -> None:
        """What of a class stands against an attribute that is one for each tenant."""
        node = self.program.sources.cls(holder.owner)
        if node is None:
            raise _Stays(phrase("its class is not in view"))
        where = self._place(holder.at.module, node.lineno)
        if node.decorator_list:
            raise _Stays(phrase("its class is decorated ({where})", where=where))
        for cls in sorted(self.mentions.family(holder)):
            facts = self.program.classes.get(cls)
            if facts is None:
                if cls.dotted not in PLAIN_BASES:
                    raise _Stays(
                        phrase(
                            "its class inherits {base}, which may do more with it ({where})",
                            base=cls.dotted,
                            where=where,
                        )
                    )
                continue
            if special := sorted(_SPECIAL & facts.methods.keys()):
                raise _Stays(phrase("its class has a {special} ({where})", special=special[0], where=where))
            if self.first_values.declarations(cls, "__slots__"):
                raise _Stays(phrase("its class has __slots__ ({where})", where=where))
            if cls != holder.owner and self._has_own(cls, facts, holder.name):
                raise _Stays(phrase("{heir} has a {name} of its own", heir=cls.qualname, name=holder.name))

    def _has_own(self, cls: Symbol, facts: ClassFacts, name: str) -> bool:
        """Whether a class gives an attribute a meaning of its own."""
        return name in facts.bound or name in facts.methods or bool(self.first_values.declarations(cls, name))

    def _require_plain(self, item: Mention) -> None:
        if item.reference.where:
            raise _Stays(phrase("it is used in a {part} ({where})", part=item.reference.where, where=self._at(item)))
        if item.is_deleted:
            raise _Stays(phrase("it is deleted ({where})", where=self._at(item)))
        if isinstance(item.parent, ast.NamedExpr) and item.is_stored:
            raise _Stays(phrase("it is assigned inside of an expression ({where})", where=self._at(item)))
        if item.is_stored and not item.is_deleted and not _is_by_assignment(item):
            raise _Stays(phrase("a loop or a with gives it its value ({where})", where=self._at(item)))

    def _may_be(self, item: Mention) -> str:
        return phrase("{written} may be it ({where})", written=item.text, where=self._at(item))

    # What becomes of it

    def _sites(self, found: _Found) -> Iterator[Site]:
        self._require_no_limit(found)
        for item in found.uses:
            if (loop := self._started_for_all(item.frame)) is not None:
                name, where = loop.qualname.replace(".<locals>", ""), self._at(item)
                raise _Stays(
                    phrase("{loop} works on it, which is started once for all ({where})", loop=name, where=where)
                )
        if is_empty_mapping(found.first.value) and all(map(self._fits_map, found.uses)):
            kind = self._map_kind(found)
            yield self._site(kind, found)
            if kind in (MAP, TASKS) and self.tasks.keeps_tasks(holder := found.holder):
                yield from self.tasks.sites(holder, self._group(holder))
            return
        self._require_inside(found)
        if not is_closed(self.program, found.first.value, found.holder.at.body):
            where = self._place(found.holder.at.module, found.first.line)
            raise _Stays(phrase("it starts with no plain value ({where})", where=where))
        if found.is_of_instance or self._is_bound_by_objects(found):
            self._require_of_object(found)
            yield self._site(OWN_ATTRIBUTE, found)
        else:
            yield from self._value_sites(found)
        yield from self._objects_sites(found.holder)

    def _started_for_all(self, frame: Symbol) -> Symbol | None:
        """The loop that runs a function, where there is one for all tenants: also when recipes have run."""
        guarded = self.wholes.in_guarded_loops.get(frame)
        if guarded is not None and any(self._alone(guard).obstacle for guard in guarded.guards):
            return guarded.loop
        return self.wholes.in_loops.get(frame)

    def _fits_map(self, item: Mention) -> bool:
        """Whether a use is served by a map that keeps tenants apart: also where a filter does so as well."""
        chain = full_chain(item.parent.func) if isinstance(item.parent, ast.Call) else ()
        return is_map_use(item) or (
            bool(chain) and self.program.named(chain, item.frame, self.program.state.context.filters)
        )

    def _require_no_limit(self, found: _Found) -> None:
        """How many the process takes is not how many each tenant may have; what is thrown away to make room is."""
        where = self._at(item) if (item := limited(found.uses)) is not None else ""
        if not where and (place := limited_elsewhere(self.program, found.uses)) is not None:
            where = self._place(place[0].module, place[1])
        if where:
            raise _Stays(
                phrase("it is compared with a limit, which may be the process's or a tenant's ({where})", where=where)
            )

    def _map_kind(self, found: _Found) -> str:
        """Which map does what this one does: for tenants alone, or for the process as well."""
        if not found.outside:
            self._require_not_while_made(found)
            return MAP
        if self.tasks.keeps_tasks(found.holder):
            if (item := self.tasks.serves(found.holder, found.outside)) is not None:
                raise _Stays(self._outside(item))
            return TASKS
        for item in found.outside:
            if goes_through(item):
                raise _Stays(self._outside(item))
        storing = {item.frame for item in found.uses if _puts_in(item)}
        if storing.isdisjoint(item.frame for item in found.outside):
            raise _Stays(self._outside(found.outside[0]))
        if found.is_of_instance and not self._makers(found).isdisjoint(self.work.before):
            self._require_not_while_made(found)
        asked = [item.frame for item in found.outside if item.frame in storing and _asks(found, item.frame)]
        if not asked:
            self._require_copied(found)
            return REGISTRY
        for item in found.outside:
            if item.frame not in asked:
                raise _Stays(self._outside(item))
        return CACHE

    def _require_copied(self, found: _Found) -> None:
        """What is registered is everybody's one object, but for lists, dictionaries and sets, which tenants get copies
        of: where tenants' work changes an entry, it must be such."""
        changes = self.holders.changes.get(found.holder, ())
        if not any(change.entry and change.function in self.work.before for change in changes):
            return
        for item in found.outside:
            if _puts_in(item) and not _puts_container(item):
                raise _Stays(
                    phrase(
                        "what is put in here is one for all, and changed in tenants' work ({where})",
                        where=self._at(item),
                    )
                )

    def _require_inside(self, found: _Found) -> None:
        for item in found.outside:
            raise _Stays(self._outside(item))
        value = found.first.value
        is_constant = isinstance(value, ast.Constant) and value.value is not None
        for item in found.uses if not is_constant else ():
            if is_kept(item):
                raise _Stays(phrase("it is kept by another name as well ({where})", where=self._at(item)))
        for kept in self.objects.kept_answers(found.uses):
            raise _Stays(kept)
        starts_without = isinstance(value, ast.Constant) and value.value is None
        if starts_without and (set_up := self.wholes.set_up_elsewhere(found.holder, found.uses)):
            raise _Stays(set_up)
        self._require_not_while_made(found)

    def _require_not_while_made(self, found: _Found) -> None:
        """What is done as an object is made is done once, in whose work that may be: not for each tenant."""
        if not (found.is_of_instance or self._is_bound_by_objects(found)):
            return
        making = self._run_by_making(found)
        for item in found.uses:
            if item.frame in making:
                raise _Stays(phrase("it is used while an object is made ({where})", where=self._at(item)))

    def _makers(self, found: _Found) -> set[Symbol]:
        family = self.mentions.family(found.holder)
        return {item for cls in family for name in MAKING for item in self.program.method(cls, name)}

    def _run_by_making(self, found: _Found) -> set[Symbol]:
        """The methods of a class that run as an object of it is made."""
        family = self.mentions.family(found.holder)
        return set(self.program.reaches.run_by(self._makers(found), lambda edge: self._is_of(edge, family)))

    def _is_of(self, edge: Edge, family: frozenset[Symbol]) -> bool:
        owner = self.program.functions[edge.target].owner
        return not edge.guessed and owner is not None and Symbol(edge.target.module, owner) in family

    def _outside(self, item: Mention) -> str:
        start = outside_tenants(self.program)[item.frame]
        if start == item.frame:
            return phrase("it is used where no tenant may be set ({where})", where=self._at(item))
        by = start.qualname.replace(".<locals>", "")
        if start.qualname == MODULE_BODY:
            by = phrase("importing {module}", module=start.module)
        return phrase(
            "it is used where no tenant may be set ({where}, which {start} reaches)", where=self._at(item), start=by
        )

    def _is_bound_by_objects(self, found: _Found) -> bool:
        """Whether what the class declares is only what its objects start with: they bind it themselves."""
        return any(
            value.kind == "instance"
            for item in found.uses
            if item.is_stored and item.base
            for value in self.program.values(item.base, item.frame)
        )

    def _require_of_object(self, found: _Found) -> None:
        if not any(item in self.shared for item in (found.holder.owner, *self.program.subclasses(found.holder.owner))):
            raise _Stays(phrase("each object of its class has its own"))
        for item in found.uses:
            values = self.program.values(item.base, item.frame) if item.base else ()
            if any(value.kind == "class" for value in values):
                raise _Stays(phrase("it is the class's as well ({where})", where=self._at(item)))

    def _value_sites(self, found: _Found) -> Iterator[Site]:
        holder, first = found.holder, found.first
        for item in found.unsure:
            raise _Stays(self._may_be(item))  # it would lack a `.value`
        yield self._state(found, first.place, holder.name, Role.FIRST)
        for item in found.uses:
            if not item.is_plain:
                raise _Stays(phrase("{written} is it ({where})", written=item.text, where=self._at(item)))
        yield from dict.fromkeys(self._state(found, item.frame, item.text, Role.USE) for item in found.uses)

    def _objects_sites(self, holder: Holder) -> Iterator[Site]:
        """What makes the objects that a holder is given one for each tenant as well, where their class keeps one."""
        for cls in self.objects.of(holder):
            if obstacle := self.objects.obstacle(cls):
                raise _Stays(obstacle)
            keeping = self.objects.keeping(cls)
            if keeping is None:
                raise _Stays(phrase("how {cls} keeps its one object cannot be told", cls=cls.name))
            for other in keeping:
                part = self._alone(other) if other != holder else Part()
                if part.obstacle:
                    raise _Stays(
                        phrase(
                            "{cls} keeps its one object in {other}, which stays: {why}",
                            cls=cls.name,
                            other=other.name,
                            why=part.obstacle,
                        )
                    )
                yield from (replace(site, atomic_group=self._group(holder)) for site in part.sites)

    def _state(self, found: _Found, scope: Symbol, text: str, role: Role) -> Site:
        return Site(
            VALUE, self.program.file_of(scope).path, State(scope.qualname, text, role), self._group(found.holder)
        )

    def _site(self, on: str, found: _Found) -> Site:
        at = found.holder.at
        return Site(on, self.program.files[at.module].path, Member(at.qualname), self._group(found.holder))

    def _group(self, holder: Holder) -> str:
        """What a decision names the holder by."""
        return f"{self.program.files[holder.at.module].path}:{holder.at.qualname}#{KIND}"

    def _at(self, item: Mention) -> str:
        return self._place(item.frame.module, item.line)

    def _place(self, module: str, line: int) -> str:
        return f"{self.program.files[module].path}:{line}"


def _is_by_assignment(item: Mention) -> bool:
    """Whether what gives it a value is an assignment, or what goes into it is."""
    giving = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.For, ast.AsyncFor, ast.comprehension, ast.withitem)
    nearest = next((node for node in reversed(item.reference.around) if isinstance(node, giving)), None)
    return nearest is None or isinstance(nearest, giving[:3])


def _puts_in(item: Mention) -> bool:
    """Whether a use puts an entry into a mapping."""
    if isinstance(item.parent, ast.Subscript):
        return isinstance(item.parent.ctx, ast.Store)
    return isinstance(item.parent, ast.Attribute) and item.parent.attr in ("setdefault", "update")


def _puts_container(item: Mention) -> bool:
    """Whether what a use puts in is a list, a dictionary or a set that is made of constants."""
    put = next((node for node in reversed(item.reference.around) if isinstance(node, ast.Assign)), None)
    value = put.value if put is not None and isinstance(item.parent, ast.Subscript) else None
    if isinstance(value, ast.Call):
        return chain_of(value) in (("list", "()"), ("dict", "()"), ("set", "()")) and not value.args
    parts = list(walk(value)) if isinstance(value, (ast.List, ast.Dict, ast.Set)) else [ast.Pass()]
    return all(isinstance(part, (ast.List, ast.Dict, ast.Set, ast.Constant, ast.expr_context)) for part in parts)


def _asks(found: _Found, frame: Symbol) -> bool:
    """Whether a function looks up what it puts in: what it keeps there it could make again."""
    return any(item.frame == frame and not _puts_in(item) for item in found.uses)
