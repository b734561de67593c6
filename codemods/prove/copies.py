"""Copies of a checkout to run: what belongs to it, and nothing that running it has left there."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from codemods.changes import Change
from codemods.errors import TenantizeError

# What a run makes for itself, and what holds somebody's keys: a proof brings its own.
_LEFT_BEHIND = frozenset({".git", ".tenantize", "__pycache__", ".venv", "venv", "node_modules", ".pytest_cache"})
_AT_TOP = frozenset({"config", "data", "logs", ".env"})


def copy_tree(root: Path, target: Path) -> None:
    """Copy a checkout. Links that lead out of it are left out.

    Raises TenantizeError where there is no room for it.
    """

    def left_out(folder: str, names: list[str]) -> list[str]:
        at_top = Path(folder) == root
        return [
            name
            for name in names
            if name in _LEFT_BEHIND or (at_top and name in _AT_TOP) or not _is_copied(root, Path(folder) / name)
        ]

    try:
        shutil.copytree(root, target, ignore=left_out, symlinks=False)
        (target / "data").mkdir()
    except (OSError, shutil.Error) as error:
        raise TenantizeError(f"{root} cannot be copied to {target.parent}: {_why(error)}") from error


def _is_copied(root: Path, path: Path) -> bool:
    """Whether it is a file or folder of the checkout's own: no link out, no environment, no pipe."""
    if path.is_symlink() and not path.resolve().is_relative_to(root):
        return False
    if path.is_dir():
        return not (path / "pyvenv.cfg").exists() and os.access(path, os.R_OK | os.X_OK)
    return path.is_file() and os.access(path, os.R_OK)


def _why(error: OSError) -> str:
    return error.strerror or "see the file's permissions"


def write_changes(target: Path, changes: Iterable[Change]) -> None:
    """Write the changes of a plan into a copy."""
    for change in changes:
        path = target / change.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(change.after)
