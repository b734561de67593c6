"""Which keys are texts that are made of a tenant's and an agent's id, and nothing but keys?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from codemods.survey.area import Area

if TYPE_CHECKING:
    from codemods.survey.program import TenantProgram
    from codemods.survey.sites import Site
    from codemods.survey.verdicts import Finding


def _survey(program: TenantProgram) -> Iterable[Finding]:
    return ()  # the findings are those of shared state, which asks what tells tenants apart


def _sites(program: TenantProgram) -> Iterable[Site]:
    from codemods.survey.pair_keys.keys import key_sites

    return key_sites(program)


AREA = Area(order=93, places=("joined-key",), survey=_survey, sites=_sites)
