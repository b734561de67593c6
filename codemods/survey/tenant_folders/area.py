"""Where do tenants' files lie together, and which of their names are of several tenants?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from codemods.survey.area import Area

if TYPE_CHECKING:
    from codemods.survey.program import TenantProgram
    from codemods.survey.sites import Site
    from codemods.survey.verdicts import Finding


def _survey(program: TenantProgram) -> Iterable[Finding]:
    return ()  # the findings are those of shared state, which asks what files tenants share


def _sites(program: TenantProgram) -> Iterable[Site]:
    from codemods.survey.tenant_folders.folders import folder_sites
    from codemods.survey.tenant_folders.names import name_sites

    yield from folder_sites(program)
    yield from name_sites(program)


AREA = Area(order=92, places=("shared-folder", "shortened-id"), survey=_survey, sites=_sites)
