"""What a recipe is for stays where the tree lacks what it needs, and what other recipes do knows that."""

from __future__ import annotations

from pathlib import Path

import pytest

from codemods.knowledge.recipes import all_recipes
from codemods.plan.make import make_plan
from codemods.survey.survey import Survey
from codemods.survey.unmet import is_mended, undefined, unmet
from codemods.tree import open_checkout
from tests.conftest import survey_of

ROUTES = '''"""看过的人"""
import asyncio

from fastapi import APIRouter

from src.common.database.database_model import Messages

router = APIRouter()
_seen = set()
_task = None


async def count():
    return Messages.select().count()


@router.get("/seen/{user_id}")
async def see(user_id: str):
    """看"""
    global _task
    _seen.add(user_id)
    _task = asyncio.create_task(count())
    return Messages.select().count()
'''
PATH = "src/webui/seen_routes.py"


@pytest.fixture
def tree(sample: Path) -> Path:
    (sample / PATH).write_text(ROUTES)
    return sample


def surveyed(tree: Path) -> Survey:
    return survey_of(open_checkout(tree))


def edited(tree: Path) -> str:
    """What becomes of the routes."""
    checkout = open_checkout(tree)
    plan = make_plan(checkout, survey_of(checkout), all_recipes())
    return next((change.after.decode() for change in plan.changes if change.path == PATH), ROUTES)


def test_handlers_that_no_recipe_puts_in_a_tenant_keep_what_they_use(tree: Path) -> None:
    (tree / "src/webui/token_manager.py").unlink()
    assert not is_mended(surveyed(tree).program, "webui-handler")
    assert edited(tree) == ROUTES


def test_handlers_that_a_recipe_puts_in_a_tenant_use_its_own(tree: Path) -> None:
    assert is_mended(surveyed(tree).program, "webui-handler")
    assert "TenantLocal(factory=set)" in edited(tree)


def test_what_a_recipe_needs_is_a_file_and_what_it_defines(sample: Path) -> None:
    recipes = {recipe.name: recipe for recipe in all_recipes()}
    program = surveyed(sample).program
    assert [name for name, recipe in recipes.items() if unmet(program, recipe) is not None] == []
    assert undefined(program, ("EventType", "Event"), "src/plugin_system/base/component_types.py") == ("Event",)
    file = sample / "src/plugin_system/utils/saas_utils.py"
    file.write_text(file.read_text().replace("is_plugin_enabled", "is_enabled"))
    needed = unmet(surveyed(sample).program, recipes["component-scope"])
    assert needed is not None and needed.file == "src/plugin_system/utils/saas_utils.py"
