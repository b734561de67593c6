"""What a holder may start with, so that every tenant can start with it: worked out of nothing that is anybody's."""

from __future__ import annotations

import ast

from codemods.analysis.chains import chain_of
from codemods.analysis.containers import MAKING
from codemods.analysis.symbols import Symbol
from codemods.survey.program import TenantProgram


def is_empty_mapping(value: ast.expr) -> bool:
    """`{}` or `dict()`."""
    if isinstance(value, ast.Call):
        return chain_of(value) == ("dict", "()") and not value.args and not value.keywords
    return isinstance(value, ast.Dict) and not value.keys


def is_closed(program: TenantProgram, value: ast.expr, frame: Symbol) -> bool:
    """Whether a value is the same whenever it is worked out: constants, and Python's containers of such."""
    match value:
        case ast.Constant():
            return True
        case ast.UnaryOp():
            return isinstance(value.operand, ast.Constant)
        case ast.List() | ast.Tuple() | ast.Set():
            return all(is_closed(program, item, frame) for item in value.elts)
        case ast.Dict():
            parts = [*value.keys, *value.values]
            return all(item is not None and is_closed(program, item, frame) for item in parts)
        case ast.Lambda():
            return not ast.unparse(value.args) and is_closed(program, value.body, frame)
        case ast.Call():
            given = [*value.args, *(item.value for item in value.keywords)]
            makes = _is_outside(program, value.func, frame, MAKING)
            return makes and all(is_closed(program, item, frame) or _is_kind(program, item, frame) for item in given)
    return False


def _is_kind(program: TenantProgram, value: ast.expr, frame: Symbol) -> bool:
    """Whether an argument is a type of Python's own, as in `defaultdict(list)`."""
    return _is_outside(program, value, frame, MAKING | {"bool", "bytes", "float", "int", "str", "tuple"})


def _is_outside(program: TenantProgram, node: ast.expr, frame: Symbol, names: frozenset[str]) -> bool:
    chain = chain_of(node)
    return bool(chain) and any(
        value.kind == "outside" and value.name.dotted.rpartition(".")[2] in names
        for value in program.values(chain, frame)
    )
