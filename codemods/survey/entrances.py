"""Where messages, start-up and events enter the core and its plugins."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.survey.facts import MODULE_BODY
from codemods.survey.resolve import Program
from codemods.survey.verdicts import GLOBAL, INSECURE, SECURE, EntryPoint, Statement, entry, in_webui


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
    """What runs once for the process, statement by statement."""
    for identifier in sorted(program.state.startup & program.functions.keys()):
        body = [node for node in program.sources.body(identifier) if not isinstance(node, _SAYING_NOTHING)]
        statements = tuple(_judged(program, identifier, node) for node in body)
        tenants = [item for item in statements if item.verdict == INSECURE]
        if not tenants:
            yield entry(program, identifier, "startup", GLOBAL, "reaches no tenant data", statements=statements)
            continue
        reason = f"runs once, before any tenant; {len(tenants)} of its {len(statements)} statements are a tenant's"
        yield entry(program, identifier, "startup", INSECURE, reason, by_hand=True, statements=statements)


_SAYING_NOTHING = (ast.Import, ast.ImportFrom, ast.Pass)


def _judged(program: Program, identifier: str, node: ast.stmt) -> Statement:
    """Whose a statement of start-up is. What events and tasks run has verdicts of its own."""
    lines = range(node.lineno, (node.end_lineno or node.lineno) + 1)
    reach = program.reach(identifier)
    touches = [touch.expression for touch in reach.touches if touch.line in lines and not touch.scoped]
    paths = [
        path
        for edge in reach.edges
        if edge.line in lines and not edge.scoped and edge.target not in program.state.started_elsewhere
        if (path := program.path_to_state(edge.target)) is not None
    ]
    if touches:
        return Statement(node.lineno, INSECURE, touches[0])
    if paths:
        return Statement(node.lineno, INSECURE, str(min(paths, key=lambda path: len(path.steps))))
    return Statement(node.lineno, GLOBAL, "reaches no tenant data")


def subclasses_of(program: Program, bases: frozenset[str]) -> list[str]:
    return sorted({identifier for base in bases for identifier in program.subclasses(base)})


def method_of(program: Program, identifier: str, name: str) -> str | None:
    for base in program.lineage(identifier):
        cls = program.classes.get(base)
        if cls is not None and name in cls.methods:
            return f"{base.partition(':')[0]}:{cls.methods[name]}"
    return None


def is_per_tenant(program: Program, identifier: str) -> bool:
    """Whether the manager runs an AsyncTask once for each active tenant."""
    init = method_of(program, identifier, "__init__")
    uses = program.functions[init].uses if init else []
    return not any(
        argument.keyword == "per_tenant" and argument.text == "False" for use in uses for argument in use.arguments
    )
