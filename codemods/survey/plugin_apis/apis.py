"""The functions that plugins call: the shared state behind each, and whether it keeps to its tenant."""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from codemods.analysis.chains import expression, uncalled
from codemods.analysis.facts import FunctionFacts, Use
from codemods.analysis.nodes import own_nodes
from codemods.analysis.symbols import MODULE_BODY, Symbol
from codemods.analysis.values import Values
from codemods.messages import joined, listed, phrase
from codemods.places import Beginning
from codemods.survey.api_functions import api_functions, api_modules, functions_of, is_dunder
from codemods.survey.area import API_FUNCTION
from codemods.survey.offered import Offered, handed_defaults, offered_names
from codemods.survey.plugin_apis.escapes import Unresolved
from codemods.survey.plugin_apis.scoping import (
    ADMIN,
    DATA,
    ENABLED,
    ENABLED_BY_NAME,
    ITEMS,
    OWN_CHAT,
    OWN_FILE,
    READ,
    ROWS,
    TABLE,
    Requirement,
    Scoping,
)
from codemods.survey.program import TenantProgram, once
from codemods.survey.shared_state.partitions import how_to_partition
from codemods.survey.shared_state.sharing import divided_behind, shared_read
from codemods.survey.sites import Site
from codemods.survey.verdicts import (
    EXEMPT,
    SCOPED,
    STATELESS,
    UNRESOLVED,
    UNSCOPED,
    ApiFunction,
    Finding,
    Judged,
    stations,
)

# One object for all: each that is empty takes as much as one of four.
_NONE = frozenset[str]()


@dataclass(frozen=True, slots=True)
class _Judged:
    """A function with its verdict, what its verdict comes from, and the groups of sites that its own stand on."""

    function: ApiFunction
    identifier: Symbol
    requirements: tuple[Requirement, ...]
    stands_on: frozenset[str] = _NONE


@once
def apis_of(program: TenantProgram) -> Apis:
    """The plugin APIs of a program, looked at once."""
    return Apis(program)


