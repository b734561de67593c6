"""Where is it that the rows of one tenant keep another from storing the same?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from codemods.survey.area import Area

if TYPE_CHECKING:
    from codemods.survey.program import TenantProgram
    from codemods.survey.sites import Site
    from codemods.survey.verdicts import Finding


def _survey(program: TenantProgram) -> Iterable[Finding]:
    return ()  # the findings are those of shared state, which asks what the database shares


def _sites(program: TenantProgram) -> Iterable[Site]:
    from codemods.survey.unique_columns.columns import column_sites

    return column_sites(program)


AREA = Area(order=91, places=("unique-column", "tenant-base"), survey=_survey, sites=_sites)
