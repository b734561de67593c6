"""A change as hunks, each of which can be taken or left, and whose they are."""

from __future__ import annotations

import ast
import difflib
import re
import warnings
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from codemods.changes import Change, Stage, hunk_lines, lines_of

# As many unchanged lines as two hunks of a patch have between them at most.
_APART = 6


@dataclass(frozen=True, slots=True)
class Span:
    """Lines of a file before that become lines of it after, each as [start, stop), counted from 0."""

    old: tuple[int, int]
    new: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Hunk:
    """What of a file changes as one, and the recipes that want it, in their order.

    imports: nothing but imports, and empty lines; blank: nothing but empty lines.
    """

    path: str
    spans: tuple[Span, ...]
    recipes: tuple[str, ...]
    imports: bool = False
    blank: bool = False

    @property
    def recipe(self) -> str:
        """The recipe that it waits for: the last of them."""
        return self.recipes[-1]

    @property
    def line(self) -> int:
        """Where it begins in the file as it is, counted from 1."""
        return self.spans[0].old[0] + 1


@dataclass(frozen=True, slots=True)
class _Line:
    """A line on its way through the stages: its place in the file before, or None, and whose it is."""

    index: int | None
    recipe: str = ""


def hunks_of(change: Change) -> tuple[Hunk, ...]:
    """A change's hunks, from top to bottom; all of them together are the change."""
    before, after = lines_of(change.before or b""), lines_of(change.after)
    whole = Stage(change.edits[0].recipe if change.edits else "", change.after, is_prerequisite=False)
    stages = change.stages or (whole,)
    order = list(dict.fromkeys(stage.recipe for stage in stages))
    if not after or any(b"\r" in line.removesuffix(b"\n").removesuffix(b"\r") for line in (*before, *after)):
        # An empty file; or lines that Python counts otherwise than git does.
        return (Hunk(change.path, (Span((0, len(before)), (0, len(after))),), tuple(order)),)
    lines, removed_by, is_entangled = _follow(before, stages)
    # A new file comes as a whole, as far as one recipe brings it.
    sides = (change.before, change.after) if change.before is not None else ()
    imports = [_import_lines(data) for data in sides] or [{}, {}]
    found: list[Hunk] = []
    for span in _spans(lines, len(before)):
        whose = {lines[at].recipe for at in range(*span.new)} | {removed_by[at] for at in range(*span.old)}
        recipes = tuple(order) if is_entangled else tuple(name for name in order if name in whose)
        parts = [span] if is_entangled or span.old[0] < span.old[1] else _parts(span, lines, after, imports[1])
        for part in parts:
            own = recipes if len(parts) == 1 else (lines[part.new[0]].recipe,)
            is_import, is_blank = _is_import(part, (before, after), imports), _is_blank(part, (before, after))
            _add(found, Hunk(change.path, (part,), own, is_import, is_blank))
    return tuple(found)


def with_hunks(change: Change, taken: Mapping[Hunk, Collection[str]]) -> bytes:
    """The file with some of its hunks only, and the names that each of them had better not import."""
    before, after = lines_of(change.before or b""), lines_of(change.after)
    parts: list[bytes] = []
    at = 0
    spans = [(span.old, span.new, unwanted) for hunk, unwanted in taken.items() for span in hunk.spans]
    for old, new, unwanted in sorted(spans, key=lambda item: item[:2]):
        parts += before[at : old[0]]
        parts += [_without(line, unwanted) for line in after[slice(*new)]]
        at = old[1]
    return b"".join([*parts, *before[at:]])


def _without(line: bytes, names: Collection[str]) -> bytes:
    """A line of an import without some names of several, as far as it keeps others."""
    for name in names:
        word = re.escape(name.encode())
        line = re.sub(rb"(?<! as )\b%s[ \t]*,[ \t]*|,[ \t]*%s\b(?![ \t]+as\b)" % (word, word), b"", line, count=1)
    return line


def shown(change: Change, taken: Collection[Hunk]) -> Iterator[bytes]:
    """Some hunks as a unified diff shows them, without the names of the file."""
    return hunk_lines(change.before or b"", with_hunks(change, dict.fromkeys(taken, ())))


