"""Writing a set of changes to a checkout so that all of it is there or none, and taking it back.

Everything is kept in the checkout's own `.tenantize` folder. A run is staged there whole, then its folder is renamed to
`applying`: from that moment on it will be finished, by this process or by the next one. Each file is put in its place
by one rename, so it is either old or new. A finished run is kept as `applied/0001`, ..., for `undo`, which renames it
to `undoing` and goes the other way.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from codemods.changes import Change
from codemods.errors import TenantizeError
from codemods.tree import STATE_FOLDER

_STAGING, _APPLYING, _UNDOING, _APPLIED = "staging", "applying", "undoing", "applied"
_OLD, _NEW, _MANIFEST = "old", "new", "manifest.json"


@dataclass(frozen=True, slots=True)
class _Entry:
    """One file of a run: digests of its bytes before and after; None where there was no file."""

    path: str
    old: str | None
    new: str | None


def apply_changes(root: Path, changes: Sequence[Change]) -> None:
    """Write all changes, or none: after an error or Ctrl-C the tree is as it was.

    Raises TenantizeError when a file is no longer as the plan read it, or cannot be written.
    """
    entries = [_Entry(change.path, _digest_of(change.before), _digest_of(change.after)) for change in changes]
    for change, entry in zip(changes, entries, strict=True):
        if _digest(root / change.path) != entry.old:
            raise TenantizeError(f"{change.path} has changed while the plan was made: run the command again.")
        if not _existing_parent(root / change.path).resolve().is_relative_to(root.resolve()):
            raise TenantizeError(f"{change.path} lies outside of the checkout, through a link: nothing was changed.")
    folder = _state_folder(root)
    try:
        staged = _stage(root, folder, changes, entries)
        staged.rename(folder / _APPLYING)
    except OSError as error:
        shutil.rmtree(folder / _STAGING, ignore_errors=True)
        raise TenantizeError(f"The changes cannot be staged ({error.strerror}): nothing was changed.") from error
    try:
        _roll(root, folder / _APPLYING, entries, _NEW)
    except BaseException as error:
        (folder / _APPLYING).rename(folder / _UNDOING)
        _take_back(root, folder)
        if isinstance(error, OSError):
            raise TenantizeError(
                f"{error.filename} cannot be written ({error.strerror}): nothing was changed."
            ) from error
        raise
    _keep(folder)


def recover(root: Path) -> str | None:
    """Finish what an interrupted run left, and say so; None when there is nothing to finish."""
    folder = root / STATE_FOLDER
    if (folder / _STAGING).exists():
        shutil.rmtree(folder / _STAGING)
    if (folder / _APPLYING).exists():
        _roll(root, folder / _APPLYING, _entries(folder / _APPLYING), _NEW)
        _keep(folder)
        return "An apply that was interrupted has been finished; 'tenantize undo' takes it back."
    if (folder / _UNDOING).exists():
        _take_back(root, folder)
        return "An undo that was interrupted has been finished."
    return None


def is_interrupted(root: Path) -> bool:
    """Whether a run was stopped half-way, so that some files are old and some new."""
    return any((root / STATE_FOLDER / name).exists() for name in (_APPLYING, _UNDOING))


def undo(root: Path) -> list[str]:
    """Take back the last run that was applied, to the byte; the paths it restores.

    Raises TenantizeError when there is none, or when someone has edited one of its files since.
    """
    folder = root / STATE_FOLDER
    runs = sorted((folder / _APPLIED).iterdir()) if (folder / _APPLIED).is_dir() else []
    if not runs:
        raise TenantizeError("There is nothing to undo: no 'tenantize apply' is on record in this checkout.")
    entries = _entries(runs[-1])
    edited = [entry.path for entry in entries if _digest(root / entry.path) != entry.new]
    if edited:
        raise TenantizeError(
            f"{', '.join(edited)} changed since the apply, and undo would lose that: "
            "put it back to what apply wrote (or use git) and try again. Nothing was changed."
        )
    runs[-1].rename(folder / _UNDOING)
    _take_back(root, folder)
    return [entry.path for entry in entries]


def _state_folder(root: Path) -> Path:
    """The checkout's `.tenantize`, which ignores itself in git."""
    folder = root / STATE_FOLDER
    try:
        (folder / _APPLIED).mkdir(parents=True, exist_ok=True)
        (folder / ".gitignore").write_text("*\n", encoding="ascii")
    except OSError as error:
        raise TenantizeError(f"{folder} cannot be written ({error.strerror}): nothing was changed.") from error
    return folder


def _stage(root: Path, folder: Path, changes: Sequence[Change], entries: Sequence[_Entry]) -> Path:
    staging = folder / _STAGING
    shutil.rmtree(staging, ignore_errors=True)
    for side in (_OLD, _NEW):
        (staging / side).mkdir(parents=True)
    for index, change in enumerate(changes):
        for side, data in ((_OLD, change.before), (_NEW, change.after)):
            if data is not None:
                payload = staging / side / str(index)
                _write_through(payload, data)
                if change.before is not None:
                    shutil.copymode(root / change.path, payload)
    _write_through(staging / _MANIFEST, json.dumps([asdict(entry) for entry in entries]).encode())
    return staging


def _write_through(path: Path, data: bytes) -> None:
    with path.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _roll(root: Path, run: Path, entries: Sequence[_Entry], side: str) -> None:
    """Bring every file to one side of a run. May be repeated: a file that is there already is passed over."""
    for index, entry in enumerate(entries):
        source, target = (entry.old, entry.new) if side == _NEW else (entry.new, entry.old)
        path = root / entry.path
        there = _digest(path)
        if there == target:
            continue
        if there != source:
            raise TenantizeError(
                f"{entry.path} was edited after a run was interrupted: put it back to what it was before or after "
                f"that run, then try again (both are in {run.relative_to(root)})."
            )
        if target is None:
            path.unlink()
            _remove_empty_folders(root, path.parent)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            (run / side / str(index)).replace(path)


def _take_back(root: Path, folder: Path) -> None:
    _roll(root, folder / _UNDOING, _entries(folder / _UNDOING), _OLD)
    shutil.rmtree(folder / _UNDOING)


def _keep(folder: Path) -> None:
    """Put a finished run where undo finds it."""
    number = max((int(run.name) for run in (folder / _APPLIED).iterdir()), default=0) + 1
    (folder / _APPLYING).rename(folder / _APPLIED / f"{number:04}")


def _remove_empty_folders(root: Path, folder: Path) -> None:
    """Remove the folders that a new file brought along; one that holds anything stays."""
    while folder != root and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def _existing_parent(path: Path) -> Path:
    return next(parent for parent in path.parents if parent.exists())


def _entries(run: Path) -> list[_Entry]:
    return [_Entry(**entry) for entry in json.loads((run / _MANIFEST).read_text(encoding="utf-8"))]


def _digest(path: Path) -> str | None:
    return _digest_of(path.read_bytes()) if path.is_file() else None


def _digest_of(data: bytes | None) -> str | None:
    return None if data is None else hashlib.sha256(data).hexdigest()
