"""No green verdict stands where it cannot be true: over rows that are everybody's, and in trees without a tenant."""

from __future__ import annotations

from dataclasses import replace

from codemods.analysis.symbols import Symbol
from codemods.messages import phrase
from codemods.survey.identified import modules_by_path
from codemods.survey.profile import Profile
from codemods.survey.program import TenantProgram
from codemods.survey.rows import path_to_open_rows
from codemods.survey.verdicts import (
    GLOBAL,
    INSECURE,
    NOT_JUDGED,
    SCOPED,
    SECURE,
    STATELESS,
    UNRESOLVED,
    ApiFunction,
    EntryPoint,
    Finding,
    Judged,
    stations,
)

_KEPT, _REACHING_NOTHING = frozenset({SECURE, SCOPED}), frozenset({GLOBAL, STATELESS})


def as_profiled(program: TenantProgram, profile: Profile, item: Judged | Finding) -> Judged | Finding:
    """What is said of an item, given what its rows are and what kind of tree it is in."""
    if isinstance(item, Finding) or item.verdict not in _KEPT | _REACHING_NOTHING:
        return item
    identifier = _identifier(program, item)
    if item.verdict in _KEPT and identifier is not None and (path := path_to_open_rows(program, identifier)):
        return _open(
            replace(item, way=stations(program, path)), phrase("{state}: {path}", state=path.touch.state, path=path)
        )
    if profile.is_migratable:
        return item
    if item.verdict in _KEPT:
        return replace(item, verdict=NOT_JUDGED, reason=phrase("no tenant is ever entered in this tree"))
    return replace(item, verdict=NOT_JUDGED, reason=phrase("reaches nothing that is known, and little of this tree is"))


def _open(item: Judged, reason: str) -> Judged:
    if isinstance(item, EntryPoint):
        return replace(item, verdict=INSECURE, reason=reason, by_hand=True)
    if isinstance(item, ApiFunction):
        return replace(item, verdict=UNRESOLVED, reason=reason)
    raise TypeError(item)


def _identifier(program: TenantProgram, item: Judged) -> Symbol | None:
    identifier = Symbol(modules_by_path(program).get(item.path, ""), item.qualname)
    return identifier if identifier in program.functions else None
