"""Stop and restart: what was put in before is seen again by its owner, and by nobody else."""

from __future__ import annotations

import functools
import json
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .apis import TAKING, public_functions
from .asking import Asking, Way, distinct
from .clock import Clock
from .owners import PAIRS, Owner
from .seeding import Seeding
from .shapes import APART, CROSSED, NOT_REACHED, Crossing, Seen
from .state import State
from .texts import parted, phrase, said_by, short, whole
from .values import Unmade, Values
from .views import Views
from .words import FIRST, NOBODY, SECOND, Canary

KIND = "restart"
# Who asks for whose, once it has started again; the first two had asked before it was stopped.
_OWN = ((FIRST, FIRST), (SECOND, SECOND))
_STRANGE = ((SECOND, FIRST), (None, FIRST))


@dataclass(frozen=True)
class Shown:
    """What somebody is shown who asks for somebody's: the text, the words that he gave for it, or why there is none."""

    text: str = ""
    given: frozenset[str] = frozenset()
    error: str = ""


Look = Callable[["Owner | None", Owner], Awaitable[Shown]]


@dataclass
class Memory:
    """What is known when a process is stopped: each word, everybody's ids, what of the own each place showed, the time.

    It is that of a clock, which was moved so far ahead: nothing that was kept comes from what is yet to be.
    """

    words: list[list[str]] = field(default_factory=list)
    ids: dict[str, dict[str, str]] = field(default_factory=dict)
    shown: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    ahead: float = 0.0


class Restart:
    """Stops a tree, and looks at what it is once it has started again."""

    def __init__(self, asking: Asking, seeding: Seeding, views: Views, clock: Clock, home: Path) -> None:
        self._asking, self._seeding, self._views, self._clock = asking, seeding, views, clock
        self._kept = home / "before_the_stop.json"
        self._memory = Memory()

    async def stop(self) -> list[Seen]:
        """Note what everybody is shown, for the process that comes after this one."""
        asking = self._asking
        memory = Memory(ids={name: asking.owners[name].ids for name in PAIRS}, ahead=self._clock.ahead)
        for module, qualname, look in self._places():
            own = {whose: self._own(await self._shown(look, whose, whose), whose) for _, whose in _OWN}
            if all(own.values()):
                memory.shown[f"{module}:{qualname}"] = {whose: sorted(words) for whose, words in own.items()}
        memory.words = [[each.text, each.owner, each.put_in] for each in asking.words.put_in()]
        self._kept.write_text(json.dumps(parted(memory), ensure_ascii=False), encoding="utf-8")
        return []

    def remember(self) -> None:
        """Know the words and ids of the process that was before this one."""
        self._memory = Memory(**json.loads(self._kept.read_text(encoding="utf-8"), object_hook=whole))
        self._clock.ahead = self._memory.ahead
        self._asking.words.remember(Canary(*each) for each in self._memory.words)
        for name, ids in self._memory.ids.items():
            self._asking.owners[name].ids.update(ids)

    def find_rows(self) -> None:
        """Have everybody's rows at hand, for functions that are asked with a row."""
        for name in PAIRS:
            self._seeding.find_rows(self._asking.owners[name])

    def ways(self) -> Iterator[Way]:
        """Each place that showed both tenants what is theirs."""
        for module, qualname, look in self._places():
            place = f"{module}:{qualname}"
            if place in self._memory.shown:
                before = self._memory.shown[place]
                yield Way(place, functools.partial(self._ask, module, qualname, look, before))
        yield Way(phrase("what holders keep"), State(self._asking).holders)

    async def _ask(self, module: str, qualname: str, look: Look, before: Mapping[str, Sequence[str]]) -> list[Seen]:
        found = {whose: await self._shown(look, whose, whose) for _, whose in _OWN}
        crossings: list[Crossing] = []
        for caller, whose in (*_OWN, *_STRANGE):
            shown = found[whose] if caller == whose else await self._shown(look, caller, whose)
            where = phrase("the answer of {name}, after a restart", name=qualname)
            crossings += self._asking.shown(shown.text, caller or NOBODY, where, shown.given)
        own = {whose: self._own(shown, whose) for whose, shown in found.items()}
        errors = [shown.error for shown in found.values() if shown.error]
        verdict, why = again(before, own, crossings, errors)
        return [Seen(KIND, module, qualname, verdict, why, distinct(crossings))]

    async def _shown(self, look: Look, caller: str | None, whose: str) -> Shown:
        owners = self._asking.owners
        try:
            return await look(owners[caller] if caller else None, owners[whose])
        except Unmade as error:
            return Shown(error=error.why)
        except Exception as error:  # a class of the tree's that takes no such values
            return Shown(error=said_by(error))

    def _own(self, shown: Shown, whose: str) -> set[str]:
        """What was not only given back."""
        return self._asking.words.own(shown.text, whose) - shown.given

    def _places(self) -> Iterator[tuple[str, str, Look]]:
        """What shows somebody things, by name: the functions of plugins that take nothing away, rows, files."""
        names = self._asking.tree.names
        for module, qualname, function in public_functions(names.apis, names.exempt):
            if not qualname.rpartition(".")[2].startswith(TAKING):
                yield module, qualname, functools.partial(self._answer, qualname, function)
        yield phrase("the database"), phrase("(rows)"), self._rows
        yield phrase("the storage of tenants"), phrase("(files)"), self._files

    async def _answer(self, qualname: str, function: Callable[..., Any], caller: Owner | None, ids: Owner) -> Shown:
        asking = self._asking
        arguments = Values(asking.words, caller or ids, ids, qualname).arguments(function)
        answer = await asking.answer(functools.partial(function, **arguments), caller)
        given = asking.words.in_text(asking.sight.text(arguments, deepest=12))
        return Shown(answer.text or answer.error, frozenset(given), answer.error)

    async def _rows(self, caller: Owner | None, ids: Owner) -> Shown:
        """The own rows, for a stranger has none of them."""
        whose = caller.pair[0] if caller else None
        own = [text for tenant, _, _, text in self._views.rows() if tenant == whose] if caller is ids else []
        return Shown("\n".join(own), self._asked_by(caller))

    async def _files(self, caller: Owner | None, ids: Owner) -> Shown:
        folder = self._views.storage(caller) if caller is ids else ""
        return Shown("\n".join(text for _, text in self._views.files(folder)) if folder else "")

    def _asked_by(self, caller: Owner | None) -> frozenset[str]:
        """The ids of the first that the second has asked by: they may stand in what is the second's own."""
        first = self._asking.owners[FIRST]
        return frozenset() if caller is first else frozenset(first.ids.values())


def again(
    before: Mapping[str, Sequence[str]],
    after: Mapping[str, set[str]],
    crossings: Sequence[Crossing],
    errors: Sequence[str],
) -> tuple[str, str]:
    """The verdict on what showed `before` the stop, to each owner, such words of the own, and why."""
    gone = {whose: set(before[whose]) - own for whose, own in after.items()}
    why = ""
    for whose, words in gone.items():
        if len(words) == len(before[whose]) and not why:
            why = phrase("what it showed {who} before the stop is gone", who=whose)
    if crossings or why:
        why = phrase("{why}: {error}", why=why, error=short(errors[0])) if why and errors else why
        return (CROSSED if crossings else NOT_REACHED), why
    lost, count = sum(map(len, gone.values())), sum(map(len, before.values()))
    if not lost:
        return APART, ""
    return APART, phrase("{lost} of {all} words that it showed before the stop are gone", lost=lost, all=count)
