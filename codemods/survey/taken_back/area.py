"""Has an edit of a recipe that was applied been taken back? Half a migration is worse than none."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from codemods.survey.area import Area

if TYPE_CHECKING:
    from codemods.survey.program import TenantProgram
    from codemods.survey.sites import Site
    from codemods.survey.verdicts import Finding


def _survey(program: TenantProgram) -> Iterable[Finding]:
    from codemods.survey.taken_back.applied import taken_back
    from codemods.survey.taken_back.supports import missing_files, open_guards, other_supports
    from codemods.survey.webui.connections import open_connections

    yield from taken_back(program)
    yield from other_supports(program)
    yield from missing_files(program)
    yield from open_guards(program)
    yield from open_connections(program)


def _sites(program: TenantProgram) -> Iterable[Site]:
    from codemods.survey.taken_back.applied import unimported_sites

    return unimported_sites(program)


AREA = Area(order=70, places=("unimported-name",), survey=_survey, sites=_sites)
