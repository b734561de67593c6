"""No green verdict stands where it cannot be true: over what is everybody's, and in trees without a tenant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from codemods.analysis.reach import Path
from codemods.analysis.symbols import Symbol
from codemods.messages import phrase
from codemods.survey.identified import modules_by_path
from codemods.survey.profile import Profile
from codemods.survey.program import TenantProgram
from codemods.survey.routes import dependencies_of
from codemods.survey.rows import path_to_open_rows
from codemods.survey.shared_state.sharing import shared_by_plugin, shared_read
from codemods.survey.shared_state.work import is_by_hand
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
# What keeps something is no reader, and what goes through the door is for all tenants.
_NO_READERS = frozenset({"shared-state", "chat-manager"})
# What no recipe has run in one tenant.
_IN_NO_TENANT = frozenset({"startup", "chat-manager"})
# What the host keeps objects of or makes them for each message, with what plugins keep beside them.
_MADE_BY_HOST = frozenset({"plugin-command", "plugin-action", "plugin-tool"})
_KEPT_BY_HOST = _MADE_BY_HOST | {"event-handler"}
# The methods by which the host runs tasks and components.
_HOSTED = ("run", "execute", "direct_execute", "action_execute")


def honest(program: TenantProgram, profile: Profile, item: Judged | Finding, *, closely: bool) -> Judged | Finding:
    """What is said of an item, given what its rows are, what it reads, and what kind of tree it is in."""
    is_reader = isinstance(item, EntryPoint) and item.verdict == GLOBAL and item.kind not in _NO_READERS
    if closely and isinstance(item, EntryPoint) and is_reader and not _is_brought(program, item):
        for function in _run_by(program, item):
            read = None if is_by_hand(program, function.module) else shared_read(program, function)
            if read is not None and not _only_names_it(program, item, read):
                reason = phrase("reads what tenants share: {path}", path=read)
                return _open(replace(item, way=stations(program, read)), reason)
    if closely and isinstance(item, EntryPoint) and item.verdict == SECURE and item.kind in _KEPT_BY_HOST:
        for function in _run_by(program, item):
            if (touch := shared_by_plugin(program, function)) is not None:
                reason = phrase("uses what is kept for all tenants: {expression}", expression=touch.expression)
                return _open(item, reason)
    return _as_profiled(program, profile, item)


def _is_brought(program: TenantProgram, item: Judged) -> bool:
    """Whether recipes bring what was judged: what others keep is said of them."""
    return modules_by_path(program).get(item.path) in program.brought


def _as_profiled(program: TenantProgram, profile: Profile, item: Judged | Finding) -> Judged | Finding:
    if isinstance(item, EntryPoint) and item.verdict == INSECURE and not item.by_hand and profile.is_migratable:
        return _with_what_is_left(program, item)
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


def _with_what_is_left(program: TenantProgram, item: EntryPoint) -> EntryPoint:
    """What meets rows of everybody's does so as well when it runs in a tenant."""
    identifier = _identifier(program, item) if item.kind not in _IN_NO_TENANT else None
    path = path_to_open_rows(program, identifier) if identifier is not None else None
    return (
        replace(item, left=item.left or phrase("{state}: {path}", state=path.touch.state, path=path)) if path else item
    )


def _open(item: Judged, reason: str) -> Judged:
    if isinstance(item, EntryPoint):
        return replace(item, verdict=INSECURE, reason=reason, by_hand=True)
    if isinstance(item, ApiFunction):
        return replace(item, verdict=UNRESOLVED, reason=reason)
    raise TypeError(item)


def _only_names_it(program: TenantProgram, item: EntryPoint, read: Path) -> bool:
    """Whether a plugin's handler of the start only hands on what others run, which reads: what it runs is known."""
    plugin = program.plugin_of(read.steps[0].function.module)
    return item.kind == "event-handler" and program.plugin_of(read.steps[-1].function.module) != plugin


def _run_by(program: TenantProgram, item: Judged) -> Sequence[Symbol]:
    """The functions that run where an item does: its own, or those by which the host runs an object of its class."""
    identifier = Symbol(modules_by_path(program).get(item.path, ""), item.qualname)
    if identifier in program.functions:
        return (identifier, *(dependencies_of(program, identifier) if item.kind == "webui-handler" else ()))
    names = (*_HOSTED, "__init__") if item.kind in _MADE_BY_HOST else _HOSTED
    return [method for name in names for method in program.method(identifier, name)]


def _identifier(program: TenantProgram, item: Judged) -> Symbol | None:
    identifier = Symbol(modules_by_path(program).get(item.path, ""), item.qualname)
    return identifier if identifier in program.functions else None
