"""Definitions that are made by calls, as the statements that say the same."""

from __future__ import annotations

import ast

from codemods.analysis.chains import constant_text


def class_of_table(call: ast.Call) -> ast.ClassDef | None:
    """The class that `type("Name", (Base,), {"method": function})` makes, as a statement says it."""
    if len(call.args) != 3 or not isinstance(call.args[1], ast.Tuple) or not isinstance(call.args[2], ast.Dict):
        return None
    members: list[ast.stmt] = [
        ast.Assign([ast.Name(name, ast.Store())], value)
        for key, value in zip(call.args[2].keys, call.args[2].values, strict=True)
        if key is not None and (name := constant_text(key))
    ]
    text = constant_text(call.args[0])
    name = text if text is not None and text.isidentifier() else f"<{call.lineno}:{call.col_offset}>"
    found = ast.ClassDef(name, call.args[1].elts, [], members or [ast.Pass()], [])
    return ast.fix_missing_locations(ast.copy_location(found, call))
