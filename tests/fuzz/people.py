"""What bad edits of people look like: a merge gone wrong, a name changed here and not there, half of a clean-up."""

from __future__ import annotations

import ast
import random
import re
from textwrap import dedent, indent

from tests.fuzz.source import Mutator, Source, put, some_statement

_STEP = "    "


def _another(dice: random.Random, source: Source) -> tuple[int, int]:
    """A definition's lines, or a statement's where there is none."""
    return source.span(dice.choice(source.definitions or source.statements))


# Definitions


def lose(dice: random.Random, source: Source, _: Source) -> str:
    """A function or class is gone, and its uses stay."""
    start, end = _another(dice, source)
    return source.with_lines(start, end, dice.choice(([], [source.space(start) + "pass"])))


def define_twice(dice: random.Random, source: Source, _: Source) -> str:
    """A function or class stands in the file once more, as it is or with nothing in it, above or further below."""
    start, end = _another(dice, source)
    block = source.lines[start:end]
    if dice.random() < 0.3:
        header = next((index for index, line in enumerate(block) if line.rstrip().endswith(":")), 0)
        block = [*block[: header + 1], f"{source.space(start)}{_STEP}pass"]
    if dice.random() < 0.5:
        at = dice.choice((start, end))
        return source.with_lines(at, at, block)
    return put(dice, source, block)


def take_over(dice: random.Random, source: Source, other: Source) -> str:
    """A function or class of another file."""
    start, end = _another(dice, other)
    return put(dice, source, other.lines[start:end])


def take_out(dice: random.Random, source: Source, _: Source) -> str:
    """A method, or a function in one, becomes the module's own: at the end, or where its class begins."""
    inner = [node for node in source.definitions if node.col_offset]
    if not inner:
        return source.text
    node = dice.choice(inner)
    start, end = source.span(node)
    block = dedent("\n".join(source.lines[start:end])).split("\n")
    outer = [span for span in map(source.span, source.tree.body) if span[0] <= start < span[1]]
    rest = source.with_lines(start, end, [source.space(start) + "pass"])
    at = outer[0][0] if outer and dice.random() < 0.5 else len(Source(rest).lines)
    return Source(rest).with_lines(at, at, ["", *block, ""])


def class_or_function(dice: random.Random, source: Source, _: Source) -> str:
    """A class becomes a function, or a function a class."""
    start, end = _another(dice, source)
    block = "\n".join(source.lines[start:end])
    if re.search(r"(?m)^\s*class ", block):
        block = re.sub(
            r"(?m)^(\s*)class (\w+)(\(\))?", r"\1def \2" + ("" if "(" in block.split("\n")[0] else "()"), block, count=1
        )
    else:
        block = re.sub(r"(?m)^(\s*)(?:async )?def (\w+)\([^()]*\)(?: ->[^:]*)?:", r"\1class \2:", block, count=1)
    return source.with_lines(start, end, block.split("\n"))


def decorators(dice: random.Random, source: Source, _: Source) -> str:
    """A decorator is gone, stands there twice, or stands on another function; or several in another order."""
    found = [item for node in source.definitions for item in node.decorator_list if item.lineno == item.end_lineno]
    if not found:
        return source.text
    number = dice.choice(found).lineno - 1
    line = source.lines[number]
    how = dice.randrange(4)
    if how == 0:
        return source.with_lines(number, number + 1, [])
    if how == 1:
        return source.with_lines(number, number, [line])
    if how == 2 and number:
        return source.with_lines(number - 1, number + 1, [line, source.lines[number - 1]])
    start, _end = _another(dice, source)
    return source.with_lines(start, start, [source.space(start) + line.strip()])


def signature(dice: random.Random, source: Source, _: Source) -> str:
    """A function takes one argument less, one more, or none of what it is used with."""
    found = [node for node in source.definitions if not isinstance(node, ast.ClassDef)]
    if not found:
        return source.text
    number = dice.choice(found).lineno - 1
    line = source.lines[number]
    new = dice.choice(
        (
            re.sub(r"\(\w+, ", "(", line, count=1),
            re.sub(r"\((\w+)\b", r"(first, \1", line, count=1),
            re.sub(r"\(self(, )?", "(", line, count=1),
            re.sub(r"\(.*\)", "(*args, **kwargs)", line, count=1),
            re.sub(r" -> [^:]+:", ":", line, count=1),
            re.sub(r": \w[\w.]*(?=[,)= ])", "", line),
        )
    )
    return source.with_lines(number, number + 1, [new])


# Names


def rename(dice: random.Random, source: Source, _: Source) -> str:
    """A name is another, in the whole file or where it stands first; other files know it by the old one."""
    name = dice.choice(source.names)
    new = dice.choice((f"{name}_2", f"_{name}", name.upper(), name.lower(), dice.choice(source.names), "data", "self"))
    return re.sub(rf"\b{re.escape(name)}\b", new, source.text, count=dice.choice((0, 0, 1)))


def rename_attribute(dice: random.Random, source: Source, _: Source) -> str:
    attributes = sorted({node.attr for node in ast.walk(source.tree) if isinstance(node, ast.Attribute)})
    if not attributes:
        return source.text
    name = dice.choice(attributes)
    new = dice.choice((f"{name}_2", f"_{name}", dice.choice(attributes), f"__{name}"))
    return re.sub(rf"\.{re.escape(name)}\b", f".{new}", source.text, count=dice.choice((0, 0, 1)))


# Imports


