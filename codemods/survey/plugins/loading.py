"""What plugins start for each tenant, as that is loaded: now, or once recipes have run."""

from __future__ import annotations

from collections.abc import Iterator

from codemods.survey.lookups import method_of
from codemods.survey.plugins.plugin_code import Part
from codemods.survey.plugins.start_handlers import PluginStart, starts_of
from codemods.survey.program import TenantProgram
from codemods.survey.spawns import Spawn, task_spawns


def loading_spawns(program: TenantProgram) -> Iterator[tuple[Spawn, bool]]:
    """Every task that a plugin starts as a tenant is loaded, and whether recipes see to it that all which the plugin
    keeps for it is one for each tenant."""
    spawns = task_spawns(program)
    for start in starts_of(program):
        going = start.state.closure(handler.part for handler in start.going)
        loaded = start.state.closure(_loaded(start))
        for spawn in spawns:
            if _starts(going, spawn):
                yield spawn, True
            elif _starts(loaded, spawn):
                yield spawn, False


def _loaded(start: PluginStart) -> Iterator[Part]:
    for cls in start.subscribed:
        execute = method_of(start.program, cls, "execute")
        if execute is not None and start.program.state.entry_points.tenant_event in start.events_of(cls):
            yield Part(execute)


def _starts(parts: list[Part], spawn: Spawn) -> bool:
    return any(part.function == spawn.spawner and part.has(spawn.line) for part in parts)
