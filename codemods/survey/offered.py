"""What plugins call by a name of the API modules that no `def` has: a lambda, another function's name, `partial`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from msgspec import Struct

from codemods.analysis.chains import chain_of, constant_text
from codemods.analysis.nodes import own_nodes, walk
from codemods.analysis.parsing import Function
from codemods.analysis.symbols import MODULE_BODY, Symbol
from codemods.survey.api_functions import is_public_name
from codemods.survey.program import TenantProgram
from codemods.survey.run_later import Later

# What a name is called that is worked out.
_NAMESPACE = "globals()"


class Offered(Struct, frozen=True):
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
            touches, _ = Later(program, around).of(default)
            if touches:
                yield default.lineno, touches


def _names_of(program: TenantProgram, module: str, prefix: str, body: Sequence[ast.stmt]) -> Iterator[Offered]:
    frame = Symbol(module, MODULE_BODY)
    for node in own_nodes(body):
        for name, value in _given_names(node):
            if not is_public_name(name):
                continue
            touches, runs = Later(program, frame, Symbol(module, prefix.rstrip("."))).of(value)
            own = Symbol(module, f"{name}.<lambda>")
            runs = (*runs, own) if isinstance(value, ast.Lambda) and own in program.functions else runs
            if touches or runs or isinstance(value, ast.Lambda):
                yield Offered(Symbol(module, prefix + name), value.lineno, touches, runs)


def _given_names(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """The names that a statement or expression gives something, each with that: also by the mapping of the module's
    names, where one that is worked out is called as that mapping is."""
    if isinstance(node, (ast.AnnAssign, ast.NamedExpr)) and node.value is not None:
        yield from _by_target(node.target, node.value)
    elif isinstance(node, ast.Assign):
        yield from (pair for target in node.targets for pair in _by_target(target, node.value))
    elif isinstance(node, ast.Call):
        called = chain_of(node.func)
        if called == ("setattr",) and len(node.args) == 3:
            yield constant_text(node.args[1]) or _NAMESPACE, node.args[2]
        elif called[-1:] == (".update",) and _is_namespace(node.func):
            yield from ((item.arg or _NAMESPACE, item.value) for item in node.keywords)
            for item in node.args:
                table = zip(item.keys, item.values, strict=True) if isinstance(item, ast.Dict) else [(None, item)]
                yield from (((key and constant_text(key)) or _NAMESPACE, value) for key, value in table)


def _by_target(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, (ast.Tuple, ast.List)):
        items = value.elts if isinstance(value, (ast.Tuple, ast.List)) else []
        values = items if len(items) == len(target.elts) else [value] * len(target.elts)
        yield from (pair for part, item in zip(target.elts, values, strict=True) for pair in _by_target(part, item))
    elif isinstance(target, ast.Subscript) and _is_namespace(target):
        yield constant_text(target.slice) or _NAMESPACE, value
    elif isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
        yield f"{target.value.id}.{target.attr}", value


def _is_namespace(node: ast.expr) -> bool:
    """Whether it is of the mapping of the module's names."""
    value = node.value if isinstance(node, (ast.Attribute, ast.Subscript)) else node
    return isinstance(value, ast.Call) and chain_of(value.func) in (("globals",), ("locals",), ("vars",))


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
                touches, runs = Later(program, frame).of(ast.Name(offered, ast.Load()))
                if touches:
                    own.add(offered)
                    yield Offered(Symbol(module, offered), alias.lineno, touches, runs)
