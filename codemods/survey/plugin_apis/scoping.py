"""What each plugin API function must do to keep to its tenant, and whether it does."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import takewhile

from codemods.analysis.chains import Chain, chain_of, expression, first_calls
from codemods.analysis.containers import ENUMERATING, WHOLE
from codemods.analysis.facts import FunctionFacts
from codemods.analysis.nodes import children, walk
from codemods.analysis.reach import Edge
from codemods.analysis.symbols import MODULE_BODY, Symbol
from codemods.knowledge.state import Holder, SharedObject
from codemods.messages import joined, phrase
from codemods.places import Beginning, Expression, Place
from codemods.survey.api_functions import is_public
from codemods.survey.plugin_apis.escapes import Escapes, Unresolved
from codemods.survey.plugin_apis.keys import CHAT, FILE, Keys, Reached
from codemods.survey.program import TenantProgram
from codemods.survey.shared_state.partitions import is_partitioned

READ, OWN_CHAT, OWN_FILE, ADMIN = "api-function", "chat-argument", "file-argument", "whole-process"
ENABLED, ENABLED_BY_NAME, ITEMS, ROWS, DATA, TABLE = (
    *("plugin-answer", "named-plugin-answer", "shared-items"),
    *("model-query", "model-data", "model-argument"),
)
_ENUMERATING = {(name,) for name in ENUMERATING}
# Where an object gets another name, which is followed.
_NAMING = (ast.Assign, ast.AnnAssign, ast.NamedExpr)
_QUERIES = frozenset({"select", "update", "delete"})


@dataclass(frozen=True, slots=True)
class Requirement:
    """Something that an API function must do for its tenant: where (itself, or a helper of its), the kind of place at
    which a codemod does it ("" where none does) and that place, the line it is about, whether it is done,
    and what is wrong if not."""

    at: Symbol
    on: str
    place: Place | None
    line: int
    met: bool
    reason: str


class Scoping:
    """What the API functions of a program need; answers are worked out once."""

    def __init__(self, program: TenantProgram) -> None:
        self.program = program
        self.keys = Keys(program)
        self.escapes = Escapes(program)
        self._partitioned: dict[Symbol, bool] = {}
        self._touching: dict[Symbol, set[str]] = {}
        # What gives holders their first value uses nobody's.
        self._makers = {at.owner.member("__init__") for at in program.state.holders}

    def requirements(self, identifier: Symbol) -> list[Requirement | Unresolved]:
        """What one function needs beyond reading its tenant, in the order of its lines, then what its helpers do.

        What is refused is refused by the function itself: a helper's error might be swallowed on the way.
        """
        found = self._own_requirements(identifier)
        for helper in self._helpers(identifier):
            for requirement in self._own_requirements(helper):
                if isinstance(requirement, Requirement) and requirement.on == ADMIN:
                    met = self.begins_with(identifier, self.program.state.access.admin)
                    requirement = replace(requirement, at=identifier, place=Beginning(identifier.qualname), met=met)
                if isinstance(requirement, Unresolved) or requirement.on not in (OWN_CHAT, OWN_FILE, ""):
                    found.append(requirement)
        return found

    def _own_requirements(self, identifier: Symbol) -> list[Requirement | Unresolved]:
        node = self.program.sources.function(identifier)
        if node is None:
            return []
        found = [*self.escapes.of(identifier, node), *_Reading(self, identifier, node).found()]
        return sorted(found, key=lambda requirement: requirement.line)

    def _helpers(self, identifier: Symbol) -> list[Symbol]:
        """The functions of the API modules that are no plugin's to call, and that this one runs."""
        package, found = self.program.state.apis.package + ".", [identifier]
        for current in found:
            for edge in self.program.edges(current):
                is_helper = edge.target.module.startswith(package) and not is_public(self.program, edge.target)
                if is_helper and edge.target not in found and edge.target.qualname != MODULE_BODY:
                    found.append(edge.target)
        return found[1:]

    def begins_with(self, identifier: Symbol, guard: Symbol) -> bool:
        """Whether a function calls a guard before anything that can branch, catch or fail on its own."""
        return any(self.program.named(chain, identifier, frozenset({guard})) for chain in self.opening(identifier))

    def opening(self, identifier: Symbol) -> list[Chain]:
        """The calls that a function begins with, up to the first of a function of the tree that is no guard: what a
        guard refuses is done by then."""
        state, access = self.program.state, self.program.state.access
        guards = (
            state.context.guards
            | state.context.getters
            | {access.chat, access.file, access.admin, access.data, access.table}
        )
        return list(
            takewhile(
                lambda chain: (
                    self.program.named(chain, identifier, guards)
                    or all(value.kind != "function" for value in self.program.values(chain[:-1], identifier))
                ),
                self.program.functions[identifier].first_reads,
            )
        )

    def is_partitioned(self, holder: Holder) -> bool:
        if holder.at not in self._partitioned:
            self._partitioned[holder.at] = is_partitioned(self.program, holder)
        return self._partitioned[holder.at]

    def reads_first(self, identifier: Symbol) -> bool:
        """Whether a function asks for its tenant before all else."""
        guards = self.program.state.context.guards
        return any(self.program.named(chain, identifier, guards) for chain in self.opening(identifier))

    def mixing(self, identifier: Symbol) -> list[Holder]:
        """The holders behind a function that are one for all tenants, though they should be one for each."""
        names = self._touched(identifier)
        return [
            holder
            for holder in self.program.state.holders.values()
            if holder.name in names and holder.scope == "partition" and not self.is_partitioned(holder)
        ]

    def unkept(self, identifier: Symbol) -> list[Holder]:
        """Of those, the ones of which a function does not only use the entries of chats that it must guard anyway."""
        return [holder for holder in self.mixing(identifier) if not self._only_guarded(identifier, holder.name)]

    def unguarded(self, identifier: Symbol) -> list[Holder]:
        """The holders whose entries must be guarded, which a function uses in ways that no guard covers."""
        names = self._touched(identifier)
        return [
            holder
            for holder in self.program.state.holders.values()
            if holder.name in names and holder.scope == "guard" and not self._only_guarded(identifier, holder.name)
        ]

    def _only_guarded(self, identifier: Symbol, holder: str) -> bool:
        leading = {name for name, reached in self.keys.of(identifier).items() if holder in reached}
        is_guarded = bool(leading) and leading <= self.guarded(identifier, CHAT).keys()
        return is_guarded and holder not in self.keys.used_otherwise(identifier)

    def guarded(self, identifier: Symbol, key: str) -> dict[str, Reached]:
        """The parameters of a function that name a chat, or a file, which must be one of the tenant's own."""
        holders = self.keys.holders
        found = {}
        for parameter, reached in self.keys.of(identifier).items():
            own = {name: acts for name, acts in reached.items() if name in holders and holders[name].key == key}
            if any(acts or holders[name].scope in ("guard", "filter") for name, acts in own.items()):
                found[parameter] = own
        return found

    def _touched(self, identifier: Symbol) -> set[str]:
        """The holders that a function uses, by itself or through the plugin APIs and the holders' own modules."""
        if identifier not in self._touching:
            run = self.program.reaches.run_by([identifier], self._is_own)
            self._touching[identifier] = {touch.state for at in run for touch in self.program.reach(at).touches}
        return self._touching[identifier]

    def _is_own(self, edge: Edge) -> bool:
        return not edge.guessed and edge.target not in self._makers and self.keys.is_near(edge.target)


