"""Do plugins' event handlers do a tenant's work where the process has none?"""

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
    from codemods.survey.plugins.start_edits import event_handlers

    return event_handlers(program)


def _sites(program: TenantProgram) -> Iterable[Site]:
    from codemods.survey.plugins.start_edits import start_sites

    return start_sites(program)


AREA = Area(
    order=40,
    title="Start-up and event handlers",
    title_zh="启动与事件处理器",
    kinds=("event-handler",),
    places=(
        "begun",
        "begun-handler",
        "tenant-handler",
        "mixed-handler",
        "tenant-state",
        "tenant-path",
        "stopping-handler",
    ),
    rows=(Row(("2.3", "3.1", "4.2"), "Event handlers", "GLOBAL / INSECURE", ("event-handler",)),),
    survey=_survey,
    sites=_sites,
    ended_by=("accepted", "process"),
    consequences={
        "process": phrase("it stays at ON_START and runs once for all"),
        "shared": phrase("it moves to ON_TENANT_LOAD, and its files stay everybody's"),
        "tenant": phrase("its configuration is a tenant's as well, and it is left until that separates"),
    },
)
