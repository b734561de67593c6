"""Does start-up, which runs once for the whole process, do any tenant's work?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from codemods.survey.area import Area, Row

if TYPE_CHECKING:
    from codemods.survey.program import TenantProgram
    from codemods.survey.verdicts import EntryPoint, Finding


def _survey(program: TenantProgram) -> Iterable[EntryPoint | Finding]:
    from codemods.survey.startup.imported import read_on_import
    from codemods.survey.startup.statements import startups

    yield from startups(program)
    yield from read_on_import(program)


AREA = Area(
    order=30,
    title="Start-up and event handlers",
    title_zh="启动与事件处理器",
    kinds=("startup",),
    rows=(Row(("2.3", "4.2"), "Start-up", "GLOBAL / INSECURE", ("startup",)),),
    survey=_survey,
)
