"""Logs: who gets to read the lines of every tenant, and secrets in them."""

from __future__ import annotations

import ast
import re
from collections import defaultdict, deque
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import NamedTuple

from codemods.analysis.chains import Chain, chain_of, expression
from codemods.analysis.facts import Use
from codemods.analysis.holders import Holders
from codemods.analysis.kept import Change, Holder
from codemods.analysis.nodes import walk
from codemods.analysis.symbols import MODULE_BODY, Symbol
from codemods.analysis.values import UNKNOWN
from codemods.analysis.writes import REMOVING, is_by_effect
from codemods.messages import phrase
from codemods.survey.emitters import emitters, is_of_record, kept_whole, receivers
from codemods.survey.program import TenantProgram, once
from codemods.survey.shared_state.tables import EXECUTING
from codemods.survey.shared_state.work import tenant_work
from codemods.survey.verdicts import Finding

# The last word of a name that stands for a secret; "tokens" are counted, and none.
_SECRET = re.compile(r"(^|_)(token|secret|password|passwd|api_?key|access_key|private_key|secret_key)$", re.IGNORECASE)
_SENDING = frozenset({".send", ".send_json", ".send_text", ".send_bytes", ".put", ".put_nowait", ".write", ".publish"})

# What has secrets by their names; and what looks one of the environment up.
_BY_NAME = frozenset((word,) for word in ("environ", ".environ", ".headers", ".cookies", ".query_params"))
_GETTING = frozenset({("getenv",), (".getenv",)})
# What a record has that says nothing of what is logged.
_SAYING_NOTHING = frozenset({".created", ".levelname", ".levelno", ".lineno", ".name"})
# What goes through all that it is given.
_WHOLE = (("list",), ("tuple",), ("set",))

_FILTERING = (phrase("send a line to the connections of the tenant that logged it: own_connections keeps these"),)
_KEEPING = (phrase("keep a tenant's lines apart from others': with_tenant has a line say whose it is"),)
_NOT_LOGGING = (phrase("log that there is one, and not what it is"),)


class Stream(NamedTuple):
    """A function that sends what is logged: at which line, and to all that are in what."""

    function: Symbol
    line: int
    listeners: Use


class Secret(NamedTuple):
    """A secret that a function logs, and where; by_name: in a text that it has given a name before."""

    function: Symbol
    line: int
    chain: Chain
    by_name: bool = False


def sinks(program: TenantProgram, holders: Holders) -> Iterator[Finding]:
    """Where a log handler of the tree's hands the records of all tenants to everybody who listens."""
    for stream in streams(program, holders):
        reason = phrase(
            "sends what every tenant logs to all of {expression}", expression=expression(stream.listeners.chain)
        )
        path = program.file_of(stream.function).path
        yield Finding(path, stream.line, reason, "log-sink", details=_FILTERING)
    for change, chain in collected(program, holders):
        reason = phrase(
            "keeps what every tenant logs in {name}: {expression}",
            name=change.holder.at.qualname,
            expression=expression(chain),
        )
        path = program.file_of(change.function).path
        yield Finding(path, change.write.line, reason, "log-sink", details=_KEEPING)
    for kept in kept_whole(program, holders):
        reason = phrase("keeps what every tenant logs in {name}", name=kept.holder.at.qualname)
        yield Finding(program.file_of(kept.function).path, kept.line, reason, "log-sink", details=_KEEPING)


def collected(program: TenantProgram, holders: Holders) -> Iterator[tuple[Change, Chain]]:
    """What is kept of each record that is logged, for whoever looks."""
    found = {item.function: item.record for item in receivers(program)}
    sending = frozenset(listeners(program, holders, filtered=True))  # what is put into these is sent
    for holder, changes in ((holder, holders.changes[holder]) for holder in holders.changes if holder not in sending):
        # What writes it on is told as what writes a log file, but for SQL.
        here = [item for item in changes if item.function in found and item.write.how not in REMOVING]
        here = [item for item in here if not is_by_effect(item.write) or item.write.how in EXECUTING]
        kept = [(item, chain) for item in here if (chain := _kept(program, item, found[item.function]))]
        yield from kept
        if here and not kept and _is_shown(program, holders, holder, found):
            yield from ((item, item.write.chain) for item in here)


