"""The host of a plugin, where it is not at hand: its tenants' work is known by the names that plugins import."""

from __future__ import annotations

import re
from collections import deque

from codemods.analysis.chains import expression
from codemods.analysis.symbols import Symbol
from codemods.analysis.values import Value
from codemods.survey.program import TENANT_CONTEXT, TenantProgram, once

_API = re.compile(r"src\.plugin_system\.(?:apis\.)?(\w+_api)\b")


def is_tenants_of_host(program: TenantProgram, value: Value) -> bool:
    """Whether something of a host tree that is not at hand works for one tenant."""
    if value.kind != "outside" or not value.name.qualname:
        return False
    full = value.name.dotted
    api = _API.match(full)
    if api:
        return not any(exempt.endswith("." + api.group(1)) for exempt in program.state.apis.exempt)
    return any(full.startswith(package + ".") for package in program.state.plugins.tenant_packages)


def configures_process(program: TenantProgram) -> bool:
    """Whether a plugin's configuration is one for the whole process: read from the host, or as the release has it."""
    answering = [name for name in program.state.plugins.configuring if name in program.functions]
    past = answering_for_process(program)
    return all(program.path_to_state(name, unscoped_only=False, past=past) is None for name in answering)


@once
def answering_for_process(program: TenantProgram) -> frozenset[Symbol]:
    """What asks for the tenant beside what has values for the whole process as well, and for nothing else: without a
    tenant it answers with those values."""
    process = program.state.gate.process_values
    homes = {at.module for at, holder in program.state.holders.items() if holder.name in process}
    but = process | {TENANT_CONTEXT}
    return frozenset(
        asking
        for module in sorted(homes & program.files.keys())
        for asking in (Symbol(module, qualname) for qualname in program.file_of(Symbol(module)).functions)
        if any(touch.state == TENANT_CONTEXT for touch in program.reach(asking).touches)
        and program.path_to_state(asking, but=but, unscoped_only=False) is None
    )


def way_to_host(program: TenantProgram, identifier: Symbol) -> str | None:
    """The nearest way from a function, outside of any tenant, to what a host that is not at hand does for one."""
    if program.state.apis.package in program.files:
        return None
    ways = {identifier: identifier.qualname.replace(".<locals>", "")}
    queue = deque(ways)
    while queue:
        current = queue.popleft()
        for use in program.functions[current].uses:
            if any(program.is_scope(item, current) for item in use.within):
                continue
            values = (value for cut in range(1, len(use.chain)) for value in program.values(use.chain[:cut], current))
            if any(is_tenants_of_host(program, value) for value in values):
                return f"{ways[current]} → {expression(use.chain)}"
        for edge in program.edges(current):
            if not (edge.scoped or edge.guessed or edge.target in ways or program.enters_tenant(edge.target)):
                ways[edge.target] = f"{ways[current]} → {edge.target.qualname.replace('.<locals>', '')}"
                queue.append(edge.target)
    return None
