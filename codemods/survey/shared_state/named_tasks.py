"""Registries of running tasks by name: a tenant replaces and stops its own, the process stops all of them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from codemods.analysis.chains import full_chain
from codemods.analysis.holders import Holders
from codemods.analysis.kept import Change, Holder
from codemods.analysis.nodes import walk
from codemods.analysis.symbols import Symbol
from codemods.analysis.writes import BIND, ITEM, REMOVING, Operand
from codemods.messages import phrase
from codemods.places import Expression
from codemods.survey.program import TenantProgram
from codemods.survey.shared_state.mentions import Mention
from codemods.survey.sites import Site
from codemods.survey.verdicts import Finding

RUNS = "tenant-runs"
# What starts a task, which somebody must hold while it runs.
_STARTING = frozenset({"create_task", "ensure_future", "run_coroutine_threadsafe"})
_LOOPING = frozenset({ast.For, ast.AsyncFor, ast.ListComp, ast.SetComp, ast.GeneratorExp})
# Methods of a mapping by which the process meets the tasks of all: none looks one up by a name.
_OF_ALL = frozenset({"values", "items", "clear"})
_BY_NAME = frozenset({"get", "pop", "setdefault", "update"})
_OWN_RUNS = (phrase("own_runs keeps the tenant that added the task, and all tenants for a task of the process"),)


class Run(NamedTuple):
    """A loop that runs a task once for each tenant: the function, the line, and the loop's variables as written."""

    function: Symbol
    line: int
    variables: str


class NamedTasks:
    """The registries of tasks of one program."""

    def __init__(self, program: TenantProgram, holders: Holders) -> None:
        self.program, self.holders = program, holders

    def keeps_tasks(self, holder: Holder) -> bool:
        """Whether all that a mapping is given, each by a name, are tasks."""
        changes = self.holders.changes.get(holder, ())
        adders = [change for change in changes if change.write.how != BIND and change.write.how not in REMOVING]
        return bool(adders) and all(
            change.write.how == ITEM and not change.entry and is_task(self.program, change.write.value, change.function)
            for change in adders
        )

    def serves(self, holder: Holder, outside: Iterable[Mention]) -> Mention | None:
        """The first use where no tenant is that a map by tenants would not serve, or None.

        Whoever adds a task, and what is called when that task ends, meets the part that it is added to.
        """
        adding = set(self._adding(holder))
        for item in outside:
            if not (_is_of_all(item) or (item.frame in adding and _is_by_name(item))):
                return item
        return None

    def sites(self, holder: Holder, group: str) -> Iterator[Site]:
        """The loops over all tenants behind what adds a task, which run it for the tenant that added it instead."""
        return self._sites(self._adding(holder), group)

    def left(self) -> Iterator[Site]:
        """Those behind registries that keep each tenant's tasks apart already."""
        return self._sites(self._kept_apart, "")

    def findings(self) -> Iterator[Finding]:
        """Where the task of one tenant, which is its own in the registry, still runs for all of them."""
        for run in self._runs(self._kept_apart):
            reason = phrase("runs for every active tenant what one tenant added")
            yield Finding(self.program.file_of(run.function).path, run.line, reason, RUNS, details=_OWN_RUNS)

    def _sites(self, adding: Iterable[Symbol], group: str) -> Iterator[Site]:
        for run in self._runs(adding):
            place = Expression(run.function.qualname, run.variables)
            yield Site(RUNS, self.program.file_of(run.function).path, place, group)

    @cached_property
    def _kept_apart(self) -> list[Symbol]:
        """What puts tasks, each by a name, into what keeps tenants apart."""
        partitions = self.program.state.context.partitions
        return [
            identifier
            for identifier, function in self.program.functions.items()
            for write in function.writes
            if write.how == ITEM
            and any(
                value.kind == "instance" and value.name in partitions
                for value in self.program.values(write.chain, identifier)
            )
            and is_task(self.program, write.value, identifier)
        ]

    def _runs(self, adding: Iterable[Symbol]) -> Iterator[Run]:
        callers = self.program.reaches.callers
        running = {caller for method in self._running for caller in callers.get(method, ())}
        behind = running.intersection(self.program.reaches.run_by(adding, lambda edge: not edge.guessed))
        return (run for function in sorted(behind) for run in self._runs_in(function))

    def _adding(self, holder: Holder) -> list[Symbol]:
        """What puts tasks into a holder, and what it has called when one ends."""
        adders = {item.function for item in self.holders.changes.get(holder, ()) if item.write.how == ITEM}
        ending = {
            value.name
            for function in adders
            for use in self.program.functions[function].uses
            if use.chain[-2:] == (".add_done_callback", "()")
            for argument in use.arguments
            for value in (self.program.values(argument.chain, function) if argument.chain else ())
            if value.kind == "function"
        }
        return sorted(adders | ending)

    def _runs_in(self, function: Symbol) -> Iterator[Run]:
        kept = frozenset({self.program.state.access.runs})
        for node in self.program.sources.nodes(function):
            parts = _parts(node)
            if parts is None or self._is_kept(parts[1], function, kept):
                continue
            target, over, body = parts
            names = [part.id for part in walk(target) if isinstance(part, ast.Name)]
            if any(self._runs_for(part, function, names) for inner in body for part in walk(inner)):
                yield Run(function, over.lineno, ", ".join(names))

    def _is_kept(self, over: ast.expr, function: Symbol, kept: frozenset[Symbol]) -> bool:
        return isinstance(over, ast.Call) and self.program.named(full_chain(over.func), function, kept)

    def _runs_for(self, node: ast.AST, function: Symbol, names: list[str]) -> bool:
        """Whether a call hands a method of a task the ids that a loop goes through."""
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            return False
        given = {part.id for argument in node.args for part in walk(argument) if isinstance(part, ast.Name)}
        return not given.isdisjoint(names) and any(
            value.kind == "function" and value.name in self._running
            for value in self.program.values(full_chain(node.func), function)
        )

    @cached_property
    def _running(self) -> frozenset[Symbol]:
        """The methods of tasks that run one for the tenant that they are told."""
        columns, tasks = self.program.state.models.columns, self.program.state.entry_points.tasks
        return frozenset(
            identifier
            for identifier, function in self.program.functions.items()
            if function.owner is not None
            and {parameter.name for parameter in function.parameters}.issuperset(columns)
            and not tasks.isdisjoint(self.program.lineage(Symbol(identifier.module, function.owner)))
        )


