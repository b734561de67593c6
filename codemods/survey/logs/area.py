"""Does a log line say whose it is, and who gets to read it again?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from codemods.survey.area import Area

if TYPE_CHECKING:
    from codemods.survey.program import TenantProgram
    from codemods.survey.sites import Site
    from codemods.survey.verdicts import Finding


def _survey(program: TenantProgram) -> Iterable[Finding]:
    # Lines that are sent as they are logged, and secrets in them, stand with all else that tenants share.
    from codemods.survey.logs.kept import kept_lines
    from codemods.survey.logs.outside import logged_outside

    yield from kept_lines(program)
    yield from logged_outside(program)


def _sites(program: TenantProgram) -> Iterable[Site]:
    from codemods.survey.logs.kept import log_sites
    from codemods.survey.logs.rescoped import outside_sites

    yield from log_sites(program)
    yield from outside_sites(program)


AREA = Area(
    order=97,
    places=("log-listeners", "log-record", "log-lines", "log-outside", "logged-secret"),
    survey=_survey,
    sites=_sites,
)
