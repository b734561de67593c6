"""The WebUI's requests: what handles them, and what they fill."""

from __future__ import annotations

from codemods.analysis.facts import Parameter
from codemods.analysis.symbols import Symbol
from codemods.survey.program import TenantProgram
from codemods.survey.routes import Route, is_depends, routes_of
from codemods.survey.verdicts import in_webui, webui_files


def handlers_of(program: TenantProgram) -> dict[Symbol, Route]:
    """The WebUI's handlers, in order of place."""
    return {
        route.function: route
        for file in webui_files(program)
        for route in routes_of(program, file)
        if isinstance(route, Route) and not route.dependency and in_webui(program, route.function.module)
    }


def said_parameters(program: TenantProgram, handler: Symbol) -> list[Parameter]:
    """The parameters of a handler that a request fills, not what it depends on."""
    frame = program.around(handler)
    found = []
    for parameter in program.functions[handler].parameters:
        uses = [*parameter.metadata, *((parameter.default,) if parameter.default is not None else ())]
        if not any(is_depends(program, use, frame) for use in uses):
            found.append(parameter)
    return found
