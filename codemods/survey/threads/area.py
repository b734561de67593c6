"""Does what runs in another thread have the tenant of what started it?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from codemods.survey.area import Area

if TYPE_CHECKING:
    from codemods.survey.program import TenantProgram
    from codemods.survey.sites import Site
    from codemods.survey.verdicts import EntryPoint


def _survey(program: TenantProgram) -> Iterable[EntryPoint]:
    from codemods.survey.threads.threads import threads

    return threads(program)


def _sites(program: TenantProgram) -> Iterable[Site]:
    from codemods.survey.threads.threads import thread_sites

    return thread_sites(program)


AREA = Area(
    order=51,
    title="Background work",
    title_zh="后台工作",
    kinds=("thread",),
    places=("thread-start",),
    survey=_survey,
    sites=_sites,
)
