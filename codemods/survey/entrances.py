"""Where messages, start-up and events enter the core and its plugins."""

from __future__ import annotations

from collections.abc import Iterator

from codemods.survey.facts import MODULE_BODY
from codemods.survey.resolve import Program
from codemods.survey.verdicts import GLOBAL, INSECURE, SECURE, EntryPoint, entry, in_webui


def gateways(program: Program) -> Iterator[EntryPoint]:
    """Functions outside the WebUI that hand a message to the chat."""
    process = program.state.process
    if not any(name in program.functions for name in process):
        return
    for identifier in callers_of(program, process):
        module, _, qualname = identifier.partition(":")
        if in_webui(program, module) or qualname == MODULE_BODY:
            continue
        open_calls = [edge for edge in program.reach(identifier).edges if edge.target in process and not edge.scoped]
        if program.enters_tenant(identifier) or not open_calls:
            yield entry(program, identifier, "gateway", SECURE, "hands every message on inside its tenant")
        else:
            reason = f"line {open_calls[0].line} processes a message without any tenant"
            yield entry(program, identifier, "gateway", INSECURE, reason)


def callers_of(program: Program, names: frozenset[str]) -> Iterator[str]:
    """Functions that run one of these methods; looked for only where the method's own name stands."""
    last = {"." + name.rpartition(".")[2] for name in names}
    for identifier, function in program.functions.items():
        if any(not last.isdisjoint(use.chain) for use in function.uses) and any(
            edge.target in names for edge in program.reach(identifier).edges
        ):
            yield identifier


def startups(program: Program) -> Iterator[EntryPoint]:
    for identifier in sorted(program.state.startup):
        if identifier not in program.functions:
            continue
        path = program.path_to_state(identifier)
        if path is None:
            yield entry(program, identifier, "startup", GLOBAL, "reaches no tenant data")
        else:
            yield entry(program, identifier, "startup", INSECURE, f"runs once, before any tenant: {path}")


def subclasses_of(program: Program, bases: frozenset[str]) -> list[str]:
    return sorted({identifier for base in bases for identifier in program.subclasses(base)})


def method_of(program: Program, identifier: str, name: str) -> str | None:
    for base in program.lineage(identifier):
        cls = program.classes.get(base)
        if cls is not None and name in cls.methods:
            return f"{base.partition(':')[0]}:{cls.methods[name]}"
    return None
