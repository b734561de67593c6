"""What a plan does, in a few lines."""

from __future__ import annotations

from collections.abc import Sequence

from codemods.changes import Change, Edit
from codemods.plan import Plan


def plan_summary(plan: Plan) -> str:
    """What a plan does, per recipe and file: two to a few lines."""
    if not plan.changes:
        return "Nothing to change."
    lines = []
    recipes = sorted({edit.recipe for change in plan.changes for edit in change.edits})
    for recipe in recipes:
        lines.append(recipe)
        for change in plan.changes:
            edits = [edit for edit in change.edits if edit.recipe == recipe]
            if edits:
                new = " (new file)" if change.before is None else ""
                lines.append(f"  {change.path}{new}: {_what(edits)}")
    return "\n".join(lines)


def _what(edits: Sequence[Edit]) -> str:
    return edits[0].what.partition("=")[0] if len(edits) == 1 else f"{len(edits)} places"


def stat(changes: Sequence[Change]) -> str:
    """Lines added and removed a file, as `git diff --stat` counts them."""
    width = max((len(change.path) for change in changes), default=0)
    lines = []
    total_added = total_removed = 0
    for change in changes:
        added, removed = change.counts
        total_added, total_removed = total_added + added, total_removed + removed
        lines.append(f" {change.path:<{width}} | {added:>4} + {removed:>4} -")
    files = f"{len(changes)} file{'s' * (len(changes) != 1)} changed"
    return "\n".join([*lines, f" {files}, {total_added} lines added, {total_removed} removed"])
