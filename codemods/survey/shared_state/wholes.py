"""What is only right as a whole: what a loop works on that is started once, what is set up for others, what changes
together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

from msgspec import Struct

from codemods.analysis.holders import Holders
from codemods.analysis.kept import Holder
from codemods.analysis.reach import Edge
from codemods.analysis.symbols import Symbol
from codemods.analysis.writes import ADDED, BIND
from codemods.messages import phrase
from codemods.survey.background.loops import of_own_tenant
from codemods.survey.lookups import method_of, subclasses_of
from codemods.survey.plugins.loading import loading_spawns
from codemods.survey.program import TenantProgram
from codemods.survey.shared_state.mentions import Mention
from codemods.survey.shared_state.outside import mended
from codemods.survey.spawns import Spawn, task_spawns

# What gives an object its first values.
MAKING = frozenset({"__init__", "__new__", "__post_init__", "__attrs_post_init__", "model_post_init"})


class Guarded(Struct, frozen=True):
    """A loop, and what tenants share that says whether it is started."""

    loop: Symbol
    guards: tuple[Holder, ...]


class Wholes:
    """Answers for the holders of one program; `is_open`: whether a holder is shared, and mixes tenants."""

    def __init__(self, program: TenantProgram, holders: Holders, is_open: Callable[[Holder], bool]) -> None:
        self.program, self.holders, self.is_open = program, holders, is_open

    # Loops

    @cached_property
    def in_loops(self) -> dict[Symbol, Symbol]:
        """What loops run that somebody starts once, whoever that is: a tenant that comes later has none of its own."""
        return self._run_by(
            spawn.target
            for spawn in task_spawns(self.program)
            if self.program.functions[spawn.target].loops
            and spawn not in self._started_apart
            and not self.program.enters_tenant(spawn.target)
        )

    @cached_property
    def in_guarded_loops(self) -> dict[Symbol, Guarded]:
        """What loops run that each tenant starts for itself, once the guards are its own."""
        loops = {spawn.target: guards for spawn, guards in self._started_apart.items() if guards}
        return {frame: Guarded(loop, tuple(loops[loop])) for frame, loop in self._run_by(loops).items()}

    @cached_property
    def _started_apart(self) -> dict[Spawn, list[Holder]]:
        """What is started as a tenant is loaded, and what tenants share that says whether it is."""
        return {
            spawn: [] if is_apart else list(filter(self.is_open, self._bound_by.get(spawn.spawner, ())))
            for spawn, is_apart in loading_spawns(self.program)
        }

    def _run_by(self, loops: Iterable[Symbol]) -> dict[Symbol, Symbol]:
        own = set(of_own_tenant(self.program))
        runs = (method_of(self.program, cls, "run") for cls in subclasses_of(self.program, self._tasks))
        elsewhere = self.program.state.entry_points.started_elsewhere
        inside = {*own, *filter(None, runs), *elsewhere, *mended(self.program)}
        starts = [loop for loop in loops if loop not in own]
        return self.program.reaches.origins(starts, lambda edge: self._follows(edge, inside))

    @property
    def _tasks(self) -> frozenset[Symbol]:
        return frozenset(self.program.state.entry_points.tasks)

    def _follows(self, edge: Edge, inside: set[Symbol]) -> bool:
        return not (edge.guessed or edge.scoped or edge.target in inside or self.program.enters_tenant(edge.target))

    # Set up

    def set_up_elsewhere(self, holder: Holder, uses: Iterable[Mention]) -> str:
        """Who uses what a holder starts without, where another function makes it, or ""."""
        bindings = [item for item in self.holders.changes.get(holder, ()) if item.write.how == BIND and not item.entry]
        makers = {item.function for item in bindings if item.write.value and item.write.value.form == "call"}
        binders = {item.function for item in bindings}
        for use in uses if makers else ():
            if use.frame in binders or any(edge.target in makers for edge in self.program.edges(use.frame)):
                continue
            maker, user = min(makers).qualname, use.frame.qualname
            return phrase("{maker} makes it, and {user} uses it as it is", maker=maker, user=user)
        return ""

    # Together

    def together(self, holder: Holder) -> list[Holder]:
        """The other holders of its class or module that change where this one does, and where those do, and so on."""
        found, queue = {holder: None}, [holder]
        while queue:
            for other in self._beside(queue.pop()):
                if other not in found:
                    found[other] = None
                    queue.append(other)
        return list(found)[1:]

    def _beside(self, holder: Holder) -> Iterator[Holder]:
        for change in self.holders.changes.get(holder, ()):
            if _binds(change.write.how) and not change.entry and change.function.name not in MAKING:
                for other in self._bound_by[change.function]:
                    if other.owner == holder.owner and other.kind == holder.kind and self.is_open(other):
                        yield other

    @cached_property
    def _bound_by(self) -> dict[Symbol, list[Holder]]:
        found: dict[Symbol, list[Holder]] = defaultdict(list)
        for holder, changes in self.holders.changes.items():
            for change in changes:
                if _binds(change.write.how) and not change.entry and holder not in found[change.function]:
                    found[change.function].append(holder)
        return found


def _binds(how: str) -> bool:
    return how in (BIND, ADDED)
