"""The WebUI's routers and applications: what each depends on, what includes it, and which of them a handler is on."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from codemods.analysis.chains import Chain, chain_of
from codemods.analysis.nodes import walk
from codemods.analysis.symbols import MODULE_BODY, Symbol
from codemods.survey.program import TenantProgram, once
from codemods.survey.routes import ADDING_METHODS, is_depends_name, route_method

# What makes routers and applications, and of which arguments; and what adds to them.
_MAKING = ("APIRouter", "FastAPI", "Starlette")
_GIVEN = ("dependencies", "middleware")
_ADDING = ("include_router", "add_middleware", "mount", *ADDING_METHODS)
# How deep names that stand for other names are followed.
_DEEPEST = 4


@dataclass(slots=True)
class Registration:
    """One way in which something is reached: on which router (none where it cannot be told), behind which
    dependencies."""

    router: Symbol | None
    dependencies: tuple[Symbol, ...] = ()


@dataclass(slots=True)
class Routers:
    """depends: of routers and applications. included: where each is included. middleware: of applications, functions
    or classes. registered: the handlers that are registered by a call."""

    depends: dict[Symbol, list[Symbol]] = field(default_factory=lambda: defaultdict(list))
    included: dict[Symbol, list[Registration]] = field(default_factory=lambda: defaultdict(list))
    middleware: dict[Symbol, list[Symbol]] = field(default_factory=lambda: defaultdict(list))
    registered: dict[Symbol, list[Registration]] = field(default_factory=lambda: defaultdict(list))


@once
def routers_of(program: TenantProgram) -> Routers:
    """All routers that the program makes, includes or gives something."""
    found = Routers()
    for identifier in _building(program):
        for node in program.sources.nodes(identifier):
            if isinstance(node, (ast.Assign, ast.AnnAssign)) and isinstance(node.value, ast.Call):
                for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                    for router in routers_at(program, chain_of(target), identifier):
                        _made(program, node.value, router, identifier, found)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                _called(program, node, node.func, identifier, found)
    for file in program.files.values():
        for name, function in file.functions.items():
            for use in function.decorators:
                if use.chain[-2:] == (".middleware", "()"):
                    frame = Symbol(file.module, name)
                    for app in routers_at(program, use.chain[:-2], program.around(frame)):
                        found.middleware[app].append(frame)
    return found


def registrations_of(program: TenantProgram, identifier: Symbol) -> list[Registration]:
    """Every way in which a handler is registered."""
    frame = program.around(identifier)
    found = list(routers_of(program).registered.get(identifier, ()))
    node = program.sources.function(identifier)
    for use, decorator in zip(
        program.functions[identifier].decorators, node.decorator_list if node is not None else (), strict=False
    ):
        if isinstance(decorator, ast.Call) and route_method(program, use, identifier) is not None:
            dependencies = tuple(depended(program, _keyword(decorator, "dependencies"), frame))
            routers: Sequence[Symbol | None] = routers_at(program, use.chain[:-2], frame) or [None]
            found += [Registration(router, dependencies) for router in routers]
    return found


def depended(program: TenantProgram, node: ast.AST | None, frame: Symbol, depth: int = 0) -> Iterator[Symbol]:
    """The functions behind every `Depends(...)` of an expression, also through a name such as `Token`."""
    if node is None or depth > _DEEPEST:
        return
    for part in walk(node):
        if isinstance(part, ast.Call) and is_depends_name(program, chain_of(part.func), frame):
            given = [*part.args[:1], *(word.value for word in part.keywords if word.arg == "dependency")]
            for item in given:
                yield from _functions(program, chain_of(item), frame, ("__init__",))
        elif isinstance(part, ast.Name):
            for name in _names(program, part.id, frame):
                for value in _assigned_values(program, name):
                    yield from depended(program, value, name.body, depth + 1)


def routers_at(program: TenantProgram, chain: Chain, frame: Symbol, depth: int = 0) -> list[Symbol]:
    """What a chain that stands for a router is called: where it is defined, as a name or as a class's attribute."""
    if not chain or depth > _DEEPEST:
        return []
    if chain[-1] == "()":
        functions = _functions(program, chain[:-1], frame)
        return [
            router
            for function in functions
            for returned in program.functions[function].returned
            for router in routers_at(program, returned, function, depth + 1)
        ]
    if len(chain) == 2 and chain[0] == "self":
        owner = _owner(program, frame)
        return [owner.member(chain[1][1:])] if owner is not None else []
    if len(chain) == 1:
        return _names(program, chain[0], frame)
    if len(chain) == 2:
        owners = [value.name for value in program.values(chain[:1], frame) if value.kind in ("module", "instance")]
        return [owner.member(chain[1][1:]) for owner in owners]
    return []


