"""Where what a tenant's work says leaves the tree: what is sent to platforms, asked of models, and logged."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .owners import PAIRS, owner_key
from .seeing import Sight
from .services import Services
from .tree import Tree
from .words import NOBODY

_MOST_LOGGED = 50


@dataclass(frozen=True)
class Out:
    """Something that went out: by which way, in whose context, and its text."""

    way: str
    viewer: str
    text: str


class Outlets(logging.Handler):
    """Notes what goes out."""

    def __init__(self, tree: Tree, sight: Sight, services: Services) -> None:
        super().__init__(logging.DEBUG)
        self._tree, self._sight, self._services = tree, sight, services
        self.out: list[Out] = []
        self.errors: list[str] = []

    def put_in_place(self) -> None:
        """Stand beside what sends to platforms, and hear what is logged."""
        for name in self._tree.names.sends:
            owner = self._tree.find(name.rpartition(".")[0])
            method = self._tree.find(name)
            if owner is not None and method is not None:
                setattr(owner, name.rpartition(".")[2], self._noting(method, name))
        logging.getLogger().addHandler(self)

    @property
    def prompts(self) -> list[Out]:
        """What models were asked so far, each with whose key it was asked."""
        whose = {owner_key(pair): name for name, pair in PAIRS.items()}
        return [Out("a prompt", whose.get(key, NOBODY), text) for key, text in list(self._services.prompts)]

    def viewer(self) -> str:
        """Whose context it is."""
        module = self._tree.find(self._tree.names.scope.partition(":")[0])
        pair = (module.get_current_tenant_id(), module.get_current_agent_id())
        return next((name for name, each in PAIRS.items() if each == pair), NOBODY)

    def log(self, text: str) -> None:
        """A line in the tree's own log, as its work writes them."""
        made = self._tree.find(self._tree.names.logger)
        if made is not None:
            made("chat").info(text)

    def _noting(self, method: Callable[..., Any], name: str) -> Callable[..., Any]:
        async def note(instance: Any, *values: Any, **named: Any) -> Any:
            self.out.append(Out(f"a message sent by {name}", self.viewer(), self._sight.text([values, named])))
            answer = method(instance, *values, **named)
            return await answer if inspect.isawaitable(answer) else answer

        return note

    def emit(self, record: logging.LogRecord) -> None:
        """An error that is logged in work of a tenant: what failed there may have shown more."""
        if record.levelno < logging.ERROR or len(self.errors) >= _MOST_LOGGED:
            return
        viewer = self.viewer()
        if viewer != NOBODY:
            self.errors.append(f"{viewer}: {record.getMessage()[:300]}")
