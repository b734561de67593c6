"""Messages of both tenants at once, through the tree's gateway, and one whose key nobody knows."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import time
from collections.abc import Iterator
from typing import Any
from unittest import mock

from .asking import Asking, Way, distinct, judged
from .outlets import Outlets
from .owners import PLATFORM, Owner
from .shapes import NOT_REACHED, SHOWN, Crossing, Seen
from .texts import phrase, said_by
from .values import Unmade, Values
from .words import COMMON, FIRST, SECOND

KIND = "gateway"
_ROUNDS = 2
# So long the tree may take to answer.
_SETTLING, _PAUSE = 6.0, 0.4


class Gateway:
    """Sends through the functions that platforms' messages come in by."""

    def __init__(self, asking: Asking, outlets: Outlets) -> None:
        self._asking, self._outlets = asking, outlets
        self._tree = asking.tree

    def ways(self) -> Iterator[Way]:
        """Each function that messages come in by."""
        for name in self._tree.names.gateways:
            yield Way(name, functools.partial(self._ask, name))

    async def _ask(self, name: str) -> list[Seen]:
        handler = self._tree.find(name)
        module, _, qualname = name.partition(":")
        if handler is None or "." in qualname:
            why = (
                phrase("the message server calls it with messages of a kind of their own")
                if handler
                else phrase("it is not there")
            )
            return [Seen(KIND, module, qualname, NOT_REACHED, why)]
        with self._keys():
            return [await self._drive(handler, module, qualname)]

    async def _drive(self, handler: Any, module: str, qualname: str) -> Seen:
        owners = self._owners
        before = len(self._outlets.out)
        try:
            calls = [self._call(handler, owner) for _ in range(_ROUNDS) for owner in owners]
        except Unmade as error:
            return Seen(KIND, module, qualname, NOT_REACHED, error.why)
        answers = await asyncio.gather(*calls, return_exceptions=True)
        await self._settled()
        errors = [said_by(error) for error in answers if isinstance(error, BaseException)]
        with contextlib.suppress(Exception):  # it may well be refused
            await self._call(handler, owners[0], key="key-of-a-stranger")
            await self._settled()
        crossings = self._stranger_out(before)
        for owner in owners:
            await self.take_in(owner)
        lacking = [owner.name for owner in owners if owner.name in (FIRST, SECOND) and not owner.things]
        if lacking and not crossings:
            why = errors[0] if errors else phrase("no message of {owner} became a chat", owner=lacking[0])
            return Seen(KIND, module, qualname, NOT_REACHED, why)
        return Seen(KIND, module, qualname, *judged(crossings, True, errors), distinct(crossings))

    @property
    def _owners(self) -> list[Owner]:
        return [owner for name, owner in self._asking.owners.items() if name != COMMON]

    async def send_all(self) -> None:
        """A message of everybody's through each function, without looking at what comes of it."""
        with self._keys():
            for name in self._tree.names.gateways:
                handler = self._tree.find(name)
                if handler is not None and "." not in name.partition(":")[2]:
                    calls = [self._call(handler, owner) for owner in self._owners]
                    await asyncio.gather(*calls, return_exceptions=True)

    async def _settled(self) -> None:
        """Wait until nothing more goes out."""
        seen, ends = -1, time.monotonic() + _SETTLING
        while seen != len(self._outlets.out) and time.monotonic() < ends:
            seen = len(self._outlets.out)
            await asyncio.sleep(_PAUSE)

    async def _call(self, handler: Any, owner: Owner, key: str = "") -> Any:
        values = Values(self._asking.words, owner, owner, phrase("a message through the gateway"))
        arguments = values.arguments(handler, metadata={"api_key": key or owner.key, "platform": PLATFORM, "uuid": key})
        return await asyncio.wait_for(handler(**arguments), self._asking.seconds)

    def _stranger_out(self, since: int) -> list[Crossing]:
        """What was sent to a tenant that is another's."""
        return [
            Crossing(SHOWN, canary.text, canary.owner, canary.put_in, out.way, out.viewer)
            for out in self._outlets.out[since:]
            for canary in self._asking.words.foreign(out.text, out.viewer)
        ]

    @contextlib.contextmanager
    def _keys(self) -> Iterator[None]:
        """Keys of everybody, as the service that knows them would answer."""
        module, _, name = self._tree.names.key_parser.partition(":")
        home = self._tree.find(module)
        if home is None or not hasattr(home, name):
            yield
            return
        known = {
            owner.key: {"tenant_id": owner.pair[0], "agent_id": owner.pair[1], "format_valid": True}
            for owner in self._owners
        }

        async def parse(key: str) -> Any:
            return known.get(key)

        with mock.patch.object(home, name, parse):
            yield

    async def take_in(self, owner: Owner) -> None:
        """What the tree has made of an owner's messages: chats and their ids."""
        manager = self._tree.only(self._tree.names.chat_manager)
        if manager is None:
            return
        words, key = self._asking.words, self._tree.names.chat_id
        with self._tree.inside(owner.pair), contextlib.suppress(Exception):
            for stream in list(manager.streams.values()):
                if owner.ids["user_id"] not in self._asking.sight.text(stream):
                    continue
                number = str(getattr(stream, key))
                words.alias(number, owner.name, phrase("the id of {owner}'s chat", owner=owner.name))
                owner.ids.setdefault("chat_id", number)
                owner.things.append(stream)
