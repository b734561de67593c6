"""Does every message that arrives enter its sender's tenant?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from codemods.survey.area import Area, Row

if TYPE_CHECKING:
    from codemods.survey.program import TenantProgram
    from codemods.survey.sites import Site
    from codemods.survey.verdicts import EntryPoint, Finding


def _survey(program: TenantProgram) -> Iterable[EntryPoint | Finding]:
    from codemods.survey.gateway.entrances import gateways
    from codemods.survey.gateway.keys import unchecked_keys

    yield from gateways(program)
    yield from unchecked_keys(program)


def _sites(program: TenantProgram) -> Iterable[Site]:
    from codemods.survey.gateway.entrances import gateway_sites
    from codemods.survey.gateway.keys import key_sites

    yield from gateway_sites(program)
    yield from key_sites(program)


AREA = Area(
    order=10,
    title="Gateway",
    title_zh="网关",
    kinds=("gateway",),
    places=("gateway-branch", "gateway-handler", "key-failure"),
    rows=(Row(("2.1",), "API gateway", "SECURE", ("gateway",)),),
    survey=_survey,
    sites=_sites,
)
