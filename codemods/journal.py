"""Writing a set of changes to a checkout so that all of it is there or none, and taking it back.

Everything is kept in the checkout's own `.tenantize` folder. A run is staged there whole, then its folder is renamed to
`applying`: from that moment on it will be finished, by this process or by the next one. Each file is put in its place
by one rename, so it is either old or new. A finished run is kept as `applied/0001`, ..., for `undo`, which renames it
to `undoing` and goes the other way. What is done with is renamed back to `staging`, where anything is rubbish. A lock
that the system lifts when its process dies keeps a second tenantize out.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from enum import Enum
from pathlib import Path

from codemods.changes import Change
from codemods.errors import TenantizeError
from codemods.tree import STATE_FOLDER

if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True
else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


_STAGING, _APPLYING, _UNDOING, _APPLIED, _LOCK = "staging", "applying", "undoing", "applied", "lock"
_OLD, _NEW, _MANIFEST = "old", "new", "manifest.json"
# Stands for the digest of a link or a folder: that of no file.
_NO_FILE = "no file"
_UNCHANGED = "nothing was changed"
# Where the tree is half-way, Ctrl-C needs the same words as an error.
_STOPS = (OSError, KeyboardInterrupt)
_NEXT_RUN = "the next 'tenantize apply' or 'tenantize undo' puts the tree right"


class Recovered(Enum):
    """What recover has finished, and the sentence that says so."""

    APPLY = "An apply that was interrupted has been finished; 'tenantize undo' takes it back."
    UNDO = "An undo that was interrupted has been finished."


@dataclass(frozen=True, slots=True)
class _Entry:
    """One file of a run: digests of its bytes before and after, None where there was no file; the folders it brings."""

    path: str
    old: str | None
    new: str | None
    folders: Sequence[str]


def apply_changes(root: Path, changes: Sequence[Change]) -> None:
    """Write all changes, or none: after an error or Ctrl-C the tree is as it was.

    Raises TenantizeError when a file is no longer as the plan read it, something is in the way of a new one, a file
    cannot be written, or another tenantize is at work.
    """
    with _locked(root) as folder:
        with _told(_UNCHANGED):
            for change in changes:
                _require_as_planned(root, change)
            entries = [_entry(root, change) for change in changes]
            _stage(root, folder / _STAGING, changes, entries)
        _write(root, folder, entries)


def recover(root: Path) -> Recovered | None:
    """Finish what an interrupted run left, and tell which kind it was; None when there is nothing to finish.

    Raises TenantizeError when one of its files was edited since or cannot be written, or another tenantize is at work.
    """
    if not (root / STATE_FOLDER).is_dir():
        return None
    with _locked(root, finished=False) as folder, _told(_NEXT_RUN, _STOPS):
        if (folder / _APPLYING).exists():
            entries = _unedited_entries(root, folder / _APPLYING)
            _roll(root, folder / _APPLYING, entries, _NEW)
            _keep(folder)
            return Recovered.APPLY
        if (folder / _UNDOING).exists():
            _unedited_entries(root, folder / _UNDOING)
            _take_back(root, folder)
            return Recovered.UNDO
    return None


def is_interrupted(root: Path) -> bool:
    """Whether a run was stopped half-way, so that some files are old and some new."""
    return any((root / STATE_FOLDER / name).exists() for name in (_APPLYING, _UNDOING))


def as_written(root: Path, paths: Sequence[str]) -> list[str]:
    """Those of these files that are what the last run on record which wrote them made of them."""
    folder = root / STATE_FOLDER
    runs = _runs(folder) if (folder / _APPLIED).is_dir() else []
    written = {entry.path: entry.new for run in runs for entry in _entries(run)}
    return [path for path in paths if path in written and _digest(root / path) == written[path]]


def undo(root: Path) -> list[str]:
    """Take back the last run that was applied, to the byte; the paths it restores.

    Raises TenantizeError when there is none, when someone has edited one of its files since, a file cannot be written,
    or another tenantize is at work.
    """
    nothing = TenantizeError("There is nothing to undo: no 'tenantize apply' is on record in this checkout.")
    if not (root / STATE_FOLDER).is_dir():
        raise nothing
    with _locked(root) as folder:
        runs = _runs(folder)
        if not runs:
            raise nothing
        with _told(_UNCHANGED):
            entries = _entries(runs[-1])
            edited = [entry.path for entry in entries if _digest(root / entry.path) != entry.new]
        if edited:
            raise TenantizeError(
                f"{', '.join(edited)} changed since the apply, and undo would lose that: "
                "put it back to what apply wrote (or use git) and try again. Nothing was changed."
            )
        _undo(root, folder, runs[-1])
    return [entry.path for entry in entries]


# One at a time


@contextmanager
def _locked(root: Path, *, finished: bool = True) -> Iterator[Path]:
    """The checkout's state folder, for this process alone and without rubbish; `finished`: with no run half-way.

    Raises TenantizeError when another tenantize is at work, or was interrupted, or the folder cannot be written.
    """
    folder = root / STATE_FOLDER
    with _told(_UNCHANGED):
        folder.mkdir(exist_ok=True)
        _hide(folder)
        (folder / _APPLIED).mkdir(exist_ok=True)
        lock = (folder / _LOCK).open("ab")
    with lock:
        with _told(_UNCHANGED):
            alone = _try_lock(lock.fileno())
        if not alone:
            raise TenantizeError("Another tenantize is at work in this checkout: wait for its end, then run again.")
        if finished and is_interrupted(root):
            raise TenantizeError("Another tenantize was interrupted in this checkout: run the command again.")
        shutil.rmtree(folder / _STAGING, ignore_errors=True)
        try:
            yield folder
        finally:
            shutil.rmtree(folder / _STAGING, ignore_errors=True)


def _hide(folder: Path) -> None:
    """Have git ignore the folder. Git never looks into a `.git`, so that not even a kill in between shows anything."""
    scratch = folder / ".git"
    if not (folder / ".gitignore").exists():
        scratch.mkdir(exist_ok=True)
        _write_through(scratch / "ignore", b"*\n")
        (scratch / "ignore").replace(folder / ".gitignore")
    shutil.rmtree(scratch, ignore_errors=True)


# Before anything is written


def _require_as_planned(root: Path, change: Change) -> None:
    """Raises TenantizeError when a file is not as the plan read it, or its place is taken or not in the checkout."""
    path = root / change.path
    nearest = next(place for place in (path, *path.parents) if os.path.lexists(place))
    if change.before is None and (nearest == path or not nearest.is_dir()):
        name = nearest.relative_to(root).as_posix()
        raise TenantizeError(f"{name} is in the way (ignored by git?): move it, then run again.")
    if _digest(path) != _digest_of(change.before):
        raise TenantizeError(f"{change.path} has changed while the plan was made: run the command again.")
    if not nearest.resolve().is_relative_to(root.resolve()):
        raise TenantizeError(f"{change.path} lies outside of the checkout, through a link: {_UNCHANGED}.")


def _entry(root: Path, change: Change) -> _Entry:
    missing = [parent for parent in (root / change.path).parents if not parent.exists()]
    folders = [parent.relative_to(root).as_posix() for parent in missing]
    return _Entry(change.path, _digest_of(change.before), _digest_of(change.after), folders)


def _stage(root: Path, staging: Path, changes: Sequence[Change], entries: Sequence[_Entry]) -> None:
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


def _write_through(path: Path, data: bytes) -> None:
    with path.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


# Forth and back


def _write(root: Path, folder: Path, entries: Sequence[_Entry]) -> None:
    """Bring a staged run into the tree; whatever stops that, take back what was written."""
    try:
        (folder / _STAGING).rename(folder / _APPLYING)
        if _roll(root, folder / _APPLYING, entries, _NEW):
            raise TenantizeError(f"A file was edited meanwhile: {_UNCHANGED}, run the command again.")
        _keep(folder)
    except BaseException as error:
        edited = _give_back(root, folder)
        if edited:
            raise TenantizeError(f"{_reason(error)}: {_UNCHANGED}, but for {_kept(edited)}.") from error
        if isinstance(error, OSError):
            raise TenantizeError(f"{_reason(error)}: {_UNCHANGED}.") from error
        raise


def _undo(root: Path, folder: Path, run: Path) -> None:
    """Take back a run that was applied; Ctrl-C waits for the end of it."""
    try:
        run.rename(folder / _UNDOING)
        edited = _take_back(root, folder)
    except KeyboardInterrupt:
        _give_back(root, folder)
        raise
    except OSError as error:
        outcome = _NEXT_RUN if (folder / _UNDOING).exists() else _UNCHANGED
        raise TenantizeError(f"{_reason(error)}: {outcome}.") from error
    if edited:
        raise TenantizeError(f"The apply was taken back, but for {_kept(edited)}.")


def _give_back(root: Path, folder: Path) -> list[str]:
    """Take back what a stopped run has written so far; the files that somebody edited meanwhile.

    Raises TenantizeError when that is stopped as well.
    """
    with _told(_NEXT_RUN, _STOPS):
        if (folder / _APPLYING).exists():
            (folder / _APPLYING).rename(folder / _UNDOING)
        return _take_back(root, folder) if (folder / _UNDOING).exists() else []


def _take_back(root: Path, folder: Path) -> list[str]:
    """Bring every file of the run in `undoing` back; those that somebody edited meanwhile."""
    run = folder / _UNDOING
    edited = _roll(root, run, _entries(run), _OLD)
    run.rename(folder / _STAGING)
    return edited


def _keep(folder: Path) -> None:
    """Put a finished run where undo finds it."""
    number = max((int(run.name) for run in _runs(folder)), default=0) + 1
    (folder / _APPLYING).rename(folder / _APPLIED / f"{number:04}")


def _roll(root: Path, run: Path, entries: Sequence[_Entry], side: str) -> list[str]:
    """Bring every file to one side of a run, but for those that are on neither, which it names: somebody edited them.

    May be repeated: a file that is there already is passed over.
    """
    edited = []
    for index, entry in enumerate(entries):
        there, target = _digest(root / entry.path), entry.new if side == _NEW else entry.old
        if there not in (entry.old, entry.new):
            edited.append(entry.path)
        elif there != target:
            _put(root, None if target is None else run / side / str(index), entry.path)
    if side == _OLD:
        for entry in entries:
            _remove_folders(root, entry)
    return edited


def _put(root: Path, payload: Path | None, path: str) -> None:
    """Move a payload to a path of the tree, or remove what is there. Raises OSError that names this path."""
    try:
        if payload is None:
            (root / path).unlink()
        else:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            payload.replace(root / path)
    except OSError as error:
        raise OSError(error.errno, error.strerror, path) from error


def _remove_folders(root: Path, entry: _Entry) -> None:
    """Remove the folders that a new file brought along, innermost first; one that holds anything stays."""
    for name in entry.folders:
        with suppress(FileNotFoundError, NotADirectoryError):
            if not any((root / name).iterdir()):
                (root / name).rmdir()


# The record


def _runs(folder: Path) -> list[Path]:
    """The runs that undo can take back, the last one last."""
    return sorted((run for run in (folder / _APPLIED).iterdir() if run.name.isdecimal()), key=lambda run: int(run.name))


def _entries(run: Path) -> list[_Entry]:
    return [_Entry(**entry) for entry in json.loads((run / _MANIFEST).read_text(encoding="utf-8"))]


def _unedited_entries(root: Path, run: Path) -> list[_Entry]:
    """The files of a run. Raises TenantizeError when one of them is on neither side of it."""
    entries = _entries(run)
    edited = [entry.path for entry in entries if _digest(root / entry.path) not in (entry.old, entry.new)]
    if edited:
        raise TenantizeError(
            f"{', '.join(edited)} was edited after a run was interrupted: put it back to what it was before or after "
            f"that run, then try again (both are in {run.relative_to(root)})."
        )
    return entries


def _digest(path: Path) -> str | None:
    """The digest of a file, None where there is nothing at all."""
    if path.is_file() and not path.is_symlink():
        return _digest_of(path.read_bytes())
    return _NO_FILE if os.path.lexists(path) else None


def _digest_of(data: bytes | None) -> str | None:
    return None if data is None else hashlib.sha256(data).hexdigest()


# What is said


@contextmanager
def _told(outcome: str, stops: tuple[type[BaseException], ...] = (OSError,)) -> Iterator[None]:
    """Make one sentence of what stops a run."""
    try:
        yield
    except stops as error:
        raise TenantizeError(f"{_reason(error)}: {outcome}.") from error


def _reason(error: BaseException) -> str:
    """Why a run stops; what fails inside the journal is none of the user's files."""
    if not isinstance(error, OSError):
        return "Stopped half-way"
    name = str(error.filename or STATE_FOLDER)
    return f"{STATE_FOLDER if STATE_FOLDER in Path(name).parts else name} cannot be written ({error.strerror})"


def _kept(edited: Sequence[str]) -> str:
    return f"{', '.join(edited)}: somebody edited that meanwhile, and it stays as it is"
