"""Does what runs by itself, in loops, tasks and timers, run in the tenant that started it?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from codemods.messages import phrase
from codemods.survey.area import Area, Row

if TYPE_CHECKING:
    from codemods.survey.program import TenantProgram
    from codemods.survey.sites import Site
    from codemods.survey.verdicts import EntryPoint, Finding


def _survey(program: TenantProgram) -> Iterable[EntryPoint | Finding]:
    from codemods.survey.background.run_outside import run_outside
    from codemods.survey.background.tasks import tasks

    yield from tasks(program)
    yield from run_outside(program)


def _sites(program: TenantProgram) -> Iterable[Site]:
    from codemods.survey.background.loops import loop_sites

    return loop_sites(program)


AREA = Area(
    order=50,
    title="Background work",
    title_zh="后台工作",
    kinds=("background-task", "chat-loop"),
    places=("chat-loop-init", "chat-loop-method"),
    rows=(
        Row(("3.2",), "Chat loops", phrase("runs context-less forever"), ("chat-loop",)),
        Row(("4.3",), phrase("Timers, tasks, threads"), phrase("to be verified"), ("background-task", "thread")),
    ),
    survey=_survey,
    sites=_sites,
)
