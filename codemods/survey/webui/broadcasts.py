"""Connections that are shown what requests of others say: at once, sent to all of them, or kept and sent later."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from codemods.analysis.chains import Chain, called_name, chain_of
from codemods.analysis.containers import WHOLE
from codemods.analysis.kept import Change, Holder, Reading
from codemods.analysis.symbols import Symbol
from codemods.analysis.writes import REMOVING, operand_of
from codemods.messages import phrase
from codemods.survey.logs.kept import log_listeners
from codemods.survey.program import TenantProgram, once
from codemods.survey.requests import handlers_of
from codemods.survey.shared_state.sharing import sharing_of
from codemods.survey.shared_state.work import is_admins
from codemods.survey.verdicts import Finding
from codemods.survey.webui.aimed import is_aimed
from codemods.survey.webui.carried import carried, is_said, sockets_of

_SENDING = frozenset({"send_text", "send_json", "send_bytes"})
# How a whole collection is used where nobody goes through it.
_HARMLESS = frozenset({"test", "store", "size"})
_WHOLE = frozenset("." + name for name in WHOLE)
_LOOKED_UP = (("[]",), (".get", "()"), (".setdefault", "()"), (".pop", "()"))
_ENDING = (
    phrase("ended by sending it to its tenant's connections alone, or by the decision accepted: all may see it"),
)


def shown_to_others(program: TenantProgram) -> Iterator[Finding]:
    """Each handler of a WebSocket whose connection gets what requests of others say, once."""
    for handler, route in handlers_of(program).items():
        if not route.websocket or is_admins(program, handler):
            continue
        run = _run_by(program, handler)
        does = (handler, *run)
        shown = next(_sent_to_all(program, does), None) or next(_sent_of_state(program, does), None)
        if shown is not None:
            function, line, holder, reason = shown
            path = program.file_of(handler).path
            yield Finding(path, run.get(function, line), reason, f"connections {holder.name}", details=_ENDING)


def tellers_of(program: TenantProgram, handler: Symbol) -> Iterator[Symbol]:
    """All who say what a handler's connection is shown."""
    run = frozenset({handler, *_run_by(program, handler)})
    for holder, changes in _keeping_sockets(program).items():
        if any(change.function in run for change in changes):
            yield from (*_tellers(program, holder), *_aiming(program, holder))
    for function in sorted(run):
        for call in _sends(program, function):
            yield from (writer for _, writers in _sent_state(program, call, function) for writer in writers)


def _sent_to_all(program: TenantProgram, does: Sequence[Symbol]) -> Iterator[tuple[Symbol, int, Holder, str]]:
    """Where these functions keep a connection among others that are all sent something of a request's."""
    run = frozenset(does)
    for holder, changes in _keeping_sockets(program).items():
        keeping = [change for change in changes if change.function in run]
        if not keeping:
            continue
        reason = ""
        if (teller := next(_tellers(program, holder), None)) is not None:
            way = carried(program).way(teller)
            reason = phrase(
                "sends all connections in {holder} what one request says: {way}", holder=holder.name, way=way
            )
        elif (teller := next(_aiming(program, holder), None)) is not None:
            way = carried(program).way(teller)
            reason = phrase(
                "sends a connection in {holder} that a request names what it says: {way}", holder=holder.name, way=way
            )
        if reason:
            yield keeping[0].function, keeping[0].write.line, holder, reason


def _sent_of_state(program: TenantProgram, does: Sequence[Symbol]) -> Iterator[tuple[Symbol, int, Holder, str]]:
    """Where these functions send a connection what a request has put into something of the process."""
    for function in does:
        for call in _sends(program, function):
            for holder, writers in _sent_state(program, call, function):
                reason = phrase(
                    "sends a connection what {holder} keeps of requests of others: {way}",
                    holder=holder.name,
                    way=carried(program).way(writers[0]),
                )
                yield function, call.lineno, holder, reason


@once
def _keeping_sockets(program: TenantProgram) -> dict[Holder, list[Change]]:
    """What of the process has connections in it, and what puts them there."""
    return dict(_open_holders(program, partial(_keeps_socket, program)))


@once
def _saying(program: TenantProgram) -> dict[Holder, list[Symbol]]:
    """What of the process has values of requests in it, and who puts them there."""
    found = _open_holders(program, partial(_puts_said, program))
    return {holder: [change.function for change in changes] for holder, changes in found}


def _open_holders(program: TenantProgram, wanted: Callable[[Change], bool]) -> Iterator[tuple[Holder, list[Change]]]:
    """What the process keeps, and no tenant's work changes, with those of its changes that are wanted: what tenants'
    work does is judged as such."""
    sharing = sharing_of(program)
    for holder, changes in sharing.holders.changes.items():
        if holder in sharing.changed or holder.at in log_listeners(program):
            continue
        found = [change for change in changes if wanted(change)]
        if found and sharing.judge.is_shared(holder, changes) and sharing.judge.partition(holder, changes) is None:
            yield holder, found


