"""An area says in its folder all that the rest of the house needs to know, and what it says is what it does."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

import pytest

import codemods.survey
from codemods.knowledge.recipes import all_recipes
from codemods.survey.area import all_areas, all_kinds, all_places, areas_of
from codemods.survey.survey import Survey
from codemods.tree import open_checkout
from tests.conftest import SAMPLE, survey_of
from tests.seed import ANALYSIS


@pytest.fixture(scope="module")
def survey() -> Survey:
    return survey_of(open_checkout(SAMPLE))


def test_every_folder_is_an_area_and_no_two_want_the_same_place() -> None:
    folders = {path.parent.name for path in Path(codemods.survey.__path__[0]).glob("*/__init__.py")}
    orders = Counter(area.order for area in all_areas())
    assert len(all_areas()) == len(folders)
    assert set(orders.values()) == {1}
    assert set(Counter(all_kinds()).values()) == {1}
    assert set(Counter(name for area in all_areas() for name in area.places).values()) == {1}


def test_what_an_area_judges_has_a_title_in_both_languages_and_its_rows_are_the_analysis() -> None:
    sections = tomllib.loads(ANALYSIS.read_text(encoding="utf-8"))
    for area in all_areas():
        assert bool(area.kinds) == bool(area.title) == bool(area.title_zh)
        of_title = {kind for other in all_areas() if other.title == area.title for kind in other.kinds}
        assert {kind for row in area.rows for kind in row.kinds} <= of_title
        assert {section for row in area.rows for section in row.sections} <= sections.keys()


def test_an_area_finds_what_it_says_and_nothing_else(survey: Survey) -> None:
    judged = [*survey.entry_points(), *survey.api_functions]
    assert {item.kind for item in judged} <= set(all_kinds())
    for area in all_areas():
        assert {site.on for site in area.sites(survey.program)} <= set(area.places)


def test_recipes_ask_for_what_areas_know() -> None:
    for recipe in all_recipes():
        assert set(recipe.mends) <= set(all_kinds())
        assert {codemod.on for codemod in recipe.codemods if codemod.on} <= set(all_places())


def test_the_areas_of_a_kind() -> None:
    assert areas_of(["no-such-kind"]) == ()
    assert [area.title for area in areas_of(["thread", "gateway"])] == ["Gateway", "Background work"]
    assert areas_of([]) == all_areas()


def test_finding_the_areas_loads_nothing_of_what_they_do() -> None:
    code = "import sys; from codemods.survey.area import all_areas; all_areas(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not [name for name in loaded if name.startswith(("codemods.analysis", "libcst"))]
    inside = [name for name in loaded if name.startswith("codemods.survey.") and name.count(".") == 3]
    assert inside and all(name.endswith(".area") for name in inside)
