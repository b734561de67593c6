"""Which functions of the plugin APIs are called by plugins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from codemods.analysis.chains import uncalled
from codemods.analysis.symbols import MODULE_BODY, Symbol
from codemods.analysis.values import Value, Values
from codemods.survey.program import TenantProgram, once

# What Python runs as it makes a class: while modules are imported, before any tenant.
_AS_CLASSES_ARE_MADE = frozenset({"__init_subclass__", "__set_name__", "__prepare__"})


def api_functions(program: TenantProgram) -> Iterator[Symbol]:
    """Every public function of the API modules, the methods of what these hand out, and what Python runs for both."""
    for module in api_modules(program):
        yield from functions_of(program, module)


def api_modules(program: TenantProgram) -> list[str]:
    """The API modules, in the order of the files."""
    package = program.state.apis.package + "."
    return [module for module in program.files if module.startswith(package)]


def functions_of(program: TenantProgram, module: str) -> Iterator[Symbol]:
    """Those of one API module."""
    named = (Symbol(module, qualname) for qualname in program.files[module].functions)
    return (identifier for identifier in named if is_public(program, identifier))


def is_public(program: TenantProgram, identifier: Symbol) -> bool:
    """Whether plugins may call a function: it stands in no other one, and its name is public, or Python knows it: a
    module's `__getattr__`, or a dunder of an object that they get. So may what is registered with a public one."""
    function = program.functions[identifier]
    if "<" in identifier.qualname or function.name in _AS_CLASSES_ARE_MADE:
        return False
    if function.owner is None:
        is_known = function.name == "__getattr__"
        return not function.name.startswith("_") or is_known or _is_registered(program, identifier)
    owner = Symbol(identifier.module, function.owner)
    if owner not in handed_out(program) or (function.name.startswith("_") and not is_dunder(function.name)):
        return False
    is_of_class = any(use.chain in (("staticmethod",), ("classmethod",)) for use in function.decorators)
    # What the host runs of its own kinds of objects has verdicts of its own.
    return is_of_class or not program.inherits(owner, _hosted(program))


def is_dunder(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")


def is_public_name(qualname: str) -> bool:
    """Whether nothing of a dotted name is private, and it stands in no function."""
    return not any(part.startswith(("_", "<")) for part in qualname.split("."))


@once
def handed_out(program: TenantProgram) -> frozenset[Symbol]:
    """The classes of the API modules of which plugins get hold: by their name, by an object of theirs that has one, or
    as what a public function answers."""
    package, found = program.state.apis.package + ".", set[Symbol]()
    for module, file in program.files.items():
        if not module.startswith(package):
            continue
        found |= {Symbol(module, qualname) for qualname in file.classes if is_public_name(qualname)}
        found |= _own(program, [value for name in file.body.assigned for value in _named(program, module, name)])
        for qualname, function in file.functions.items():
            if is_public_name(qualname):
                frame = Symbol(module, qualname)
                found |= _own(program, [item for chain in function.returned for item in program.values(chain, frame)])
    return frozenset(found)


def _named(program: TenantProgram, module: str, name: str) -> Values:
    return program.values((name,), Symbol(module, MODULE_BODY)) if is_public_name(name) else ()


def _own(program: TenantProgram, values: Iterable[Value]) -> set[Symbol]:
    """The classes of the API modules whose objects these are."""
    package = program.state.apis.package + "."
    return {value.name for value in values if value.kind == "instance" and value.name.module.startswith(package)}


def _is_registered(program: TenantProgram, identifier: Symbol) -> bool:
    """Whether a function is an implementation of a public `@singledispatch` function: `@name.register`."""
    around = program.around(identifier)
    for use in program.functions[identifier].decorators:
        plain = uncalled(use.chain)
        if plain[-1:] == (".register",) and any(
            value.kind == "function" and is_public_name(value.name.qualname)
            for value in program.values(plain[:-1], around)
        ):
            return True
    return False


def _hosted(program: TenantProgram) -> frozenset[Symbol]:
    return frozenset(program.state.plugins.singletons) | program.state.entry_points.tasks
