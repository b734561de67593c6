"""What plugins call by a name of the API modules that no `def` has: a lambda, another function's name, `partial`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from codemods.analysis.chains import Chain, chain_of, constant_text, expression
from codemods.analysis.nodes import children, own_nodes, walk
from codemods.analysis.program import Value
from codemods.analysis.sources import Function
from codemods.analysis.symbols import MODULE_BODY, Symbol
from codemods.survey.api_functions import is_public, is_public_name
from codemods.survey.program import TenantProgram


@dataclass(frozen=True, slots=True)
class Offered:
    """A public name for something to call. touches: what it does to shared state, or "". runs: the functions behind."""

    at: Symbol
    line: int
    touches: str
    runs: tuple[Symbol, ...]


def offered_names(program: TenantProgram, module: str) -> Iterator[Offered]:
    """Those of an API module and its public classes, but for other names of what is judged anyway."""
    parsed = program.sources.module(module)
    yield from _names_of(program, module, "", parsed.body)
    yield from _handed_on(program, module, parsed.body)
    for qualname, node in parsed.classes.items():
        if is_public_name(qualname):
            yield from _names_of(program, module, qualname + ".", node.body)


def handed_defaults(program: TenantProgram, identifier: Symbol, node: Function) -> Iterator[tuple[int, str]]:
    """Defaults of a function's parameters that touch shared state once they are called: the line, and what they do."""
    around = program.around(identifier)
    for default in (*node.args.defaults, *node.args.kw_defaults):
        if default is not None:
            touches, _ = _Later(program, around).of(default)
            if touches:
                yield default.lineno, touches


def handed_on(program: TenantProgram, frame: Symbol, value: ast.expr) -> str:
    """What an expression of a function touches of shared state once it is called, or ""."""
    return _Later(program, frame).of(value)[0]


def _names_of(program: TenantProgram, module: str, prefix: str, body: Sequence[ast.stmt]) -> Iterator[Offered]:
    frame = Symbol(module, MODULE_BODY)
    for node in own_nodes(body):
        if not isinstance(node, (ast.Assign, ast.AnnAssign)) or (value := node.value) is None:
            continue
        for target in node.targets if isinstance(node, ast.Assign) else (node.target,):
            if not isinstance(target, ast.Name) or not is_public_name(target.id):
                continue
            touches, runs = _Later(program, frame, Symbol(module, prefix.rstrip("."))).of(value)
            own = Symbol(module, f"{target.id}.<lambda>")
            runs = (*runs, own) if isinstance(value, ast.Lambda) and own in program.functions else runs
            if touches or runs or isinstance(value, ast.Lambda):
                yield Offered(Symbol(module, prefix + target.id), node.lineno, touches, runs)


def _handed_on(program: TenantProgram, module: str, body: Sequence[ast.stmt]) -> Iterator[Offered]:
    """Functions of other modules that one says are its own to offer: in `__all__`, or by `import name as name`."""
    frame, listed = Symbol(module, MODULE_BODY), set[str]()
    for node in body:
        if isinstance(node, ast.Assign) and any(chain_of(target) == ("__all__",) for target in node.targets):
            items = (part for part in walk(node.value) if isinstance(part, ast.expr))
            listed.update(text for item in items if (text := constant_text(item)))
    own = {part.name for part in body if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))}
    for part in own_nodes(body):
        for alias in part.names if isinstance(part, ast.ImportFrom) else ():
            name = alias.asname or alias.name
            said = [name] if name in listed or alias.asname == alias.name else []
            for offered in sorted(listed - own) if name == "*" else filter(is_public_name, said):
                touches, runs = _Later(program, frame).of(ast.Name(offered, ast.Load()))
                if touches:
                    own.add(offered)
                    yield Offered(Symbol(module, offered), alias.lineno, touches, runs)


class _Later:
    """What an expression hands on to be called later, as seen from where it stands."""

    def __init__(self, program: TenantProgram, frame: Symbol, cls: Symbol | None = None) -> None:
        self.program, self.frame = program, frame
        facts = program.classes.get(cls) if cls is not None else None
        # The functions that a name in the body of a class stands for.
        self.methods = {name: Symbol(frame.module, method) for name, method in facts.methods.items()} if facts else {}

    def of(self, value: ast.expr) -> tuple[str, tuple[Symbol, ...]]:
        """What that touches first, or "", and the functions that it runs, but for those that are judged anyway."""
        chains = list(self._chains(value, frozenset()))
        touched = next((text for chain in chains if (text := self._touch(chain))), "")
        runs = dict.fromkeys(name for chain in chains for name in self._functions(chain))
        return touched or next((text for name in runs if (text := self._reached(name))), ""), tuple(runs)

    def _chains(self, node: ast.AST, hidden: frozenset[str], *, runs: bool = False) -> Iterator[Chain]:
        """The chains of an expression that are run later: all of a lambda's, else those that are named and not called.

        hidden: parameters of the lambdas around. runs: whether it stands in a lambda.
        """
        if isinstance(node, ast.Lambda):
            arguments = walk(node.args)
            hidden = hidden | {item.arg for item in arguments if isinstance(item, ast.arg)}
            yield from self._chains(node.body, hidden, runs=True)
            return
        chain = chain_of(node) if isinstance(node, (ast.Name, ast.Attribute, ast.Call, ast.Subscript)) else ()
        if chain and chain[0] not in hidden and (runs or isinstance(node, (ast.Name, ast.Attribute))):
            yield chain
        if not isinstance(node, (ast.Name, ast.Attribute)) or not chain:
            for child in children(node):
                if not (isinstance(node, ast.Call) and child is node.func and not runs):
                    yield from self._chains(child, hidden, runs=runs)

    def _values(self, chain: Chain) -> Iterator[Value]:
        for cut in range(1, len(chain) + 1):
            yield from self.program.values(chain[:cut], self.frame)

    def _touch(self, chain: Chain) -> str:
        found = any(value.kind in ("holder", "shared") for value in self._values(chain))
        return expression(chain) if found else ""

    def _functions(self, chain: Chain) -> Iterator[Symbol]:
        package = self.program.state.apis.package + "."
        own = [Value("function", self.methods[chain[0]])] if chain[0] in self.methods else []
        for value in (*own, *self._values(chain)):
            is_judged = value.name.module.startswith(package) and value.name in self.program.functions
            if value.kind == "function" and not (is_judged and is_public(self.program, value.name)):
                yield value.name

    def _reached(self, function: Symbol) -> str:
        """The way from a function to what tenants share, or ""."""
        path = self.program.path_to_state(function)
        if path is not None:
            return str(path)
        touches = self.program.reach(function).shared
        return touches[0].expression if touches else ""
