"""Which models' unique columns are edited, and which bases: those whose queries are their tenant's."""

from __future__ import annotations

import pytest

from codemods.places import Definition, Member
from codemods.survey.unique_columns.columns import column_sites
from tests.survey.shared_state.small import PATH, small

ABOVE = """
from peewee import Model, TextField
from src.common.database.database import db
from src.common.database.database_model import BaseModel
from src.common.database.tenant_unique import unique_in_tenant
from src.common.message.tenant_context import current_tenant_id

"""
ROWS = """class Rows(Model):
    tenant_id = TextField()

    @classmethod
    def select(cls, *fields):
        return super().select(*fields).where(cls.tenant_id == current_tenant_id())


"""
PLACES = {
    "of the process": ("class Page(Model):\n    name = TextField(unique=True)\n", []),
    "within its tenant": (
        "class Page(BaseModel):\n    name = TextField()\n\n    class Meta:\n"
        "        indexes = ((('tenant_id', 'name'), True),)\n",
        [],
    ),
    "said by the decorator": (
        "@unique_in_tenant('name')\nclass Page(BaseModel):\n    name = TextField(unique=True)\n",
        [],
    ),
    "a column": ("class Page(BaseModel):\n    name = TextField(unique=True)\n", [Member("Page.name")]),
    "an index": (
        "class Page(BaseModel):\n    name = TextField()\n\n    class Meta:\n        indexes = ((('name',), True),)\n",
        [Member("Page.Meta.indexes")],
    ),
    "a base of another name": (
        ROWS + "class Page(Rows):\n    name = TextField(unique=True)\n",
        [Member("Page.name"), Definition("Rows")],
    ),
    "a base that narrows what is inserted": (
        ROWS + "class Own(Rows):\n    @classmethod\n    def insert(cls, **row):\n"
        "        return super().insert(tenant_id=current_tenant_id(), **row)\n\n\n"
        "class Page(Own):\n    name = TextField()\n",
        [],
    ),
}


@pytest.mark.parametrize("form", PLACES)
def test_places(form: str) -> None:
    text, places = PLACES[form]
    found = [site.place for site in column_sites(small(ABOVE + "\n\n" + text)) if site.path == PATH]
    assert found == places
