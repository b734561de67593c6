"""Do the functions that plugins call read their tenant, and keep to what is its own?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from codemods.messages import phrase
from codemods.survey.area import API_FUNCTION, Area, Row

if TYPE_CHECKING:
    from codemods.survey.program import TenantProgram
    from codemods.survey.sites import Site
    from codemods.survey.verdicts import Finding, Judged


def _survey(program: TenantProgram) -> Iterable[Judged | Finding]:
    from codemods.survey.plugin_apis.apis import with_shared_reads

    return with_shared_reads(program, _planned(program))


def _planned(program: TenantProgram) -> Iterable[Judged | Finding]:
    from codemods.survey.plugin_apis.apis import apis_of

    yield from apis_of(program).functions()
    yield from apis_of(program).findings()


def _sites(program: TenantProgram) -> Iterable[Site]:
    from codemods.survey.plugin_apis.apis import apis_of

    return apis_of(program).sites()


AREA = Area(
    order=80,
    title="Plugin APIs",
    title_zh="插件 API",
    kinds=(API_FUNCTION,),
    places=(
        *(API_FUNCTION, "chat-argument", "file-argument", "whole-process"),
        *("model-argument", "model-data", "model-query"),
        *("plugin-answer", "named-plugin-answer", "shared-items"),
        *("shared-mapping", "shared-attribute"),
    ),
    rows=(Row(("4.4",), "Plugin APIs", phrase("do not read the context"), (API_FUNCTION,)),),
    survey=_survey,
    planned=_planned,
    sites=_sites,
)
