"""What do tenants share: in memory, in files, in the database, in logs, in registries?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from codemods.survey.area import Area

if TYPE_CHECKING:
    from codemods.survey.program import TenantProgram
    from codemods.survey.verdicts import EntryPoint, Finding


def _survey(program: TenantProgram) -> Iterable[EntryPoint | Finding]:
    from codemods.survey.shared_state.sharing import sharing_of

    sharing = sharing_of(program)
    yield from sharing.judged()
    yield from sharing.findings()


AREA = Area(
    order=90,
    title="Shared state",
    title_zh="共享状态",
    kinds=("shared-state",),
    survey=_survey,
    ended_by=("accepted", "process", "shared"),
)
