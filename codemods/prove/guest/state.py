"""What is kept at the end: holders as everybody sees them, rows of every table, and files."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Collection, Iterator

from .asking import Asking, Way, distinct, judged
from .hands import Hands
from .owners import PAIRS
from .shapes import CROSSED, NOT_REACHED, SHOWN, Crossing, Seen
from .texts import phrase
from .words import ADMIN, FIRST, NOBODY, SECOND, SISTER

KIND = "shared-state"
_NOTHING = phrase("nothing that was put in came there")


class State:
    """Looks at all of it."""

    def __init__(self, asking: Asking, hands: Hands | None = None) -> None:
        self._asking, self._hands = asking, hands

    def ways(self) -> Iterator[Way]:
        """Holders, tables and files."""
        yield Way(phrase("what holders keep"), self.holders)
        yield Way(phrase("rows of tables"), self._rows)
        yield Way(phrase("files"), self._files)
        yield Way(phrase("prompts"), self._prompts)

    async def holders(self) -> list[Seen]:
        """What each holder shows to each of them."""
        asking = self._asking
        asking.views.holders.look()
        shown: dict[str, dict[str, str]] = defaultdict(dict)
        tenants = [asking.owners[name] for name in (FIRST, SECOND)]
        # Nothing is waited for meanwhile, so that no work of the tree meets what was put in.
        with self._hands.put(tenants) if self._hands else contextlib.nullcontext():
            for viewer in (FIRST, SECOND, ADMIN):
                for name, text in asking.views.kept(asking.owners[viewer]):
                    shown[name][viewer] = text
        return [self._holder(name, texts) for name, texts in shown.items()]

    def _holder(self, name: str, texts: dict[str, str]) -> Seen:
        module, _, qualname = name.partition(":")
        crossings = [
            crossing
            for viewer, text in texts.items()
            for crossing in self._asking.shown(
                text, viewer, phrase("what {name} keeps", name=qualname), self._given(viewer)
            )
        ]
        if not any(self._asking.words.in_text(text) for text in texts.values()):
            return Seen(KIND, module, qualname, NOT_REACHED, _NOTHING)
        return Seen(KIND, module, qualname, *judged(crossings, True, []), distinct(crossings))

    def _given(self, viewer: str) -> Collection[str]:
        """The ids of the first that the second has asked by: they may stand in what is the second's own."""
        return self._asking.owners[FIRST].ids.values() if viewer == SECOND else ()

    async def _rows(self) -> list[Seen]:
        words, whose = (
            self._asking.words,
            {pair[0]: name for name, pair in PAIRS.items() if name in (FIRST, SECOND, ADMIN)},
        )
        places = {table: (model.__module__, model.__name__) for table, model in self._asking.tree.tables.items()}
        crossings: dict[str, list[Crossing]] = defaultdict(list)
        tables: set[str] = set()
        for tenant, table, key, text in self._asking.views.rows():
            if words.in_text(text):
                tables.add(table)
                viewer = NOBODY if tenant is None else whose.get(tenant, NOBODY)
                for canary in words.foreign(text, viewer, self._given(viewer)):
                    where = phrase("the row {key} of {table}", key=key, table=table)
                    if tenant is None:
                        where = phrase("{row}, which knows no tenant", row=where)
                    crossings[table].append(Crossing(SHOWN, canary.text, canary.owner, canary.put_in, where, viewer))
        return [
            Seen(
                KIND,
                *places.get(table, (phrase("the database"), table)),
                *judged(found, True, []),
                distinct(found)[:20],
            )
            for table in sorted(tables)
            for found in [crossings[table]]
        ]

    async def _prompts(self) -> list[Seen]:
        """What models were asked: with whose key, and whose words."""
        crossings: list[Crossing] = []
        prompts = self._asking.outlets.prompts
        for out in prompts:
            owners = {canary.owner for canary in self._asking.words.foreign(out.text, NOBODY)}
            if out.viewer != NOBODY:
                crossings += self._asking.shown(out.text, out.viewer, out.way)
            elif len(owners - {SISTER}) > 1:  # asked with the process's key: whoever it is for, one is another's
                crossings += self._asking.shown(out.text, FIRST if FIRST in owners else SECOND, out.way)
        place = (KIND, phrase("prompts to language models"), phrase("(all)"))
        if not any(self._asking.words.in_text(out.text) for out in prompts):
            return [Seen(*place, NOT_REACHED, _NOTHING if prompts else phrase("the models were not asked"))]
        return [Seen(*place, *judged(crossings, True, []), distinct(crossings)[:20])]

    async def _files(self) -> list[Seen]:
        asking, found = self._asking, []
        owners = [asking.owners[name] for name in PAIRS]
        for path, text in asking.views.files():
            viewer = asking.views.owner_of(path, owners)
            crossings = asking.shown(text, viewer, phrase("the file {name}", name=path))
            if crossings:
                found.append(Seen(KIND, path, phrase("(the file)"), CROSSED, "", distinct(crossings)[:20]))
        return found
