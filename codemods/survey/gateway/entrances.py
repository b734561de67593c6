"""Where messages, start-up and events enter the core and its plugins."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from codemods.analysis.symbols import MODULE_BODY, Symbol
from codemods.places import Branch, Decorators
from codemods.survey.background.spawns import Spawn, registered_handlers
from codemods.survey.gateway.branches import unscoped_branches
from codemods.survey.program import TenantProgram
from codemods.survey.sites import Site
from codemods.survey.verdicts import GLOBAL, INSECURE, SECURE, EntryPoint, Statement, entry, guessing, in_webui


def gateways(program: TenantProgram) -> Iterator[EntryPoint]:
    """Functions outside the WebUI that hand a message to the chat, and those that the message server calls itself."""
    process = program.state.entry_points.process
    for identifier in callers_of(program, process) if not process.isdisjoint(program.functions) else ():
        module, qualname = identifier
        if in_webui(program, module) or qualname == MODULE_BODY:
            continue
        open_calls = [edge for edge in program.calls(identifier, process) if not edge.scoped]
        if program.enters_tenant(identifier) or not open_calls:
            yield entry(program, identifier, "gateway", SECURE, "hands every message on inside its tenant")
        else:
            reason = f"line {open_calls[0].line} processes a message without any tenant"
            by_hand = not unscoped_branches(program, identifier)
            yield entry(program, identifier, "gateway", INSECURE, reason, by_hand=by_hand)
    for identifier, spawn in registered_handlers(program).items():
        yield _called_by_the_server(program, identifier, spawn)


def _called_by_the_server(program: TenantProgram, identifier: Symbol, spawn: Spawn) -> EntryPoint:
    where = f"{program.file_of(spawn.spawner).path}:{spawn.line}"
    path = program.path_to_state(identifier)
    if program.enters_tenant(identifier):
        return entry(program, identifier, "gateway", SECURE, f"runs in the tenant of the sender's key ({where})")
    if path is None:
        return entry(program, identifier, "gateway", GLOBAL, f"reaches no tenant data (registered at {where})")
    reason = guessing(f"registered at {where}, and called without a tenant: {path}", path)
    by_hand = not can_enter_senders(program, identifier)
    return entry(program, identifier, "gateway", INSECURE, reason, by_hand=by_hand)


def can_enter_senders(program: TenantProgram, identifier: Symbol) -> bool:
    """Whether what the message server calls may enter the tenant of the sender's key: where the tree knows keys."""
    knows_keys = program.state.entry_points.key_parser in program.functions
    return (
        knows_keys and program.functions[identifier].is_async and identifier not in program.state.entry_points.process
    )


def gateway_sites(program: TenantProgram) -> Iterator[Site]:
    """What mends the gateways: the branches that have no tenant, and the handlers that the server calls."""
    entries = [item for item in gateways(program) if item.verdict == INSECURE and not item.by_hand]
    registered = registered_handlers(program)
    for item in entries:
        identifier = next(
            name for name in (*registered, *program.functions) if _is_at(program, name, item.path, item.qualname)
        )
        if identifier in registered:
            below = len(program.functions[identifier].decorators)
            yield Site("gateway-handler", item.path, Decorators(item.qualname, below))
        else:
            for number in unscoped_branches(program, identifier):
                yield Site("gateway-branch", item.path, Branch(item.qualname, number))


def _is_at(program: TenantProgram, identifier: Symbol, path: str, qualname: str) -> bool:
    return identifier.qualname == qualname and program.file_of(identifier).path == path


def callers_of(program: TenantProgram, names: frozenset[Symbol]) -> Iterator[Symbol]:
    """Functions that run one of these methods; looked for only where the method's own name stands."""
    last = {"." + name.name for name in names}
    for identifier, function in program.functions.items():
        if any(not last.isdisjoint(use.chain) for use in function.uses) and program.calls(identifier, names):
            yield identifier


def startups(program: TenantProgram) -> Iterator[EntryPoint]:
    """What runs once for the process, statement by statement."""
    for identifier in sorted(program.state.entry_points.startup & program.functions.keys()):
        body = [node for node in program.sources.body(identifier) if not isinstance(node, _SAYING_NOTHING)]
        statements = tuple(_judged(program, identifier, node) for node in body)
        tenants = [item for item in statements if item.verdict == INSECURE]
        if not tenants:
            yield entry(program, identifier, "startup", GLOBAL, "reaches no tenant data", statements=statements)
            continue
        reason = _once(tenants, statements)
        system = program.state.gate.system
        staying = [_judged(program, identifier, node, past=system) for node in body]
        staying = [item for item in staying if item.verdict == INSECURE]
        more = {"by_hand": bool(staying), "left": _once(staying, statements), "statements": statements}
        yield entry(program, identifier, "startup", INSECURE, reason, **more)


def _once(tenants: Sequence[Statement], statements: Sequence[Statement]) -> str:
    return f"runs once, before any tenant; {len(tenants)} of its {len(statements)} statements are a tenant's"


_SAYING_NOTHING = (ast.Import, ast.ImportFrom, ast.Pass)


def _judged(
    program: TenantProgram, identifier: Symbol, node: ast.stmt, *, past: frozenset[Symbol] = frozenset()
) -> Statement:
    """Whose a statement of start-up is. What events and tasks run has verdicts of its own."""
    lines = range(node.lineno, (node.end_lineno or node.lineno) + 1)
    elsewhere = program.state.entry_points.started_elsewhere | registered_handlers(program).keys()
    touches = [touch for touch in program.reach(identifier).touches if touch.line in lines and not touch.scoped]
    targets = [
        edge.target
        for edge in program.edges(identifier)
        if edge.line in lines and not edge.scoped and edge.target not in elsewhere
    ]
    process = program.state.gate.process_values
    for but, verdict in ((process, INSECURE), (frozenset[str](), GLOBAL)):
        found = [touch.expression for touch in touches if touch.state not in but]
        paths = [path for target in targets if (path := program.path_to_state(target, but=but, past=past))]
        found += [str(path) for path in sorted(paths, key=lambda path: len(path.steps))]
        if found:
            reason = found[0] if verdict == INSECURE else f"reads what the whole process uses: {found[0]}"
            return Statement(node.lineno, verdict, reason)
    return Statement(node.lineno, GLOBAL, "reaches no tenant data")


def subclasses_of(program: TenantProgram, bases: frozenset[Symbol]) -> list[Symbol]:
    return sorted({identifier for base in bases for identifier in program.subclasses(base)})


def method_of(program: TenantProgram, identifier: Symbol, name: str) -> Symbol | None:
    for base in program.lineage(identifier):
        cls = program.classes.get(base)
        if cls is not None and name in cls.methods:
            return Symbol(base.module, cls.methods[name])
    return None


def is_per_tenant(program: TenantProgram, identifier: Symbol) -> bool:
    """Whether the manager runs an AsyncTask once for each active tenant."""
    init = method_of(program, identifier, "__init__")
    uses = program.functions[init].uses if init else []
    return not any(
        argument.keyword == "per_tenant" and argument.text == "False" for use in uses for argument in use.arguments
    )
