"""Fields of records whose class says what each begins with: libraries copy that for each object."""

from __future__ import annotations

from codemods.analysis.symbols import Symbol
from codemods.survey.program import TenantProgram

_COPYING = frozenset({"msgspec", "pydantic", "pydantic_settings", "sqlmodel"})
_OF_CLASS = "ClassVar"


def begins_anew(program: TenantProgram, owner: Symbol, name: str) -> bool:
    """Whether each object of a class gets a copy of what the class gives an attribute."""
    cls = program.classes.get(owner)
    if cls is None or name not in cls.annotated or any(_OF_CLASS in chain[-1] for chain in cls.annotated[name]):
        return False
    return any(
        base.module.partition(".")[0] in _COPYING for base in program.lineage(owner) if base not in program.classes
    )
