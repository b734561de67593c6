"""Paths that requests name: kept below a folder, or open to every file of the machine."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.analysis.chains import chain_of, expression
from codemods.analysis.symbols import Symbol
from codemods.messages import phrase
from codemods.places import Expression
from codemods.survey.program import TenantProgram, once
from codemods.survey.requests import handlers_of, said_parameters
from codemods.survey.sites import Site
from codemods.survey.verdicts import Finding
from codemods.survey.webui.requested import Flow, Flows

# What is written as one of these is no path.
_NUMBERS = frozenset({"int", "float", "bool", "UUID", "Optional", "None", "Annotated"})


def request_path_sites(program: TenantProgram) -> Iterator[Site]:
    """Where request text is joined to a folder, and nothing keeps what comes of it below that."""
    for flow, join in _joins(program):
        path = program.file_of(flow.function).path
        yield Site("request-path", path, Expression(flow.function.qualname, ast.unparse(join)))


def open_joins(program: TenantProgram) -> Iterator[Finding]:
    """The same, for people."""
    for flow, join in _joins(program):
        reason = phrase("{join} is of a request, and nothing keeps it below its folder", join=ast.unparse(join))
        yield Finding(program.file_of(flow.function).path, join.lineno, reason, "request-path")


def open_files(program: TenantProgram) -> Iterator[Finding]:
    """The first place of each function that opens a path as the request says it, below no folder."""
    seen: set[Symbol] = set()
    for flow in _flows(program):
        if flow.opened and flow.function not in seen:
            seen.add(flow.function)
            call = min(flow.opened, key=lambda item: item.lineno)
            what = expression(chain_of(call)) or "open()"
            reason = phrase("{what} takes any path that a request names, below no folder", what=what)
            yield Finding(program.file_of(flow.function).path, call.lineno, reason, f"request-path {what}")


@once
def _flows(program: TenantProgram) -> list[Flow]:
    """The flows of request text that lead somewhere, in order of place."""
    starts = [(handler, _said(program, handler)) for handler in handlers_of(program)]
    leading = (flow for flow in Flows(program).all(starts) if flow.joins or flow.opened or flow.answers)
    return sorted(leading, key=lambda flow: flow.function)


def _joins(program: TenantProgram) -> Iterator[tuple[Flow, ast.expr]]:
    """Each join once. A function that also gives the text back as it came means other places than its folder's."""
    seen: set[tuple[Symbol, str]] = set()
    free = {flow.function for flow in _flows(program) if flow.answers}
    for flow in _flows(program):
        for join in flow.joins:
            key = (flow.function, ast.unparse(join))
            if flow.function not in free and key not in seen:
                seen.add(key)
                yield flow, join


def _said(program: TenantProgram, handler: Symbol) -> frozenset[str]:
    """The parameters of a handler in which a request says any text that it likes."""
    found = []
    for parameter in said_parameters(program, handler):
        names = {chain[-1].lstrip(".") for chain in parameter.annotation}
        if not names or not names <= _NUMBERS:
            found.append(parameter.name)
    return frozenset(found)
