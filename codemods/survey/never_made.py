"""Classes of which no object can be made, since their `__init__` raises: whatever their methods do, they never run."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from codemods.analysis.chains import chain_of
from codemods.analysis.nodes import own_nodes
from codemods.analysis.parsing import Function
from codemods.analysis.symbols import Symbol
from codemods.messages import phrase
from codemods.survey.lookups import method_of
from codemods.survey.program import TenantProgram, once

# Bases outside of the tree that make an object, and an attribute of it, like any other.
PLAIN_BASES = frozenset({"object", "abc.ABC", "typing.Generic", "typing.Protocol"})
# Methods that run without an object.
_OF_CLASS = frozenset({"staticmethod", "classmethod"})
_INIT = b"def __init__("


@once
def never_made(program: TenantProgram) -> Mapping[Symbol, Symbol]:
    """The classes of which no object can be made, and none of their heirs', each with the `__init__` that raises."""
    raising = _raising(program)
    alone = {
        identifier: init
        for identifier in program.classes
        if (init := method_of(program, identifier, "__init__")) in raising and _is_plain(program, identifier)
    }
    return {name: init for name, init in alone.items() if all(heir in alone for heir in program.subclasses(name))}


@once
def never_run(program: TenantProgram) -> Mapping[Symbol, Symbol]:
    """The functions that only an object could run which cannot be made, each with the `__init__` that raises."""
    found = {name: init for cls, init in never_made(program).items() for name in _methods(program, cls)}
    while alive := [name for name in found if _is_called_otherwise(program, name, found)]:
        for name in alive:
            del found[name]
    return found | {
        Symbol(name.module, inner): init
        for name, init in found.items()
        for inner in program.files[name.module].functions
        if inner.startswith(f"{name.qualname}.<locals>.")
    }


def said_of(program: TenantProgram, init: Symbol) -> str:
    """Why what would need such an object never runs."""
    where = f"{program.file_of(init).path}:{program.functions[init].line}"
    return phrase("never runs: {cls}.__init__ raises ({where})", cls=init.qualname.rpartition(".")[0], where=where)


def _methods(program: TenantProgram, cls: Symbol) -> Iterator[Symbol]:
    for name in program.classes[cls].methods.values():
        method = Symbol(cls.module, name)
        decorators = {part for use in program.functions[method].decorators for part in use.chain}
        if not program.functions[method].name.startswith("__") and _OF_CLASS.isdisjoint(decorators):
            yield method


def _is_called_otherwise(program: TenantProgram, name: Symbol, dead: Mapping[Symbol, Symbol]) -> bool:
    """Whether something that may run gets a method from its class, to call it with an object of another one."""
    last = "." + program.functions[name].name
    return any(
        value.kind == "class"
        for caller in program.reaches.callers.get(name, ())
        if not _is_within(caller, dead)
        for use in program.functions[caller].uses
        for cut, part in enumerate(use.chain)
        if part == last
        for value in program.values(use.chain[:cut], caller)
    )


def _is_within(identifier: Symbol, functions: Mapping[Symbol, Symbol]) -> bool:
    """Whether a function is one of these, or stands inside of one."""
    parts = identifier.qualname.split(".<locals>.")
    outer = (".<locals>.".join(parts[:end]) for end in range(1, len(parts) + 1))
    return any(Symbol(identifier.module, name) in functions for name in outer)


def _is_plain(program: TenantProgram, identifier: Symbol) -> bool:
    """Whether an object of a class is made by its `__init__`, and in no other way."""
    for cls in program.lineage(identifier):
        facts = program.classes.get(cls)
        if facts is None:
            if cls.dotted not in PLAIN_BASES:
                return False
        elif facts.metaclass or facts.decorators or "__new__" in facts.methods:
            return False
    named = program.naming(identifier.name)
    return not any(".__new__" in use.chain for frame in named for use in program.functions[frame].uses)


def _raising(program: TenantProgram) -> set[Symbol]:
    """Every `__init__` that raises whatever it is given: by itself, or as it makes an object of which none can be."""
    found = {
        Symbol(module, name)
        for module in program.files
        if _may_raise(program.sources.text(module))
        for name, function in program.files[module].functions.items()
        if _is_init(program, Symbol(module, name)) and _surely(program, Symbol(module, name), frozenset())
        if function.owner
    }
    new = frozenset(found)
    while new:
        makers = {frame for init in new for frame in _making(program, init)}
        new = frozenset(item for item in makers - found if _surely(program, item, frozenset(found)))
        found |= new
    return found


def _may_raise(text: bytes) -> bool:
    """Whether some `__init__` of a file has a `raise` in it: few have."""
    return any(b"raise" in part.partition(b"def ")[0] for part in text.split(_INIT)[1:])


def _making(program: TenantProgram, init: Symbol) -> Iterator[Symbol]:
    """Every `__init__` that names the class of another one, or a base of its own class."""
    cls = Symbol(init.module, init.qualname.rpartition(".")[0])
    yield from (frame for frame in program.naming(cls.name) if _is_init(program, frame))
    for heir in program.subclasses(cls):
        if heir in program.classes and "__init__" in program.classes[heir].methods:
            yield Symbol(heir.module, program.classes[heir].methods["__init__"])


def _is_init(program: TenantProgram, identifier: Symbol) -> bool:
    function = program.functions[identifier]
    return function.name == "__init__" and function.owner is not None


def _surely(program: TenantProgram, init: Symbol, raising: frozenset[Symbol]) -> bool:
    """Whether a function gets to a statement of its own that raises, in whatever way it runs."""
    node: Function | None = program.sources.function(init)
    for statement in node.body if node is not None else ():
        if isinstance(statement, ast.Raise) or _makes(program, statement, init, raising):
            return True
        if any(isinstance(inner, (ast.Return, ast.Yield, ast.YieldFrom)) for inner in own_nodes([statement])):
            return False
    return False


def _makes(program: TenantProgram, statement: ast.stmt, init: Symbol, raising: frozenset[Symbol]) -> bool:
    """Whether a statement is a call that runs one of these `__init__`, and nothing else."""
    value = statement.value if isinstance(statement, (ast.Expr, ast.Assign, ast.AnnAssign)) else None
    if not isinstance(value, ast.Call) or not raising:
        return False
    called = program.values(chain_of(value.func), init)
    runs = [
        method_of(program, item.name, "__init__") if item.kind == "class" else item.name
        for item in called
        if item.kind in ("class", "function")
    ]
    return bool(called) and len(runs) == len(called) and all(item in raising for item in runs)
