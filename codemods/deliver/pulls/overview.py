"""The pulls at a glance: a list in order, and a graph of what waits for what."""

from __future__ import annotations

from collections.abc import Sequence

from codemods.deliver.pulls.branches import PREFIX, BranchStatus, Status
from codemods.deliver.pulls.split import Pull
from codemods.messages import counted, listed, phrase, told
from codemods.terminal.layout import wrapped

_INDENT = " " * 5
_FEW = 2


def overview(pulls: Sequence[Pull], root: str) -> list[str]:
    """The lines of the list and the graph; `root` is the branch that the pulls go into."""
    return [*listing(pulls), "", *graph(pulls, root)] if pulls else [told(phrase("Nothing to change."))]


def listing(pulls: Sequence[Pull]) -> list[str]:
    """A line a pull, in the order to merge them: its size, its recipes below, and what it waits for."""
    width = max(len(pull.name) for pull in pulls)
    lines = []
    for number, pull in enumerate(pulls, start=1):
        changes = pull.changes
        added, removed = (sum(counts) for counts in zip(*(change.counts for change in changes), strict=True))
        files = told(counted(len(changes), "{count} file", "{count} files"))
        lines.append(f"{number:>3}  {pull.name:<{width}}  {files:>8}  {f'+{added} -{removed}':>10}")
        lines += [f"{_INDENT}{part.recipe.name}" for part in pull.parts]
        if pull.waits_for:
            lines += wrapped(told(phrase("after {names}", names=listed(pull.waits_for))), _INDENT)
    return lines


def graph(pulls: Sequence[Pull], root: str) -> list[str]:
    """A tree of the pulls below the branch that they go into; what waits for several stands below the last of them."""
    below: dict[str, list[Pull]] = {root: []}
    for pull in pulls:
        below.setdefault(pull.waits_for[-1] if pull.waits_for else root, []).append(pull)
    return [root, *_branches(root, below, "")]


def _branches(name: str, below: dict[str, list[Pull]], indent: str) -> list[str]:
    lines = []
    pulls = below.get(name, [])
    for pull in pulls:
        is_last = pull is pulls[-1]
        others = _others(pull.waits_for[:-1])
        lines.append(f"{indent}{'└─' if is_last else '├─'} {pull.name}{others}")
        lines += _branches(pull.name, below, indent + ("   " if is_last else "│  "))
    return lines


def _others(names: Sequence[str]) -> str:
    """What a pull waits for besides the one that it stands below, where that is few enough to read in passing."""
    if len(names) > _FEW:
        return told(phrase(" (and after {count} others)", count=len(names)))
    return told(phrase(" (and after {names})", names=listed(names))) if names else ""


# How branches stand

_STANDING = {
    Status.NEW: phrase("not made yet"),
    Status.SAME: phrase("up to date"),
    Status.REBUILT: phrase("out of date: 'tenantize pulls' makes it anew"),
    Status.TOUCHED: phrase("a person has committed to it"),
    Status.IN_USE: phrase("out of date, and checked out"),
    Status.MERGED: phrase("merged"),
    Status.OTHERS: phrase("not a part of this plan"),
}


def status_lines(statuses: Sequence[BranchStatus], pulls: Sequence[Pull]) -> list[str]:
    """A line a branch: how it stands, and what it waits for."""
    waiting = {PREFIX + pull.name: pull.waits_for for pull in pulls}
    width = max((len(status.branch) for status in statuses), default=0)
    lines = []
    for status in statuses:
        detail = f" ({status.detail})" if status.detail else ""
        line = f"{status.branch:<{width}}  {told(_STANDING[status.status])}{detail}"
        if status.branch in waiting:
            names = waiting[status.branch]
            next_step = phrase("waits for {names}", names=listed(names)) if names else phrase("can be merged now")
            line = f"{line}; {told(next_step)}"
        lines.append(line)
    return lines or [told(phrase("Nothing to change."))]
