"""Copies of a checkout to run: what belongs to it, and nothing that running it has left there."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from codemods.changes import Change
from codemods.errors import TenantizeError
from codemods.messages import phrase

# What a run makes for itself, and what holds somebody's keys: a proof brings its own.
_LEFT_BEHIND = frozenset({".git", ".tenantize", "__pycache__", ".venv", "venv", "node_modules", ".pytest_cache"})
_AT_TOP = frozenset({"config", "data", "logs", ".env"})


def copy_tree(root: Path, target: Path) -> None:
    """Copy a checkout. What its links lead to is linked in the copy, and those that lead out of it are left out.

    Raises TenantizeError where there is no room for it.
    """
    folders, files, links = _parts(root)
    try:
        target.mkdir(parents=True)
        needed, free = sum(file.stat().st_size for file in files), shutil.disk_usage(target).free
        if needed > free:
            why = phrase("it needs {needed} MB, and {free} MB are free", needed=needed >> 20, free=free >> 20)
            raise TenantizeError(
                phrase("{root} cannot be copied to {folder}: {why}.", root=root, folder=target.parent, why=why)
            )
        for folder in (*folders, root / "data"):
            (target / folder.relative_to(root)).mkdir(exist_ok=folder == root)
        for file in files:
            shutil.copy2(file, target / file.relative_to(root))
        for link, to in links:
            place = target / link.relative_to(root)
            place.symlink_to(os.path.relpath(target / to.relative_to(root), place.parent))
    except OSError as error:
        raise TenantizeError(
            phrase("{root} cannot be copied to {folder}: {why}.", root=root, folder=target.parent, why=_why(error))
        ) from error


def _parts(root: Path) -> tuple[list[Path], list[Path], list[tuple[Path, Path]]]:
    """The folders, outermost first, the files, and the links with what they lead to, that are copied."""
    folders, files, links = [root], list[Path](), list[tuple[Path, Path]]()
    for folder in folders:
        for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
            path = Path(entry.path)
            if entry.name in _LEFT_BEHIND or (folder == root and entry.name in _AT_TOP):
                continue
            if entry.is_symlink():
                to = Path(os.path.realpath(path))
                links += [(path, to)] if to.is_relative_to(root) and to.exists() else []
            elif entry.is_dir() and not (path / "pyvenv.cfg").exists() and os.access(path, os.R_OK | os.X_OK):
                folders.append(path)
            elif entry.is_file() and os.access(path, os.R_OK):
                files.append(path)
    return folders, files, links


def _why(error: OSError) -> str:
    return error.strerror or phrase("see the file's permissions")


def write_changes(target: Path, changes: Iterable[Change]) -> None:
    """Write the changes of a plan into a copy."""
    for change in changes:
        path = target / change.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(change.after)
