"""Mutants of Python files: one to a few statements, expressions, tokens or the layout changed, as a seed says."""

from __future__ import annotations

import ast
import io
import keyword
import random
import tokenize

from tests.fuzz.people import PEOPLE
from tests.fuzz.source import Mutator, Source, parses, put, some_statement

# How often a mutant that does not parse is thrown away for another try: some of them are wanted too.
TRIES = 3
# What a statement is put into.
AROUND = (
    "if True:",
    "if __debug__:\n{space}    pass\n{space}else:",
    "for _ in range(1):",
    "while True:",
    "with open(__file__) as _file:",
    "async with x:",
    "try:",
    "def inner():",
    "async def inner():",
    "class Inner:",
    "match 1:\n{space}  case 1:",
)
# What an expression becomes: a comma is only right in some places, which is the point.
INSTEAD = (
    "({0})",
    "(\n{0}\n)",
    "(  # here\n    {0}  # and there\n)",
    "({0} if True else {0})",
    "[{0}][0]",
    "(lambda: {0})()",
    "(seen := {0})",
    "(await {0})",
    "(yield {0})",
    "not {0}",
    "{0}, {0}",
    "*{0}",
    "[{0} for _ in ()]",
    "{0}.x",
    "{0}()",
    "f'{{{0}}}'",
    "None",
    "()",
)
# What a line of its own says.
LINES = (
    "# 注释 comment",
    "",
    "\x0c",
    "pass",
    "...",
    "'''text\nof two lines'''",
    "global {name}",
    "nonlocal {name}",
    "{name} = None",
    "{name}: int",
    "del {name}",
    "import {name}",
    "import {name} as other",
    "from {name} import *",
    "from . import {name}",
    "from {name} import (\n    {name},  # a\n)",
    "from __future__ import annotations",
    "return",
    "return {name}",
    "raise {name}",
    "yield",
    "await {name}",
    "assert {name}",
    "x = 1; y = 2",
    "@{name}",
    "@staticmethod",
    "@property",
    "def {name}(): ...",
    "async def {name}(self): return {name}",
    "class {name}: pass",
    "{name} = lambda self: self",
    "if {name}: pass",
    "try: {name}\nexcept* ValueError: pass",
    "type {name} = int",
    "{name} += 1",
    "for {name} in (): pass",
    "with {name} as {name}: pass",
    "print(f'{{{name}!r:>{{9}}}}')",
)


# Statements


def leave_out(dice: random.Random, source: Source, _: Source) -> str:
    start, end = some_statement(dice, source)
    return source.with_lines(start, end, dice.choice(([], [source.space(start) + "pass"])))


def repeat(dice: random.Random, source: Source, _: Source) -> str:
    start, end = some_statement(dice, source)
    return source.with_lines(end, end, source.lines[start:end])


def move(dice: random.Random, source: Source, _: Source) -> str:
    start, end = some_statement(dice, source)
    return put(dice, Source(source.with_lines(start, end, [source.space(start) + "pass"])), source.lines[start:end])


def bring(dice: random.Random, source: Source, other: Source) -> str:
    """A statement of another file."""
    start, end = some_statement(dice, other)
    return put(dice, source, other.lines[start:end])


def say(dice: random.Random, source: Source, _: Source) -> str:
    return put(dice, source, dice.choice(LINES).format(name=dice.choice(source.names)).split("\n"))


def put_into(dice: random.Random, source: Source, _: Source) -> str:
    start, end = some_statement(dice, source)
    space = source.space(start)
    inner = [line and "    " + line for line in source.lines[start:end]]
    around = dice.choice(AROUND)
    behind = [f"{space}finally:", f"{space}    pass"] if around == "try:" else []
    return source.with_lines(start, end, [space + around.format(space=space), *inner, *behind])


def swap(dice: random.Random, source: Source, _: Source) -> str:
    start, end = some_statement(dice, source)
    after = [span for span in map(source.span, source.statements) if span[0] >= end]
    second, last = min(after) if after else (end, end)
    lines = source.lines
    return source.with_lines(start, last, [*lines[second:last], *lines[end:second], *lines[start:end]])


def another_kind_of_function(dice: random.Random, source: Source, _: Source) -> str:
    start, end = some_statement(dice, source)
    block = "\n".join(source.lines[start:end])
    old, new = dice.choice((("async def ", "def "), ("def ", "async def "), ("async async def ", "async def ")))
    return source.with_lines(start, end, block.replace(old, new, 1).split("\n"))


