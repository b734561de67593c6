"""Where what a tenant's work says leaves the tree: what is sent to platforms, asked of models, and logged."""

from __future__ import annotations

import inspect
import logging
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .owners import PAIRS, owner_key
from .seeing import Sight
from .services import Services
from .shapes import Logged
from .texts import phrase
from .tree import Tree
from .words import NOBODY, Words

_MOST_LOGGED = 50


@dataclass(frozen=True)
class Out:
    """Something that went out: by which way, in whose context, and its text."""

    way: str
    viewer: str
    text: str


class Outlets(logging.Handler):
    """Notes what goes out."""

    def __init__(self, tree: Tree, sight: Sight, services: Services, words: Words) -> None:
        super().__init__(logging.DEBUG)
        self._tree, self._sight, self._services, self._words = tree, sight, services, words
        self.out: list[Out] = []
        # In whose work each error was logged, once for each time.
        self._errors: dict[str, list[str]] = defaultdict(list)

    def put_in_place(self) -> None:
        """Stand beside what sends to platforms, and hear what is logged."""
        for name in self._tree.names.sends:
            owner = self._tree.find(name.rpartition(".")[0])
            method = self._tree.find(name)
            if owner is not None and method is not None:
                setattr(owner, name.rpartition(".")[2], self._noting(method, name))
        logging.getLogger().addHandler(self)

    @property
    def logged(self) -> list[Logged]:
        """The errors, the most frequent first."""
        found = [Logged(text, len(whose), sorted(set(whose))) for text, whose in self._errors.items()]
        return sorted(found, key=lambda each: -each.count)

    @property
    def prompts(self) -> list[Out]:
        """What models were asked so far, each with whose key it was asked."""
        whose = {owner_key(pair): name for name, pair in PAIRS.items()}
        return [Out(phrase("a prompt"), whose.get(key, NOBODY), text) for key, text in list(self._services.prompts)]

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
            self.out.append(
                Out(phrase("a message sent by {name}", name=name), self.viewer(), self._sight.text([values, named]))
            )
            answer = method(instance, *values, **named)
            return await answer if inspect.isawaitable(answer) else answer

        return note

    def emit(self, record: logging.LogRecord) -> None:
        """An error that is logged in work of a tenant: what failed there may have shown more."""
        if record.levelno < logging.ERROR:
            return
        viewer, text = self.viewer(), self._words.masked(_message(record))
        if viewer != NOBODY and (text in self._errors or len(self._errors) < _MOST_LOGGED):
            self._errors[text].append(viewer)


def _message(record: logging.LogRecord) -> str:
    """What a record says: of a structured one, what happened and whose logger it was."""
    said = record.msg
    if isinstance(said, Mapping) and "event" in said:
        text = f"{said.get('logger_name', record.name)}: {said['event']}"
    else:
        text = f"{record.name}: {record.getMessage()}"
    return " ".join(text.split())[:300]
