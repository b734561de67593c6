"""Whose each statement of a handler is: a tenant's, the process's, or both's; and when it cannot be told apart."""

from __future__ import annotations

import pytest

from codemods.analysis.symbols import Symbol
from codemods.places import Half, Halves, Tried
from codemods.survey.plugins.plugin_code import Part, PluginCode
from codemods.survey.plugins.splitting import NotSeparable, partition
from tests.survey.plugins.small import NOBODYS, PROCESS, TENANT, handler, name, plugin

P, T, B = Half
LOG, ASKS = "print('a')", "if json:\n    return"


def halves(*lines: str) -> Halves:
    start = plugin(handler("\n".join(lines)))
    code, execute = start.code, name("Start.execute")
    part = Part(execute)
    return partition(code, execute, code.evidence("tenant", part), code.evidence("process", part)).halves


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ((TENANT, PROCESS), (T, P)),
        (('"""Starts."""', PROCESS, TENANT), (P, T)),
        ((TENANT, PROCESS, "return True"), (T, P, B)),
        (("name = 'a'", TENANT, "print(global_config.bot, name)", PROCESS), (T, T, T, P)),
        (("name = 'a'", "print(global_config.bot, name)", "atexit.register(print, name)"), (B, T, P)),
        (("bot = global_config.bot", "words = [bot]", PROCESS), (T, T, P)),
        ((TENANT, NOBODYS, PROCESS), (T, T, P)),
        (("import os", TENANT, PROCESS, "atexit.register(os.sync)"), (P, T, P, P)),
        ((PROCESS, ASKS, TENANT), (P, T, T)),
        ((f"try:\n    {TENANT}\n    {PROCESS}\nexcept ValueError:\n    print('no')",), (Tried((T, P)),)),
    ],
)
def test_separates(lines: tuple[str, ...], found: Halves) -> None:
    assert halves(*lines) == found


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
