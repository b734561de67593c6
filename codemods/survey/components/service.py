"""The service that knows which plugins are enabled for a tenant: what is answered where it cannot be asked."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.analysis.nodes import walk
from codemods.analysis.symbols import Symbol
from codemods.messages import phrase
from codemods.places import Definition
from codemods.survey.program import TenantProgram
from codemods.survey.sites import Site
from codemods.survey.verdicts import Finding


def silent_services(program: TenantProgram) -> Iterator[Finding]:
    """Where a failure of the service is answered like settings of a tenant's that enable nothing in particular."""
    for identifier in _behind_asking(program):
        for line in _empty_answers(program, identifier)[1][:1]:
            reason = phrase("answers as if a tenant had no settings where the plugin service cannot be asked")
            yield Finding(program.file_of(identifier).path, line, reason, "silent-service")


def service_sites(program: TenantProgram) -> Iterator[Site]:
    """The functions whose every empty answer is one of a service that could not be asked."""
    for identifier in _behind_asking(program):
        before, after = _empty_answers(program, identifier)
        if after and not before:
            yield Site("plugin-settings", program.file_of(identifier).path, Definition(identifier.qualname))


def _behind_asking(program: TenantProgram) -> list[Symbol]:
    """The functions behind what tells whether a plugin is enabled, and behind whatever else has its name."""
    names = [name for name in sorted(program.state.plugins.asking) if name.module in program.files]
    values = [value for name in names for value in program.program.member(name.module, name.qualname)]
    asking = [value.name for value in values if value.kind == "function"]
    return sorted(program.reaches.run_by(asking, lambda edge: not edge.guessed))


def _empty_answers(program: TenantProgram, identifier: Symbol) -> tuple[list[int], list[int]]:
    """The lines at which a function returns an empty list: before it first calls a server, and behind that."""
    called = min(_calls_out(program, identifier), default=None)
    node = program.sources.function(identifier) if called is not None else None
    if called is None or node is None:
        return [], []
    lines = [item.lineno for item in walk(node) if isinstance(item, ast.Return) and _is_empty(item.value)]
    return [line for line in lines if line < called], [line for line in lines if line > called]


def _is_empty(value: ast.expr | None) -> bool:
    return isinstance(value, ast.List) and not value.elts


def _calls_out(program: TenantProgram, identifier: Symbol) -> Iterator[int]:
    """The lines at which a function uses what calls servers."""
    clients = program.state.plugins.service_clients
    for use in program.functions[identifier].uses:
        values = program.values(use.chain[:1], identifier)
        if any(value.kind == "outside" and value.name.module.partition(".")[0] in clients for value in values):
            yield use.line
