"""The table of the analysis that this project answers: each of its rows, and the audit's status before and after.

`python -m tests.seed [TREE]` prints it as Markdown, of the sample or of any checkout; nothing is written to that.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

import codemods.deliver.pulls
from codemods.knowledge.recipes import all_recipes
from codemods.survey.area import all_areas
from codemods.survey.survey import Survey
from codemods.survey.verdicts import BAD
from codemods.tree import open_checkout
from tests.conftest import SAMPLE, plan_of, survey_of
from tests.forms import after

ANALYSIS = Path(codemods.deliver.pulls.__file__).parent / "analysis.toml"


def seed_table(before: Survey, now: Survey) -> str:
    """The rows as a Markdown table."""
    head = ("section", "what", "the analysis says", "before", "recipe", "after")
    lines = ["| " + " | ".join(head) + " |", "| --- " * len(head) + "|"]
    for row in (row for area in all_areas() for row in area.rows):
        recipes = ", ".join(f"`{recipe.name}`" for recipe in all_recipes() if set(recipe.mends) & set(row.kinds))
        sections = ", ".join(row.sections)
        cells = (sections, row.what, row.says, status(before, row.kinds), recipes, status(now, row.kinds))
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def sections_table() -> str:
    """The analysis's sections: what each says, and the recipes that answer it."""
    lines = ["| section | what it says | recipes |", "| --- | --- | --- |"]
    for number, section in tomllib.loads(ANALYSIS.read_text(encoding="utf-8")).items():
        recipes = ", ".join(f"`{recipe.name}`" for recipe in all_recipes() if number in recipe.why)
        said = " ".join(section["text"].split())
        lines.append(f"| {number} {section['title']} | {said} | {recipes} |")
    return "\n".join(lines)


def status(survey: Survey, kinds: Sequence[str]) -> str:
    """The audit's verdict on all entry points and functions of some kinds together."""
    verdicts = [item.verdict for item in (*survey.entry_points(), *survey.api_functions) if item.kind in kinds]
    bad = sum(verdict in BAD for verdict in verdicts)
    return f"{bad} of {len(verdicts)} INSECURE" if bad else f"SECURE ({len(verdicts)})"


def table_of(tree: Path) -> str:
    checkout = open_checkout(tree)
    return seed_table(survey_of(checkout), survey_of(after(checkout, plan_of(checkout))))


if __name__ == "__main__":
    print(table_of(Path(sys.argv[1]) if len(sys.argv) > 1 else SAMPLE))
