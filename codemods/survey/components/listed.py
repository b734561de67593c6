"""The commands, actions and tools of plugins: what the host runs of each in a tenant's work."""

from __future__ import annotations

from collections.abc import Iterator

from codemods.analysis.symbols import Symbol
from codemods.messages import phrase
from codemods.survey.program import TenantProgram
from codemods.survey.verdicts import SECURE, EntryPoint

# Event handlers are judged by the events that they are called for.
KINDS = {"BaseCommand": "plugin-command", "BaseAction": "plugin-action", "BaseTool": "plugin-tool"}


def components(program: TenantProgram) -> Iterator[EntryPoint]:
    """Every class of a component that the host can run. What it keeps for all tenants is held against its verdict."""
    bases = program.state.plugins.components
    for identifier, cls in program.classes.items():
        kind = next((KINDS[base.name] for base in program.lineage(identifier)[1:] if _is_known(base, bases)), None)
        if kind is not None and identifier not in bases and _is_run(program, identifier):
            reason = phrase("runs in the tenant of the message that it works for")
            path = program.file_of(identifier).path
            yield EntryPoint(path, cls.qualname, cls.line, kind, SECURE, reason, by_hand=True)


def _is_known(base: Symbol, bases: frozenset[Symbol]) -> bool:
    return base in bases and base.name in KINDS


def _is_run(program: TenantProgram, identifier: Symbol) -> bool:
    """Whether the class, or one that it inherits from, says what the host runs."""
    own = [base for base in program.lineage(identifier) if base not in program.state.plugins.components]
    names = set(program.state.plugins.running)
    return any(not names.isdisjoint(program.classes[base].methods) for base in own if base in program.classes)
