"""The order in which a tree is asked."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Protocol

from . import apis, components, gateway, minutes, restart, state, webui
from .apis import Apis, methods_of, public_functions
from .asking import Asking, Way, distinct, judged, stop_others
from .clock import Clock
from .components import Components, Tasks
from .gateway import Gateway
from .hands import Hands
from .limits import Warden
from .minutes import Minutes
from .outlets import Outlets
from .owners import Owner, owners
from .restart import Restart
from .seeding import Seeding
from .seeing import Sight
from .services import Services
from .shapes import NOT_REACHED, Logged, Seen, Task
from .state import State
from .texts import phrase, said_by, short
from .tree import Tree
from .views import Views
from .webui import Sockets, Web, Webui
from .words import COMMON, Words


class Group(Protocol):
    """Ways of one kind."""

    def ways(self) -> Iterator[Way]: ...


# What the audit would call the ways of each group.
KINDS = {
    "gateway": gateway.KIND,
    "minutes": minutes.KIND,
    "apis": apis.KIND,
    "chats": apis.MANAGER,
    "webui": webui.KIND,
    "sockets": webui.KIND,
    "components": components.COMPONENT,
    "tasks": components.TASK,
    "state": state.KIND,
    "restart": restart.KIND,
}
Step = tuple[str, Callable[[], Awaitable[list[Seen]]]]


class Proof:
    """Everybody, and what they are asked in."""

    def __init__(self, task: Task, services: Services, warden: Warden) -> None:
        self._task, self._services = task, services
        self.tree = Tree(task.names)
        self.words, self.sight = Words(), Sight()
        self.owners = owners(self.words)
        self.views = Views(self.tree, self.sight, Path(task.database), task.holders, warden)
        self.outlets = Outlets(self.tree, self.sight, services, self.words)
        self.asking = Asking(self.tree, self.words, self.sight, self.views, self.owners, self.outlets)
        self.asking.seconds = task.call_seconds
        self.seeding = Seeding(self.tree, self.words)
        self.hands = Hands(self.tree, self.words, self.views.holders, task.mended, is_migrated=task.is_migrated)
        self.clock = Clock()
        self.restart = Restart(self.asking, self.seeding, self.views, self.clock, Path(task.database).parent)

    @property
    def logged(self) -> list[Logged]:
        return self.outlets.logged

    def steps(self) -> Iterator[Step]:
        """What is done, in order."""
        self.clock.put_in_place()
        if self._task.is_again:
            self.restart.remember()
        yield phrase("start-up"), self._start
        messages = Gateway(self.asking, self.outlets)
        yield from self._group("gateway", messages)
        if self._task.is_again:
            self.restart.find_rows()
            yield from self._group("restart", self.restart)
            return
        yield from self._group("minutes", Minutes(self.asking, self._services, self.clock, messages))
        yield phrase("rows of every tenant in every table"), self._seed
        names, manager = self._task.names, self.tree.only(self._task.names.chat_manager)
        functions = functools.partial(public_functions, names.apis, names.exempt)
        yield from self._group("apis", Apis(self.asking, apis.KIND, functions))
        yield from self._group("chats", Apis(self.asking, apis.MANAGER, functools.partial(methods_of, manager)))
        web = Web(self.asking) if {"webui", "sockets"} & set(self._task.groups) else None
        if web is not None:
            yield from self._group("webui", Webui(web))
            yield from self._group("sockets", Sockets(web, messages))
        yield from self._group("components", Components(self.asking))
        yield from self._group("tasks", Tasks(self.asking))
        yield from self._group("state", State(self.asking, self.hands))
        if "restart" in self._task.groups:
            yield phrase("the stop"), self.restart.stop

    def _group(self, name: str, group: Group) -> Iterator[Step]:
        if name not in self._task.groups:
            return
        within = tuple(self._task.within)
        for way in group.ways():
            if name == "gateway" or not within or way.name.startswith(within):
                yield way.name, functools.partial(_asked, way, KINDS[name])

    async def _start(self) -> list[Seen]:
        importlib.import_module(self._task.names.startup.partition(":")[0])
        importlib.import_module(self._task.names.apis)
        self.tree.create_tables()
        self.outlets.put_in_place()
        self.seeding.configure(self._tenants())
        failed = [await self.seeding.start(self._task.call_seconds * 3)]
        failed += [await self.seeding.load_plugins(self._services)]
        self.tree.create_tables()
        self.sight.shared = self.tree.singletons()
        module, _, qualname = self._task.names.startup.partition(":")
        return [self._started(module, qualname, [why for why in failed if why])]

    def _started(self, module: str, qualname: str, failed: list[str]) -> Seen:
        """What is seen of start-up, which works for nobody: something only where somebody's words came out."""
        out = self.outlets.out
        crossings = [each for said in out for each in self.asking.shown(said.text, said.viewer, said.way)]
        if not failed and not any(self.words.in_text(said.text) for said in out):
            return Seen(
                "startup", module, qualname, NOT_REACHED, phrase("it ran, and nothing that was put in came out")
            )
        return Seen("startup", module, qualname, *judged(crossings, not failed, failed), distinct(crossings))

    def _tenants(self) -> list[Owner]:
        return [owner for name, owner in self.owners.items() if name != COMMON]

    async def _seed(self) -> list[Seen]:
        await stop_others(set())
        for owner in self._tenants():
            self.seeding.fill_tables(owner)
        self.views.holders.look()
        return [
            Seen(state.KIND, model.__module__, model.__name__, NOT_REACHED, why)
            for model, why in self.seeding.refused.items()
        ]


async def _asked(way: Way, kind: str) -> list[Seen]:
    """What came of a way; one that cannot be asked is not reached, and the others are asked."""
    try:
        return await way.ask()
    except Exception as error:  # whatever code of the tree does where it is only looked at
        module, _, qualname = way.name.partition(":")
        return [Seen(kind, module, qualname, NOT_REACHED, short(said_by(error)))]
