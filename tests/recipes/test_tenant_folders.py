"""tenant-folders: which folders and names become a tenant's own. What must not change comes first."""

from __future__ import annotations

from textwrap import dedent

import pytest
from syrupy.assertion import SnapshotAssertion

from codemods.tree import Checkout
from tests.conftest import plan_of, survey_of
from tests.forms import RecipeSnapshots, after, form_tree, shown_plan

RECIPE, STANDS_ON = "tenant-folders", ("tenant-foundation", "background-context")
NOTES = "src/chat/notes.py"

ABOVE = """
import os
import re
from pathlib import Path

from src.common.database.database_model import Messages
from src.common.message.tenant_context import get_current_tenant_id
from src.common.utils.tenant_storage import ensure_storage_subdir

"""
# What does a tenant's work, and so writes what is a tenant's.
ROWS = """

def rows():
    return [row.processed_plain_text for row in Messages.select()]
"""
UNCHANGED = {
    "a folder of the tenant's own": """
    def export():
        (ensure_storage_subdir("notes") / "all.txt").write_text(str(rows()))
    """,
    "what the process reads as it starts": """
    NOTES = Path("data/notes.txt")
    FIRST = NOTES.read_text() if NOTES.exists() else ""


    def export():
        NOTES.write_text(str(rows()))
    """,
    "where the program lies": """
    ROOT = Path(__file__).parent


    def export():
        (ROOT / "notes.txt").write_text(str(rows()))
    """,
    "what nothing of a tenant's goes to": """
    NOTES = Path("data/notes.txt")


    def count():
        return NOTES.stat().st_size
    """,
    "an id that is compared": """
    def is_admin():
        return get_current_tenant_id().lower() == "admin"
    """,
}
CHANGED = {
    "a folder": """
    NOTES = Path("data") / "notes"


    def export(name):
        NOTES.mkdir(parents=True, exist_ok=True)
        (NOTES / name).write_text(str(rows()))


    def names():
        return sorted(path.name for path in NOTES.glob("*.txt"))
    """,
    "a folder that is a text": """
    NOTES = os.path.join("data", "notes")


    def export(name):
        os.makedirs(NOTES, exist_ok=True)
        with open(os.path.join(NOTES, name), "w") as file:
            file.write(str(rows()))
    """,
    "a file": """
    NOTES = "data/notes.txt"


    def export():
        with open(NOTES, "w", encoding="utf-8") as file:
            file.write(str(rows()))
    """,
    "a function that shortens ids": """
    def short(text):
        return re.sub("[^a-z]", "_", text)


    def folder(tenant_id, agent_id):
        return os.path.join("data", short(tenant_id), short(agent_id))
    """,
    "a function that shortens more than ids": """
    def short(text):
        return text.replace("/", "_")


    def folder(tenant_id, title):
        return Path("data") / short(tenant_id) / short(title)
    """,
    "an id that is shortened where it stands": """
    def folder(tenant_id):
        name = tenant_id.replace("/", "_")
        return Path("data") / name
    """,
}


def form(text: str) -> str:
    return ABOVE.lstrip("\n") + "\n" + dedent(text).strip("\n") + "\n" + ROWS


@pytest.mark.parametrize("name", UNCHANGED)
def test_stays_as_it_is(name: str) -> None:
    plan = plan_of(form_tree({NOTES: form(UNCHANGED[name])}), *STANDS_ON, RECIPE)
    assert NOTES not in {change.path for change in plan.changes}


@pytest.mark.parametrize("name", CHANGED)
def test_is_the_tenants_own(name: str, snapshot: SnapshotAssertion) -> None:
    files = {NOTES: form(CHANGED[name])}
    checkout = form_tree(files)
    # No thread is started here: nothing of what it stands on is written yet.
    standing = after(checkout, plan_of(checkout, *STANDS_ON))
    made = shown_plan(name, files, standing, plan_of(standing, *STANDS_ON, RECIPE))
    assert made == snapshot(extension_class=RecipeSnapshots)


@pytest.mark.parametrize("name", CHANGED)
def test_the_audit_sees_it_and_sees_it_mended(name: str) -> None:
    checkout = form_tree({NOTES: form(CHANGED[name])})
    assert said(checkout)
    assert said(after(checkout, plan_of(checkout, *STANDS_ON, RECIPE))) == set()


def said(checkout: Checkout) -> set[str]:
    findings = survey_of(checkout).findings("shared-state")
    return {item.what for item in findings if item.path == NOTES}