def _kept(program: TenantProgram, change: Change, record: str) -> Chain:
    """What of a record is kept, or ()."""
    if change.write.value is None or change.write.chain[:1] == (record,):
        return ()  # the record itself
    return next(
        (
            chain
            for chain in change.write.value.chains
            if _SAYING_NOTHING.isdisjoint(chain) and is_of_record(program, chain, change.function, record)
        ),
        (),
    )


def _is_shown(program: TenantProgram, holders: Holders, holder: Holder, receiving: Collection[Symbol]) -> bool:
    """Whether requests or tenants' work show what each record changes, as how many there were."""
    work, functions = tenant_work(program), program.functions
    owners = {Symbol(item.module, owner) for item in receiving if (owner := functions[item].owner)}
    return any(
        work.is_served(reading.function)
        and reading.function not in receiving
        and Symbol(reading.function.module, functions[reading.function].owner or MODULE_BODY) not in owners
        for reading in holders.readers(holder)
    )


def collecting(program: TenantProgram, holders: Holders) -> Iterator[Holder]:
    """The holders that lines of all tenants are kept in."""
    yield from (change.holder for change, _ in collected(program, holders))
    yield from (kept.holder for kept in kept_whole(program, holders))


def listeners(program: TenantProgram, holders: Holders, *, filtered: bool = False) -> Iterator[Holder]:
    """What keeps those that get the lines of all tenants; `filtered`: also where each gets its own."""
    for stream in streams(program, holders, filtered=filtered):
        yield from holders.at(stream.listeners.chain, stream.function)


def streams(program: TenantProgram, holders: Holders, *, filtered: bool = False) -> Iterator[Stream]:
    """The functions that send what is logged to several, each with what these are in."""
    for emit in emitters(program):
        yield from _streamed(program, holders, emit.function, filtered)


def secrets(program: TenantProgram) -> Iterator[Finding]:
    """Log lines with a token, a key or a password in them."""
    told: set[tuple[Symbol, int]] = set()
    for secret in logged_secrets(program):
        if (secret.function, secret.line) in told:
            continue
        told.add((secret.function, secret.line))
        text = expression(secret.chain)
        reason = phrase("{expression} is logged: whoever reads the log can act with it", expression=text)
        path = program.file_of(secret.function).path
        yield Finding(path, secret.line, reason, f"logged-secret {text}", details=_NOT_LOGGING)


def logged_secrets(program: TenantProgram) -> Iterator[Secret]:
    """Every secret in a log line, but for those that are masked."""
    masking = frozenset({program.state.access.masked})
    for identifier, function in program.functions.items():
        for logged in function.logged:
            before: Chain = ()
            for chain in logged.operand.chains:
                is_masked = before[-1:] == ("()",) and program.named(before[:-1], identifier, masking)
                if is_masked:
                    pass
                elif _is_secret(chain) and not (
                    _is_digest(program, before, identifier) or _is_key(program, chain, identifier)
                ):
                    yield Secret(identifier, logged.line, chain)
                elif len(chain) == 1 and chain[0] in function.assigned and before[-1:] != ("()",):
                    texts = _texts(program, identifier)
                    inner = (part for part in texts.get(chain, ()) if not _is_key(program, part, identifier))
                    yield from (Secret(identifier, logged.line, part, by_name=True) for part in inner)
                before = chain


@once
def _known_texts(program: TenantProgram) -> dict[Symbol, dict[Chain, list[Chain]]]:
    return {}


def _texts(program: TenantProgram, frame: Symbol) -> dict[Chain, list[Chain]]:
    """The secrets in texts that a function makes, by the names that it gives these."""
    known = _known_texts(program)
    if frame not in known:
        known[frame] = defaultdict(list)
        function = program.functions[frame]
        names = (*function.assigned, *(item.name for item in function.parameters))
        if any(map(_names_secret, names)) or any(_is_secret(use.chain) for use in function.uses):
            for node in program.sources.nodes(frame):
                if isinstance(node, ast.Assign) and isinstance(node.value, (ast.BinOp, ast.JoinedStr)):
                    for target in node.targets:
                        known[frame][chain_of(target)] += _secrets_in(node.value)
    return known[frame]


def _secrets_in(text: ast.expr) -> Iterator[Chain]:
    """The secrets that a text is made of; none where something may hide them."""
    parts = list(walk(text))
    called = {chain_of(part.func) for part in parts if isinstance(part, ast.Call)}
    if not any(_may_hide(item) and not _is_secret(item) for item in called):
        chains = (chain_of(part) for part in parts if isinstance(part, ast.expr))
        yield from (chain for chain in chains if _is_secret(chain))


