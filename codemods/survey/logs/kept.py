"""Lines of a log: who is sent them as they are logged, what writes them to a file, and what reads them back."""

from __future__ import annotations

from collections.abc import Iterator

from codemods.analysis.chains import expression
from codemods.analysis.facts import Use
from codemods.analysis.kept import Holder
from codemods.analysis.symbols import Symbol
from codemods.messages import phrase
from codemods.places import Expression
from codemods.survey.emitters import emitters
from codemods.survey.lookups import holders_of
from codemods.survey.program import TenantProgram, once
from codemods.survey.shared_state.logs import listeners, logged_secrets, streams
from codemods.survey.sites import Site
from codemods.survey.verdicts import Finding

_KEEPING = frozenset({".add", ".append", ".insert", ".setdefault", ".update"})
_FORMATTING = ("self", ".format", "()")
_MARKING = (phrase("with_tenant has a line say whose it is"),)
_OWN_LINES = (phrase("own_lines keeps the tenant's own of them"),)


def kept_lines(program: TenantProgram) -> Iterator[Finding]:
    """Log files whose lines of all tenants somebody reads back, and what writes such a file."""
    replays = _replays(program)
    for function, loop, _ in replays:
        reason = phrase("reads back what every tenant has logged")
        yield Finding(program.file_of(function).path, loop.line, reason, "log-lines", details=_OWN_LINES)
    for function, use in _writing(program):
        reason = phrase("writes lines to a log file that do not say whose they are")
        yield Finding(program.file_of(function).path, use.line, reason, "log-record", details=_MARKING)


def log_sites(program: TenantProgram) -> Iterator[Site]:
    found: dict[Site, None] = {}

    def note(on: str, function: Symbol, text: str) -> None:
        found[Site(on, program.file_of(function).path, Expression(function.qualname, text))] = None

    for stream in streams(program, holders_of(program)):
        note("log-listeners", stream.function, expression(stream.listeners.chain))
    for function, _, variable in _replays(program):
        note("log-lines", function, variable)
    for function, use in _writing(program):
        note("log-record", function, expression(use.chain))
    for secret in (item for item in logged_secrets(program) if not item.by_name):
        note("logged-secret", secret.function, expression(secret.chain))
    yield from found


@once
def _sockets(program: TenantProgram) -> tuple[tuple[Symbol, Use], ...]:
    holders = holders_of(program)
    heard = frozenset(listeners(program, holders, filtered=True))
    if not heard:
        return ()
    return tuple(
        (identifier, use)
        for holder in sorted(heard)
        for identifier in sorted(program.naming_one_of(_names(program, holder)))
        for use in program.functions[identifier].uses
        if use.chain[-2:-1] and use.chain[-2] in _KEEPING and holder in holders.at(use.chain[:-2], identifier)
        if _takes_socket(program, identifier, use)
    )


def _names(program: TenantProgram, holder: Holder) -> set[str]:
    """What names a holder: itself, and what answers it."""
    own, attribute = holder.name, f".{holder.name}"
    functions = program.files[holder.at.module].functions.values()
    return {own}.union(item.name for item in functions if any(chain[-1] in (own, attribute) for chain in item.returned))


@once
def log_listeners(program: TenantProgram) -> frozenset[Symbol]:
    """What keeps the connections that log lines are sent to."""
    return frozenset(holder.at for holder in listeners(program, holders_of(program), filtered=True))


def log_sockets(program: TenantProgram) -> tuple[tuple[Symbol, Use], ...]:
    """The handlers of WebSockets that put their connection where log lines are sent, and where they do so."""
    return _sockets(program)


def _takes_socket(program: TenantProgram, identifier: Symbol, use: Use) -> bool:
    sockets = {
        item.name
        for item in program.functions[identifier].parameters
        if any(chain[-1].lstrip(".") == "WebSocket" for chain in item.annotation)
    }
    return any(argument.chain[:1] and argument.chain[0] in sockets for argument in use.arguments)


def _replays(program: TenantProgram) -> list[tuple[Symbol, Use, str]]:
    """The loops over lines of JSON behind the sockets that log lines are sent to: each function, loop and variable."""
    sockets = [identifier for identifier, _ in log_sockets(program)]
    behind = program.reaches.run_by(sockets, lambda edge: not edge.guessed)
    return [(name, use, variable) for name in sorted(behind) for use, variable in _loops(program, name)]


def _loops(program: TenantProgram, identifier: Symbol) -> Iterator[tuple[Use, str]]:
    """The loops of a function that parse each line that they go through, unless the lines are kept apart already."""
    function, kept = program.functions[identifier], frozenset({program.state.access.lines})
    parsed = {
        argument.chain[0]
        for use in function.uses
        if use.chain[-2:] in ((".loads", "()"), ("loads", "()")) or use.chain == ("loads", "()")
        for argument in use.arguments[:1]
        if argument.chain
    }
    for variable in sorted(parsed):
        for chain in function.assigned.get(variable, ()):
            for use in function.uses:
                is_loop = use.role == "each" and chain == (*use.chain, "[]")
                if is_loop and not (use.chain[-1] == "()" and program.named(use.chain[:-1], identifier, kept)):
                    yield use, variable


def _writing(program: TenantProgram) -> Iterator[tuple[Symbol, Use]]:
    """Where a log handler writes lines of its format to a file, and does not have them say whose they are."""
    marking = frozenset({program.state.access.marked})
    for emit in (item.function for item in emitters(program)):
        uses = program.functions[emit].uses
        if any(".write" in use.chain for use in uses):
            for use in uses:
                marked = bool(use.given_to) and program.named(use.given_to, emit, marking)
                if use.chain == _FORMATTING and not marked:
                    yield emit, use
