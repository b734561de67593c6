"""What tells the tenant of a message's key: whether it says so where it could not find out."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.analysis.nodes import walk
from codemods.messages import phrase
from codemods.places import Definition
from codemods.survey.program import TenantProgram
from codemods.survey.sites import Site
from codemods.survey.verdicts import Finding

# The place whose edit has it say so.
KEY_FAILURE = "key-failure"


def unchecked_keys(program: TenantProgram) -> Iterator[Finding]:
    """Where a key that could not be checked is answered like one that is nobody's."""
    parser = program.state.entry_points.key_parser
    for line in _silent_failures(program)[:1]:
        reason = phrase("answers a failure, such as a time-out, like a key that has no tenant")
        yield Finding(program.file_of(parser).path, line, reason, "unchecked-key", ends_with=KEY_FAILURE)


def key_sites(program: TenantProgram) -> Iterator[Site]:
    parser = program.state.entry_points.key_parser
    if _silent_failures(program):
        yield Site(KEY_FAILURE, program.file_of(parser).path, Definition(parser.qualname))


def _silent_failures(program: TenantProgram) -> list[int]:
    """The lines at which the parser of keys handles an exception by returning None."""
    parser = program.state.entry_points.key_parser
    node = program.sources.function(parser) if parser in program.functions else None
    handlers = [item for item in walk(node) if isinstance(item, ast.ExceptHandler)] if node is not None else []
    returns = [item for handler in handlers for item in walk(handler) if isinstance(item, ast.Return)]
    return [item.lineno for item in returns if isinstance(item.value, ast.Constant) and item.value.value is None]
