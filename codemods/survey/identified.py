"""What the audit finds, named so that a decision can name it too: by where it stands, and by no line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from codemods.analysis.facts import ClassFacts, FunctionFacts
from codemods.survey.program import TenantProgram, once
from codemods.survey.verdicts import Finding, Judged


def identified(program: TenantProgram, items: Iterable[Judged | Finding]) -> tuple[Judged | Finding, ...]:
    """The same, each with what it stands in, and numbered where several of one kind would have one name."""
    named = [_named(program, item) if isinstance(item, Finding) else item for item in items]
    alike: Counter[tuple[bool, str]] = Counter()
    numbers = {}
    for index, item in sorted(enumerate(named), key=lambda pair: (pair[1].path, pair[1].line)):
        key = isinstance(item, Finding), item.at
        alike[key] += 1
        numbers[index] = alike[key]
    return tuple(
        item if numbers[index] == 1 else replace(item, number=numbers[index]) for index, item in enumerate(named)
    )


def _named(program: TenantProgram, finding: Finding) -> Finding:
    if finding.qualname or finding.path not in (modules := modules_by_path(program)):
        return finding
    return replace(finding, qualname=_around(program, modules[finding.path], finding.line))


@once
def modules_by_path(program: TenantProgram) -> dict[str, str]:
    """The modules of a program by their paths."""
    return {file.path: module for module, file in program.files.items()}


def _around(program: TenantProgram, module: str, line: int) -> str:
    """The innermost function or class around a line, its decorators with it; "" outside of all."""
    return max(_ranges(program, module, line), default=(0, ""))[1]


def _ranges(program: TenantProgram, module: str, line: int) -> Iterator[tuple[int, str]]:
    file = program.files[module]
    definitions: list[FunctionFacts | ClassFacts] = [*file.functions.values(), *file.classes.values()]
    for item in definitions:
        if item.more >= 0 and item.first <= line <= item.line + item.more:
            yield item.first, item.qualname
