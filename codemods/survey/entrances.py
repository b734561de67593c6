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


def event_handlers(program: Program) -> Iterator[EntryPoint]:
    """Every plugin event handler class; the ones for process-wide events run without a tenant."""
    for identifier in subclasses_of(program, program.state.event_handlers):
        execute = method_of(program, identifier, "execute")
        if execute is None:
            continue
        events = events_of(program, identifier)
        at_start = sorted(events & program.state.process_events)
        path = program.path_to_state(execute)
        if not at_start:
            verdict, reason = SECURE, "runs in the tenant of the message that fires it"
        elif path is None:
            verdict, reason = GLOBAL, f"{', '.join(at_start)}: does nothing of a tenant's"
        else:
            verdict, reason = INSECURE, f"{', '.join(at_start)} fires without a tenant: {path}"
        file, cls = program.file_of(identifier), program.classes[identifier]
        yield EntryPoint(file.path, cls.qualname, cls.line, "event-handler", verdict, reason)


def events_of(program: Program, identifier: str) -> set[str]:
    """The names of the events that a handler class subscribes to, as members or as their values."""
    for base in program.lineage(identifier):
        cls = program.classes.get(base)
        if cls is None:
            continue
        found = {
            chain[1][1:]
            for name in ("event_type", "init_subscribe")
            for chain in cls.assigned.get(name, ())
            if len(chain) > 1
        }
        if "event_type" in cls.texts:
            found.add(cls.texts["event_type"].upper())
        if found:
            return found
    return set()


def subclasses_of(program: Program, bases: frozenset[str]) -> list[str]:
    return sorted({identifier for base in bases for identifier in program.subclasses(base)})


def method_of(program: Program, identifier: str, name: str) -> str | None:
    for base in program.lineage(identifier):
        cls = program.classes.get(base)
        if cls is not None and name in cls.methods:
            return f"{base.partition(':')[0]}:{cls.methods[name]}"
    return None
