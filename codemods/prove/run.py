"""The whole of a proof: two copies, two guests at once, and what they saw."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from codemods.errors import TenantizeError, suggestion
from codemods.messages import phrase
from codemods.plan.make import Plan
from codemods.prove.copies import copy_tree, write_changes
from codemods.prove.guest.shapes import AGAIN, GROUPS, NOT_REACHED, Seen, Task
from codemods.prove.joining import Joining
from codemods.prove.names import RESTART, holders_of, mended_of, names_of
from codemods.prove.process import DATABASE, Guest, Told
from codemods.prove.proof import Proof
from codemods.survey.survey import Survey
from codemods.tree import Checkout

_CALL_SECONDS, _CPU_SECONDS, _MEMORY = 8.0, 240, 8 << 30
AS_IT_IS, MIGRATED = phrase("the tree as it is"), phrase("the migrated tree")


@dataclass(frozen=True)
class Run:
    """What is to be proven: a checkout with its survey, the plan and the survey of what it makes, and how."""

    checkout: Checkout
    survey: Survey
    plan: Plan
    migrated: Survey
    python: Path
    groups: tuple[str, ...] = GROUPS


def prove(run: Run, folder: Path) -> Proof:
    """Run both copies in a folder, and say what crossed.

    Raises TenantizeError where one of them does not run, or answers nobody.
    """
    begun = time.monotonic()
    copies = {name: folder / name for name in ("before", "after")}
    for place in copies.values():
        place.mkdir()
        copy_tree(run.checkout.root, place / "tree")
    write_changes(copies["after"] / "tree", run.plan.changes)
    before, after = _driven(run, copies)
    proof = Proof(
        tree=run.checkout.root.name,
        python=str(run.python),
        seconds=time.monotonic() - begun,
        ways=Joining(run.survey, run.migrated).ways(before.seen, after.seen),
        logged=tuple(after.logged),
    )
    if proof.is_empty:
        raise TenantizeError(_nothing_of(proof))
    return proof


def _nothing_of(proof: Proof) -> str:
    return phrase(
        "{tree} answered nobody once migrated, so nothing is shown ({why}): mend that, or ask more of it.",
        tree=proof.tree,
        why=next((way.after.why for way in proof.ways if way.after.why), phrase("it has no such ways")),
    )


def chosen(groups: Sequence[str]) -> tuple[str, ...]:
    """The groups that are asked for, in order; all of them where none is. Raises TenantizeError for an unknown one."""
    for group in groups:
        if group not in GROUPS:
            meant = suggestion(group, GROUPS)
            raise TenantizeError(phrase("There is no group {group!r}: {meant}", group=group, meant=meant))
    return tuple(group for group in GROUPS if not groups or group in groups)


def _driven(run: Run, copies: dict[str, Path]) -> tuple[Told, Told]:
    """What both guests told, who run at once; both are ended when one fails, or somebody interrupts."""
    # What one audit names is looked at in both: a holder that is mended is still there.
    holders = sorted({*holders_of(run.survey), *holders_of(run.migrated)})
    guests = [
        (Guest(run.python, copy, what), _task(run, copy, holders, what))
        for copy, what in ((copies["before"], AS_IT_IS), (copies["after"], MIGRATED))
    ]
    # The pool is left last: whatever is raised, both guests are ended first, and so nobody waits for them.
    with ThreadPoolExecutor(len(guests)) as pool, ExitStack() as ends:
        for guest, _ in guests:
            ends.callback(guest.end)
        before, after = [pool.submit(_twice, guest, task) for guest, task in guests]
        return before.result(), after.result()


def _twice(guest: Guest, task: Task) -> Told:
    """What a guest told, and what it told once it was stopped and has started again, where that is asked."""
    told = guest.run(task)
    if "restart" not in task.groups:
        return told
    try:
        again = guest.run(replace(task, is_again=True, groups=[name for name in task.groups if name in AGAIN]))
    except TenantizeError as error:
        module, _, qualname = task.names.startup.partition(":")
        return Told([*told.seen, Seen(RESTART, module, qualname, NOT_REACHED, str(error))], told.logged)
    return Told([*told.seen, *again.seen], [*told.logged, *again.logged])


def _task(run: Run, copy: Path, holders: list[str], what: str) -> Task:
    return Task(
        tree=str(copy / "tree"),
        database=str(copy / DATABASE),
        groups=list(run.groups),
        names=names_of(run.survey),
        within=[],
        holders=holders,
        mended=mended_of(run.survey, run.migrated),
        is_migrated=what == MIGRATED,
        call_seconds=_CALL_SECONDS,
        cpu_seconds=_CPU_SECONDS,
        memory=_MEMORY,
    )
