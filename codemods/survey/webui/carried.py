"""Values of requests on their way: which names of which functions are made of what a request says."""

from __future__ import annotations

import ast
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass

from codemods.analysis.chains import Chain
from codemods.analysis.nodes import children, walk
from codemods.analysis.reach import LEADING_ON
from codemods.analysis.sources import given
from codemods.analysis.symbols import Symbol
from codemods.survey.program import TenantProgram, once
from codemods.survey.requests import handlers_of, said_parameters
from codemods.survey.shared_state.work import is_admins
from codemods.survey.webui.requested import arguments_of, called, parameters_given

# What a connection has of whoever opened it, and the beginnings of the methods that wait for more.
_SAID = frozenset({"query_params", "path_params", "headers", "cookies"})
_RECEIVING = ("receive", "iter_")


@dataclass(frozen=True)
class Carried:
    """The names of each function that carry a value of a request, and who handed it the first of these."""

    names: dict[Symbol, set[str]]
    before: dict[Symbol, Symbol | None]

    def way(self, function: Symbol) -> str:
        """From the handler on."""
        found: list[Symbol] = []
        current: Symbol | None = function
        while current is not None:
            found.append(current)
            current = self.before[current]
        return LEADING_ON.join(item.qualname.replace(".<locals>", "") for item in reversed(found))


@once
def carried(program: TenantProgram) -> Carried:
    """From the handlers on. What the admin alone may ask for is the process's."""
    names: dict[Symbol, set[str]] = defaultdict(set)
    before: dict[Symbol, Symbol | None] = {}
    queue: deque[Symbol] = deque()
    for handler in handlers_of(program):
        if not is_admins(program, handler):
            sockets = sockets_of(program, handler)
            names[handler] |= {item.name for item in said_parameters(program, handler)} - sockets
            before[handler] = None
            queue.append(handler)
    while queue:
        current = queue.popleft()
        for function, found in _handed(program, current, names[current]):
            if not found <= names[function]:
                names[function] |= found
                before.setdefault(function, current)
                queue.append(function)
    return Carried(names, before)


def sockets_of(program: TenantProgram, function: Symbol) -> frozenset[str]:
    """The parameters of a function that are connections."""
    return frozenset(
        parameter.name
        for parameter in program.functions[function].parameters
        if any(chain[-1].lstrip(".") == "WebSocket" for chain in parameter.annotation)
    )


def is_said(program: TenantProgram, function: Symbol, chain: Chain) -> bool:
    """Whether a chain is made of a value of a request."""
    names = carried(program).names.get(function, ())
    return chain[0] in names or (len(chain) > 1 and chain[0] in sockets_of(program, function) and _says(chain[1][1:]))


def _handed(program: TenantProgram, function: Symbol, names: set[str]) -> Iterator[tuple[Symbol, set[str]]]:
    """What a function hands on of these names, to which parameters; adds the names that it gives to it itself."""
    sockets = sockets_of(program, function)
    if not names and not sockets:
        return
    nodes = program.sources.nodes(function)
    pairs = [pair for node in nodes for pair in given(node)]
    known = -1
    while known != len(names):
        known = len(names)
        for target, value in pairs:
            if _mentions(value, names, sockets):
                names |= {part.id for part in walk(target) if isinstance(part, ast.Name)} - sockets
    for call in (node for node in nodes if isinstance(node, ast.Call)):
        is_handed = any(_mentions(item, names, sockets) for item in arguments_of(call))
        for callee in called(program, call, function) if is_handed else ():
            values = parameters_given(program, callee, call)
            found = {name for name, value in values.items() if _mentions(value, names, sockets)}
            if found:
                yield callee, found


def _mentions(node: ast.expr, names: set[str], sockets: frozenset[str]) -> bool:
    """Whether something of a request is in what an expression makes; a comparison says no more than yes or no."""
    match node:
        case ast.Compare():
            return False
        case ast.Name(id=name):
            return name in names
        case ast.Attribute(value=ast.Name(id=name), attr=attr) if name in sockets:
            return _says(attr)
    parts = [part.value if isinstance(part, ast.keyword) else part for part in children(node)]
    return any(_mentions(part, names, sockets) for part in parts if isinstance(part, ast.expr))


def _says(attribute: str) -> bool:
    return attribute in _SAID or attribute.startswith(_RECEIVING)
