"""Words put by hand where the audit says that tenants' state goes, and that the migration keeps it apart."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from .owners import Owner
from .texts import phrase
from .tree import Tree, is_own
from .views import Holders
from .words import Words

# Of objects of one class, so many are tried.
_MOST = 3
Undo = Callable[[], object]


class Hands:
    """Puts words into holders for as long as they are looked at, and takes them out again."""

    def __init__(self, tree: Tree, words: Words, holders: Holders, names: list[str], *, is_migrated: bool) -> None:
        self._tree, self._words, self._holders = tree, words, holders
        self._names, self._is_migrated = names, is_migrated

    @contextlib.contextmanager
    def put(self, owners: Iterable[Owner]) -> Iterator[None]:
        """A word of each owner's in each holder that is mended, put there in the owner's context."""
        undone: list[tuple[Owner, Undo]] = []
        try:
            for owner in owners:
                with self._tree.inside(owner.pair):
                    for name in self._names:
                        word = self._words.new(
                            owner.name, phrase("put into {name} by hand", name=name.partition(":")[2])
                        )
                        for place, attribute in list(self._holders.places(name))[:_MOST]:
                            with contextlib.suppress(Exception):  # it takes no such thing
                                undone.append((owner, self._put(place, attribute, word)))
            yield
        finally:
            for owner, undo in reversed(undone):
                with self._tree.inside(owner.pair), contextlib.suppress(Exception):
                    undo()

    def _put(self, place: Any, attribute: str, word: str) -> Undo:
        value = getattr(place, attribute)
        is_parted = is_own(type(value).__module__) or hasattr(vars(type(place)).get(attribute), "__set__")
        if self._is_migrated and not is_parted:
            raise TypeError("what keeps tenants apart is not the holder itself")
        if isinstance(getattr(type(value), "value", None), property):
            before = value.value
            value.value = word
            return lambda: setattr(value, "value", before)
        if hasattr(value, "__setitem__") and hasattr(value, "items"):
            value[word] = word
            return lambda: value.__delitem__(word)
        for add, take in (("append", "remove"), ("add", "discard")):
            if hasattr(value, add) and hasattr(value, take):
                getattr(value, add)(word)
                return lambda: getattr(value, take)(word)
        setattr(place, attribute, word)
        return lambda: setattr(place, attribute, value)
