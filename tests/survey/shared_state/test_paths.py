"""What decides about a path: a fixed place, a tenant's id, what is handed in, or the moment."""

from __future__ import annotations

import ast

import pytest

from codemods.analysis.holders import Holders
from codemods.survey.shared_state.paths import Kind, Paths
from tests.survey.shared_state.small import name, small

HEAD = """
import tempfile
from pathlib import Path
from src.common.message.tenant_files import tenant_path
from src.common.utils.tenant_storage import tenant_storage_root
from src.webui.tenant_files import below

BASE = Path("data")


def folder():
    return BASE / "pages"


class Store:
    root = BASE

    def __init__(self, given):
        self.given = given
        self.own = BASE / get_current_tenant_id()

    @property
    def page(self):
        return self.root / "page.json"

    @property
    def mine(self):
        return self.own / "page.json"

    def write(self, text):
        path = {attribute}


def write(given, tenant_id, key=None):
    here = BASE / given
    path = {expression}
"""


def kind(expression: str, qualname: str = "write", attribute: str = "None") -> Kind:
    program = small(HEAD.format(expression=expression, attribute=attribute))
    node = program.sources.function(name(qualname))
    assert node is not None
    (value,) = (item.value for item in node.body if ast.unparse(item).startswith("path = "))  # type: ignore[attr-defined]
    return Paths(program, Holders(program.program)).kind(value, name(qualname))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("unknown", Kind.UNKNOWN),
        ("'data/pages.json'", Kind.FIXED),
        ("__file__", Kind.FIXED),
        ("BASE / 'pages.json'", Kind.FIXED),
        ("folder() / 'pages.json'", Kind.FIXED),
        ("Path(__file__).parent / 'pages.json'", Kind.FIXED),
        ("given", Kind.HANDED),
        ("Path(given)", Kind.HANDED),
        ("BASE / given", Kind.FIXED),
        ("here.parent", Kind.FIXED),
        ("tenant_id", Kind.TENANT),
        ("BASE / tenant_id / 'pages.json'", Kind.TENANT),
        ("BASE / f'{get_current_tenant_id()}.json'", Kind.TENANT),
        ("tenant_storage_root() / 'pages.json'", Kind.TENANT),
        ("given.tenant_id", Kind.TENANT),
        ("tenant_path(BASE / 'pages.json')", Kind.TENANT),
        ("below(tenant_storage_root(), given)", Kind.TENANT),
        ("below(BASE, given)", Kind.FIXED),
        ("tenant_id.lower()", Kind.LOSSY),
        ("BASE / tenant_id.replace('/', '_')", Kind.LOSSY),
        ("tempfile.mkdtemp()", Kind.MOMENT),
        ("Path(tempfile.gettempdir()) / tenant_id", Kind.TENANT),
        ("Path(tempfile.gettempdir()) / 'last.txt'", Kind.FIXED),
    ],
)
def test_decides_about_a_path(expression: str, expected: Kind) -> None:
    assert kind(expression) == expected


@pytest.mark.parametrize(
    ("attribute", "expected"),
    [
        ("self.root", Kind.FIXED),
        ("self.page", Kind.FIXED),
        ("self.given", Kind.HANDED),
        ("self.own", Kind.TENANT),
        ("self.mine", Kind.TENANT),
        ("self.other", Kind.UNKNOWN),
    ],
)
def test_an_attribute_is_what_its_class_makes_of_it(attribute: str, expected: Kind) -> None:
    assert kind("None", "Store.write", attribute) == expected