def _puts_said(program: TenantProgram, change: Change) -> bool:
    value, function = change.write.value, change.function
    if change.write.how in REMOVING or value is None or function not in _carrying(program):
        return False
    return any(is_said(program, function, chain) for chain in value.chains)


def _carrying(program: TenantProgram) -> Mapping[Symbol, Symbol | None]:
    return carried(program).before


def _keeps_socket(program: TenantProgram, change: Change) -> bool:
    value, sockets = change.write.value, sockets_of(program, change.function)
    return change.write.how not in REMOVING and value is not None and any(chain[0] in sockets for chain in value.chains)


def _tellers(program: TenantProgram, holder: Holder) -> Iterator[Symbol]:
    """Who goes through all of these connections, and sends what a request says, or has that sent."""
    for reading in sharing_of(program).holders.readers(holder):
        if _goes_through(program, reading):
            called = [edge.target for edge in program.edges(reading.function) if not edge.guessed]
            for function in (reading.function, *called):
                calls = (*_sends(program, function), *_kept_sends(program, holder, function))
                yield from (teller for call in calls for teller in _said(program, call, function))


def _aiming(program: TenantProgram, holder: Holder) -> Iterator[Symbol]:
    """Who sends what a request says to the one of these connections that a request names."""
    for reading in sharing_of(program).holders.readers(holder):
        for call in _sends(program, reading.function):
            if is_aimed(program, call, holder, reading.function):
                yield from _said(program, call, reading.function)


def _goes_through(program: TenantProgram, reading: Reading) -> bool:
    """Whether a use takes all of a collection, or of one in it, unless it is for what keeps a tenant's own."""
    following = reading.use.chain[reading.cut :]
    if reading.use.given_to and program.named(reading.use.given_to, reading.function, program.state.context.filters):
        return False
    if reading.use.role == "each" and following in _LOOKED_UP:
        return True  # those of one room, which whoever opens a connection may name
    return following[0] in _WHOLE if following else reading.use.role not in _HARMLESS


def _said(program: TenantProgram, call: ast.Call, function: Symbol) -> Iterator[Symbol]:
    """Who has said what a call sends."""
    if function in _carrying(program) and any(is_said(program, function, chain) for chain in _chains(call)):
        yield function
    yield from (writer for _, writers in _sent_state(program, call, function) for writer in writers)


def _sent_state(program: TenantProgram, call: ast.Call, function: Symbol) -> Iterator[tuple[Holder, list[Symbol]]]:
    """What has values of requests in it, of that which a call sends, and who puts them there."""
    saying, holders = _saying(program), sharing_of(program).holders
    for chain in _chains(call):
        for cut in range(1, len(chain) + 1):
            found = (holder for holder in holders.at(chain[:cut], function) if holder in saying)
            yield from ((holder, saying[holder]) for holder in found)


def _chains(call: ast.Call) -> list[Chain]:
    """What a call is given."""
    operands = (operand_of(node) for node in (*call.args, *(word.value for word in call.keywords)))
    return [chain for operand in operands if operand is not None for chain in operand.chains]


@once
def _sending(program: TenantProgram) -> frozenset[str]:
    """The files in which something may be sent."""
    return frozenset(module for module in program.files if program.sources.says(module, _SENDING))


def _sends(program: TenantProgram, function: Symbol) -> Iterator[ast.Call]:
    if function.module not in _sending(program):
        return
    for node in program.sources.nodes(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and called_name(node) in _SENDING:
            yield node


def _kept_sends(program: TenantProgram, holder: Holder, function: Symbol) -> Iterator[ast.Call]:
    """The calls of methods of connections that are kept themselves: `send(text)` for each `send` of a holder."""
    values = (change.write.value for change in _keeping_sockets(program)[holder])
    if not any(chain[-1].lstrip(".") in _SENDING for value in values if value is not None for chain in value.chains):
        return
    holders = sharing_of(program).holders
    for node in program.sources.nodes(function):
        if isinstance(node, ast.Call) and (chain := chain_of(node.func)) and holders.at(chain, function).get(holder):
            yield node


def _run_by(program: TenantProgram, handler: Symbol) -> dict[Symbol, int]:
    """All that a handler surely runs, each with the handler's own line that leads there."""
    lines = {edge.target: edge.line for edge in program.edges(handler) if not edge.guessed}
    return {name: lines[first] for name, first in program.reaches.origins(lines, lambda edge: not edge.guessed).items()}
