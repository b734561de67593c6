"""The order in which a tree is asked."""

from __future__ import annotations

import importlib
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

from .apis import Apis
from .asking import Asking, stop_others
from .gateway import Gateway
from .outlets import Outlets
from .owners import owners
from .seeding import Seeding
from .seeing import Sight
from .shapes import APART, REFUSED, Seen, Task
from .tree import Tree
from .views import Views
from .words import Words

Step = tuple[str, Callable[[], Awaitable[list[Seen]]]]


class Proof:
    """Everybody, and what they are asked in."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self.tree = Tree(task.names)
        self.words, self.sight = Words(), Sight()
        self.owners = owners(self.words)
        self.views = Views(self.tree, self.sight, Path(task.database), task.holders)
        self.asking = Asking(self.tree, self.words, self.sight, self.views, self.owners)
        self.asking.seconds = task.call_seconds
        self.outlets = Outlets(self.tree, self.sight)
        self.seeding = Seeding(self.tree, self.words)

    @property
    def logged(self) -> list[str]:
        return self.outlets.errors

    def steps(self) -> Iterator[Step]:
        """What is done, in order."""
        yield "start-up", self._start
        yield from self._group("gateway", Gateway(self.asking, self.outlets))
        yield "rows of every tenant in every table", self._seed
        yield from self._group("apis", Apis(self.asking))

    def _group(self, name: str, group: Gateway | Apis) -> Iterator[Step]:
        if name in self._task.groups:
            yield from ((way.name, way.ask) for way in group.ways())

    async def _start(self) -> list[Seen]:
        importlib.import_module(self._task.names.startup.partition(":")[0])
        importlib.import_module(self._task.names.apis)
        self.tree.create_tables()
        self.outlets.put_in_place()
        for owner in self.owners.values():
            self.seeding.configure(owner)
        failed = await self.seeding.start(self._task.call_seconds * 3)
        await self.seeding.load_plugins()
        self.sight.shared = self.tree.singletons()
        module, _, qualname = self._task.names.startup.partition(":")
        return [Seen("startup", module, qualname, REFUSED if failed else APART, failed)]

    async def _seed(self) -> list[Seen]:
        await stop_others(set())
        for owner in self.owners.values():
            self.seeding.fill_tables(owner)
        self.views.holders.look()
        return []
