"""The names of the app's folders and files that are each tenant's own, or become so: fixed ones that tenants write to,
where nothing of the process uses them."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator

from codemods.analysis.chains import chain_of
from codemods.analysis.facts import PROGRAM
from codemods.analysis.kept import NAME, Holder
from codemods.analysis.nodes import walk
from codemods.analysis.reach import Path, Touch
from codemods.analysis.symbols import MODULE_BODY, Symbol
from codemods.survey.background.without import left_alone, starts_without
from codemods.survey.lookups import holders_of, states_of
from codemods.survey.program import TenantProgram, once
from codemods.survey.shared_state.files import shared_files
from codemods.survey.shared_state.paths import Kind, Paths
from codemods.survey.spawns import process_tasks
from codemods.survey.verdicts import in_webui

# What whoever uses such a name touches.
_OWN_FILE = "files of each tenant's own"
# What makes paths of texts, and how far names and functions are followed to it.
_OF_PATHS = frozenset({"pathlib", "os", "str"})
_DEEPEST = 6


def way_to_own_file(program: TenantProgram, identifier: Symbol) -> Path | None:
    """The shortest way from a function to a name whose path is each tenant's own, or becomes it, or None."""
    return _with_own_files(program).path_to_state(identifier, but=states_of(program))


@once
def _with_own_files(program: TenantProgram) -> TenantProgram:
    """The program, in which whoever uses such a name reaches tenant state by that."""
    touches: dict[Symbol, list[Touch]] = defaultdict(list)
    for holder in (*moving_paths(program), *_moved(program)):
        for reading in holders_of(program).readers(holder):
            scoped = program.is_scoped(reading.use, reading.function)
            touches[reading.function].append(Touch(_OWN_FILE, reading.use.line, scoped, holder.name))
    return program.with_touches({function: tuple(found) for function, found in touches.items()})


def _moved(program: TenantProgram) -> Iterator[Holder]:
    """The names of modules that are given a path which is each tenant's own."""
    holders, own = holders_of(program), program.state.plugins.own_paths
    for module in program.files:
        body = Symbol(module, MODULE_BODY)
        for name, chains in program.functions[body].assigned.items():
            called = [chain[:-1] for chain in chains if chain[-1:] == ("()",)]
            if any(value.name in own for chain in called for value in program.values(chain, body)):
                yield from (holder for holder in holders.at((name,), body) if holder.kind == NAME)


@once
def moving_paths(program: TenantProgram) -> tuple[Holder, ...]:
    """The names of modules whose path becomes each tenant's own. Those of plugins are found with what else their plugin
    keeps."""
    holders = holders_of(program)
    named = _Named(program, holders)
    for write in shared_files(program).writes:
        if write.kind == Kind.FIXED and not _is_of_plugin(write.frame):
            named.kind(write.target, write.frame)
    process = _of_process(program) if named.seen else frozenset()
    # What the process uses it for stays where it is.
    return tuple(
        holder
        for holder in sorted(named.seen)
        if not _is_of_plugin(holder.at) and all(reading.function not in process for reading in holders.readers(holder))
    )


def _is_of_plugin(identifier: Symbol) -> bool:
    return identifier.module.startswith("plugins.")


class _Named(Paths):
    """What paths hang on, with a note of the names of modules that the fixed ones begin with."""

    def __init__(self, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self.seen: set[Holder] = set()

    def kind(self, node: ast.expr | None, frame: Symbol, depth: int = 0) -> Kind:
        before = set(self.seen)
        kind = super().kind(node, frame, depth)
        if kind == Kind.FIXED and isinstance(node, ast.Name):
            held = [item for item in self.holders.at((node.id,), frame) if item.kind == NAME and self._names(item)]
            if held and not self._is_local(node.id, frame):
                # The name itself, and not what its own value is made of.
                self.seen = before | set(held)
        return kind

    def _names(self, holder: Holder) -> bool:
        """Whether a name stands for a folder or file that has a name, and not for where the program lies."""
        body = self.program.sources.module(holder.at.module).body
        return any(
            isinstance(part, ast.Constant) and isinstance(part.value, str) and bool(part.value.strip("./"))
            for value in self._values_of(holder.at.body, (holder.name,), body)
            if self._is_path(value, holder.at.body)
            for part in walk(value)
        )

    def _is_path(self, node: ast.expr, frame: Symbol, depth: int = 0) -> bool:
        """Whether an expression is a path or a text, and no other object that is made with a name: a pool, a logger."""
        if depth > _DEEPEST:
            return False
        if isinstance(node, (ast.Constant, ast.JoinedStr)):
            return True
        inner: list[tuple[ast.expr, Symbol]] = []
        if isinstance(node, ast.Name):
            values, home = self.named(node.id, frame)
            inner = [(value, home) for value in values]
        elif isinstance(node, ast.BinOp):
            inner = [(node.left, frame), (node.right, frame)]
        elif isinstance(node, ast.IfExp):
            inner = [(node.body, frame), (node.orelse, frame)]
        elif isinstance(node, ast.BoolOp):
            inner = [(value, frame) for value in node.values]
        elif isinstance(node, (ast.Attribute, ast.Subscript)):
            inner = [(node.value, frame)]
        elif isinstance(node, ast.Call):
            return self._makes_path(node, frame, depth)
        return any(self._is_path(value, home, depth + 1) for value, home in inner)

    def _makes_path(self, node: ast.Call, frame: Symbol, depth: int) -> bool:
        """Whether a call answers a path: one of Python's own functions for these, or one that returns one."""
        chain = chain_of(node.func)
        for value in self.program.values(chain, frame) if chain else ():
            if value.kind == "outside" and value.name.dotted.partition(".")[0] in _OF_PATHS:
                return True
            if value.kind == "function":
                parts = self.program.sources.nodes(value.name) if value.name in self.program.functions else ()
                answers = [part.value for part in parts if isinstance(part, ast.Return) and part.value is not None]
                if any(self._is_path(answer, value.name, depth + 1) for answer in answers):
                    return True
        return isinstance(node.func, ast.Attribute) and self._is_path(node.func.value, frame, depth + 1)

    def _is_local(self, name: str, frame: Symbol) -> bool:
        function = self.program.functions.get(frame)
        return function is not None and frame.qualname != MODULE_BODY and name in function.assigned


def _of_process(program: TenantProgram) -> frozenset[Symbol]:
    """The functions that may run for the process, also when the other recipes have run."""
    # A handler that uses such a name comes to run in a tenant for that.
    left = {start for start in left_alone(program) if not in_webui(program, start.module)}
    starts = [start for start, stays in starts_without(program) if stays or start in left]
    starts += [Symbol(module, PROGRAM) for module in program.files]
    starts += process_tasks(program)
    known = (start for start in starts if start in program.functions)
    return frozenset(program.reaches.run_by(known, lambda edge: not edge.scoped))