# A file's hunks and what they need are asked for one after the other.
@lru_cache(maxsize=2)
def parsed(data: bytes) -> ast.Module:
    """A file's syntax tree, without a word about the tree's own escapes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(data)


def _follow(before: Sequence[bytes], stages: Sequence[Stage]) -> tuple[list[_Line], dict[int, str], bool]:
    """The lines after all stages; who removed which line of before; whether a recipe changed what another had made."""
    lines, texts = [_Line(index) for index in range(len(before))], list(before)
    removed_by: dict[int, str] = {}
    is_entangled = False
    for stage in stages:
        target = lines_of(stage.after)
        following: list[_Line] = []
        for tag, start, stop, new_start, new_stop in difflib.SequenceMatcher(None, texts, target).get_opcodes():
            if tag == "equal":
                following += lines[start:stop]
                continue
            for line in lines[start:stop]:
                if line.index is None:
                    is_entangled = is_entangled or line.recipe != stage.recipe
                else:
                    removed_by[line.index] = stage.recipe
            following += [_Line(None, stage.recipe)] * (new_stop - new_start)
        lines, texts = following, target
    return lines, removed_by, is_entangled


def _spans(lines: Sequence[_Line], count: int) -> Iterator[Span]:
    """What changed between lines that are still there."""
    old = new = 0
    for at, line in enumerate((*lines, _Line(count))):
        if line.index is None:
            continue
        if line.index > old or at > new:
            yield Span((old, line.index), (new, at))
        old, new = line.index + 1, at + 1


def _parts(span: Span, lines: Sequence[_Line], after: Sequence[bytes], imports: Mapping[int, int]) -> list[Span]:
    """Lines that only come in, apart by recipe, and each import by itself; empty lines stay with what is above."""
    cuts = [span.new[0]]
    last = None
    for at in range(*span.new):
        key = (lines[at].recipe, imports.get(at))
        if after[at].strip() and key != last:
            cuts += [at] * (last is not None)
            last = key
    return [Span(span.old, (start, stop)) for start, stop in zip(cuts, [*cuts[1:], span.new[1]], strict=True)]


def _import_lines(data: bytes) -> dict[int, int]:
    """The lines, counted from 0, that hold nothing but an import, and where that import begins."""
    statements = [node for node in ast.walk(parsed(data)) if isinstance(node, ast.stmt)]
    imports = [node for node in statements if isinstance(node, (ast.Import, ast.ImportFrom))]
    others = {node.lineno for node in statements if not isinstance(node, (ast.Import, ast.ImportFrom))}
    return {
        line - 1: node.lineno - 1
        for node in imports
        if node.lineno not in others
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }


def _is_import(span: Span, sides: Sequence[Sequence[bytes]], imports: Sequence[Mapping[int, int]]) -> bool:
    changed = [
        at in known
        for part, lines, known in zip((span.old, span.new), sides, imports, strict=True)
        for at in range(*part)
        if lines[at].strip()
    ]
    return bool(changed) and all(changed)


def _is_blank(span: Span, sides: Sequence[Sequence[bytes]]) -> bool:
    return not any(
        lines[at].strip() for part, lines in zip((span.old, span.new), sides, strict=True) for at in range(*part)
    )


def _add(found: list[Hunk], hunk: Hunk) -> None:
    """Put a hunk behind the others, or to the last one where a patch would show both as one."""
    last = found[-1] if found else None
    near = last is not None and hunk.spans[0].old[0] - last.spans[-1].old[1] <= _APART
    # Empty lines come and go with what is beside them, and else imports stay by themselves.
    alike = (last and (last.blank or hunk.blank)) or not ((last and last.imports) or hunk.imports)
    if last and near and alike and last.recipes == hunk.recipes:
        spans = (*last.spans, *hunk.spans)
        found[-1] = Hunk(hunk.path, spans, hunk.recipes, last.imports or hunk.imports, last.blank and hunk.blank)
    else:
        found.append(hunk)