def _owner(program: TenantProgram, frame: Symbol) -> Symbol | None:
    """The class whose `self` a function sees."""
    module, qualname = frame.module, frame.qualname
    while qualname:
        function = program.functions.get(Symbol(module, qualname))
        if function is not None and function.owner is not None:
            return Symbol(module, function.owner)
        qualname = qualname.rpartition(".<locals>.")[0]
    return None


def _names(program: TenantProgram, name: str, frame: Symbol, depth: int = 0) -> list[Symbol]:
    """Where a name of a function is defined: itself, what it is imported from, or what a loop gives it in turn."""
    current: Symbol | None = frame
    while current is not None:
        function = program.functions[current]
        if name in function.imports:
            target = function.imports[name]
            if target.body not in program.functions or depth > _DEEPEST:
                return [target]
            return _names(program, target.qualname, target.body, depth + 1)
        if name in function.assigned:
            looped = _looped(program, name, current)
            return looped or [Symbol(current.module, name if current.qualname == MODULE_BODY else f"{current}.{name}")]
        current = program.around(current) if current.qualname != MODULE_BODY else None
    return []


def _looped(program: TenantProgram, name: str, frame: Symbol) -> list[Symbol]:
    found = []
    for node in program.sources.nodes(frame):
        if isinstance(node, ast.For) and isinstance(node.target, ast.Name) and node.target.id == name:
            items = node.iter.elts if isinstance(node.iter, (ast.Tuple, ast.List, ast.Set)) else []
            found += [router for item in items for router in routers_at(program, chain_of(item), frame)]
    return found


def _building(program: TenantProgram) -> list[Symbol]:
    """The functions that include or extend routers, or make some and may give them something."""
    adding, says = program.naming_one_of(_ADDING), program.sources.says
    naming = dict.fromkeys(identifier for name in (*_MAKING, *_ADDING) for identifier in program.naming(name))
    return [identifier for identifier in naming if identifier in adding or says(identifier.module, _GIVEN)]


def _made(program: TenantProgram, call: ast.Call, router: Symbol, frame: Symbol, found: Routers) -> None:
    while call.args and isinstance(call.args[0], ast.Call) and _is_guarding(program, call, frame):
        call = call.args[0]  # an application behind its guard
    found.depends[router].extend(depended(program, _keyword(call, "dependencies"), frame))
    for part in walk(_keyword(call, "middleware") or ast.Pass()):
        if isinstance(part, ast.Call) and part.args:
            found.middleware[router].extend(_functions(program, chain_of(part.args[0]), frame))


def _is_guarding(program: TenantProgram, call: ast.Call, frame: Symbol) -> bool:
    return program.named(chain_of(call.func), frame, program.state.entry_points.guarding)


def _called(program: TenantProgram, call: ast.Call, func: ast.Attribute, frame: Symbol, found: Routers) -> None:
    """What a call of a router's or an application's method adds to it."""
    owners = routers_at(program, chain_of(func.value), frame)
    registering: Sequence[Symbol | None] = owners or [None]
    dependencies = tuple(depended(program, _keyword(call, "dependencies"), frame))
    if func.attr in ("include_router", "mount"):
        children = [*call.args[:1], _keyword(call, "router")] if func.attr == "include_router" else call.args[1:2]
        for child in (item for item in children if item is not None):
            for router in routers_at(program, chain_of(child), frame):
                found.included[router] += [Registration(owner, dependencies) for owner in registering]
    elif func.attr == "add_middleware" and call.args:
        for owner in owners:
            found.middleware[owner].extend(_functions(program, chain_of(call.args[0]), frame))
    elif (place := ADDING_METHODS.get(func.attr)) is not None:
        endpoints: Sequence[ast.expr | None] = [_keyword(call, "endpoint"), *call.args[place : place + 1]]
        for endpoint in (item for item in endpoints if item is not None):
            for function in _functions(program, chain_of(endpoint), frame):
                found.registered[function] += [Registration(owner, dependencies) for owner in registering]


def _functions(
    program: TenantProgram, chain: Chain, frame: Symbol, of_class: Sequence[str] = ("dispatch", "__call__")
) -> list[Symbol]:
    """The functions that a chain may stand for: of a class the first that it has of some methods, of its object the one
    that is called."""
    found: list[Symbol] = []
    for value in program.values(chain, frame) if chain else ():
        if value.kind == "function":
            found.append(value.name)
        elif value.kind in ("class", "instance"):
            names = of_class if value.kind == "class" else ("__call__",)
            methods = [method for name in names for method in program.method(value.name, name)]
            found += methods[:1]
    return found


def _assigned_values(program: TenantProgram, name: Symbol) -> Iterator[ast.expr]:
    """What a module gives one of its names."""
    if name.module not in program.files or "." in name.qualname:
        return
    for node in program.sources.module(name.module).body:
        if not isinstance(node, (ast.Assign, ast.AnnAssign)) or node.value is None:
            continue
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if any(isinstance(target, ast.Name) and target.id == name.qualname for target in targets):
            yield node.value


def _keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((word.value for word in call.keywords if word.arg == name), None)
