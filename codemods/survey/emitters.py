"""What is handed every record that is logged, by whomever: handlers, filters, formatters, processors and sinks."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from codemods.analysis.chains import Chain, chain_of
from codemods.analysis.containers import CHANGING
from codemods.analysis.facts import Use
from codemods.analysis.holders import Holders
from codemods.analysis.kept import Holder, Reading
from codemods.analysis.matching import matched
from codemods.analysis.nodes import walk
from codemods.analysis.symbols import Symbol
from codemods.analysis.values import Value
from codemods.analysis.writes import written_by_call
from codemods.survey.program import TenantProgram, once

# What a class of these does with each record. Python's own kinds of handlers are told by their names.
_METHODS = {Symbol("logging", "Filter"): "filter", Symbol("logging", "Formatter"): "format"}
_MODULES, _HANDLER, _EMITTING = ("logging", "logging.handlers"), "Handler", ("emit", "handle")
# The text that a handler makes of a record.
_FORMATTED = ("self", ".format", "()")
# Names for names, and functions that hand on to functions, are followed so far.
_DEEPEST = 4
# How functions are made to be handed records: what is called, of which library, and the number of the record.
_REGISTERING = {
    "addFilter": ("logging", 0),
    "configure": ("structlog", 2),
    "wrap_logger": ("structlog", 2),
    "add": ("loguru", 0),
}


class Emitter(NamedTuple):
    """A function that is handed every record, and what it calls it."""

    function: Symbol
    record: str


class Kept(NamedTuple):
    """What is given every record as it is, where it is set up to be."""

    holder: Holder
    function: Symbol
    line: int


@once
def emitters(program: TenantProgram) -> tuple[Emitter, ...]:
    return tuple(dict.fromkeys((*_by_class(program), *_registered(program))))


@once
def receivers(program: TenantProgram) -> tuple[Emitter, ...]:
    """Those, and the functions that they hand records or their texts on to."""
    found = list(emitters(program))
    for each in tuple(found):
        queue = [each]
        for current in queue:
            function = program.functions[current.function]
            for use in function.uses if len(queue) <= _DEEPEST else ():
                for value in program.values(use.chain[:-1], current.function) if use.arguments else ():
                    for name, chain in _matched(program, value, use):
                        given = Emitter(value.name, name)
                        if given not in found and is_of_record(program, chain, current.function, current.record):
                            found.append(given)
                            queue.append(given)
    return tuple(found)


def _matched(program: TenantProgram, value: Value, use: Use) -> Iterable[tuple[str, Chain]]:
    """The parameters of a function of the program that a call of it gives something."""
    is_called = value.kind == "function" and value.name in program.functions
    return matched(program.functions[value.name], use) if is_called else ()


def is_of_record(program: TenantProgram, chain: Chain, frame: Symbol, name: str, depth: int = 0) -> bool:
    """Whether an expression is made of what a function was handed by a name."""
    if chain[0] == name or chain == _FORMATTED:
        return True
    given = program.functions[frame].assigned.get(chain[0], ()) if depth < _DEEPEST else ()
    return any(is_of_record(program, item, frame, name, depth + 1) for item in given)


def _by_class(program: TenantProgram) -> Iterator[Emitter]:
    for identifier in program.classes:
        bases = program.lineage(identifier)[1:]
        names = {_METHODS[base] for base in bases if base in _METHODS}
        if any(base.module in _MODULES and base.name.endswith(_HANDLER) for base in bases):
            names.update(_EMITTING)
        for name in sorted(names):
            for method in program.method(identifier, name):
                yield from _emitter(program, method, 1)


def _registered(program: TenantProgram) -> Iterator[Emitter]:
    for function, node, place in _handed_over(program):
        if isinstance(node, (ast.Name, ast.Attribute)):
            for value in program.values(chain_of(node), function):
                if value.kind == "function":
                    yield from _emitter(program, value.name, place)


def _emitter(program: TenantProgram, function: Symbol, place: int) -> Iterator[Emitter]:
    parameters = program.functions[function].parameters
    if len(parameters) > place:
        yield Emitter(function, parameters[place].name)


def _handed_over(program: TenantProgram) -> Iterator[tuple[Symbol, ast.expr, int]]:
    """What is set up to be handed records: the function that does so, the expression, the number of the record."""
    for name, (library, place) in _REGISTERING.items():
        knowing = {file.module for file in program.importers([library])}
        for function in program.naming(name):
            if function.module not in knowing:
                continue
            for node in program.sources.nodes(function):
                called = chain_of(node.func) if isinstance(node, ast.Call) else ()
                if isinstance(node, ast.Call) and called[-1:] in ((name,), (f".{name}",)):
                    if not _is_of(program, called, function, library):
                        continue
                    for part in (*node.args[:1], *(item.value for item in node.keywords if item.arg == "processors")):
                        parts = part.elts if isinstance(part, (ast.List, ast.Tuple)) else [part]
                        yield from ((function, item, place) for item in parts)


def _is_of(program: TenantProgram, called: tuple[str, ...], frame: Symbol, library: str) -> bool:
    """Whether what is called may be a library's: of a logger nothing more is in view."""
    values = program.values(called[:1], frame)
    return library == "logging" or any(value.name.module.partition(".")[0] == library for value in values)


def kept_whole(program: TenantProgram, holders: Holders) -> Iterator[Kept]:
    """What a queue handler or a sink without a name puts every record into, for whoever looks."""
    for function in program.naming("QueueHandler"):
        for use in program.functions[function].uses:
            if use.chain[-2:-1] in (("QueueHandler",), (".QueueHandler",)) and use.arguments:
                for holder in holders.at(use.arguments[0].chain, function) if use.arguments[0].chain else ():
                    if not any(_is_emptied(program, reading) for reading in holders.readers(holder)):
                        yield Kept(holder, function, use.line)
    for function, node, _ in _handed_over(program):
        if isinstance(node, ast.Attribute) and node.attr in CHANGING:
            chain = chain_of(node.value)
            yield from (
                Kept(holder, function, node.lineno) for holder in (holders.at(chain, function) if chain else ())
            )
        for part in walk(node.body) if isinstance(node, ast.Lambda) else ():
            write = written_by_call(part) if isinstance(part, ast.Call) else None
            if write is not None:
                yield from (Kept(holder, function, write.line) for holder in holders.at(write.chain, function))


def _is_emptied(program: TenantProgram, reading: Reading) -> bool:
    """Whether a queue is given to what takes records out, and hands them on to other handlers."""
    here = (use for use in program.functions[reading.function].uses if use.line == reading.use.line)
    return any(part.lstrip(".") == "QueueListener" for use in here for part in use.chain)