class Apis:
    """The plugin APIs of a program. Each question is worked out when it is first asked."""

    def __init__(self, program: TenantProgram) -> None:
        self.program = program
        self.scoping = Scoping(program)

    @property
    def judged(self) -> list[_Judged]:
        return self._called[0]

    @property
    def offered(self) -> list[Offered]:
        """What is called by a name that no `def` has: nothing can be put at the top of it."""
        return self._called[1]

    @cached_property
    def _called(self) -> tuple[list[_Judged], list[Offered]]:
        """Both of every module, one file after the other, whose syntax is made once for both."""
        judged, offered = list[_Judged](), list[Offered]()
        for module in api_modules(self.program):
            judged += [self._judge(identifier) for identifier in functions_of(self.program, module)]
            offered += offered_names(self.program, module)
        return judged, offered

    def functions(self) -> list[ApiFunction]:
        return [*(item.function for item in self.judged), *(_offered(self.program, item) for item in self.offered)]

    def sites(self) -> list[Site]:
        """What makes the functions keep to their tenant, place by place."""
        found: list[Site] = []
        called = {target for _, target in self._callers}
        for item in self.judged:
            if item.function.verdict == UNRESOLVED or item.identifier in called:
                continue  # half of it would look as if all were done, and a raise on import would stop everything
            for requirement in item.requirements:
                if not requirement.met and requirement.place is not None:
                    path = self.program.file_of(requirement.at).path
                    found.append(Site(requirement.on, path, requirement.place, stands_on=item.stands_on))
        return list(dict.fromkeys([*found, *(place for place in self._partitions() if isinstance(place, Site))]))

    def findings(self) -> Iterator[Finding]:
        """What is left to a person: state that no rule covers or no command mends, and callers without a tenant."""
        yield from (_unresolved(item) for item in self.functions() if item.verdict == UNRESOLVED)
        yield from dict.fromkeys(place for place in self._partitions() if isinstance(place, Finding))
        yield from (finding for finding, _ in self._callers)
        yield from self._tables()

    def _judge(self, identifier: Symbol) -> _Judged:
        program = self.program
        file, function = program.file_of(identifier), program.functions[identifier]
        state = self._state_behind(identifier)
        if file.module in program.state.apis.exempt:
            reason = phrase("runs while plugins are imported, before any tenant")
            exempt = ApiFunction(file.path, function.qualname, function.line, API_FUNCTION, EXEMPT, reason, state)
            return _Judged(exempt, identifier, ())
        path = program.path_to_state(identifier)
        found = self.scoping.requirements(identifier)
        unknown = self._unresolved(identifier, found)
        requirements = tuple(item for item in found if isinstance(item, Requirement))
        divisions, behind = frozenset(item.division for item in unknown), None
        if path is None and not (state or requirements or unknown):
            behind, divisions = divided_behind(program, identifier)
        if path is not None or state or requirements or unknown or behind is not None:
            shared = state or tuple(dict.fromkeys(item.expression for item in unknown))
            why = phrase("shares {state} with every tenant", state=listed(shared))
            if path is not None:
                why = phrase("answers without a tenant: {path}", path=path)
            elif behind is not None:
                why = phrase("reads what tenants share: {read}", read=behind)
            is_read, place = self.scoping.reads_first(identifier), Beginning(identifier.qualname)
            read = Requirement(identifier, READ, place, function.line, is_read, why)
            requirements = (*requirements, read)
        verdict, reason = self._verdict(function, requirements, unknown if "" in divisions else ())
        is_way = verdict == UNSCOPED and reason == requirements[-1].reason
        way = stations(program, path or behind) if is_way else ()
        judged = ApiFunction(file.path, function.qualname, function.line, API_FUNCTION, verdict, reason, state, way=way)
        return _Judged(judged, identifier, requirements, divisions or _NONE)

    def _verdict(
        self, function: FunctionFacts, requirements: tuple[Requirement, ...], unknown: Sequence[Unresolved]
    ) -> tuple[str, str]:
        """A function's verdict, and why it gets that one: by what it still lacks, and what no rule covers."""
        lacking = [item for item in (*requirements[-1:], *requirements[:-1]) if not item.met]
        if unknown:
            first = next(item for item in unknown if not item.division)
            what = phrase(
                "line {line} touches {expression}, which no rule covers", line=first.line, expression=first.expression
            )
            return UNRESOLVED, what
        if lacking and is_dunder(function.name):
            where = phrase("line {line}, which Python runs by itself", line=function.line)
            return UNRESOLVED, phrase("{where}: {reason}", where=where, reason=lacking[0].reason)
        if lacking:
            return UNSCOPED, lacking[0].reason
        return (SCOPED, self._how(requirements)) if requirements else (STATELESS, phrase("touches no shared state"))

    def _unresolved(self, identifier: Symbol, found: Sequence[Requirement | Unresolved]) -> list[Unresolved]:
        """What a function does that no rule of the APIs covers."""
        unknown = [item for item in found if isinstance(item, Unresolved)]
        if all(item.division for item in unknown):
            unknown += self._unknown_state(identifier) or self._defaults(identifier)
        return unknown

    def _defaults(self, identifier: Symbol) -> list[Unresolved]:
        node = self.program.sources.function(identifier)
        found = handed_defaults(self.program, identifier, node) if node is not None else ()
        return [Unresolved(line, touches) for line, touches in found]

    @staticmethod
    def _how(requirements: tuple[Requirement, ...]) -> str:
        """What a function does to keep to its tenant."""
        more = list(dict.fromkeys(_DONE[requirement.on] for requirement in requirements if requirement.on in _DONE))
        return joined(", ", [phrase("reads its tenant first"), *more])

    def _state_behind(self, identifier: Symbol) -> tuple[str, ...]:
        """The state that a function uses: its own, and that of the API functions and methods it calls directly."""
        names: set[str] = set()
        path = self.program.path_to_state(identifier)
        if path is not None:
            names.add(path.touch.state)
        package = self.program.state.apis.package
        edges = self.program.edges(identifier)
        for near in [identifier, *(edge.target for edge in edges if edge.target.module.startswith(package))]:
            reach = self.program.reach(near)
            names.update(touch.state for touch in (*reach.touches, *reach.shared))
        return tuple(sorted(names))

    def _unknown_state(self, identifier: Symbol) -> list[Unresolved]:
        """Module-level objects of the tree outside the APIs that a function uses, and state does not name."""
        program, package = self.program, self.program.state.apis.package
        found = []
        for use in program.functions[identifier].uses:
            is_own = len(use.chain) < 2 or program.binds(identifier, use.chain[0])
            home = None if is_own else _home_of(program, use, identifier)
            values = program.values(use.chain[:1], identifier) if home else ()
            is_known = any(value.kind in ("holder", "shared") for value in values) or self._keeps_holder(values)
            is_object = any(value.kind == "instance" for value in values) and not is_known
            if home and is_object and home in program.files and not home.startswith(package):
                found.append(Unresolved(use.line, expression(use.chain)))
        return found

    def _keeps_holder(self, values: Values) -> bool:
        """Whether an object is of a class that keeps a holder."""
        return any(
            value.kind == "instance" and not self._keeping.isdisjoint(self.program.lineage(value.name))
            for value in values
        )

    @cached_property
    def _keeping(self) -> frozenset[Symbol]:
        """The classes that keep holders."""
        return frozenset(at.owner for at in self.program.state.holders)

    def _partitions(self) -> list[Site | Finding]:
        """What makes each holder behind the APIs one for each tenant. Those of the chat manager are its guard's."""
        manager = self.program.state.access.chat_manager
        scoped = [item.identifier for item in self.judged if item.function.verdict not in (EXEMPT, STATELESS)]
        holders = {holder.at: holder for identifier in scoped for holder in self.scoping.unkept(identifier)}
        places = [how_to_partition(self.program, item) for at, item in sorted(holders.items()) if at.owner != manager]
        return [place for place in places if place is not None]

    def _only_names(self, frame: Symbol, line: int) -> bool:
        """Whether a line of a module gives something a name, and calls nothing."""
        body = self.program.sources.module(frame.module).body if frame.qualname == MODULE_BODY else ()
        here = [item for item in body if item.lineno <= line <= (item.end_lineno or item.lineno)]
        return bool(here) and all(
            isinstance(item, (ast.Assign, ast.AnnAssign))
            and not any(isinstance(part, ast.Call) for part in own_nodes([item]))
            for item in here
        )

    @cached_property
    def _callers(self) -> list[tuple[Finding, Symbol]]:
        """Calls of what raises without a tenant, on import or from start-up's own file, and what is called there; other
        calls are on the paths of the entry points that get there."""
        program = self.program
        scoped = frozenset(item.identifier for item in self.judged if item.function.verdict not in (EXEMPT, STATELESS))
        starts = {name for name in program.state.entry_points.startup if name in program.functions}
        starts |= {Symbol(module, MODULE_BODY) for module in program.files}
        seen = {start for start in starts if not program.enters_tenant(start)}
        queue = deque(sorted(seen))
        calls = list(self._decorating(scoped))
        while queue:
            current = queue.popleft()
            for edge in program.edges(current):
                if edge.scoped or edge.guessed or edge.target in seen:
                    continue
                if edge.target in scoped and self._only_names(current, edge.line):
                    continue
                if edge.target in scoped:
                    calls.append((current, edge.line, edge.target))
                elif edge.target.module == current.module and current in starts:
                    seen.add(edge.target)
                    queue.append(edge.target)
        found = []
        for caller, line, target in calls:
            reason = phrase(
                "calls {qualname}, which would raise here, where there is no tenant: it stays as it is",
                qualname=target.qualname,
            )
            found.append((Finding(program.file_of(caller).path, line, reason, f"call {target.qualname}"), target))
        return found

    def _decorating(self, scoped: frozenset[Symbol]) -> Iterator[tuple[Symbol, int, Symbol]]:
        """Functions that are decorators, which run while a file is imported."""
        program = self.program
        names = {identifier.name: identifier for identifier in scoped}
        for identifier, function in program.functions.items():
            for use in function.decorators:
                if names.keys() & {part.removeprefix(".") for part in use.chain}:
                    plain = uncalled(use.chain)
                    for value in program.values(plain, program.around(identifier)):
                        if value.name in scoped:
                            yield identifier, use.line, value.name

    def _tables(self) -> Iterator[Finding]:
        """Models without a tenant column that are handed to functions which take any model, each where it is first."""
        seen: set[Symbol] = set()
        takers = {
            item.identifier
            for item in self.judged
            if any(requirement.on in (DATA, TABLE) for requirement in item.requirements)
        }
        calling = {caller for taker in takers for caller in self.program.reaches.callers.get(taker, ())}
        for identifier in (identifier for identifier in self.program.functions if identifier in calling):
            for use in self.program.functions[identifier].uses:
                if use.chain[-1:] != ("()",) or not use.arguments or not use.arguments[0].chain:
                    continue
                called = self.program.values(use.chain[:-1], identifier)
                if any(value.kind == "function" and value.name in takers for value in called):
                    yield from self._without_column(identifier, use, seen)

    def _without_column(self, identifier: Symbol, use: Use, seen: set[Symbol]) -> Iterator[Finding]:
        program = self.program
        for value in program.values(use.arguments[0].chain, identifier):
            if value.kind != "class" or not program.state.models.types & set(program.lineage(value.name)):
                continue
            classes = [program.classes[name] for name in program.lineage(value.name) if name in program.classes]
            tenant = program.state.models.columns[0]
            if value.name not in seen and not any(tenant in {*cls.assigned, *cls.annotated} for cls in classes):
                seen.add(value.name)
                reason = phrase(
                    "the rows of {qualname} know no tenant: give the model a column {column}",
                    qualname=classes[0].qualname,
                    column=tenant,
                )
                yield Finding(program.file_of(identifier).path, use.line, reason, f"table {classes[0].qualname}")


