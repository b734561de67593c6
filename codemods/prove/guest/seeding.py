"""What everybody has from the start: a configuration, rows in every table, plugins that are loaded."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from .owners import PLATFORM, Owner
from .services import Services
from .texts import phrase, said_by, short
from .tree import Tree
from .words import Words

# Columns that hold ids of chats and people, by what they end in.
_COLUMNS = {
    "chat_id": "chat_id",
    "stream_id": "chat_id",
    "group_id": "group_id",
    "user_id": "user_id",
}
_PLATFORMS = ("platform",)


class Seeding:
    """Puts them in."""

    def __init__(self, tree: Tree, words: Words) -> None:
        self._tree, self._words = tree, words
        # Of tables that took nothing of somebody's, why.
        self.refused: dict[Any, str] = {}

    def fill_tables(self, owner: Owner) -> None:
        """A row of an owner's in every table, as the owner would store it."""
        for model in self._tree.models:
            with self._tree.inside(owner.pair):
                try:
                    row = model.create(**self.row(model, owner))
                except Exception as error:  # a table that takes no such row, or no row of this owner's
                    self.refused[model] = phrase(
                        "it took no row of {owner}'s: {error}",
                        owner=owner.name,
                        error=short(said_by(error)),
                    )
                    continue
            owner.things.append(row)
            self._note_ids(model, row, owner)

    def find_rows(self, owner: Owner) -> None:
        """A row of an owner's of every table, as the owner finds it."""
        for model in self._tree.models:
            with self._tree.inside(owner.pair), contextlib.suppress(Exception):  # it finds none
                owner.things.append(model.select().get())

    def row(self, model: Any, owner: Owner) -> dict[str, Any]:
        """The values of a row of an owner's."""
        found = {}
        for field in model._meta.sorted_fields:
            kind, name = field.__class__.__name__, field.name
            if name in self._tree.names.columns or kind in ("AutoField", "BigAutoField", "ForeignKeyField"):
                continue
            found[name] = self._value(model.__name__, field, owner)
        return found

    def _value(self, table: str, field: Any, owner: Owner) -> Any:
        kind, name = field.__class__.__name__, field.name
        if name.endswith(_PLATFORMS):
            return PLATFORM
        known = next((owner.ids.get(to) for end, to in _COLUMNS.items() if name.endswith(end)), None)
        if known is not None and kind in ("TextField", "CharField"):
            return known
        if kind in ("TextField", "CharField", "FixedCharField"):
            return self._words.new(owner.name, phrase("the column {name} of {table}", name=name, table=table))
        if kind in ("DateTimeField", "DateField", "TimeField"):
            return None if field.null else datetime.now()
        return kind == "BooleanField" if kind == "BooleanField" else 1 if "Int" in kind else 1.0

    def _note_ids(self, model: Any, row: Any, owner: Owner) -> None:
        """What parameters ask for this row by."""
        for name in ("person_id", "emoji_hash", "message_id", "action_id"):
            if isinstance(getattr(row, name, None), str):
                owner.ids.setdefault(name, getattr(row, name))
        owner.ids[f"{model.__name__.lower()}_id"] = str(row.get_id())

    async def load_plugins(self, services: Services) -> str:
        """Load every plugin, and have the service say that all have them; what went wrong, if anything did."""
        owner, _, name = self._tree.names.plugins.rpartition(".")
        manager = self._tree.only(owner)
        if manager is None:
            return phrase("the tree has no plugin manager")
        try:
            loaded = getattr(manager, name)()
            if inspect.isawaitable(loaded):
                await loaded
            names = list(manager.list_loaded_plugins())
            services.answers["/plugins/settings"] = [
                {"plugin_name": each, "enabled": True, "config": {}} for each in names
            ]
        except Exception as error:  # a plugin that the tree itself cannot load
            return said_by(error)
        return ""

    async def start(self, seconds: float) -> str:
        """Run the tree's start-up, as its main program does; what went wrong, if anything did."""
        cls = self._tree.find(self._tree.names.startup.rpartition(".")[0])
        if cls is None:
            return phrase("the tree has no such start-up")
        try:
            system = cls()
            method = getattr(system, "initialize", None) or getattr(system, self._tree.names.startup.rpartition(".")[2])
            await asyncio.wait_for(method(), seconds)
        except TimeoutError:
            return phrase("it did not end within {seconds} s", seconds=f"{seconds:g}")
        except Exception as error:
            return said_by(error)
        return ""

    def configure(self, owners: Sequence[Owner]) -> None:
        """A name of each one's own for its bot, and keys of its own for models, in the configuration of its own."""
        names = {
            owner.name: self._words.new(owner.name, phrase("the name of {owner}'s bot", owner=owner.name))
            for owner in owners
        }
        setter = self._tree.find(f"{self._tree.names.configuration}:set_tenant_config")
        if setter is not None:
            for owner in owners:
                setter(owner.pair[0], bot={"nickname": names[owner.name]})
            return
        bots = [(owner, self._configurations(owner, "global_config", "bot")) for owner in owners]
        for owner, (bot, *_) in own_parts(bots):
            bot.nickname = names[owner.name]
        keys = [(owner, self._configurations(owner, "model_config", "api_providers")) for owner in owners]
        for owner, providers in own_parts(keys):
            for provider in providers:
                provider.api_key = owner.key

    def _configurations(self, owner: Owner, of: str, part: str) -> list[Any]:
        """A part of the configuration that an owner's work reads."""
        with contextlib.suppress(Exception), self._tree.inside(owner.pair):
            found = getattr(self._tree.find(f"{self._tree.names.configuration}:{of}"), part)
            return list(found) if isinstance(found, list) else [found]
        return []


def own_parts(parts: Sequence[tuple[Owner, list[Any]]]) -> Iterator[tuple[Owner, list[Any]]]:
    """Of parts of configurations each one's: what all have is the process's, and what two share is the first one's."""
    whose = Counter(id(item) for _, found in parts for item in found)
    taken: set[int] = set()
    for owner, found in parts:
        own = [item for item in found if whose[id(item)] < len(parts) and id(item) not in taken]
        taken.update(map(id, own))
        if own:
            yield owner, own
