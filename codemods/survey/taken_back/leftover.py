"""What is left over where half of an edit is gone: an import without its use, a first value that comes early."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from codemods.analysis.chains import chain_of
from codemods.analysis.symbols import MODULE_BODY, Symbol
from codemods.messages import phrase
from codemods.survey.program import TenantProgram
from codemods.survey.verdicts import Finding


def unused(program: TenantProgram, names: set[str]) -> Iterator[Finding]:
    """Names of support code that a file imports at its top, and says nowhere after."""
    for file in program.files.values():
        for name, target in file.body.imports.items():
            if Symbol(file.module, name) in program.unimported:
                continue
            if target.name not in names or not (target in program.functions or target in program.classes):
                continue
            if len(re.findall(rf"\b{name}\b".encode(), program.sources.text(file.module))) == 1:
                reason = phrase("{name} is imported, and nothing here uses it", name=name)
                yield Finding(file.path, 1, reason, f"unused {name}")


def given_at_start(program: TenantProgram) -> Iterator[Finding]:
    """Attributes of each tenant's own that `__init__` gives a value, which only a tenant's context can take."""
    partitions = program.state.context.partitions
    for file in program.files.values():
        for qualname, cls in file.classes.items():
            begin, frame = Symbol(file.module, f"{qualname}.__init__"), Symbol(file.module, MODULE_BODY)
            for name, chains in cls.assigned.items() if begin in program.functions else ():
                made = [chain for chain in chains if chain[-1:] == ("()",) and not chain[0].startswith("@")]
                is_own = any(program.named(chain, frame, partitions) for chain in made)
                if is_own and (line := _line_of_value(program, begin, name)):
                    reason = phrase("{name} is one for each tenant, and __init__ gives it a value", name=name)
                    yield Finding(file.path, line, reason, f"given-at-start {name}")


def _line_of_value(program: TenantProgram, begin: Symbol, name: str) -> int:
    """Where a method gives `self` a value of a name that its class gives one too; 0 where it does not."""
    lines = (
        part.lineno
        for part in program.sources.nodes(begin)
        if isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Store)
        if chain_of(part) == ("self", f".{name}")
    )
    return next(lines, 0)
