"""What everybody has from the start: a configuration, rows in every table, plugins that are loaded."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
from typing import Any

from .owners import PLATFORM, Owner
from .services import Services
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
        # The parts of configurations that somebody has: what two share is the first one's.
        self._configured: dict[int, Any] = {}

    def fill_tables(self, owner: Owner) -> None:
        """A row of an owner's in every table, as the owner would store it."""
        for model in self._tree.models:
            with self._tree.inside(owner.pair):
                try:
                    row = model.create(**self._row(model, owner))
                except Exception as error:  # a table that takes no such row, or no row of this owner's
                    self.refused[model] = f"it took no row of {owner.name}'s: {type(error).__name__}: {error}"[:300]
                    continue
            owner.things.append(row)
            self._note_ids(model, row, owner)

    def _row(self, model: Any, owner: Owner) -> dict[str, Any]:
        found = {}
        for field in model._meta.sorted_fields:
            kind, name = field.__class__.__name__, field.name
            if name in self._tree.names.columns or kind in ("AutoField", "BigAutoField", "ForeignKeyField"):
                continue
            found[name] = self._value(model.__name__, name, kind, owner)
        return found

    def _value(self, table: str, name: str, kind: str, owner: Owner) -> Any:
        if name.endswith(_PLATFORMS):
            return PLATFORM
        known = next((owner.ids.get(to) for end, to in _COLUMNS.items() if name.endswith(end)), None)
        if known is not None and kind in ("TextField", "CharField"):
            return known
        if kind in ("TextField", "CharField", "FixedCharField"):
            return self._words.new(owner.name, f"the column {name} of {table}")
        if kind in ("DateTimeField", "DateField", "TimeField"):
            return None
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
            return "the tree has no plugin manager"
        try:
            loaded = getattr(manager, name)()
            if inspect.isawaitable(loaded):
                await loaded
            names = list(manager.list_loaded_plugins())
            services.answers["/plugins/settings"] = [
                {"plugin_name": each, "enabled": True, "config": {}} for each in names
            ]
        except Exception as error:  # a plugin that the tree itself cannot load
            return f"{type(error).__name__}: {error}"
        return ""

    async def start(self, seconds: float) -> str:
        """Run the tree's start-up, as its main program does; what went wrong, if anything did."""
        cls = self._tree.find(self._tree.names.startup.rpartition(".")[0])
        if cls is None:
            return "the tree has no such start-up"
        try:
            system = cls()
            method = getattr(system, "initialize", None) or getattr(system, self._tree.names.startup.rpartition(".")[2])
            await asyncio.wait_for(method(), seconds)
        except TimeoutError:
            return f"it did not end within {seconds:g} s"
        except Exception as error:
            return f"{type(error).__name__}: {error}"
        return ""

    def configure(self, owner: Owner) -> None:
        """A name of the owner's own for its bot, and keys of its own for models, in the configuration of its own."""
        word = self._words.new(owner.name, f"the name of {owner.name}'s bot")
        home = self._tree.names.configuration
        setter = self._tree.find(f"{home}:set_tenant_config")
        if setter is not None:
            setter(owner.pair[0], bot={"nickname": word})
            return
        with contextlib.suppress(Exception), self._tree.inside(owner.pair):
            bot = self._tree.find(f"{home}:global_config").bot
            if id(bot) not in self._configured:
                bot.nickname = word
                self._configured[id(bot)] = bot
            for provider in self._tree.find(f"{home}:model_config").api_providers:
                if id(provider) not in self._configured:
                    provider.api_key = owner.key
                    self._configured[id(provider)] = provider
