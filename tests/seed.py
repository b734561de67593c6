"""The table of the analysis that this project answers: each of its rows, and the audit's status before and after.

`python -m tests.seed [TREE]` prints it as Markdown, of the sample or of any checkout; nothing is written to that.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from codemods.deliver.reports.audit import BAD
from codemods.knowledge.recipes import all_recipes
from codemods.survey.survey import API_FUNCTION, Survey
from codemods.tree import open_checkout
from tests.conftest import SAMPLE, plan_of, survey_of
from tests.forms import after

# The analysis' sections with what it says of each, and the kinds of the audit that speak of it.
ROWS: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("2.1", "API gateway", "SECURE", ("gateway",)),
    ("2.2, 4.1", "WebUI", "BROKEN / INSECURE", ("webui-handler",)),
    ("2.3, 4.2", "Start-up", "GLOBAL / INSECURE", ("startup",)),
    ("2.3, 3.1, 4.2", "Event handlers", "GLOBAL / INSECURE", ("event-handler",)),
    ("3.2", "Chat loops", "runs context-less forever", ("chat-loop",)),
    ("4.3", "Timers, tasks, threads", "to be verified", ("background-task", "thread")),
    ("4.3", "ChatManager", "a safety gate, to be verified", ("chat-manager",)),
    ("4.4", "Plugin APIs", "do not read the context", (API_FUNCTION,)),
)


def seed_table(before: Survey, now: Survey) -> str:
    """The rows as a Markdown table."""
    head = ("section", "what", "the analysis says", "before", "recipe", "after")
    lines = ["| " + " | ".join(head) + " |", "| --- " * len(head) + "|"]
    for section, what, said, kinds in ROWS:
        recipes = ", ".join(f"`{recipe.name}`" for recipe in all_recipes() if set(recipe.mends) & set(kinds))
        cells = (section, what, said, status(before, kinds), recipes, status(now, kinds))
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def status(survey: Survey, kinds: Sequence[str]) -> str:
    """The audit's verdict on all entry points and functions of some kinds together."""
    verdicts = [entry.verdict for entry in survey.entry_points() if entry.kind in kinds]
    if API_FUNCTION in kinds:
        verdicts += [function.verdict for function in survey.api_functions]
    bad = sum(verdict in BAD for verdict in verdicts)
    return f"{bad} of {len(verdicts)} INSECURE" if bad else f"SECURE ({len(verdicts)})"


def table_of(tree: Path) -> str:
    checkout = open_checkout(tree)
    return seed_table(survey_of(checkout), survey_of(after(checkout, plan_of(checkout))))


if __name__ == "__main__":
    print(table_of(Path(sys.argv[1]) if len(sys.argv) > 1 else SAMPLE))
