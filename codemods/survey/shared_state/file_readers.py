"""Who reads the files that tenant work writes, or lists the folders that these are in: by how the path is spelled."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from codemods.analysis.chains import called_name, chain_of
from codemods.analysis.facts import Use
from codemods.analysis.symbols import Symbol
from codemods.survey.shared_state.paths import Paths

# Methods of a path that read it, and functions that read what they are given first.
_READING_METHODS = frozenset({"read_text", "read_bytes", "open"})
_READING_FUNCTIONS = frozenset({"open", "FileResponse", "loadtxt", "read_csv", "read_json", "connect", "ZipFile"})
# Modules whose `open` is given the path.
OPENING_MODULES = frozenset({"io", "aiofiles", "codecs", "gzip", "bz2", "lzma", "tarfile", "wave", "shelve", "dbm"})
# Methods of a folder's path that list what is in it, functions that list what is in the folder that they are given, and
# those that list what a pattern matches, which begins with the folder: by themselves, or out of their modules.
_LISTING_METHODS = frozenset({"iterdir", "glob", "rglob"})
_LISTING_FUNCTIONS = frozenset({"listdir", "scandir", "walk", "fwalk"})
_MATCHING_FUNCTIONS = frozenset({"glob", "iglob"})
_THEMSELVES = ((), ("os",), ("glob",))
_LISTING = _LISTING_METHODS | _LISTING_FUNCTIONS | _MATCHING_FUNCTIONS
# Those of them that list what is in the folders in it as well.
_DEEP = frozenset({"rglob", "walk", "fwalk"})
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


def listing_folders(paths: Paths, written: Iterable[tuple[ast.expr, Symbol]]) -> Iterator[tuple[Symbol, Use]]:
    """The functions that list a folder in which one of these paths is, each given with the function that writes it."""
    folders = {text for target, frame in written if (text := _folder(paths, target, frame)) is not None}
    functions = paths.program.naming_one_of(_LISTING) if folders else ()
    for identifier in sorted(functions):
        for node in paths.program.sources.nodes(identifier):
            folder = _listed(paths, node, identifier) if isinstance(node, ast.Call) else None
            if not isinstance(node, ast.Call) or folder is None:
                continue
            if folder in folders or (_is_deep(node) and any(each.startswith(f"{folder}/") for each in folders)):
                yield identifier, Use(chain_of(node), node.lineno)


def _listed(paths: Paths, call: ast.Call, frame: Symbol) -> str | None:
    """How the folder that a call lists is spelled, or None."""
    name, is_function = called_name(call), _is_function(call)
    if is_function and name in _MATCHING_FUNCTIONS:
        return _folder(paths, call.args[0], frame) if call.args else None
    if is_function and name in _LISTING_FUNCTIONS:
        return spelling(paths, call.args[0], frame) if call.args else None
    is_method = isinstance(call.func, ast.Attribute) and name in _LISTING_METHODS
    return spelling(paths, call.func.value, frame) if is_method and isinstance(call.func, ast.Attribute) else None


def _is_function(call: ast.Call) -> bool:
    return chain_of(call.func)[:-1] in _THEMSELVES


def _is_deep(call: ast.Call) -> bool:
    """Whether a call lists what is in the folders in a folder as well."""
    pattern = call.args[0] if call.args else None
    text = pattern.value if isinstance(pattern, ast.Constant) and isinstance(pattern.value, str) else ""
    leads_on = "**" in text or ("/" in text and not _is_function(call))
    return called_name(call) in _DEEP or (called_name(call) in _MATCHING_FUNCTIONS and leads_on)


def _folder(paths: Paths, node: ast.expr, frame: Symbol, depth: int = 0) -> str | None:
    """How the folder of a file is spelled, whatever the file in it is called; None where that cannot be told."""
    if (whole := spelling(paths, node, frame, depth)) is not None:
        return whole.rpartition("/")[0] or None
    if isinstance(node, ast.Name) and depth <= _DEEPEST:
        values, home = paths.named(node.id, frame)
        return _folder(paths, values[0], home, depth + 1) if len(values) == 1 else None
    parts: list[ast.expr] = []
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        parts = [node.left, node.right]
    elif isinstance(node, ast.Call) and chain_of(node.func)[-1:] in (*_JOINED, *_SAME):
        base = [node.func.value] if chain_of(node.func)[-1:] == (".joinpath",) else []  # type: ignore[attr-defined]
        parts = [*base, *node.args]
    if len(parts) == 1:
        return _folder(paths, parts[0], frame, depth + 1)
    return _together(paths, parts[:-1], frame, depth)


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
