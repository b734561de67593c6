"""The map of tenants' parts: whether the tree's is the recipe's, or why that cannot stand in for it."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import cache

from codemods.analysis.sources import Sources
from codemods.analysis.symbols import Symbol
from codemods.messages import phrase
from codemods.survey.program import TenantProgram, once
from codemods.survey.shared_state.partitions import how_to_partition, is_partitioned
from codemods.survey.verdicts import Finding


@once
def map_is_closed(program: TenantProgram) -> bool:
    """Whether the tree's map is the recipe's, with all that it uses; of any other it cannot be told."""
    module = program.state.gate.map.module
    if not program.files[module].body.nested.keys() >= _own_names():
        return False  # as in most trees that are not migrated
    there = program.sources.module(module).body
    kinds = {type(own) for own in _closed_map()[1]}
    return _own_texts().issubset(_bare(statement) for statement in there if type(statement) in kinds)


@once
def is_ours(program: TenantProgram) -> bool:
    """Whether the tree's map is the recipe's, or becomes so with all that the chat manager keeps."""
    if program.state.gate.map not in program.classes:
        return False
    kept = (program.state.holders[at] for at in program.state.gate.partitioned)
    ways = (how_to_partition(program, holder) for holder in kept if not is_partitioned(program, holder))
    return (map_is_closed(program) or not in_the_way(program)) and not any(isinstance(way, Finding) for way in ways)


@once
def in_the_way(program: TenantProgram) -> str:
    """Why the recipe's map cannot stand in for the tree's, or ""."""
    identifier = program.state.gate.map
    cls, ours = program.classes[identifier], _closed_map()[0]
    methods = {node.name: node for node in ours.body if isinstance(node, ast.FunctionDef)}
    inherited = {"get", "pop", "popitem", "setdefault", "update", "__contains__", "__eq__", "__init__"}
    for name in cls.methods:
        is_public = not name.startswith("_") or name.endswith("__")
        if is_public and name not in methods and name not in inherited:
            return phrase("it has a method {name}", name=name)
    node = program.sources.cls(identifier)
    for method in node.body if node is not None else ():
        own = methods.get(method.name) if isinstance(method, ast.FunctionDef) and method.name[0] != "_" else None
        if own is not None and _arguments(method) != _arguments(own):
            return phrase("its {name} takes other arguments", name=own.name)
    if elsewhere := _also_used(program):
        return phrase("{elsewhere} of its file is used elsewhere", elsewhere=elsewhere)
    private = {*cls.methods, *cls.classes, *cls.assigned, *cls.annotated} - {*methods, *inherited}
    naming = {function for name in private for function in program.naming(name)}
    for other, function in program.functions.items():
        if other in naming and (function.owner != cls.qualname or other.module != identifier.module):
            for use in function.uses:
                if not private.isdisjoint(part.removeprefix(".") for part in use.chain[1:]):
                    for cut, part in enumerate(use.chain):
                        if part.removeprefix(".") in private and cut and _is_map(program, use.chain[:cut], other):
                            place = f"{program.file_of(other).path}:{use.line}"
                            return phrase("{place} uses its {part}", place=place, part=part.removeprefix("."))
    return ""


def _arguments(node: ast.stmt) -> list[str]:
    return [item.arg for item in node.args.args] if isinstance(node, ast.FunctionDef) else []


def _also_used(program: TenantProgram) -> str | None:
    """What else the map's file gives to the rest of the tree."""
    module, name = program.state.gate.map.module, program.state.gate.map.qualname
    imported = (
        target.qualname
        for home, file in program.files.items()
        if home != module
        for function in file.functions.values()
        for target in function.imports.values()
        if target.module == module and target.qualname
    )
    return next((item for item in imported if item != name), None)


def _is_map(program: TenantProgram, chain: tuple[str, ...], frame: Symbol) -> bool:
    identifier = program.state.gate.map
    return any(
        value.kind == "instance" and identifier in program.lineage(value.name) for value in program.values(chain, frame)
    )


@cache
def _closed_map() -> tuple[ast.ClassDef, Sequence[ast.stmt]]:
    """The class that the recipe brings, and the statements of its file."""
    from codemods.knowledge.recipes import recipes_folder

    data = (recipes_folder() / "support" / "context_aware_map.py").read_bytes()
    sources = Sources({"support": data})
    node = sources.cls(Symbol("support", "ContextAwareMap"))
    if node is None:
        raise LookupError(phrase("recipes/support/context_aware_map.py has no class ContextAwareMap"))
    return node, sources.module("support").body


@cache
def _own_names() -> frozenset[str]:
    """What the recipe's file defines."""
    return frozenset(node.name for node in _closed_map()[1] if isinstance(node, (ast.ClassDef, ast.FunctionDef)))


@cache
def _own_texts() -> frozenset[str]:
    """What the recipe's file says, statement by statement."""
    return frozenset(map(_bare, _closed_map()[1]))


def _bare(node: ast.stmt) -> str:
    """A statement as it reads without docstrings, comments and layout."""
    return ast.dump(_WithoutTexts().visit(ast.parse(ast.unparse(node))))


class _WithoutTexts(ast.NodeTransformer):
    def visit_Expr(self, node: ast.Expr) -> ast.Expr | None:
        return None if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str) else node
