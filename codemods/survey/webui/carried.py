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
# Among the names in an expression: what a connection says.
_OF_SOCKET = "()"


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
    """The parameters of a function that are connections: those that say so, and those that handlers hand theirs to."""
    return _own_sockets(program, function) | _handed_sockets(program).get(function, frozenset())


def _own_sockets(program: TenantProgram, function: Symbol) -> frozenset[str]:
    return frozenset(
        parameter.name
        for parameter in program.functions[function].parameters
        if any(chain[-1].lstrip(".") == "WebSocket" for chain in parameter.annotation)
    )


@once
def _handed_sockets(program: TenantProgram) -> dict[Symbol, frozenset[str]]:
    """What handlers of connections hand these to, however many calls away."""
    found: dict[Symbol, frozenset[str]] = {}
    queue = deque((handler, _own_sockets(program, handler)) for handler, route in handlers_of(program).items())
    while queue:
        current, names = queue.popleft()
        if names <= found.get(current, frozenset()):
            continue
        found[current] = found.get(current, frozenset()) | names
        for call in program.sources.nodes(current):
            if isinstance(call, ast.Call) and any(_is_one_of(item, names) for item in arguments_of(call)):
                for callee in called(program, call, current):
                    values = parameters_given(program, callee, call).items()
                    queue.append((callee, frozenset(name for name, value in values if _is_one_of(value, names))))
    return found


def _is_one_of(node: ast.expr, names: frozenset[str]) -> bool:
    return isinstance(node, ast.Name) and node.id in names


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
    given_to = [
        ({part.id for part in walk(target) if isinstance(part, ast.Name)} - sockets, set(_mentioned(value, sockets)))
        for node in nodes
        for target, value in given(node)
    ]
    known = -1
    while known != len(names):
        known = len(names)
        for targets, mentioned in given_to:
            if _OF_SOCKET in mentioned or not names.isdisjoint(mentioned):
                names |= targets
    said = {*names, _OF_SOCKET}
    for call in (node for node in nodes if isinstance(node, ast.Call)):
        handed = {id(item) for item in arguments_of(call) if not said.isdisjoint(_mentioned(item, sockets))}
        for callee in called(program, call, function) if handed else ():
            values = parameters_given(program, callee, call)
            if found := {name for name, value in values.items() if id(value) in handed}:
                yield callee, found


def _mentioned(node: ast.expr, sockets: frozenset[str]) -> Iterator[str]:
    """The names in what an expression makes, and whether it is what a connection says; a comparison says no more than
    yes or no."""
    stack: list[ast.AST] = [node]
    while stack:
        part = stack.pop()
        if type(part) is ast.Name:
            yield part.id
        elif type(part) is ast.Attribute and isinstance(part.value, ast.Name) and part.value.id in sockets:
            yield from (_OF_SOCKET,) if _says(part.attr) else ()
        elif isinstance(part, (ast.expr, ast.keyword)) and type(part) is not ast.Compare:
            stack += children(part)


def _says(attribute: str) -> bool:
    return attribute in _SAID or attribute.startswith(_RECEIVING)