def imports(dice: random.Random, source: Source, _: Source) -> str:
    """An import is gone, or stands elsewhere, twice, in a block, or says it otherwise."""
    found = [node for node in source.statements if isinstance(node, ast.Import | ast.ImportFrom)]
    if not found:
        return source.text
    node = dice.choice(found)
    (start, end), space = source.span(node), source.space(node.lineno - 1)
    block = source.lines[start:end]
    how = dice.randrange(8)
    if how == 0:
        return source.with_lines(start, end, [])
    if how == 1:
        return put(dice, Source(source.with_lines(start, end, [space + "pass"])), block)
    if how == 2:
        return put(dice, source, block)
    if how == 3:
        inner = [_STEP + line for line in block]
        around = dice.choice(("try:", "if TYPE_CHECKING:", "if sys.version_info > (3, 11):"))
        behind = [f"{space}except ImportError:", f"{space}    pass"] if around == "try:" else []
        return source.with_lines(start, end, [space + around, *inner, *behind])
    return source.with_lines(start, end, [space + _said_otherwise(dice, node)])


def _said_otherwise(dice: random.Random, node: ast.Import | ast.ImportFrom) -> str:
    if isinstance(node, ast.Import):
        alias = node.names[0]
        return dice.choice((f"import {alias.name} as {alias.name[0]}", f"from {alias.name} import *"))
    module, alias = "." * node.level + (node.module or ""), dice.choice(node.names)
    head, _, last = module.rpartition(".")
    ways = [
        f"from {module} import *",
        f"from {module} import {alias.name} as {alias.name}_2",
        f"from {module} import {alias.name}",
        f"from .{last} import {alias.name}",
        f"from {head or '.'} import {last or 'x'}",
        f"from {module}_2 import {alias.name}",
        f"import {module.strip('.') or 'x'}",
    ]
    return dice.choice(ways)


# Blocks


def unwrap(dice: random.Random, source: Source, _: Source) -> str:
    """A block without what it stands in: an `if`, `try`, `with`, loop, function or class less."""
    found = [node for node in source.statements if isinstance(getattr(node, "body", None), list)]
    if not found:
        return source.text
    node = dice.choice(found)
    start, end = source.span(node)
    first, last = source.span(node.body[0])[0], node.body[-1].end_lineno or end  # type: ignore[attr-defined]
    block = dedent("\n".join(source.lines[first:last]))
    return source.with_lines(start, end, indent(block, source.space(start)).split("\n"))


def deeper(dice: random.Random, source: Source, _: Source) -> str:
    """Everything from a definition on stands in a block, or in the definition above."""
    start, _end = _another(dice, source)
    space = source.space(start)
    around = dice.choice(
        ("if __name__ == '__main__':", "def main():", "class Outer:", "try:", "with open('x') as f:", "")
    )
    inner = [line and _STEP + line for line in source.lines[start:]]
    behind = [f"{space}except Exception:", f"{space}    raise"] if around == "try:" else []
    return source.with_lines(start, len(source.lines), [*([space + around] if around else []), *inner, *behind])


def else_is_if(dice: random.Random, source: Source, _: Source) -> str:
    """A question asked the other way round."""
    found = [node.lineno - 1 for node in source.statements if isinstance(node, ast.If | ast.While)]
    if not found:
        return source.text
    number = dice.choice(found)
    line = re.sub(
        r"\b(if|while) (not )?", lambda m: f"{m[1]} " + ("" if m[2] else "not "), source.lines[number], count=1
    )
    return source.with_lines(number, number + 1, [line])


def no_longer_async(dice: random.Random, source: Source, _: Source) -> str:
    """`async` and `await` are gone from the file, or from one function; or only the one of them."""
    start, end = _another(dice, source) if dice.random() < 0.7 else (0, len(source.lines))
    block = "\n".join(source.lines[start:end])
    for word in dice.choice((("async ", "await "), ("async ",), ("await ",))):
        block = re.sub(rf"\b{word}", "", block)
    return source.with_lines(start, end, block.split("\n"))


# The whole file


def written_anew(dice: random.Random, source: Source, _: Source) -> str:
    """The file, or a definition, as another program writes it: without comments, in other quotes and lines."""
    if dice.random() < 0.3:
        return ast.unparse(source.tree) + "\n"
    start, end = _another(dice, source)
    node = next(node for node in source.statements if source.span(node) == (start, end))
    return source.with_lines(start, end, indent(ast.unparse(node), source.space(start)).split("\n"))


def cut(dice: random.Random, source: Source, _: Source) -> str:
    """The file ends early, begins late, or has a part of it twice."""
    body = [source.span(node) for node in source.tree.body]
    start = dice.choice(body)[0]
    whole = source.lines
    lines = dice.choice(
        (whole[:start], whole[start:], [*whole, *whole[start:]], [*whole, *whole], [*whole[start:], *whole[:start]])
    )
    return "\n".join(lines)


def swap_far(dice: random.Random, source: Source, _: Source) -> str:
    """Two definitions, or statements, in each other's place."""
    first, second = sorted((some_statement(dice, source), _another(dice, source)))
    if first[1] > second[0]:
        return source.text
    lines = source.lines
    between = lines[first[1] : second[0]]
    new = [*lines[second[0] : second[1]], *between, *lines[first[0] : first[1]]]
    return source.with_lines(first[0], second[1], new)


PEOPLE: tuple[Mutator, ...] = (
    lose,
    define_twice,
    take_over,
    take_out,
    class_or_function,
    decorators,
    signature,
    rename,
    rename_attribute,
    imports,
    imports,
    unwrap,
    deeper,
    else_is_if,
    no_longer_async,
    written_anew,
    cut,
    swap_far,
)
