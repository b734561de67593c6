"""What is left over of half an edit: an import without its use, a first value that comes early."""

from __future__ import annotations

import pytest

from codemods.knowledge.recipes import recipes_folder
from codemods.survey.taken_back.applied import taken_back
from tests.survey.judging import program_of

PLUGIN = "plugins/mine/plugin.py"
ATTRIBUTE = "src/common/structure/tenant_attribute.py"
HUB = "class Hub:\n    words = TenantAttribute(list)\n"


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        (f"{HUB}\n    def __init__(self):\n        self.other = []\n", []),
        (f"{HUB}\n    def work(self):\n        self.words = []\n", []),
        ("class Hub:\n    words = 1\n", ["TenantAttribute is imported, and nothing here uses it"]),
        (
            f"{HUB}\n    def __init__(self):\n        self.words: list = []\n",
            ["words is one for each tenant, and __init__ gives it a value"],
        ),
    ],
    ids=["another attribute", "a value in a tenant's work", "the declaration is gone", "a value at the start"],
)
def test_what_is_left_over_of_an_attribute_is_found(text: str, reasons: list[str]) -> None:
    support = (recipes_folder() / "support" / "tenant_attribute.py").read_text(encoding="utf-8")
    head = "from src.common.structure.tenant_attribute import TenantAttribute\n\n\n"
    program = program_of({PLUGIN: head + text, ATTRIBUTE: support})
    assert [item.reason for item in taken_back(program) if item.path == PLUGIN] == reasons
