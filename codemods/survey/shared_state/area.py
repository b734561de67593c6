"""What do tenants share: in memory, in files, in the database, in logs, in registries?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from codemods.survey.area import Area

if TYPE_CHECKING:
    from codemods.survey.program import TenantProgram
    from codemods.survey.sites import Site
    from codemods.survey.verdicts import EntryPoint, Finding


def _survey(program: TenantProgram) -> Iterable[EntryPoint | Finding]:
    from codemods.survey.shared_state.sharing import sharing_of

    sharing = sharing_of(program)
    yield from sharing.judged()
    yield from sharing.findings()


def _planned(program: TenantProgram) -> Iterable[EntryPoint]:
    from codemods.survey.shared_state.sharing import sharing_of

    return sharing_of(program).planned()


def _sites(program: TenantProgram) -> Iterable[Site]:
    from codemods.survey.shared_state.sharing import sharing_of

    return sharing_of(program).sites()


AREA = Area(
    order=90,
    title="Shared state",
    title_zh="共享状态",
    kinds=("shared-state",),
    places=(
        "holder-map",
        "holder-cache",
        "holder-registry",
        "holder-tasks",
        "tenant-runs",
        "holder-attribute",
        "holder-value",
    ),
    survey=_survey,
    planned=_planned,
    sites=_sites,
    ended_by=("accepted", "process", "shared"),
)
