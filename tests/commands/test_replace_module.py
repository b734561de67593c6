"""ReplaceModule: only a module that has all that the support file defines."""

from __future__ import annotations

import pytest

from codemods.commands.replace_module import ReplaceModule
from codemods.knowledge.recipes import recipes_folder
from codemods.places import Definition
from tests.commands.edited import edited

SOURCE = "context_aware_map.py"
SUPPORT = (recipes_folder() / "support" / SOURCE).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "code", ["", "class Other: pass\n", "def ContextAwareMap(): pass\n", "if x:\n    class ContextAwareMap: pass\n"]
)
def test_a_module_without_the_class_stays_and_is_reported(code: str) -> None:
    after, warnings = edited(ReplaceModule, code, [Definition("ContextAwareMap")], source=SOURCE)
    assert after == code
    assert warnings == ["it does not define ContextAwareMap any more, so it is left alone"]


def test_a_module_with_the_class_becomes_the_support_file() -> None:
    after, warnings = edited(
        ReplaceModule, "class ContextAwareMap: pass\n", [Definition("ContextAwareMap")], source=SOURCE
    )
    assert after == SUPPORT
    assert warnings == []


def test_its_newlines_stay() -> None:
    code = "class ContextAwareMap:\r\n    pass\r\n"
    after, _ = edited(ReplaceModule, code, [Definition("ContextAwareMap")], source=SOURCE)
    assert after == SUPPORT.replace("\n", "\r\n")
