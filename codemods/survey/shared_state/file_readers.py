"""Who reads the files that tenant work writes: by a name that both know a path by, or by how it is spelled."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from codemods.analysis.chains import chain_of
from codemods.analysis.facts import Use
from codemods.analysis.symbols import Symbol
from codemods.survey.shared_state.paths import Paths

# Methods of a path that read it, and functions that read what they are given first.
_READING_METHODS = frozenset({"read_text", "read_bytes", "open"})
_READING_FUNCTIONS = frozenset({"open", "FileResponse", "loadtxt", "read_csv", "read_json", "connect", "ZipFile"})
# Modules whose `open` is given the path.
OPENING_MODULES = frozenset({"io", "aiofiles", "codecs", "gzip", "bz2", "lzma", "tarfile", "wave", "shelve", "dbm"})
# What only makes a path of a text, or a text of a path.
_SAME = (("Path",), ("str",), ("pathlib", ".Path"), ("os", ".fspath"))
_JOINED = ((".joinpath",), (".join",), ("join",))
# Names for names are followed so far.
_DEEPEST = 6


def reading_files(paths: Paths, written: Iterable[tuple[ast.expr, Symbol]]) -> Iterator[tuple[Symbol, Use]]:
    """The functions that read one of these paths, each given with the function that writes it."""
    spellings = {text for target, frame in written if (text := spelling(paths, target, frame)) is not None}
    for identifier in paths.program.functions if spellings else ():
        if not _may_read(paths, identifier):
            continue
        for node in paths.program.sources.nodes(identifier):
            target = _read(node) if isinstance(node, ast.Call) else None
            if isinstance(node, ast.Call) and target is not None and spelling(paths, target, identifier) in spellings:
                yield identifier, Use(chain_of(target) or chain_of(node) or ("open", "()"), target.lineno)


def _may_read(paths: Paths, identifier: Symbol) -> bool:
    names = _READING_METHODS | _READING_FUNCTIONS
    return any(
        part.lstrip(".") in names and following == "()"
        for use in paths.program.functions[identifier].uses
        for part, following in zip(use.chain, use.chain[1:], strict=False)
    )


def _read(call: ast.Call) -> ast.expr | None:
    """The path that a call reads, or None."""
    if isinstance(call.func, ast.Attribute) and call.func.attr in _READING_METHODS and chain_of(call.func.value):
        known = chain_of(call.func)[:1] if call.func.attr == "open" else ()
        if not known or known[0] not in OPENING_MODULES:
            return call.func.value
    name = chain_of(call.func)[-1:] or ("",)
    return call.args[0] if name[0].lstrip(".") in _READING_FUNCTIONS and call.args else None


def spelling(paths: Paths, node: ast.expr, frame: Symbol, depth: int = 0) -> str | None:
    """How a path is spelled once its names are looked up; None where something in it is of the moment."""
    if depth > _DEEPEST:
        return None
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        return _together(paths, [node.left, node.right], frame, depth)
    if isinstance(node, ast.Name):
        values, home = paths.named(node.id, frame)
        if node.id == "__file__":
            return f"<{frame.module}>"
        return spelling(paths, values[0], home, depth + 1) if len(values) == 1 else None
    if isinstance(node, ast.Call):
        chain = chain_of(node.func)
        if chain in _SAME or chain[-1:] in _JOINED:
            base = [node.func.value] if chain[-1:] == (".joinpath",) and isinstance(node.func, ast.Attribute) else []
            return _together(paths, [*base, *node.args], frame, depth)
    if isinstance(node, (ast.Attribute, ast.Call)):
        inner = node.func if isinstance(node, ast.Call) else node
        base_text = spelling(paths, inner.value, frame, depth + 1) if isinstance(inner, ast.Attribute) else None
        return f"{base_text}.{inner.attr}" if base_text is not None and isinstance(inner, ast.Attribute) else None
    return None


def _together(paths: Paths, parts: Iterable[ast.expr], frame: Symbol, depth: int) -> str | None:
    texts = [spelling(paths, part, frame, depth + 1) for part in parts]
    known = [text for text in texts if text is not None]
    return "/".join(known) if known and len(known) == len(texts) else None
