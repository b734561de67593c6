"""Objects of whose class nothing is in view: what their methods are handed, they may keep."""

from __future__ import annotations

import builtins

from codemods.analysis.chains import Chain
from codemods.analysis.program import Program
from codemods.analysis.symbols import Symbol
from codemods.analysis.values import NOWHERE, Value

# Modules whose objects run what they are handed, say it, or name a file, and keep nothing that one could ask them for;
# but for the answers of web frameworks, which keep what is set in them.
_RUNNING = frozenset(
    {"asyncio", "concurrent.futures", "fastapi", "logging", "loguru", "pathlib", "starlette", "structlog", "threading"}
)
_KEPT = "Response"
_ANSWERING = frozenset({"set_result", "set_exception"})
# Bases that only say what a class is.
_SAYING = frozenset({"abc", "enum", "object", "typing", "typing_extensions"})


def may_keep(program: Program, chain: Chain, method: str, frame: Symbol) -> bool:
    """Whether nothing is in view of what an object does with what this method is handed."""
    values = program.values(chain, frame)
    return any(value.name != NOWHERE for value in values) and all(
        _is_unseen(value.name, method) if value.kind == "outside" else _inherits_unseen(program, value, method)
        for value in values
    )


def _is_unseen(name: Symbol, method: str) -> bool:
    is_running = name.module in _RUNNING and not name.name.endswith(_KEPT)
    return bool(name.qualname or is_builtin(name)) and (not is_running or method in _ANSWERING)


def _inherits_unseen(program: Program, value: Value, method: str) -> bool:
    """Whether an object of a class of the program has a method from what is outside of it."""
    if value.kind != "instance" or any(True for _ in program.method(value.name, method)):
        return False
    bases = [base for base in program.lineage(value.name) if base not in program.classes and base.module not in _SAYING]
    return bool(bases) and all(_is_unseen(base, method) for base in bases)


def is_builtin(name: Symbol) -> bool:
    """Whether it is a name that Python has everywhere, or none at all."""
    return name == NOWHERE or hasattr(builtins, name.module)
