"""Do the WebUI's handlers run in a tenant's context, and keep to its connections?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from codemods.survey.area import Area, Row

if TYPE_CHECKING:
    from codemods.survey.program import TenantProgram
    from codemods.survey.sites import Site
    from codemods.survey.verdicts import EntryPoint, Finding


def _survey(program: TenantProgram) -> Iterable[EntryPoint | Finding]:
    from codemods.survey.webui.applications import open_applications, replaced_dependencies
    from codemods.survey.webui.broadcasts import shown_to_others
    from codemods.survey.webui.files import open_joins
    from codemods.survey.webui.handlers import registered_by_application
    from codemods.survey.webui.kept_answers import kept_answers
    from codemods.survey.webui.unrouted import reading_shared

    yield from _planned(program)
    yield from reading_shared(program, registered_by_application(program))
    yield from open_applications(program)
    yield from replaced_dependencies(program)
    yield from open_joins(program)
    yield from shown_to_others(program)
    yield from kept_answers(program)


def _planned(program: TenantProgram) -> Iterable[EntryPoint | Finding]:
    from codemods.survey.webui.connections import unfit_connections
    from codemods.survey.webui.files import open_files
    from codemods.survey.webui.handlers import webui_handlers

    yield from webui_handlers(program)
    yield from unfit_connections(program)
    yield from open_files(program)


def _sites(program: TenantProgram) -> Iterable[Site]:
    from codemods.survey.webui.applications import application_sites
    from codemods.survey.webui.connections import connection_sites
    from codemods.survey.webui.files import request_path_sites
    from codemods.survey.webui.process_sockets import asking_sites

    yield from asking_sites(program)
    yield from connection_sites(program)
    yield from application_sites(program)
    yield from request_path_sites(program)


AREA = Area(
    order=20,
    title="WebUI handlers",
    title_zh="WebUI 处理函数",
    kinds=("webui-handler",),
    places=("anonymous-handler", "process-socket", "shared-connections", "webui-application", "request-path"),
    rows=(Row(("2.2", "4.1"), "WebUI", "BROKEN / INSECURE", ("webui-handler",)),),
    survey=_survey,
    planned=_planned,
    sites=_sites,
)
