"""Whose each statement of a handler is: a tenant's, the process's, or both's; and when it cannot be told apart."""

from __future__ import annotations

import pytest

from codemods.analysis.symbols import Symbol
from codemods.survey.plugins.plugin_code import Part, PluginCode
from codemods.survey.plugins.splitting import NotSeparable, partition
from tests.survey.plugins.small import NOBODYS, PROCESS, TENANT, handler, name, plugin

LOG, ASKS = "print('a')", "if json:\n    return"


def halves(*lines: str) -> str:
    """The letters of the statements: T, P, or B for both; those of a try in brackets."""
    start = plugin(handler("\n".join(lines)))
    code, execute = start.code, name("Start.execute")
    part = Part(execute)
    found = partition(code, execute, code.evidence("tenant", part), code.evidence("process", part))
    return "".join(
        str(item) if not isinstance(item, tuple) else f"[{''.join(map(str, item))}]" for item in found.halves
    )


@pytest.mark.parametrize(
    ("lines", "letters"),
    [
        ((TENANT, PROCESS), "TP"),
        (('"""Starts."""', PROCESS, TENANT), "PT"),
        ((TENANT, PROCESS, "return True"), "TPB"),
        (("name = 'a'", TENANT, "print(global_config.bot, name)", PROCESS), "TTTP"),
        (("name = 'a'", "print(global_config.bot, name)", "atexit.register(print, name)"), "BTP"),
        (("bot = global_config.bot", "words = [bot]", PROCESS), "TTP"),
        ((TENANT, NOBODYS, PROCESS), "TTP"),
        (("import os", TENANT, PROCESS, "atexit.register(os.sync)"), "PTPP"),
        ((PROCESS, ASKS, TENANT), "PTT"),
        ((f"try:\n    {TENANT}\n    {PROCESS}\nexcept ValueError:\n    print('no')",), "[TP]"),
    ],
)
def test_separates(lines: tuple[str, ...], letters: str) -> None:
    assert halves(*lines) == letters


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (("atexit.register(global_config.bot)",), "does both"),
        (("bot = global_config.bot", "atexit.register(print, bot)"), "does both|needs bot of line"),
        (
            ("words = []", "words.append(global_config.bot)", "atexit.register(print, words)"),
            "both halves need what line",
        ),
        ((TENANT, "if global_config.bot:\n    return", PROCESS), "may end the handler before line"),
        ((f"try:\n    {TENANT}\nexcept ValueError:\n    {PROCESS}",), "stands in another part of the try"),
        ((f"try:\n    {TENANT}\n    {PROCESS}\nfinally:\n    print('a')",), "has an else or finally"),
        (
            (f"try:\n    a = 1\n    {TENANT}\n    {PROCESS}\nexcept ValueError:\n    print(a)",),
            "the except of line .* needs a",
        ),
    ],
)
def test_does_not_separate(lines: tuple[str, ...], reason: str) -> None:
    with pytest.raises(NotSeparable, match=reason):
        halves(*lines)


def test_the_lines_of_each_half_are_told() -> None:
    start = plugin(handler(f"{TENANT}\n{PROCESS}"))
    code: PluginCode = start.code
    execute: Symbol = name("Start.execute")
    tenant, process = code.evidence("tenant", Part(execute)), code.evidence("process", Part(execute))
    found = partition(code, execute, tenant, process)
    assert [item.line for item in tenant] == [line for lines in found.tenant for line in lines]
    assert [item.line for item in process] == [line for lines in found.process for line in lines]
