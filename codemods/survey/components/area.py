"""Where does a tenant's work take components of plugins out of a registry, and run them?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from codemods.survey.area import Area

if TYPE_CHECKING:
    from codemods.survey.program import TenantProgram
    from codemods.survey.sites import Site
    from codemods.survey.verdicts import EntryPoint, Finding


def _survey(program: TenantProgram) -> Iterable[EntryPoint | Finding]:
    # Components that run unasked stand with all else that tenants share.
    from codemods.survey.components.listed import components
    from codemods.survey.components.service import silent_services

    yield from components(program)
    yield from silent_services(program)


def _sites(program: TenantProgram) -> Iterable[Site]:
    from codemods.survey.components.service import service_sites
    from codemods.survey.components.taken import component_sites

    yield from component_sites(program)
    yield from service_sites(program)


AREA = Area(
    order=45,
    title="Components of plugins",
    title_zh="插件的组件",
    kinds=("plugin-command", "plugin-action", "plugin-tool"),
    places=("component-answer", "named-component-answer", "component-collection", "plugin-settings"),
    survey=_survey,
    sites=_sites,
)