class _Reading:
    """One function's own code, read for what it needs."""

    def __init__(self, scoping: Scoping, identifier: Symbol, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self.scoping, self.identifier, self.node = scoping, identifier, node
        self.program = scoping.program
        self.access = scoping.program.state.access
        self.function: FunctionFacts = scoping.program.functions[identifier]
        self.qualname = identifier.qualname
        self.nodes = [item for statement in node.body for item in walk(statement)]
        self.models = self._model_parameters()

    @cached_property
    def given_to(self) -> Mapping[int, Chain]:
        """What is called with an expression as its first argument."""
        calls = (node for node in self.nodes if isinstance(node, ast.Call) and node.args)
        return {id(call.args[0]): chain_of(call.func) for call in calls}

    @cached_property
    def parents(self) -> Mapping[int, ast.AST]:
        """The node right around each."""
        return {id(child): item for item in (self.node, *self.nodes) for child in children(item)}

    def found(self) -> Iterator[Requirement | Unresolved]:
        for node in self.nodes:
            if isinstance(node, (ast.Name, ast.Attribute)) and isinstance(node.ctx, ast.Load):
                yield from self._used(node)
        yield from self._named()
        yield from self._data()

    # Chats

    def _named(self) -> Iterator[Requirement | Unresolved]:
        """What names a chat or a file of the tenant's, and holders that mix tenants besides."""
        for on, key, guard, reason in (
            (OWN_CHAT, CHAT, self.access.chat, _of_any_chat),
            (OWN_FILE, FILE, self.access.file, _of_any_file),
        ):
            guarded = self.scoping.guarded(self.identifier, key)
            if names := [name for name in self._parameters() if name in guarded]:
                met = set(names) <= self._given_to_guard(guard)
                place = Beginning(self.qualname, tuple(names))
                yield Requirement(
                    self.identifier,
                    on,
                    place,
                    self.function.line,
                    met,
                    reason(joined(phrase(" or "), names)),
                )
        for holder in self.scoping.unkept(self.identifier):
            yield Requirement(
                self.identifier,
                "",
                None,
                self.function.line,
                False,
                phrase("{name} is one for all tenants", name=holder.name),
            )
        for holder in self.scoping.unguarded(self.identifier):
            yield Unresolved(
                self.function.line, phrase("{name} by more than ids of chats that it is given", name=holder.name)
            )

    def _parameters(self) -> list[str]:
        return [parameter.name for parameter in self.function.parameters]

    def _given_to_guard(self, guard: Symbol) -> set[str]:
        """The parameters that are handed to a guard before all else, themselves or as a chat that knows its id."""
        chains = [
            chain_of(argument)
            for call in first_calls(self.node.body)[: len(self.scoping.opening(self.identifier))]
            if self._is(chain_of(call.func), guard)
            for argument in call.args
        ]
        return {chain[0] for chain in chains if chain and chain[1:] in ((), ("." + self.access.chat_id,))}

    # Objects that are used

    def _used(self, node: ast.expr) -> Iterator[Requirement | Unresolved]:
        """What one name or attribute needs, given what is done with it."""
        chain = chain_of(node)
        if isinstance(node, ast.Name) and node.id in self.models:
            parent = self.parents[id(node)]
            if isinstance(parent, ast.Attribute):
                yield from self._of_model(chain, parent, creates=bool(self._data_parameters()))
            elif not self._is_handed_on(parent):
                yield Unresolved(node.lineno, node.id)
        for value in self.program.values(chain, self.identifier) if chain else ():
            if value.kind not in ("holder", "shared"):
                continue  # as most of them
            parent = self.parents[id(node)]
            if value.kind == "holder":
                yield from self._of_holder(self.program.state.holders[value.name], chain, node, parent)
            elif isinstance(parent, ast.Attribute):
                yield from self._of_process(self.program.state.shared[value.name], chain, parent)
            elif not isinstance(parent, _NAMING):
                yield Unresolved(node.lineno, expression(chain))

    def _of_process(
        self, shared: SharedObject, chain: Chain, node: ast.Attribute
    ) -> Iterator[Requirement | Unresolved]:
        whole = (*chain, "." + node.attr, "()")
        if node.attr in shared.admin:
            reason = phrase(
                "{expression} changes the whole process, for whoever calls it", expression=expression(whole)
            )
            yield self._first(ADMIN, self.access.admin, node.lineno, reason)
        elif node.attr in shared.own | shared.own_by_name:
            on = ENABLED if node.attr in shared.own else ENABLED_BY_NAME
            reason = phrase("{expression} answers with what other tenants have enabled", expression=expression(whole))
            yield self._filtered(on, self.access.enabled, whole, node, reason)
        elif node.attr not in shared.common:
            yield Unresolved(node.lineno, expression(whole[:-1]))

    def _of_holder(
        self, holder: Holder, chain: Chain, node: ast.expr, parent: ast.AST
    ) -> Iterator[Requirement | Unresolved]:
        if holder.scope == "admin":
            reason = phrase("{expression} is for the admin tenant only", expression=expression(chain))
            yield self._first(ADMIN, self.access.admin, node.lineno, reason)
        elif holder.scope == "query" and isinstance(parent, ast.Attribute):
            yield from self._of_model(chain, parent, creates=False)
        elif holder.scope == "filter":
            yield from self._items(holder, chain, node, parent)

    def _items(
        self, holder: Holder, chain: Chain, node: ast.expr, parent: ast.AST
    ) -> Iterator[Requirement | Unresolved]:
        """A collection whose items know their tenant: gone through, or asked for one by its key."""
        met = self._is(self.given_to.get(id(node), ()), self.access.items)
        attribute = parent.attr if isinstance(parent, ast.Attribute) else ""
        gone_through = attribute in WHOLE or isinstance(parent, (ast.For, ast.AsyncFor, ast.comprehension))
        gone_through = gone_through or (isinstance(parent, ast.Call) and chain_of(parent.func)[-1:] in _ENUMERATING)
        if met or gone_through:
            reason = phrase(
                "{expression} is gone through, with the items of every tenant", expression=expression(chain)
            )
            yield Requirement(
                self.identifier, ITEMS, Expression(self.qualname, expression(chain)), node.lineno, met, reason
            )
        elif holder.key != CHAT or (attribute != "get" and not isinstance(parent, ast.Subscript)):
            yield Unresolved(node.lineno, expression(chain))

    def _first(self, on: str, guard: Symbol, line: int, reason: str) -> Requirement:
        met = self.scoping.begins_with(self.identifier, guard)
        return Requirement(self.identifier, on, Beginning(self.qualname), line, met, reason)

    def _filtered(self, on: str, keeper: Symbol, chain: Chain, node: ast.Attribute, reason: str) -> Requirement:
        """Whether the call of a method is handed straight to what keeps the tenant's own of it."""
        met = self._is_called(node) and self._is(self.given_to.get(id(self.parents[id(node)]), ()), keeper)
        place = Expression(self.qualname, expression(chain))
        return Requirement(self.identifier, on, place, node.lineno, met, reason)

    # Rows

    def _model_parameters(self) -> set[str]:
        """The parameters that are models, whichever the caller hands in."""
        types, home = self.program.state.models.types, self.identifier.body
        return {
            parameter.name
            for parameter in self.function.parameters
            if any(value.name in types for chain in parameter.annotation for value in self.program.values(chain, home))
        }

    def _of_model(self, chain: Chain, node: ast.Attribute, *, creates: bool) -> Iterator[Requirement | Unresolved]:
        """A model of which something is asked: a query can be narrowed, and data can be looked at before `create`."""
        whole = (*chain, "." + node.attr, "()")
        if node.attr in _QUERIES:
            yield self._query(whole, node)
            yield from self._widened()
        elif self._is_called(node) and not (node.attr == "create" and creates):
            yield Unresolved(node.lineno, expression(whole))

    def _widened(self) -> Iterator[Unresolved]:
        """Conditions that a narrowed query would be joined to by OR."""
        for node in self.nodes:
            if isinstance(node, ast.Attribute) and node.attr == "orwhere":
                yield Unresolved(node.lineno, expression((*chain_of(node), "()")))

    def _is_called(self, node: ast.Attribute) -> bool:
        parent = self.parents[id(node)]
        return isinstance(parent, ast.Call) and parent.func is node

    def _is_handed_on(self, parent: ast.AST) -> bool:
        """Whether a model is an argument of a function of the tree's, or only looked at: it is no other name's."""
        if isinstance(parent, ast.keyword):
            parent = self.parents[id(parent)]
        if not isinstance(parent, ast.Call):
            return isinstance(parent, (ast.FormattedValue, ast.Compare, ast.BoolOp, ast.UnaryOp, ast.If, ast.IfExp))
        known = ("getattr", "hasattr", "isinstance", "issubclass", "repr", "str", "type")
        chain = chain_of(parent.func)
        values = self.program.values(chain, self.identifier) if chain else ()
        return chain in [(name,) for name in known] or any(
            value.kind == "function" or value.name in (self.access.data, self.access.table) for value in values
        )

    def _query(self, chain: Chain, node: ast.Attribute) -> Requirement:
        reason = phrase(
            "{expression} meets every tenant's rows where the model does not see to it", expression=expression(chain)
        )
        return self._filtered(ROWS, self.access.rows, chain, node, reason)

    def _data(self) -> Iterator[Requirement]:
        for model in sorted(self.models):
            data = self._data_parameters()
            for name in data:
                met = self._is_rebound(name, self.access.data)
                reason = phrase("{name} may name another tenant, whose row it would become", name=name)
                place = Beginning(self.qualname, (model, name))
                yield Requirement(self.identifier, DATA, place, self.function.line, met, reason)
            if not data:
                met = self.scoping.begins_with(self.identifier, self.access.table)
                reason = phrase("{model} may be a table that knows no tenant", model=model)
                place = Beginning(self.qualname, (model,))
                yield Requirement(self.identifier, TABLE, place, self.function.line, met, reason)

    def _data_parameters(self) -> list[str]:
        return [name for name in self._parameters() if name in self._written()]

    def _written(self) -> set[str]:
        """The names whose items become columns: `create(**data)`, or `setattr(row, ...)` for each of them."""
        found: set[str] = set()
        for node in self.nodes:
            if isinstance(node, ast.keyword) and node.arg is None and isinstance(node.value, ast.Name):
                found.add(node.value.id)
            if isinstance(node, ast.For) and chain_of(node.iter)[1:] == (".items", "()"):
                inside = [item for statement in node.body for item in walk(statement)]
                if any(isinstance(item, ast.Call) and chain_of(item.func) == ("setattr",) for item in inside):
                    found.add(chain_of(node.iter)[0])
        return found

    def _is_rebound(self, name: str, keeper: Symbol) -> bool:
        return self.scoping.begins_with(self.identifier, keeper) and any(
            isinstance(node, ast.Assign)
            and [chain_of(target) for target in node.targets] == [(name,)]
            and self._is(chain_of(node.value), keeper)
            for node in self.node.body
        )

    def _is(self, chain: Chain, name: Symbol) -> bool:
        return bool(chain) and self.program.named(chain, self.identifier, frozenset({name}))


def _of_any_chat(names: str) -> str:
    return phrase("acts on the chat that {names} names, whoever it belongs to", names=names)


def _of_any_file(names: str) -> str:
    return phrase("reaches the file that {names} names, in whatever folder", names=names)