def _may_hide(chain: Chain) -> bool:
    """Whether what a text is made with may hide what it is given: anything but what makes it a text."""
    return chain not in (("str",), ("repr",), ("format",)) and bool(chain)


def _is_digest(program: TenantProgram, chain: Chain, frame: Symbol) -> bool:
    """Whether a call answers what a digest makes of what it is given: nobody gets back from that."""
    if chain[-1:] != ("()",):
        return False
    return any(
        value.kind == "function" and _answers_digest(program, value.name) for value in program.values(chain[:-1], frame)
    )


def _is_key(program: TenantProgram, chain: Chain, frame: Symbol) -> bool:
    """Whether a name of the module is only what a secret is found by, as `os.getenv(API_TOKEN)` does: whoever reads it
    has not got what stands there."""
    body = frame.body
    if len(chain) > 1 or program.binds(frame, chain[0]) or chain[0] not in program.functions[body].assigned:
        return False
    naming = [item for item in program.naming(chain[0]) if item.module == frame.module]
    return any(_looked_up(node) == chain for item in naming for node in program.sources.nodes(item))


def _looked_up(node: ast.AST) -> Chain:
    """The key by which an expression finds something of the environment or of a request, or ()."""
    if isinstance(node, ast.Subscript):
        return chain_of(node.slice) if chain_of(node.value)[-1:] in _BY_NAME else ()
    called = chain_of(node.func) if isinstance(node, ast.Call) and node.args else ()
    is_lookup = called[-1:] in _GETTING or (called[-1:] == (".get",) and called[-2:-1] in _BY_NAME)
    return chain_of(node.args[0]) if is_lookup and isinstance(node, ast.Call) else ()


def _answers_digest(program: TenantProgram, identifier: Symbol) -> bool:
    """Whether all that a function answers, but for constants, is made of a digest."""
    answers = [node.value for node in program.sources.nodes(identifier) if isinstance(node, ast.Return)]
    made = [answer for answer in answers if answer is not None and not isinstance(answer, ast.Constant)]
    return bool(made) and all(_has_digest(program, answer, identifier) for answer in made)


def _has_digest(program: TenantProgram, node: ast.expr, frame: Symbol) -> bool:
    """Whether an expression is a digest, or the beginning of one, and nothing else."""
    while isinstance(node, ast.Subscript):
        node = node.value
    chain = chain_of(node) if isinstance(node, (ast.Name, ast.Attribute, ast.Call)) else ()
    given = program.functions[frame].assigned.get(chain[0], ()) if len(chain) == 1 else [chain] if chain else ()
    return bool(given) and all(
        value.kind == "outside" and value.name.module == "hashlib"
        for item in given
        for value in program.values(item, frame) or (UNKNOWN,)
    )


def _is_secret(chain: Chain) -> bool:
    while chain and chain[-1] in ("()", "[]"):
        chain = chain[:-1]
    return bool(chain) and _names_secret(chain[-1])


@lru_cache(maxsize=4096)
def _names_secret(part: str) -> bool:
    return _SECRET.search(part.lstrip(".")) is not None


def _streamed(program: TenantProgram, holders: Holders, emit: Symbol, filtered: bool) -> Iterator[Stream]:
    seen, queue = {emit}, deque([emit])
    while queue:
        current = queue.popleft()
        function = program.functions[current]
        listening = [
            use
            for use in function.uses
            if (use.role == "each" or use.given_to in _WHOLE or (filtered and _is_filtered(program, current, use)))
            and any(holder.kind in ("name", "attribute") for holder in holders.at(use.chain, current))
            and (filtered or not _is_filtered(program, current, use))
        ]
        sends = next((use for use in function.uses if any(part in _SENDING for part in use.chain)), None)
        if listening and sends is not None:
            yield Stream(current, sends.line, listening[0])
            continue
        for edge in program.edges(current):
            if edge.target not in seen and not edge.guessed:
                seen.add(edge.target)
                queue.append(edge.target)


def _is_filtered(program: TenantProgram, frame: Symbol, use: Use) -> bool:
    """Whether a collection is handed to what keeps those of it that may hear."""
    return bool(use.given_to) and program.named(use.given_to, frame, program.state.context.filters)
