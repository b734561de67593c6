"""The files of the checkout that a run reads, replaces and removes, none of them through a link."""

from __future__ import annotations

import stat
from collections.abc import Sequence
from contextlib import suppress

from codemods.changes import Change
from codemods.errors import TenantizeError
from codemods.journal.failures import UNCHANGED
from codemods.journal.folders import Folder, NotPlain
from codemods.journal.manifest import Entry, digest_of
from codemods.messages import phrase

# Stands for the digest of a link or a folder: that of no file.
_NO_FILE = phrase("no file")


def digest(tree: Folder, path: str) -> str | None:
    """The digest of a file, None where there is nothing at all."""
    *folders, name = path.split("/")
    try:
        with tree.inner(*folders) as folder:
            return digest_of(folder.read(name))
    except FileNotFoundError:
        return None
    except NotPlain:
        return _NO_FILE


def require_as_planned(tree: Folder, change: Change) -> None:
    """Raises TenantizeError when a file is not as the plan read it, or its place is taken or not in the checkout."""
    nearest, mode = _nearest(tree, change.path)
    if change.before is None and stat.S_ISLNK(mode) and nearest != change.path and (tree.path / nearest).is_dir():
        raise TenantizeError(
            phrase(
                "{nearest} is a link, by which {path} may lie outside of the checkout: {unchanged}, put a folder "
                "in its place, then run again.",
                nearest=nearest,
                path=change.path,
                unchanged=UNCHANGED,
            )
        )
    if change.before is None and (nearest == change.path or not stat.S_ISDIR(mode)):
        raise TenantizeError(
            phrase("{nearest} is in the way (ignored by git?): move it, then run again.", nearest=nearest)
        )
    if digest(tree, change.path) != digest_of(change.before):
        raise TenantizeError(
            phrase("{path} has changed while the plan was made: run the command again.", path=change.path)
        )


def entry_of(tree: Folder, change: Change) -> Entry:
    """What a run does to a file, and which folders it brings, innermost first."""
    folders = _folders(change.path)
    there = _nearest(tree, change.path)[0]
    missing = folders[folders.index(there) + 1 :] if there in folders else folders
    brought = missing[::-1] if change.before is None else ()
    return Entry(change.path, digest_of(change.before), digest_of(change.after), brought)


def _nearest(tree: Folder, path: str) -> tuple[str, int]:
    """As much of a path as is there, without looking behind links, and the mode of that."""
    nearest, mode = "", stat.S_IFDIR
    for place in (*_folders(path), path):
        *folders, name = place.split("/")
        with tree.inner(*folders) as folder:
            status = folder.status(name)
        if status is None:
            break
        nearest, mode = place, status.st_mode
        if not stat.S_ISDIR(mode):
            break
    return nearest, mode


def _folders(path: str) -> list[str]:
    """The folders that a file lies in, outermost first."""
    return [path[:end] for end, letter in enumerate(path) if letter == "/"]


def put(tree: Folder, payloads: Folder, payload: str, path: str) -> None:
    """Move a payload to a path of the tree, with the folders that this needs. Raises OSError that names this path."""
    *folders, name = path.split("/")
    try:
        for depth, folder_name in enumerate(folders):
            with tree.inner(*folders[:depth]) as folder:
                folder.make(folder_name)
        with tree.inner(*folders) as folder:
            payloads.replace(payload, folder, name)
    except OSError as error:
        raise OSError(error.errno, error.strerror, path) from error


def remove(tree: Folder, path: str) -> None:
    """Remove a file. Raises OSError that names its path."""
    *folders, name = path.split("/")
    try:
        with tree.inner(*folders) as folder:
            folder.remove(name)
    except OSError as error:
        raise OSError(error.errno, error.strerror, path) from error


def remove_folders(tree: Folder, names: Sequence[str]) -> None:
    """Remove folders that a new file brought along; one that holds anything, or is none, stays."""
    for path in names:
        *folders, name = path.split("/")
        with suppress(FileNotFoundError, NotPlain), tree.inner(*folders) as folder:
            with folder.inner(name) as inner:
                is_empty = not inner.names()
            if is_empty:
                folder.remove_empty(name)
