"""The README shows the analysis' own table as the tool gives it."""

from __future__ import annotations

from pathlib import Path

from codemods.deliver.reports.lines import audit_lines
from codemods.deliver.reports.sections import audit_of
from codemods.tree import open_checkout
from tests.conftest import SAMPLE, survey_of
from tests.seed import sections_table, table_of

README = Path(__file__).parents[1] / "README.md"
HOUSE = Path(__file__).parents[1] / "codemods" / "README.md"


def test_the_readme_has_the_table_of_the_sample() -> None:
    assert table_of(SAMPLE) in README.read_text(encoding="utf-8")


def test_what_the_readme_shows_of_the_audit_is_what_it_says() -> None:
    quoted = README.read_text(encoding="utf-8").partition("```text\n")[2].partition("```")[0].splitlines()
    checkout = open_checkout(SAMPLE)
    assert len(quoted) > 1 and set(quoted) <= set(audit_lines(audit_of(checkout, survey_of(checkout)), ""))


def test_the_house_says_what_the_analysis_says() -> None:
    assert sections_table() in HOUSE.read_text(encoding="utf-8")
