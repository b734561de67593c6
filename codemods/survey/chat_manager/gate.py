"""The chat manager is closed without a tenant: its maps, its methods, and the door for the system's own work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from codemods.analysis.facts import FileFacts
from codemods.analysis.symbols import Symbol
from codemods.messages import phrase
from codemods.places import Beginning, Decorators, Definition, Place
from codemods.survey.program import TenantProgram
from codemods.survey.shared_state.closed_map import in_the_way, map_is_closed
from codemods.survey.shared_state.partitions import first_line, how_to_partition, is_partitioned
from codemods.survey.sites import Site, Unfit
from codemods.survey.verdicts import GLOBAL, INSECURE, SECURE, EntryPoint, Finding, entry, stations

KIND = "chat-manager"


def gate(program: TenantProgram) -> Iterator[EntryPoint | Finding]:
    """What the chat manager shows to whom, and who works for all tenants at once."""
    rules = program.state.gate
    yield from _elsewhere(program)
    if rules.map in program.classes:
        verdict, reason, by_hand = SECURE, phrase("shows a tenant its own data, and nobody else any"), False
        if not map_is_closed(program):
            obstacle = in_the_way(program)
            verdict, reason = INSECURE, phrase("answers without a tenant, or cannot be shown not to")
            reason, by_hand = (
                phrase("{reason}; no recipe replaces it: {obstacle}", reason=reason, obstacle=obstacle)
                if obstacle
                else reason,
                bool(obstacle),
            )
        line = program.classes[rules.map].line
        yield EntryPoint(_path(program, rules.map), _short(rules.map), line, KIND, verdict, reason, by_hand=by_hand)
    for at in rules.partitioned:
        way = how_to_partition(program, program.state.holders[at])
        if is_partitioned(program, program.state.holders[at]):
            yield _attribute(program, at, SECURE, phrase("is partitioned by tenant"))
        elif way is not None:
            by_hand = isinstance(way, Finding)
            reason = (
                f"{way.path}:{way.line}: {way.reason}" if isinstance(way, Finding) else phrase("is one for all tenants")
            )
            yield _attribute(program, at, INSECURE, reason, by_hand=by_hand)
    for name in (name for name in rules.closed if name in program.functions):
        verdict = INSECURE if name in _open_methods(program) else SECURE
        reason = phrase("reads its tenant first") if verdict == SECURE else phrase("does not read its tenant first")
        yield entry(program, name, KIND, verdict, reason)
    for name in sorted(rules.system & program.functions.keys()):
        if (path := program.path_to_state(name)) is not None:
            yield entry(
                program,
                name,
                KIND,
                INSECURE,
                phrase("works for all tenants, and not through the door: {path}", path=path),
                way=stations(program, path),
            )
    yield from _through_the_door(program)


def _elsewhere(program: TenantProgram) -> Iterator[Finding]:
    """What keeps the chats, where its file only hands it on: of it nothing is told here."""
    for cls in dict.fromkeys(at.owner for at in program.state.gate.partitioned):
        is_elsewhere = cls.module in program.files and cls not in program.classes
        for value in program.values((cls.qualname,), cls.body) if is_elsewhere else ():
            if value.kind in ("class", "outside"):
                reason = phrase(
                    "hands on {name} of {home}: nothing shows whether that is closed without a tenant",
                    name=cls.name,
                    home=value.name.module,
                )
                yield Finding(_path(program, cls), 1, reason, f"elsewhere {cls.name}")


def _attribute(program: TenantProgram, at: Symbol, verdict: str, reason: str, *, by_hand: bool = False) -> EntryPoint:
    line = first_line(program, program.state.holders[at])
    return EntryPoint(_path(program, at), _short(at), line, KIND, verdict, reason, by_hand=by_hand)


def gate_sites(program: TenantProgram) -> Iterator[Site | Unfit]:
    """What closes the chat manager, place by place."""
    rules = program.state.gate
    if rules.map in program.classes and not map_is_closed(program):
        if obstacle := in_the_way(program):
            reason = phrase("{name} cannot be replaced: {obstacle}", name=rules.map.name, obstacle=obstacle)
            yield Unfit("open-map", _path(program, rules.map), program.classes[rules.map].line, reason)
        else:
            yield _site(program, "open-map", rules.map, Definition(_short(rules.map)))
    for at in rules.partitioned:
        way = how_to_partition(program, program.state.holders[at])
        if way is None or is_partitioned(program, program.state.holders[at]):
            continue
        if isinstance(way, Finding):
            yield Unfit("chat-mapping", way.path, way.line, way.reason)
        else:
            yield replace(way, on="chat-mapping")
    for name in _open_methods(program):
        yield _site(program, "chat-gate", name, Beginning(_short(name)))
    for name in sorted((rules.across | rules.each) & program.functions.keys()):
        if program.path_to_state(name) is None:
            continue
        each = name in rules.each and program.functions[name].is_async and not _enters_by_itself(program, name)
        place = Decorators(_short(name), len(program.functions[name].decorators))
        yield _site(program, "system-each" if each else "system-across", name, place)


def _path(program: TenantProgram, identifier: Symbol) -> str:
    return program.file_of(identifier).path


def _short(name: Symbol) -> str:
    return name.qualname


def _site(program: TenantProgram, on: str, identifier: Symbol, place: Place) -> Site:
    return Site(on, program.file_of(identifier).path, place)


def _open_methods(program: TenantProgram) -> list[Symbol]:
    """The methods that must read their tenant first and do not."""
    return [
        name
        for name in program.state.gate.closed
        if (function := program.functions.get(name)) is not None
        if not any(program.named(chain, name, program.state.context.guards) for chain in function.first_reads)
    ]


# The door

_EACH, _ACROSS = phrase("the door: in each tenant in turn"), phrase("the door: for all tenants at once")
# What is said of those that may pass.
THROUGH_THE_DOOR = (_EACH, _ACROSS)


def _through_the_door(program: TenantProgram) -> Iterator[EntryPoint]:
    rules, doors = program.state.gate, program.state.context.doors
    home = {door.module for door in doors}
    for file in program.files.values():
        if file.module in home or not _imports_from(file, home):
            continue
        for qualname, function in file.functions.items():
            identifier = Symbol(file.module, qualname)
            decorators = [use.chain for use in function.decorators]
            used = [use.chain for use in function.uses] + list(decorators)
            if not any(program.named(chain, identifier, doors) for chain in used if chain):
                continue
            if identifier in rules.each:
                yield entry(program, identifier, KIND, SECURE, _EACH)
            elif identifier in rules.across:
                yield entry(program, identifier, KIND, GLOBAL, _ACROSS)
            else:
                reason = phrase("passes through the door, which is for loading and saving all streams only")
                yield entry(program, identifier, KIND, INSECURE, reason, by_hand=True)


def _imports_from(file: FileFacts, modules: set[str]) -> bool:
    return any(
        target.module in modules or target.dotted in modules
        for function in file.functions.values()
        for target in function.imports.values()
    )


def _enters_by_itself(program: TenantProgram, name: Symbol) -> bool:
    """Whether a function enters a tenant in its own body, as for each stream that it saves."""
    return any(program.is_scope(item, name) for use in program.functions[name].uses for item in use.within)
