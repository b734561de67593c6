"""What recipes have brought and somebody has taken back in part."""

from __future__ import annotations

import pytest

from codemods.knowledge.recipes import FixedPlace, recipes_folder
from codemods.survey.taken_back.applied import is_done, taken_back
from tests.survey.judging import program_of

LOCAL, PLUGIN = "src/common/message/tenant_local.py", "plugins/say/plugin.py"
SUPPORT = {LOCAL: (recipes_folder() / "support" / "tenant_local.py").read_text(encoding="utf-8")}
HEAD = "from src.common.message.tenant_local import TenantLocal\n"
KEPT = "words = TenantLocal(list)\n"


def said(text: str, *, migrated: bool = True) -> list[str]:
    program = program_of({PLUGIN: text} | (SUPPORT if migrated else {}))
    return [item.reason for item in taken_back(program) if item.path == PLUGIN]


def test_a_tree_to_which_nothing_was_brought_has_taken_nothing_back() -> None:
    assert said("def work():\n    return admin_pair()\n", migrated=False) == []


@pytest.mark.parametrize(
    "text",
    [
        f"{HEAD}{KEPT}\n\ndef work():\n    words.value.append(1)\n",
        f"{HEAD}{KEPT}others = []\n\n\ndef work():\n    others.append(words.value)\n",
        f"{HEAD}{KEPT}\n\ndef work(event):\n    return event.value\n",
        f"{HEAD}\n\nclass A:\n    def __init__(self):\n        self.words = TenantLocal(list)\n",
        f"{HEAD}{KEPT}\n\ndef work():\n    for words.value in ([1], [2]):\n        pass\n",
        f"{HEAD}{KEPT}\n\ndef work(words):\n    return [words for words in words]\n",
        f"{HEAD}{KEPT}\n\nclass Mode:\n    @property\n    def value(self):\n        return 1\n\n\nmode = Mode()\n\n\n"
        "def work():\n    return mode.value\n",
        f"{HEAD}{KEPT}\n\nclass Mode:\n    def __init__(self):\n        self.value = 1\n\n\nmode = Mode()\n\n\n"
        "def work():\n    return mode.value\n",
        "def outer(tenant_scope):\n    return tenant_scope()\n",
    ],
    ids=[
        "used as it is",
        "beside other state",
        "a value of something else",
        "of an object",
        "by a loop",
        "a parameter's",
        "a property of that name",
        "an attribute of that name",
        "a parameter called like what was brought",
    ],
)
def test_what_is_whole_is_quiet(text: str) -> None:
    assert said(text) == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("def work():\n    return TenantLocal(list)\n", "TenantLocal is used here, and nothing imports it"),
        (
            f"{HEAD}{KEPT}\n\ndef work():\n    words.append(1)\n",
            "words is one for each tenant, and used without .value",
        ),
        (
            f"{HEAD}words = []\nothers = TenantLocal(list)\n\n\ndef work():\n    words.value.append(1)\n",
            "words.value is read, and words has none",
        ),
        (
            f"{HEAD}{KEPT}\n\ndef work():\n    words = [1]\n    return words\n",
            "words is one for each tenant, and here a name of its own",
        ),
        (
            f"{HEAD}\n\nclass A:\n    def __init__(self):\n        self.words = TenantLocal(list)\n\n"
            "    def work(self):\n        self.words = []\n",
            "self.words is one for each tenant, and used without .value",
        ),
    ],
    ids=["its import", "a use", "the declaration", "global", "an object's"],
)
def test_half_of_an_edit_is_found(text: str, reason: str) -> None:
    assert said(text) == [reason]


def test_what_was_put_into_a_module_of_the_tree_is_missed_where_it_is_imported() -> None:
    context, text = "src/common/message/tenant_context.py", "def get_current_tenant_id():\n    return None\n"
    asking = "from src.common.message.tenant_context import current_tenant_id, get_current_tenant_id\n"
    program = program_of({context: text, "src/form/work.py": asking} | SUPPORT)
    missed = [item.reason for item in taken_back(program) if item.path == context]
    assert "src.common.message.tenant_context lacks current_tenant_id, which tenant-foundation put there" in missed
    assert not any("lacks get_current_tenant_id" in reason for reason in missed)


def test_whether_a_place_has_its_edit() -> None:
    program = program_of({"src/form/work.py": "def work():\n    note()\n\n\nclass Kinds:\n    ONE = 'one'\n"})
    for file, place, name, done in (
        ("src/form/work.py", "work", "note", True),
        ("src/form/work.py", "work", "other", False),
        ("src/form/work.py", "Kinds", "ONE", True),
        ("src/form/work.py", "Kinds", "TWO", False),
        ("src/form/missing.py", "work", "note", False),
    ):
        assert is_done(program, FixedPlace(file, place), name) == done
