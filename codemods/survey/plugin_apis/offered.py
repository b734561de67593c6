"""What plugins call by a name of the API modules that no `def` has: a lambda, another function's name, `partial`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from msgspec import Struct

from codemods.analysis.chains import chain_of, constant_text
from codemods.analysis.nodes import own_nodes, walk
from codemods.analysis.sources import Function
from codemods.analysis.symbols import MODULE_BODY, Symbol
from codemods.survey.api_functions import is_public_name
from codemods.survey.program import TenantProgram
from codemods.survey.run_later import Later


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
        if not isinstance(node, (ast.Assign, ast.AnnAssign)) or (value := node.value) is None:
            continue
        for target in node.targets if isinstance(node, ast.Assign) else (node.target,):
            if not isinstance(target, ast.Name) or not is_public_name(target.id):
                continue
            touches, runs = Later(program, frame, Symbol(module, prefix.rstrip("."))).of(value)
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
                touches, runs = Later(program, frame).of(ast.Name(offered, ast.Load()))
                if touches:
                    own.add(offered)
                    yield Offered(Symbol(module, offered), alias.lineno, touches, runs)