def _offered(program: TenantProgram, item: Offered) -> ApiFunction:
    if item.at.module in program.state.apis.exempt:
        verdict, reason = EXEMPT, phrase("runs while plugins are imported, before any tenant")
    elif item.touches:
        verdict, reason = (
            UNRESOLVED,
            phrase(
                "line {line} hands out {touches}, and reads no tenant: make it a def",
                line=item.line,
                touches=item.touches,
            ),
        )
    else:
        verdict, reason = STATELESS, phrase("touches no shared state")
    path = program.file_of(item.at).path
    return ApiFunction(path, item.at.qualname, item.line, API_FUNCTION, verdict, reason, ())


def with_shared_reads(program: TenantProgram, found: Iterable[Judged | Finding]) -> Iterator[Judged | Finding]:
    """What was judged, where a function that keeps nothing itself is unresolved if it reads what tenants share."""
    runs = [(item.at, item.runs) for item in apis_of(program).offered]
    runs += [(name, (name,)) for name in api_functions(program)]
    behind = {(program.file_of(at).path, at.qualname): functions for at, functions in runs}
    for item in found:
        if isinstance(item, ApiFunction) and item.verdict == STATELESS:
            reads = (shared_read(program, name) for name in behind[item.path, item.qualname])
            read = next((path for path in reads if path is not None), None)
            if read is not None:
                item = replace(item, verdict=UNRESOLVED, reason=phrase("reads what tenants share: {read}", read=read))
                yield _unresolved(item)
        yield item


def _unresolved(function: ApiFunction) -> Finding:
    return Finding(
        function.path,
        function.line,
        phrase("{name}: {reason}", name=function.qualname, reason=function.reason),
        function.kind,
    )


# What a function does besides reading its tenant, by the kind of place where a codemod does it.
_DONE = {
    OWN_CHAT: phrase("refuses other tenants' chats"),
    OWN_FILE: phrase("keeps to its own folder"),
    ADMIN: phrase("is for the admin tenant only"),
    ENABLED: phrase("shows what is enabled for it"),
    ENABLED_BY_NAME: phrase("shows what is enabled for it"),
    ITEMS: phrase("keeps its own items"),
    ROWS: phrase("meets its own rows"),
    DATA: phrase("refuses other tenants' data"),
    TABLE: phrase("refuses tables without tenants"),
}


def _home_of(program: TenantProgram, use: Use, identifier: Symbol) -> str | None:
    """The module that a function imports the name from that a use starts with, or None where it is no import."""
    module = identifier.module
    for function in (program.functions[identifier], program.files[module].body):
        if use.chain[0] in function.imports:
            return function.imports[use.chain[0]].module
    return None
