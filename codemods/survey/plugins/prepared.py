"""What an `__init__` does to make ready what it keeps: done where each tenant's own is made, it is no use of it."""

from __future__ import annotations

import ast

from codemods.analysis.chains import full_chain
from codemods.analysis.symbols import Symbol
from codemods.survey.plugins.first_values import PluginHolder, needs_factory
from codemods.survey.plugins.plugin_code import Part
from codemods.survey.plugins.plugin_state import PluginState


def prepared(state: PluginState, holder: PluginHolder) -> tuple[ast.Expr, ...]:
    """The statements of the `__init__` that gives a holder its first value that do nothing but to make it ready."""
    values = state.first_values.of(holder)
    if len(values) != 1 or not holder.owner or not needs_factory(values[0][1].value):
        return ()
    init, first = values[0]
    if init != Symbol(holder.module, holder.owner).member("__init__"):
        return ()
    later = [item for item in state.program.sources.body(init) if item.lineno > first.lineno]
    return tuple(item for item in later if isinstance(item, ast.Expr) and _prepares(state, holder, init, item))


def _prepares(state: PluginState, holder: PluginHolder, init: Symbol, statement: ast.Expr) -> bool:
    """`self.stop.set()`, or `self.load()` of a method that changes nothing else that is kept."""
    call = statement.value
    if not isinstance(call, ast.Call) or call.keywords or not all(isinstance(item, ast.Constant) for item in call.args):
        return False
    chain = full_chain(call.func)
    if chain[:2] == ("self", f".{holder.name}"):
        return len(chain) == 3
    if len(chain) != 2 or chain[0] != "self" or call.args:
        return False
    methods = [value.name for value in state.values(chain, init) if value.kind == "function"]
    parts = [Part(method) for method in methods]
    changed = state.used_by(parts, changed=True)
    return bool(parts) and not state.program.functions[methods[0]].is_async and changed.keys() == {holder}
