"""The survey answers what it is asked, and works out no more than that."""

from __future__ import annotations

import pytest

from codemods.knowledge.recipes import all_recipes
from codemods.survey.plugin_apis.apis import Apis
from codemods.tree import open_checkout
from tests.conftest import SAMPLE, survey_of


def test_the_places_of_one_recipe_cost_no_look_at_the_plugin_apis(monkeypatch: pytest.MonkeyPatch) -> None:
    def judge(self: Apis, identifier: str) -> None:
        raise AssertionError(f"{identifier} is judged, and nobody asked")

    monkeypatch.setattr(Apis, "_judge", judge)
    survey = survey_of(open_checkout(SAMPLE))
    for recipe in all_recipes():
        if recipe.name != "plugin-api-scope":
            for codemod in recipe.codemods:
                survey.sites(codemod.on or "")
    with pytest.raises(AssertionError, match="is judged"):
        survey.sites("chat-argument")


def test_a_kind_of_place_that_no_area_knows_has_no_places() -> None:
    assert survey_of(open_checkout(SAMPLE)).sites("no-such-place") == []
