"""What plugins start for each tenant, as that is loaded: now, or once recipes have run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from codemods.analysis.symbols import Symbol
from codemods.survey.lookups import method_of
from codemods.survey.plugins.plugin_code import Part
from codemods.survey.plugins.start_handlers import PluginStart, starts_of
from codemods.survey.program import TenantProgram
from codemods.survey.spawns import Spawn, task_spawns


def loading_spawns(program: TenantProgram) -> Iterator[tuple[Spawn, bool]]:
    """Every task that a plugin starts as a tenant is loaded, and whether recipes see to it that all which the plugin
    keeps for it is one for each tenant."""
    spawns: dict[Symbol, list[Spawn]] = defaultdict(list)
    for spawn in task_spawns(program):
        spawns[spawn.spawner].append(spawn)
    for start in starts_of(program):
        going = list(_started_by(start, (handler.part for handler in start.going), spawns))
        yield from ((spawn, True) for spawn in going)
        loaded = _started_by(start, _loaded(start), spawns)
        yield from ((spawn, False) for spawn in loaded if spawn not in going)


def _started_by(start: PluginStart, parts: Iterable[Part], spawns: Mapping[Symbol, Sequence[Spawn]]) -> Iterator[Spawn]:
    """What parts of a plugin start, and all that they run within it."""
    for part in start.state.closure(parts):
        yield from (spawn for spawn in spawns.get(part.function, ()) if part.has(spawn.line))


def _loaded(start: PluginStart) -> Iterator[Part]:
    for cls in start.subscribed:
        execute = method_of(start.program, cls, "execute")
        if execute is not None and start.program.state.entry_points.tenant_event in start.events_of(cls):
            yield Part(execute)
