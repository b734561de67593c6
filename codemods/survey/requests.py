"""The WebUI's requests: what handles them, and what they fill."""

from __future__ import annotations

from codemods.analysis.facts import Parameter
from codemods.analysis.symbols import Symbol
from codemods.survey.program import TenantProgram
from codemods.survey.routes import Route, is_dependent, routes_of
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
    parameters = program.functions[handler].parameters
    return [parameter for parameter in parameters if not is_dependent(program, parameter, frame)]
