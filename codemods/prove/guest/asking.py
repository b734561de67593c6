"""One way, asked as everybody: as each tenant for its own, as a stranger for another's, and as nobody."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import random
import re
import signal
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from .limits import Hung
from .outlets import Outlets
from .owners import Owner
from .seeing import Sight
from .shapes import APART, CHANGED, CROSSED, NOT_REACHED, REFUSED, SHOWN, TOLD, Crossing, Question, Seen
from .texts import phrase, said_by, short
from .tree import Tree
from .values import Unmade
from .views import KEPT, View, Views
from .words import ADMIN, COMMON, FIRST, NOBODY, SECOND, SISTER, Words

# Who asks, and with whose ids; the stranger after the owner, so that what the owner has left is there.
MODES: tuple[tuple[str | None, str], ...] = (
    (FIRST, FIRST),
    (SISTER, SISTER),
    (SECOND, SECOND),
    (SECOND, FIRST),
    (None, FIRST),
    (ADMIN, ADMIN),
    (FIRST, FIRST),
)
# What takes things away is asked by strangers first, while there is something to take.
STRANGERS_FIRST: tuple[tuple[str | None, str], ...] = (
    (SECOND, FIRST),
    (None, FIRST),
    (FIRST, FIRST),
    (SECOND, SECOND),
    (ADMIN, ADMIN),
)
# What makes things is asked by owners alone: what a stranger makes by another's ids is the stranger's.
OWNERS: tuple[tuple[str | None, str], ...] = tuple(mode for mode in MODES if mode[0] == mode[1])
# The same, asked by both: what is kept for the first must not meet the second.
COMMON_MODES: tuple[tuple[str | None, str], ...] = ((FIRST, COMMON), (SECOND, COMMON))
# Turns that are left to what a call has started.
_TURNS = 20
# A way that does not end so often is not asked again.
_PATIENCE = 2
# What a database says of what must be one of a kind.
_IN_USE = re.compile("IntegrityError|UNIQUE constraint")


@dataclass(frozen=True)
class Answer:
    """What came of a call: a text, or an error and its kind."""

    text: str = ""
    error: str = ""
    kind: str = ""
    is_unended: bool = False


@dataclass(frozen=True)
class Way:
    """One way in or out, by the name that is said while it is asked, and how that is done."""

    name: str
    ask: Callable[[], Awaitable[list[Seen]]]


@dataclass
class Asked:
    """What has come of a way so far; `view`: what the first tenant had when it was last looked at."""

    crossings: list[Crossing] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    lacking: str = ""
    # Who has asked.
    askers: set[str] = field(default_factory=set)
    is_answered: bool = False
    unended: int = 0
    # Whether the first could not have what both ask for: then it tells nothing that the second cannot.
    is_taken: bool = False
    view: View | None = None

    def seen(self, kind: str, module: str, qualname: str) -> Seen:
        """What is seen of the way: nothing, where nobody asked; nor that it keeps both apart, where only one did."""
        verdict, why = judged(self.crossings, self.is_answered, self.errors)
        missing = [name for name in (FIRST, SECOND) if name not in self.askers]
        if not self.askers or (verdict == APART and missing):
            unasked = phrase("it was not asked as {who}", who=missing[0])
            why = self.lacking or (short(self.errors[-1]) if self.errors else unasked)
            return Seen(kind, module, qualname, NOT_REACHED, why, questions=self.questions)
        return Seen(kind, module, qualname, verdict, why, distinct(self.crossings), self.questions)


# Calls the way as somebody, with somebody's ids: what it answers, and the words that it was given.
Call = Callable[[Any, Owner], "tuple[Callable[[], Any], Any]"]


class Asking:
    """Asks ways, and judges what comes out."""

    def __init__(
        self,
        tree: Tree,
        words: Words,
        sight: Sight,
        views: Views,
        owners: dict[str, Owner],
        outlets: Outlets,
    ) -> None:
        self.tree, self.words, self.sight, self.views, self.owners = tree, words, sight, views, owners
        self.outlets = outlets
        self.seconds = 20.0

    async def way(
        self,
        kind: str,
        module: str,
        qualname: str,
        call: Call,
        modes: Sequence[tuple[str | None, str]] = MODES,
        *,
        is_inside: bool = True,
    ) -> Seen:
        """Ask one way as everybody, in each one's context, or `is_inside` none where the call itself says who asks."""
        asked = Asked()
        for caller, ids in modes:
            if asked.unended >= _PATIENCE:
                break
            asks = self.owners[caller] if caller else None
            try:
                function, given = call(asks or self.owners[ids] if is_inside else asks, self.owners[ids])
            except Unmade as error:
                asked.lacking = error.why
                continue
            except Exception as error:  # a class of the tree's that takes no such values
                asked.lacking = said_by(error)
                continue
            await self._once(asked, qualname, function, given, (caller, ids), asks if is_inside else None)
        return asked.seen(kind, module, qualname)

    async def _once(
        self,
        asked: Asked,
        qualname: str,
        function: Callable[[], Any],
        given: Any,
        mode: tuple[str | None, str],
        context: Owner | None,
    ) -> None:
        """Ask once, and note what came of it: the answer, what went out, and what of another's has changed."""
        viewer = mode[0] or NOBODY
        watched, gone_out = self._watched(viewer), len(self.outlets.out)
        if watched and asked.view is None:
            asked.view = self.views.of(watched)
        answer = await self.answer(function, context)
        # Now, for what is given may make words as it is asked for them.
        known = self.words.in_text(self.sight.text(given, deepest=12))
        asked.crossings += self.shown(
            answer.text or answer.error, viewer, phrase("the answer of {name}", name=qualname), known
        )
        shows_own = bool(mode[0]) and bool(self.words.own(answer.text, viewer) - known)
        asked.questions.append(Question(viewer, mode[1], answer.kind, shows_own))
        for out in self.outlets.out[gone_out:]:
            asked.crossings += self.shown(out.text, out.viewer, out.way)
        for name, text in self.views.written():
            where = self.views.owner_of(name, [owner for owner in self.owners.values() if owner.name != COMMON])
            asked.crossings += self.shown(text, where, phrase("the file {name}", name=name))
        if mode == (FIRST, COMMON):
            asked.is_taken = bool(answer.error)
        if mode == (SECOND, COMMON) and not asked.is_taken and _IN_USE.search(answer.error):
            asked.crossings.append(
                Crossing(
                    TOLD,
                    "",
                    FIRST,
                    phrase("{name}, for the same", name=qualname),
                    phrase("the error of {name}: {error}", name=qualname, error=answer.error),
                    viewer,
                )
            )
        view = self.views.of(watched) if watched else None
        if asked.view is not None and view is not None and watched is not None:
            asked.crossings += self._changed(asked.view, view, watched, viewer)
        asked.view = view
        asked.askers.add(viewer)
        asked.unended += answer.is_unended
        if mode[0] is not None:
            asked.is_answered |= not answer.error
            asked.errors += [answer.error] if answer.error else []

    def _watched(self, viewer: str) -> Owner | None:
        """Whose things must stay as they are while somebody acts."""
        return self.owners[FIRST] if viewer in (SECOND, NOBODY, ADMIN) else None

    async def answer(self, function: Callable[[], Any], caller: Owner | None) -> Answer:
        """What a call answers in somebody's context; one that takes too long is an error."""
        signal.setitimer(signal.ITIMER_REAL, self.seconds + 5)
        random.seed(0)  # what is drawn is the same for everybody, and each time
        try:
            with self.tree.inside(caller.pair if caller else None):
                value = await asyncio.wait_for(_finished(function), self.seconds)
                await turns()
                return Answer(text=self.sight.text(value))
        except (TimeoutError, Hung):
            late = phrase("it did not end within {seconds} s", seconds=f"{self.seconds:g}")
            return Answer(error=late, kind=TimeoutError.__name__, is_unended=True)
        except (Exception, SystemExit) as error:
            return Answer(error=said_by(error), kind=type(error).__name__)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)

    def shown(self, text: str, viewer: str, where: str, given: Iterable[str] = ()) -> list[Crossing]:
        """What of another's is in a text that somebody sees."""
        return [
            Crossing(SHOWN, canary.text, canary.owner, canary.put_in, where, viewer)
            for canary in self.words.foreign(text, viewer, given)
        ]

    def _changed(self, before: View, after: View, owner: Owner, actor: str) -> list[Crossing]:
        """What of an owner's is another than before somebody else acted."""
        places = sorted(place for place in before.keys() | after.keys() if before.get(place) != after.get(place))
        return [
            Crossing(
                CHANGED,
                "",
                owner.name,
                "",
                place.removeprefix(KEPT) if place.startswith(KEPT) else place,
                actor,
                place.startswith(KEPT),
            )
            for place in places
        ]


def judged(crossings: Sequence[Crossing], is_answered: bool, errors: Sequence[str]) -> tuple[str, str]:
    """The verdict, and why."""
    if crossings:
        return CROSSED, ""
    if is_answered:
        return APART, ""
    return REFUSED, short(errors[0]) if errors else ""


def distinct(crossings: Iterable[Crossing]) -> list[Crossing]:
    """One of each kind: what, whose, where and for whom."""
    found = {(item.how, item.owner, item.put_in, item.came_out, item.seen_by): item for item in crossings}
    return list(found.values())


async def _finished(function: Callable[[], Any]) -> Any:
    value = function()
    while inspect.isawaitable(value):
        value = await value
    if hasattr(value, "__aiter__"):
        return [item async for item in value]
    return value


async def turns() -> None:
    for _ in range(_TURNS):
        await asyncio.sleep(0)


async def stop_others(keep: set[Any]) -> None:
    """End what runs beside the caller: loops of chats, tasks, timers."""
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task() and task not in keep]
    for task in others:
        task.cancel()
    with contextlib.suppress(asyncio.TimeoutError):
        await asyncio.wait_for(asyncio.gather(*others, return_exceptions=True), 5)
