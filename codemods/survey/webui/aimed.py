"""What is sent to one connection of many: the one that is kept under what a request says."""

from __future__ import annotations

import ast

from codemods.analysis.chains import chain_of
from codemods.analysis.containers import LOOKING_UP
from codemods.analysis.kept import Holder
from codemods.analysis.sources import given
from codemods.analysis.symbols import Symbol
from codemods.analysis.writes import operand_of
from codemods.survey.program import TenantProgram
from codemods.survey.shared_state.sharing import sharing_of
from codemods.survey.webui.carried import is_said


def is_aimed(program: TenantProgram, call: ast.Call, holder: Holder, function: Symbol) -> bool:
    """Whether a call is of a connection out of this holder, whichever a request has named."""
    receiver = call.func.value if isinstance(call.func, ast.Attribute) else call
    for value in _given_to(program, receiver.id, function) if isinstance(receiver, ast.Name) else [receiver]:
        kept, key = _looked_up(value)
        operand = operand_of(key)
        if kept is None or operand is None or holder not in sharing_of(program).holders.at(chain_of(kept), function):
            continue
        if any(is_said(program, function, chain) for chain in operand.chains):
            return True
    return False


def _given_to(program: TenantProgram, name: str, function: Symbol) -> list[ast.expr]:
    pairs = [pair for node in program.sources.nodes(function) for pair in given(node)]
    return [value for target, value in pairs if isinstance(target, ast.Name) and target.id == name]


def _looked_up(value: ast.expr) -> tuple[ast.expr | None, ast.expr | None]:
    """What an expression looks into, and by which key."""
    if isinstance(value, ast.Subscript):
        return value.value, value.slice
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr in LOOKING_UP:
        return value.func.value, value.args[0] if value.args else None
    return None, None
