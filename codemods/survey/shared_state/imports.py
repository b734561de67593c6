"""Which modules the tenant context itself stands on: they cannot import what reads it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from codemods.analysis.chains import chain_of
from codemods.analysis.nodes import walk
from codemods.survey.program import TenantProgram, once
from codemods.survey.shared_state.closed_map import is_ours

_TYPE_CHECKING = ("TYPE_CHECKING",)


@once
def below_context(program: TenantProgram) -> frozenset[str]:
    """The modules that are imported before anything that keeps tenants apart can be."""
    context = program.state.context
    names = {item.module for item in (*context.partitions, *context.doors, *context.getters)}
    queue = [item for name in sorted(names) for item in _on_way(name)]
    found: set[str] = set()
    while queue:
        module = queue.pop()
        if module not in found and module in program.files:
            found.add(module)
            # The recipe's map imports nothing else than these, and what the tree's does goes with that.
            queue += () if module == program.state.gate.map.module and is_ours(program) else _imported(program, module)
    return frozenset(found)


def _imported(program: TenantProgram, module: str) -> Iterator[str]:
    """What importing a module imports; not what only a type checker reads."""
    says_so = program.sources.says(module, _TYPE_CHECKING)
    checked = set(_checked_names(program.sources.module(module).body) if says_so else ())
    for name, target in program.files[module].body.imports.items():
        if name not in checked:
            yield from (item for way in (target.module, target.dotted) for item in _on_way(way))


def _checked_names(body: Sequence[ast.stmt]) -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.If) and chain_of(node.test)[-1:] in (_TYPE_CHECKING, (".TYPE_CHECKING",)):
            for item in (part for statement in node.body for part in walk(statement)):
                if isinstance(item, (ast.Import, ast.ImportFrom)):
                    yield from ((alias.asname or alias.name).partition(".")[0] for alias in item.names)


def _on_way(module: str) -> list[str]:
    """A module and the packages that are imported on the way to it."""
    parts = module.split(".")
    return [".".join(parts[:end]) for end in range(1, len(parts) + 1)]
