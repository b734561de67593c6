"""The pulls at a glance: a list in order, and a graph of what waits for what."""

from __future__ import annotations

from collections.abc import Sequence

from codemods.deliver.pulls.split import Pull


def text(pulls: Sequence[Pull], root: str) -> str:
    """The list and the graph; `root` is the branch that the pulls go into."""
    return f"{listing(pulls)}\n\n{graph(pulls, root)}" if pulls else "Nothing to change."


def listing(pulls: Sequence[Pull]) -> str:
    """A line a pull, in the order to merge them: its size, its recipes below, and what it waits for."""
    width = max(len(pull.name) for pull in pulls)
    lines = []
    for number, pull in enumerate(pulls, start=1):
        changes = pull.changes
        added, removed = (sum(counts) for counts in zip(*(change.counts for change in changes), strict=True))
        waits = f"  after {', '.join(pull.waits_for)}" if pull.waits_for else ""
        files = f"{len(changes)} file{'s' * (len(changes) != 1)}"
        lines.append(f"{number:>3}  {pull.name:<{width}}  {files:>8}  {f'+{added} -{removed}':>10}{waits}")
        lines += [f"{'':>5}{part.recipe.name}" for part in pull.parts]
    return "\n".join(lines)


def graph(pulls: Sequence[Pull], root: str) -> str:
    """A tree of the pulls below the branch that they go into; what waits for several stands below the last of them."""
    below: dict[str, list[Pull]] = {root: []}
    for pull in pulls:
        below.setdefault(pull.waits_for[-1] if pull.waits_for else root, []).append(pull)
    return "\n".join([root, *_branches(root, below, "")])


def _branches(name: str, below: dict[str, list[Pull]], indent: str) -> list[str]:
    lines = []
    pulls = below.get(name, [])
    for pull in pulls:
        is_last = pull is pulls[-1]
        others = f" (and after {', '.join(pull.waits_for[:-1])})" if len(pull.waits_for) > 1 else ""
        lines.append(f"{indent}{'└─' if is_last else '├─'} {pull.name}{others}")
        lines += _branches(pull.name, below, indent + ("   " if is_last else "│  "))
    return lines
