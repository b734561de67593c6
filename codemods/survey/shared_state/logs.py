"""Logs: who gets to read the lines of every tenant, and secrets in them."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from codemods.analysis.chains import Chain, expression
from codemods.analysis.facts import Use
from codemods.analysis.holders import Holder, Holders
from codemods.analysis.symbols import Symbol
from codemods.messages import phrase
from codemods.survey.program import TenantProgram
from codemods.survey.verdicts import Finding

_HANDLERS = frozenset({Symbol("logging", "Handler"), Symbol("logging", "StreamHandler")})
# The last word of a name that stands for a secret; "tokens" are counted, and none.
_SECRET = re.compile(r"(^|_)(token|secret|password|passwd|api_?key|access_key|private_key|secret_key)$", re.IGNORECASE)
_SENDING = frozenset({".send", ".send_json", ".send_text", ".send_bytes", ".put", ".put_nowait", ".write", ".publish"})

_FILTERING = (phrase("send a line to the connections of the tenant that logged it: own_connections keeps these"),)
_NOT_LOGGING = (phrase("log that there is one, and not what it is"),)


class _Stream(NamedTuple):
    """A function that sends what is logged: at which line, and to all that are in what."""

    function: Symbol
    line: int
    listeners: Use


def sinks(program: TenantProgram, holders: Holders) -> Iterator[Finding]:
    """Where a log handler of the tree's hands the records of all tenants to everybody who listens."""
    for stream in _streams(program, holders):
        reason = phrase(
            "sends what every tenant logs to all of {expression}", expression=expression(stream.listeners.chain)
        )
        path = program.file_of(stream.function).path
        yield Finding(path, stream.line, reason, "log-sink", details=_FILTERING)


def listeners(program: TenantProgram, holders: Holders) -> Iterator[Holder]:
    """What keeps those that get the lines of all tenants."""
    for stream in _streams(program, holders):
        yield from holders.at(stream.listeners.chain, stream.function)


def _streams(program: TenantProgram, holders: Holders) -> Iterator[_Stream]:
    for identifier in program.classes:
        if not _HANDLERS.isdisjoint(program.lineage(identifier)[1:]):
            for emit in program.method(identifier, "emit"):
                yield from _streamed(program, holders, emit)


def secrets(program: TenantProgram) -> Iterator[Finding]:
    """Log lines with a token, a key or a password in them."""
    for identifier, function in program.functions.items():
        for logged in function.logged:
            for chain in logged.operand.chains:
                if _is_secret(chain):
                    reason = phrase(
                        "{expression} is logged: whoever reads the log can act with it", expression=expression(chain)
                    )
                    path, what = program.file_of(identifier).path, f"logged-secret {expression(chain)}"
                    yield Finding(path, logged.line, reason, what, details=_NOT_LOGGING)
                    break


def _is_secret(chain: Chain) -> bool:
    while chain and chain[-1] in ("()", "[]"):
        chain = chain[:-1]
    return bool(chain) and _SECRET.search(chain[-1].lstrip(".")) is not None


def _streamed(program: TenantProgram, holders: Holders, emit: Symbol) -> Iterator[_Stream]:
    seen, queue = {emit}, deque([emit])
    while queue:
        current = queue.popleft()
        function = program.functions[current]
        listening = [
            use
            for use in function.uses
            if (use.role == "each" or use.given_to in (("list",), ("tuple",), ("set",)))
            and any(holder.kind in ("name", "attribute") for holder in holders.at(use.chain, current))
            and not program.named(use.given_to, current, program.state.context.filters)
        ]
        sends = next((use for use in function.uses if any(part in _SENDING for part in use.chain)), None)
        if listening and sends is not None:
            yield _Stream(current, sends.line, listening[0])
            continue
        for edge in program.edges(current):
            if edge.target not in seen and not edge.guessed:
                seen.add(edge.target)
                queue.append(edge.target)
