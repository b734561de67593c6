"""`[tool.tenantize]` of a checkout: nothing in it is passed over without a word."""

from __future__ import annotations

from pathlib import Path

import pytest

from codemods.analysis.symbols import Symbol
from codemods.errors import TenantizeError
from codemods.knowledge.settings import Settings, read_settings, state_of
from codemods.tree import Checkout

HOLDER = '[[tool.tenantize.holder]]\nname = "t"\nat = "src.topics:topics"\nscope = "guard"\n'
WRONG = {
    "[tool.tenantize]\nexclude = ['x']\n": "unknown key `exclude` in `tool.tenantize`: known: decision, holder, pulls.",
    "[tool.tenantize]\nstrict = true\n": "unknown key `strict` in `tool.tenantize`",
    "[[tool.tenantize.holdr]]\nname = 'x'\n": "unknown key `holdr` in `tool.tenantize`: did you mean `holder`?",
    "[tool.tenantize.pulls]\ngrups = {}\n": "unknown key `grups` in `tool.tenantize.pulls`: did you mean `groups`?",
    "[tool]\ntenantize = 3\n": "`tool.tenantize` is a whole number: write a table.",
    "tool = 3\n": "`tool` is a whole number: write a table.",
    "[tool": "is no TOML",
}


@pytest.mark.parametrize("text", WRONG)
def test_a_setting_that_is_none_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    with pytest.raises(TenantizeError, match=r"pyproject\.toml") as error:
        read_settings(tmp_path)
    assert WRONG[text] in str(error.value)


def test_what_is_other_tools_is_left_to_them(tmp_path: Path) -> None:
    assert read_settings(tmp_path) == Settings()
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\n[tool.ruff]\nstrict = 1\n", encoding="utf-8")
    assert read_settings(tmp_path) == Settings()


def test_a_tree_names_holders_of_its_own_and_a_plugin_has_none(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(HOLDER, encoding="utf-8")
    state = state_of(Checkout(tmp_path, ()))
    assert state.holders[Symbol("src.topics", "topics")].source == str(tmp_path / "pyproject.toml")
    with pytest.raises(TenantizeError, match="is for MaiMBot trees, and this is a plugin"):
        state_of(Checkout(tmp_path, (), plugin="words"))
