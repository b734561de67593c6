"""The README shows the analysis' own table as the tool gives it."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import SAMPLE
from tests.seed import sections_table, table_of

README = Path(__file__).parents[1] / "README.md"
HOUSE = Path(__file__).parents[1] / "codemods" / "README.md"


def test_the_readme_has_the_table_of_the_sample() -> None:
    assert table_of(SAMPLE) in README.read_text(encoding="utf-8")


def test_the_house_says_what_the_analysis_says() -> None:
    assert sections_table() in HOUSE.read_text(encoding="utf-8")
