"""What must hold of a plan's changes, whatever the tree: told from the bytes, and not by how they were made."""

from __future__ import annotations

import ast
import codecs
import difflib
import io
import json
import re
import subprocess
import sys
import tokenize
import warnings
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from codemods.changes import Change, lines_of
from codemods.knowledge.recipes import all_recipes
from codemods.plan.make import Plan

# A file that a recipe replaces as a whole.
REPLACED = {
    support.target
    for recipe in all_recipes()
    for codemod in recipe.codemods
    for support in recipe.supports
    if codemod.command == "replace_module.ReplaceModule" and codemod.options["source"] == support.source.name
}
# Names that nothing defines, imports that nothing uses, and what does not parse.
RULES = "F821,F401"
_UNDEFINED = "Undefined name"


@dataclass(frozen=True)
class Trouble:
    """What does not hold, and of which file."""

    path: str
    what: str


def troubles_of(plan: Plan, folder: Path) -> Iterator[Trouble]:
    """What is wrong with the changes of a plan; `folder` is for ruff to work in."""
    for change in plan.changes:
        yield from (Trouble(change.path, what) for what in _of_one(change))
    before = {change.path: change.before for change in plan.changes if change.before is not None}
    reported = _reported(folder / "now", {change.path: change.after for change in plan.changes})
    was = _reported(folder / "before", before)
    gone = Counter(path for path, what in was - reported if what.startswith(_UNDEFINED))
    for path, what in sorted(reported - was):
        if what.startswith(_UNDEFINED) and gone[path]:
            gone[path] -= 1  # it stands where another name did that nothing defined
        elif path in before and not _stays_rightly(path, what, before[path], reported):
            yield Trouble(path, f"new: {what}")


def _stays_rightly(path: str, what: str, before: bytes, reported: Collection[tuple[str, str]]) -> bool:
    """Whether what an import brings has a use that ruff counts as none: a function says `global` of it, or code above
    the import needs it, and has it once the import is where it belongs."""
    found = re.search(r"`(?:[\w.]+\.)?(\w+)` imported but unused", what)
    if found is None:
        return False
    is_global = re.search(rf"\bglobal\b.*\b{found[1]}\b".encode(), before) is not None
    return is_global or (path, f"Undefined name `{found[1]}`") in reported


def _of_one(change: Change) -> Iterator[str]:
    if not _compiles(change.after):
        yield "what comes out does not compile"
        return
    if change.before is None or change.path in REPLACED:
        return
    if lost := _comments(change.before) - _comments(change.after):
        yield f"comments are lost: {sorted(lost)}"
    yield from (f"changed outside of what is edited: line {line}" for line in _outside(change))
    if change.before.startswith(codecs.BOM_UTF8) != change.after.startswith(codecs.BOM_UTF8):
        yield "its byte order mark"
    if _has_crlf_only(change.before) and not _has_crlf_only(change.after):
        yield "newlines of two kinds"


def _compiles(data: bytes) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(data, "after", "exec", dont_inherit=True)
        except (SyntaxError, ValueError):
            return False
    return True


def _comments(data: bytes) -> Counter[str]:
    read = tokenize.tokenize(io.BytesIO(data).readline)
    return Counter(token.string for token in read if token.type == tokenize.COMMENT)


def _has_crlf_only(data: bytes) -> bool:
    return 0 < data.count(b"\n") == data.count(b"\r\n")


def _outside(change: Change) -> Iterator[int]:
    """The lines that are gone, or other than they were, though nothing is edited there."""
    before, after = (lines_of((data or b"").removeprefix(codecs.BOM_UTF8)) for data in (change.before, change.after))
    allowed = _edited(change)
    for kind, start, end, *_ in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind in ("replace", "delete"):
            yield from (line + 1 for line in range(start, end) if line not in allowed and before[line].strip())


def _edited(change: Change) -> set[int]:
    """The lines of the functions and classes that the plan names, and of imports."""
    assert change.before is not None
    named = {re.sub(r"#\d+", "", name) for edit in change.edits for name in edit.names}
    named |= {name.rpartition(".")[0] for name in named if "<locals>" not in name}
    lines: set[int] = set()
    for name, node in _definitions(ast.parse(change.before), ""):
        is_import = isinstance(node, ast.Import | ast.ImportFrom)
        is_value = "<module>" in named and isinstance(node, ast.Assign | ast.AnnAssign | ast.Expr)
        if is_import or is_value or name in named:
            first = min(item.lineno for item in (node, *getattr(node, "decorator_list", [])))
            lines.update(range(first - 1, node.end_lineno or first))
    return lines


def _definitions(node: ast.AST, prefix: str) -> Iterator[tuple[str, ast.stmt]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield prefix + child.name, child
            inner = "." if isinstance(child, ast.ClassDef) else ".<locals>."
            yield from _definitions(child, prefix + child.name + inner)
        else:
            if isinstance(child, ast.stmt):
                yield prefix, child
            yield from _definitions(child, prefix)


def _reported(folder: Path, files: Mapping[str, bytes]) -> set[tuple[str, str]]:
    """What ruff says of files: where, and what."""
    folder.mkdir(parents=True, exist_ok=True)
    names = {}
    for number, (path, data) in enumerate(sorted(files.items())):
        suffix = "__init__.py" if path.endswith("__init__.py") else "module.py"
        (folder / f"f{number}").mkdir(exist_ok=True)
        (folder / f"f{number}" / suffix).write_bytes(data)
        names[f"f{number}"] = path
    command: Sequence[str] = ("ruff", "check", "--isolated", "--no-cache", "--exit-zero", "--output-format", "json")
    select = ("--select", RULES, "--target-version", f"py3{sys.version_info.minor}")
    done = subprocess.run([sys.executable, "-m", *command, *select, str(folder)], capture_output=True, check=True)
    return {(names[Path(item["filename"]).parent.name], item["message"]) for item in json.loads(done.stdout)}
