"""The chat manager is closed without a tenant: its maps, its methods, and the door for the system's own work."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from codemods.analysis.facts import FileFacts
from codemods.analysis.sources import Sources
from codemods.analysis.symbols import Symbol
from codemods.messages import phrase
from codemods.places import Beginning, Decorators, Definition, Place
from codemods.survey.program import TenantProgram, once
from codemods.survey.shared_state.partitions import first_line, how_to_partition, is_partitioned
from codemods.survey.sites import Site, Unfit
from codemods.survey.verdicts import GLOBAL, INSECURE, SECURE, EntryPoint, Finding, entry, stations

KIND = "chat-manager"


def gate(program: TenantProgram) -> Iterator[EntryPoint]:
    """What the chat manager shows to whom, and who works for all tenants at once."""
    rules = program.state.gate
    if rules.map in program.classes:
        verdict, reason, by_hand = SECURE, phrase("shows a tenant its own data, and nobody else any"), False
        if not map_is_closed(program):
            obstacle = _in_the_way(program)
            verdict, reason = INSECURE, phrase("answers without a tenant, or cannot be shown not to")
            reason, by_hand = (
                phrase("{reason}; no recipe replaces it: {obstacle}", reason=reason, obstacle=obstacle)
                if obstacle
                else reason,
                bool(obstacle),
            )
        line = program.classes[rules.map].line
        yield EntryPoint(_path(program, rules.map), _short(rules.map), line, KIND, verdict, reason, by_hand=by_hand)
    for at in rules.partitioned:
        way = how_to_partition(program, program.state.holders[at])
        if is_partitioned(program, program.state.holders[at]):
            yield _attribute(program, at, SECURE, phrase("is partitioned by tenant"))
        elif way is not None:
            by_hand = isinstance(way, Finding)
            reason = (
                f"{way.path}:{way.line}: {way.reason}" if isinstance(way, Finding) else phrase("is one for all tenants")
            )
            yield _attribute(program, at, INSECURE, reason, by_hand=by_hand)
    for name in (name for name in rules.closed if name in program.functions):
        verdict = INSECURE if name in _open_methods(program) else SECURE
        reason = phrase("reads its tenant first") if verdict == SECURE else phrase("does not read its tenant first")
        yield entry(program, name, KIND, verdict, reason)
    for name in sorted(rules.system & program.functions.keys()):
        if (path := program.path_to_state(name)) is not None:
            yield entry(
                program,
                name,
                KIND,
                INSECURE,
                phrase("works for all tenants, and not through the door: {path}", path=path),
                way=stations(program, path),
            )
    yield from _through_the_door(program)


def _attribute(program: TenantProgram, at: Symbol, verdict: str, reason: str, *, by_hand: bool = False) -> EntryPoint:
    line = first_line(program, program.state.holders[at])
    return EntryPoint(_path(program, at), _short(at), line, KIND, verdict, reason, by_hand=by_hand)


def gate_sites(program: TenantProgram) -> Iterator[Site | Unfit]:
    """What closes the chat manager, place by place."""
    rules = program.state.gate
    if rules.map in program.classes and not map_is_closed(program):
        if obstacle := _in_the_way(program):
            reason = phrase("{name} cannot be replaced: {obstacle}", name=rules.map.name, obstacle=obstacle)
            yield Unfit("open-map", _path(program, rules.map), program.classes[rules.map].line, reason)
        else:
            yield _site(program, "open-map", rules.map, Definition(_short(rules.map)))
    for at in rules.partitioned:
        way = how_to_partition(program, program.state.holders[at])
        if way is None or is_partitioned(program, program.state.holders[at]):
            continue
        if isinstance(way, Finding):
            yield Unfit("chat-mapping", way.path, way.line, way.reason)
        else:
            yield replace(way, on="chat-mapping")
    for name in _open_methods(program):
        yield _site(program, "chat-gate", name, Beginning(_short(name)))
    for name in sorted((rules.across | rules.each) & program.functions.keys()):
        if program.path_to_state(name) is None:
            continue
        each = name in rules.each and program.functions[name].is_async and not _enters_by_itself(program, name)
        place = Decorators(_short(name), len(program.functions[name].decorators))
        yield _site(program, "system-each" if each else "system-across", name, place)


def _path(program: TenantProgram, identifier: Symbol) -> str:
    return program.file_of(identifier).path


def _short(name: Symbol) -> str:
    return name.qualname


def _site(program: TenantProgram, on: str, identifier: Symbol, place: Place) -> Site:
    return Site(on, program.file_of(identifier).path, place)


def _open_methods(program: TenantProgram) -> list[Symbol]:
    """The methods that must read their tenant first and do not."""
    return [
        name
        for name in program.state.gate.closed
        if (function := program.functions.get(name)) is not None
        if not any(program.named(chain, name, program.state.context.guards) for chain in function.first_reads)
    ]


# The door

_EACH, _ACROSS = phrase("the door: in each tenant in turn"), phrase("the door: for all tenants at once")
# What is said of those that may pass.
THROUGH_THE_DOOR = (_EACH, _ACROSS)


def _through_the_door(program: TenantProgram) -> Iterator[EntryPoint]:
    rules, doors = program.state.gate, program.state.context.doors
    home = {door.module for door in doors}
    for file in program.files.values():
        if file.module in home or not _imports_from(file, home):
            continue
        for qualname, function in file.functions.items():
            identifier = Symbol(file.module, qualname)
            decorators = [use.chain for use in function.decorators]
            used = [use.chain for use in function.uses] + list(decorators)
            if not any(program.named(chain, identifier, doors) for chain in used if chain):
                continue
            if identifier in rules.each:
                yield entry(program, identifier, KIND, SECURE, _EACH)
            elif identifier in rules.across:
                yield entry(program, identifier, KIND, GLOBAL, _ACROSS)
            else:
                reason = phrase("passes through the door, which is for loading and saving all streams only")
                yield entry(program, identifier, KIND, INSECURE, reason, by_hand=True)


def _imports_from(file: FileFacts, modules: set[str]) -> bool:
    return any(
        target.module in modules or target.dotted in modules
        for function in file.functions.values()
        for target in function.imports.values()
    )


def _enters_by_itself(program: TenantProgram, name: Symbol) -> bool:
    """Whether a function enters a tenant in its own body, as for each stream that it saves."""
    return any(program.is_scope(item, name) for use in program.functions[name].uses for item in use.within)


# The map


@once
def map_is_closed(program: TenantProgram) -> bool:
    """Whether the tree's map is the recipe's, with all that it uses; of any other it cannot be told."""
    module = program.sources.module(program.state.gate.map.module)
    return set(_closed_map()[1]) <= {_bare(statement) for statement in module.body}


@once
def _in_the_way(program: TenantProgram) -> str:
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
    module, name = program.state.gate.map
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
def _closed_map() -> tuple[ast.ClassDef, tuple[str, ...]]:
    """The class that the recipe brings, and the statements of its file without their texts."""
    from codemods.knowledge.recipes import recipes_folder

    data = (recipes_folder() / "support" / "context_aware_map.py").read_bytes()
    sources = Sources({"support": data})
    node = sources.cls(Symbol("support", "ContextAwareMap"))
    if node is None:
        raise LookupError(phrase("recipes/support/context_aware_map.py has no class ContextAwareMap"))
    return node, tuple(_bare(statement) for statement in sources.module("support").body)


def _bare(node: ast.stmt) -> str:
    """A statement as it reads without docstrings, comments and layout."""
    return ast.dump(_WithoutTexts().visit(ast.parse(ast.unparse(node))))


class _WithoutTexts(ast.NodeTransformer):
    def visit_Expr(self, node: ast.Expr) -> ast.Expr | None:
        return None if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str) else node
