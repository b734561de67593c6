"""Sentences are broken where their columns end, and Chinese ones between any two letters."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from codemods.terminal.layout import wrapped


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "30")


@pytest.mark.parametrize(
    "text",
    [
        "A sentence of plain English words that is longer than a line.",
        "线程、执行器或回调开始时上下文是空的。它们运行的代码会接触租户数据，却没有租户。",
        "`run_in_executor`、`submit`、`Thread`、`Timer` 和回调（包括定时器）开始时上下文是空的。",
    ],
)
def test_nothing_is_lost_and_nothing_too_wide(text: str) -> None:
    lines = wrapped(text, "  ")
    assert len(lines) > 1
    assert all(line.startswith("  ") and cell_len(line) <= 30 for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_no_line_begins_with_a_mark_that_closes() -> None:
    lines = wrapped("每个租户各留一份（`TenantLocal`、`ContextAwareMap`），或者所有条目都以二元组为键。")
    assert not any(line[0] in "，。、）" for line in lines)


def test_later_lines_are_indented_as_asked() -> None:
    assert wrapped("one two three four five six seven", "- ", "  ") == ["- one two three four five six", "  seven"]


def test_what_is_longer_than_a_line_stays_whole() -> None:
    assert wrapped("see src/a_very_long_folder_name/of_a_file.py") == [
        "see",
        "src/a_very_long_folder_name/of_a_file.py",
    ]