def is_task(program: TenantProgram, value: Operand | None, frame: Symbol) -> bool:
    """Whether a value is a task that is started."""
    return value is not None and any(
        item.kind == "outside" and item.name.name in _STARTING
        for chain in value.chains[:1]
        for item in program.values(chain, frame)
    )


def adds_task(program: TenantProgram, change: Change) -> bool:
    """Whether a change puts a task into a set or a list, or begins one for a name."""
    write = change.write
    if write.how == "setdefault":
        return write.value is not None and not write.value.chains
    return write.how in ("add", "append") and is_task(program, write.value, change.function)


def _parts(node: ast.AST) -> tuple[ast.expr, ast.expr, list[ast.AST]] | None:
    """What a loop binds, what it goes over, and what it does; None for anything else."""
    if node.__class__ not in _LOOPING:
        return None
    if isinstance(node, (ast.For, ast.AsyncFor)):
        return node.target, node.iter, list(node.body)
    if isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp)):
        first = node.generators[0]
        return first.target, first.iter, [node.elt]
    return None


def _is_of_all(item: Mention) -> bool:
    """Whether a use meets all of a mapping's entries, or counts them, and looks none up by its name."""
    if isinstance(item.parent, ast.Attribute):
        return item.parent.attr in _OF_ALL
    if isinstance(item.parent, ast.Call):
        return full_chain(item.parent.func) in (("len",), ("bool",))
    is_test = isinstance(item.parent, (ast.If, ast.While, ast.IfExp)) and item.parent.test is item.reference.node
    return is_test or isinstance(item.parent, ast.UnaryOp)


def _is_by_name(item: Mention) -> bool:
    if isinstance(item.parent, ast.Attribute):
        return item.parent.attr in _BY_NAME
    return isinstance(item.parent, (ast.Subscript, ast.Compare))