def on_one_line(dice: random.Random, source: Source, _: Source) -> str:
    """Statements behind each other on a line, or behind the colon of their block."""
    end = some_statement(dice, source)[1]
    if end >= len(source.lines):
        return source.text
    first, second = source.lines[end - 1], source.lines[end].strip()
    return source.with_lines(end - 1, end + 1, [f"{first}{'' if first.endswith(':') else ';'} {second}"])


# Expressions


def instead(dice: random.Random, source: Source, other: Source) -> str:
    """An expression, or one of another file, in the place of another."""
    old = _some_expression(dice, source)
    if old is None:
        return source.text
    start, end = old
    line = source.lines[start[0]]
    text = line[start[1] : end]
    if dice.random() < 0.3 and (found := _some_expression(dice, other)):
        text = other.lines[found[0][0]][found[0][1] : found[1]]
    else:
        text = dice.choice(INSTEAD).format(text)
    return source.with_lines(start[0], start[0] + 1, [line[: start[1]] + text + line[end:]])


def _some_expression(dice: random.Random, source: Source) -> tuple[tuple[int, int], int] | None:
    found = [node for node in ast.walk(source.tree) if isinstance(node, ast.expr) and node.lineno == node.end_lineno]
    if not found:
        return None
    node = dice.choice(found)
    line = source.lines[node.lineno - 1].encode()
    start, end = (len(line[:offset].decode()) for offset in (node.col_offset, node.end_col_offset or 0))
    return (node.lineno - 1, start), end


# Tokens


def tokens(dice: random.Random, source: Source, _: Source) -> str:
    """A token less, twice, of another name, or in another's place."""
    read = [token for token in tokenize.generate_tokens(io.StringIO(source.text).readline) if token.string.strip()]
    if not read:
        return source.text
    token = dice.choice(read)
    (row, start), (last, end) = token.start, token.end
    if row != last:
        return source.text
    names = [each.string for each in read if each.type == token.type and not keyword.iskeyword(each.string)]
    new = dice.choice(("", f"{token.string} {token.string}", dice.choice(names or ["x"]), dice.choice(names or ["x"])))
    line = source.lines[row - 1]
    return source.with_lines(row - 1, row, [line[:start] + new + line[end:]])


# Layout


def layout(dice: random.Random, source: Source, _: Source) -> str:
    number = dice.randrange(len(source.lines))
    line = source.lines[number]
    lines = (
        line + "  # 行末",
        line + " \t",
        line.replace(" = ", " = \\\n    ").replace(" and ", " \\\n and "),
        line.replace("(", "(\n").replace(", ", ",  # c\n\n").replace(")", "\n)"),
    )
    narrow = "\n".join(line.replace("    ", " ") if not line.strip().startswith("#") else line for line in source.lines)
    tabs, cut = source.text.replace("    ", "\t"), source.text.rstrip("\n")
    changed = [source.with_lines(number, number + 1, [new]) for new in lines]
    return dice.choice((*changed, narrow, tabs, cut, cut + "\n\n\n", cut + "\n    # end"))


MUTATORS: tuple[Mutator, ...] = (
    leave_out,
    repeat,
    move,
    bring,
    bring,
    say,
    say,
    put_into,
    swap,
    another_kind_of_function,
    on_one_line,
    instead,
    instead,
    tokens,
    layout,
    *PEOPLE,
)


def mutant(data: bytes, other: bytes, dice: random.Random) -> bytes:
    """A file, otherwise; as it was where nothing else comes out."""
    encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    plain = data.decode(encoding)
    text, is_crlf = plain.replace("\r\n", "\n"), "\r\n" in plain
    strange = other.decode(tokenize.detect_encoding(io.BytesIO(other).readline)[0]).replace("\r\n", "\n")
    for _ in range(TRIES):
        changed = _changed(text, strange, dice)
        if parses(changed) and changed != text:
            break
    if dice.random() < 0.05:
        is_crlf = not is_crlf
    mark = b"\xef\xbb\xbf" if encoding == "utf-8" and dice.random() < 0.03 else b""
    try:
        return mark + (changed.replace("\n", "\r\n") if is_crlf else changed).encode(encoding)
    except UnicodeEncodeError:
        return data


def _changed(text: str, other: str, dice: random.Random) -> str:
    for _ in range(dice.choice((1, 1, 1, 2, 3, 5))):
        source = Source(text)
        if not parses(text) or not source.statements:
            break
        stranger = Source(other)
        text = dice.choice(MUTATORS)(dice, source, stranger if stranger.statements else source)
    return text
