"""Which functions of the plugin APIs are called by plugins."""

from __future__ import annotations

from collections.abc import Iterator

from codemods.analysis.symbols import Symbol
from codemods.survey.program import TenantProgram


def api_functions(program: TenantProgram) -> Iterator[Symbol]:
    """Every public function of the API modules, and every public static method of their classes."""
    package = program.state.apis.package + "."
    for module, file in program.files.items():
        for qualname in file.functions if module.startswith(package) else ():
            if is_public(program, Symbol(module, qualname)):
                yield Symbol(module, qualname)


def is_public(program: TenantProgram, identifier: Symbol) -> bool:
    """Whether plugins may call a function: it stands in no other one, nothing of its name is private, and if it is a
    class's, it needs no instance."""
    function = program.functions[identifier]
    parts = function.qualname.split(".")
    if "<locals>" in parts or any(part.startswith(("_", "<")) for part in parts):
        return False
    return function.owner is None or any(
        use.chain in (("staticmethod",), ("classmethod",)) for use in function.decorators
    )
