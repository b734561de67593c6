"""How choices are shown: as patches with a title and a reason, each import with the first that brings it along."""

from __future__ import annotations

import ast
import tokenize
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from itertools import groupby

from codemods.changes import Change
from codemods.deliver.review.choices import Choice, Choices
from codemods.deliver.review.hunks import Hunk, parsed, shown
from codemods.knowledge.recipes import Recipe
from codemods.messages import counted, either, joined, phrase, told
from codemods.terminal import layout
from codemods.terminal.text import printable

# By its file and qualified name: what the audit says of a function today.
Reasons = Mapping[tuple[str, str], str]


def texts_of(
    choices: Choices, of_file: Sequence[Choice], recipes: Mapping[str, Recipe], reasons: Reasons
) -> Iterator[list[str]]:
    """The lines for each choice of a file."""
    seen: set[Hunk] = set()
    for number, choice in enumerate(of_file, 1):
        following = {hunk for hunk, needed in choices.followers.items() if choice.hunks[-1] in needed} - seen
        new = {*choice.imports, *following} - seen
        above = len({hunk for hunk in choice.imports if hunk in seen})
        note = counted(above, ", with the import above", ", with the imports above") if above else ""
        seen |= new
        title = f"# {told(name_of(number, of_file))}{told(note)}"
        why = phrase("# Why: {why}", why=_why(choices, choice, recipes[choice.recipe], reasons))
        hunks = sorted({*choice.hunks, *new}, key=lambda hunk: hunk.path)
        parts = [
            patch_of(choices.changes[path], list(part)) for path, part in groupby(hunks, key=lambda hunk: hunk.path)
        ]
        first, *others = parts
        yield [*first[:2], title, *wrapped(why, follow="#   "), *first[2:], *(line for part in others for line in part)]


def name_of(number: int, of_file: Sequence[Choice]) -> str:
    return phrase("Hunk {number} of {all}", number=number, all=len(of_file))


def _why(choices: Choices, choice: Choice, recipe: Recipe, reasons: Reasons) -> str:
    """What the audit says of the functions that a choice edits, else what its recipe is there for."""
    names = [(hunk.path, name) for hunk in choice.hunks for name in functions_of(choices.changes[hunk.path], hunk)]
    said = [
        phrase("{name} is {what}", name=name, what=reasons[path, name])
        for path, name in dict.fromkeys(names)
        if (path, name) in reasons
    ]
    if said:
        return joined("; ", said)
    places = [name for _, name in dict.fromkeys(names)]
    title = either(recipe.title, recipe.title_zh)
    return f"{', '.join(places)}: {title}" if places else title


def functions_of(change: Change, hunk: Hunk) -> list[str]:
    """The functions and classes of the file as it will be that a hunk changes, each by its qualified name."""
    lines = {line for span in hunk.spans for line in range(span.new[0] + 1, max(span.new[1], span.new[0] + 1) + 1)}
    return [
        name for name, start, stop in _definitions(parsed(change.after).body, "") if lines & set(range(start, stop + 1))
    ]


def _definitions(body: Sequence[ast.stmt], prefix: str) -> Iterator[tuple[str, int, int]]:
    """The outermost functions of a file, those of its classes, and classes without any: names, first and last lines."""
    for node in body:
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        name = prefix + node.name
        start = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
        inner = list(_definitions(node.body, f"{name}.")) if isinstance(node, ast.ClassDef) else []
        yield from inner or [(name, start, node.end_lineno or node.lineno)]


def patch_of(change: Change, hunks: Sequence[Hunk]) -> list[str]:
    encoding = tokenize.detect_encoding(BytesIO(change.after).readline)[0]
    lines = [line.rstrip(b"\r\n").decode(encoding, "replace") for line in shown(change, hunks)]
    names = [f"--- {'/dev/null' if change.before is None else 'a/' + change.path}", f"+++ b/{change.path}"]
    return [printable(line) for line in (*names, *lines)]


def wrapped(text: str, indent: str = "", follow: str = "") -> list[str]:
    """A sentence in lines that the terminal has room for."""
    return layout.wrapped(printable(told(text)), indent, follow or indent + "  ")


def files_of(count: int) -> str:
    return counted(count, "{count} file", "{count} files")
