"""tenant-unique: whose unique columns are so within a tenant afterwards. What must not change comes first."""

from __future__ import annotations

from textwrap import dedent

import pytest
from syrupy.assertion import SnapshotAssertion

from codemods.tree import Checkout
from tests.conftest import plan_of, survey_of
from tests.forms import RecipeSnapshots, after, form_tree, shown

RECIPE, STANDS_ON = "tenant-unique", ("tenant-foundation",)
WORDS = "plugins/words/tables.py"

ABOVE = """
from peewee import CharField, Model, TextField

from src.common.database.database import db
from src.common.database.database_model import BaseModel

"""
UNCHANGED = {
    "a table of the process": """
    class Word(Model):
        word = TextField(unique=True)

        class Meta:
            database = db
    """,
    "a tenant column that nothing asks": """
    class Note(Model):
        tenant_id = TextField()
        title = TextField(unique=True)
    """,
    "an index that names the tenant": """
    class Note(BaseModel):
        title = TextField(index=True)

        class Meta:
            indexes = ((("tenant_id", "title"), True),)
    """,
    "an index that is not unique": """
    class Note(BaseModel):
        title = TextField(index=True)

        class Meta:
            indexes = ((("title",), False),)
    """,
    "a class that only looks like a table": """
    class Note:
        title = TextField(unique=True)
    """,
}
CHANGED = {
    "a column": """
    class Note(BaseModel):
        title = TextField(unique=True)  # 标题
    """,
    "columns over several lines": """
    class Note(BaseModel):
        title = CharField(
            max_length=80,
            unique=True,
            index=True,
        )
        number = TextField(null=True, unique=True, help_text="编号")
    """,
    "indexes of Meta": """
    class Note(BaseModel):
        title = TextField()
        owner = TextField(unique=True)

        class Meta:
            table_name = "notes"
            indexes = (
                (("title", "owner"), True),  # 每个人的标题不重复
                (("tenant_id", "title"), True),
                (("title",), False),
            )
    """,
    "a base of its own": """
    from src.common.message.tenant_context import get_current_tenant_id


    class Rows(Model):
        tenant_id = TextField()

        class Meta:
            database = db

        @classmethod
        def select(cls, *fields):
            return super().select(*fields).where(cls.tenant_id == get_current_tenant_id())


    class Note(Rows):
        title = TextField(unique=True)
    """,
    "a key": """
    class Note(BaseModel):
        title = TextField(primary_key=True)
    """,
}
QUERIES = """
from src.plugin_system import BaseTool


class Notes(BaseTool):
    async def execute(self, function_args):
        Note.replace(title="a").execute()
        Note.insert(title="b").on_conflict(conflict_target=[Note.title], update={Note.title: "b"}).execute()
        Note.insert_many([{"title": "c"}]).execute()
        return list(Note.raw("SELECT * FROM note"))
"""


def form(text: str) -> str:
    return ABOVE.lstrip("\n") + "\n" + dedent(text).strip("\n") + "\n"


@pytest.mark.parametrize("name", UNCHANGED)
def test_stays_as_it_is(name: str) -> None:
    plan = plan_of(form_tree({WORDS: form(UNCHANGED[name])}), *STANDS_ON, RECIPE)
    assert WORDS not in {change.path for change in plan.changes}


@pytest.mark.parametrize("name", CHANGED)
def test_is_unique_within_its_tenant(name: str, snapshot: SnapshotAssertion) -> None:
    made = shown(name, {WORDS: form(CHANGED[name])}, RECIPE, stands_on=STANDS_ON)
    assert made == snapshot(extension_class=RecipeSnapshots)


def test_the_audit_is_quiet_once_writes_are_a_tenants_and_tells_of_what_stays() -> None:
    """`raw` cannot be narrowed: it stays a finding."""
    checkout = form_tree({WORDS: form(CHANGED["a column"]) + "\n" + QUERIES})
    assert said(checkout) == {"unique title", *(f"passing-query Note.{name}()" for name in PASSING)}
    migrated = after(checkout, plan_of(checkout, *STANDS_ON, RECIPE))
    assert said(migrated) == {"passing-query Note.raw()"}


PASSING = ("insert", "insert_many", "raw", "replace")


def said(checkout: Checkout) -> set[str]:
    words = ("unique", "passing-query")
    findings = survey_of(checkout).findings("shared-state")
    return {item.what for item in findings if item.path == WORDS and item.what.startswith(words)}
