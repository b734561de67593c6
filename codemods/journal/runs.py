"""Runs: a set of changes that is written to a checkout whole or not at all, and taken back.

Everything is kept in the checkout's own `.tenantize` folder. A run is staged there whole, then its folder is renamed to
`applying`: from that moment on it will be finished, by this process or by the next one. Each file is put in its place
by one rename, so it is either old or new. A finished run is kept as `applied/0001`, ..., for `undo`, which renames it
to `undoing` and goes the other way. What is done with is renamed back to `staging`, where anything is rubbish. A lock
that the system lifts when its process dies keeps a second tenantize out, and a seal that only this user's key makes
tells a run of theirs from one that a checkout brought along.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from enum import Enum
from pathlib import Path

from codemods.changes import Change
from codemods.errors import TenantizeError
from codemods.journal import files
from codemods.journal.failures import NEXT_RUN, STOPS, UNCHANGED, failing_with, kept, reason
from codemods.journal.folders import Folder
from codemods.journal.manifest import Entry, require_inside
from codemods.journal.state import APPLIED, APPLYING, NEW, OLD, STAGING, UNDOING, Run, State, locked, looked_at
from codemods.messages import listed, phrase


class Recovered(Enum):
    """What recover has finished, and the sentence that says so."""

    APPLY = phrase("An apply that was interrupted has been finished; 'tenantize undo' takes it back.")
    UNDO = phrase("An undo that was interrupted has been finished.")


def apply_changes(root: Path, changes: Sequence[Change]) -> None:
    """Write all changes, or none: after an error or Ctrl-C the tree is as it was.

    Raises TenantizeError when a file is no longer as the plan read it, something is in the way of a new one, a file
    cannot be written, or another tenantize is at work.
    """
    require_inside(change.path for change in changes)
    with locked(root) as state:
        with failing_with(UNCHANGED):
            for change in changes:
                files.require_as_planned(state.tree, change)
            entries = _stage(state, changes)
        _write(state, entries)


def recover(root: Path) -> Recovered | None:
    """Finish what an interrupted run left, and tell which kind it was; None when there is nothing to finish.

    Raises TenantizeError when that run is not this user's, one of its files was edited since or cannot be written, or
    another tenantize is at work.
    """
    with looked_at(root) as seen:
        if seen is None:
            return None
    with locked(root, finished=False) as state, failing_with(NEXT_RUN, STOPS):
        if state.half_way == APPLYING:
            run = _resumed(state, APPLYING, NEW)
            _roll(state, run, NEW)
            _keep(state)
            return Recovered.APPLY
        if state.half_way == UNDOING:
            _take_back(state, _resumed(state, UNDOING, OLD).entries)
            return Recovered.UNDO
    return None


def is_interrupted(root: Path) -> bool:
    """Whether a run of this user was stopped half-way, so that some files are old and some new."""
    with suppress(OSError, TenantizeError), looked_at(root) as state:
        return state is not None and state.half_way is not None and bool(state.run(state.half_way))
    return False


def as_written(root: Path, paths: Sequence[str]) -> list[str]:
    """Those of these files that are what the last run on record which wrote them made of them."""
    written: dict[str, str | None] = {}
    with looked_at(root) as state:
        if state is None:
            return []
        for name in state.applied():
            with suppress(TenantizeError):  # nobody's word
                written |= {entry.path: entry.new for entry in state.run(APPLIED, name).entries}
        return [path for path in paths if path in written and files.digest(state.tree, path) == written[path]]


def undo(root: Path) -> list[str]:
    """Take back the last run that was applied, to the byte; the paths it restores.

    Raises TenantizeError when there is none, or it is not this user's, when someone has edited one of its files since,
    a file cannot be written, or another tenantize is at work.
    """
    nothing = TenantizeError(phrase("There is nothing to undo: no 'tenantize apply' is on record in this checkout."))
    with looked_at(root) as seen:
        if seen is None:
            raise nothing
    with locked(root) as state:
        with failing_with(UNCHANGED):
            names = state.applied()
            if not names:
                raise nothing
            run = state.run(APPLIED, names[-1])
            edited = [entry.path for entry in run.entries if files.digest(state.tree, entry.path) != entry.new]
            if edited:
                raise TenantizeError(
                    phrase(
                        "{edited} changed since the apply, and undo would lose that: put it back to what apply wrote "
                        "(or use git) and try again. Nothing was changed.",
                        edited=listed(edited),
                    )
                )
            state.require_payloads(run, OLD, _needed(state, run, OLD))
        _undo(state, run)
    return [entry.path for entry in run.entries]


# Forth


def _stage(state: State, changes: Sequence[Change]) -> list[Entry]:
    """Write down what a run is to do, with the bytes of every file before and after it."""
    entries = [files.entry_of(state.tree, change) for change in changes]
    state.folder.make(STAGING)
    with state.folder.inner(STAGING) as staging:
        for side in (OLD, NEW):
            staging.make(side)
        with staging.inner(OLD) as old, staging.inner(NEW) as new:
            for index, change in enumerate(changes):
                _stage_file(state.tree, old, new, str(index), change)
        state.record(staging, entries)
    return entries


def _stage_file(tree: Folder, old: Folder, new: Folder, name: str, change: Change) -> None:
    if change.before is None:
        new.write(name, change.after)
        return
    *folders, file = change.path.split("/")
    with tree.inner(*folders) as folder, folder.opened(file) as like:
        old.write(name, change.before, like=like)
        new.write(name, change.after, like=like)


def _write(state: State, entries: Sequence[Entry]) -> None:
    """Bring a staged run into the tree; whatever stops that, take back what was written."""
    try:
        state.folder.rename(STAGING, state.folder, APPLYING)
        if _roll(state, Run((APPLYING,), entries), NEW):
            raise TenantizeError(
                phrase("A file was edited meanwhile: {unchanged}, run the command again.", unchanged=UNCHANGED)
            )
        _keep(state)
    except BaseException as error:
        edited = _give_back(state, entries)
        if edited:
            raise TenantizeError(
                phrase(
                    "{reason}: {unchanged}, but for {kept}.",
                    reason=reason(error),
                    unchanged=UNCHANGED,
                    kept=kept(edited),
                )
            ) from error
        if isinstance(error, OSError):
            raise TenantizeError(phrase("{reason}: {outcome}.", reason=reason(error), outcome=UNCHANGED)) from error
        raise


def _keep(state: State) -> None:
    """Put a finished run where undo finds it."""
    number = max(map(int, state.applied()), default=0) + 1
    with state.folder.inner(APPLIED) as applied:
        state.folder.rename(APPLYING, applied, f"{number:04}")


# Back


def _undo(state: State, run: Run) -> None:
    """Take back a run that was applied; Ctrl-C waits for the end of it."""
    try:
        with state.folder.inner(APPLIED) as applied:
            applied.rename(run.place[-1], state.folder, UNDOING)
        edited = _take_back(state, run.entries)
    except KeyboardInterrupt:
        _give_back(state, run.entries)
        raise
    except OSError as error:
        outcome = NEXT_RUN if state.folder.has(UNDOING) else UNCHANGED
        raise TenantizeError(phrase("{reason}: {outcome}.", reason=reason(error), outcome=outcome)) from error
    if edited:
        raise TenantizeError(phrase("The apply was taken back, but for {kept}.", kept=kept(edited)))


def _give_back(state: State, entries: Sequence[Entry]) -> list[str]:
    """Take back what a stopped run has written so far; the files that somebody edited meanwhile.

    Raises TenantizeError when that is stopped as well.
    """
    with failing_with(NEXT_RUN, STOPS):
        if state.folder.has(APPLYING):
            state.folder.rename(APPLYING, state.folder, UNDOING)
        return _take_back(state, entries) if state.folder.has(UNDOING) else []


def _take_back(state: State, entries: Sequence[Entry]) -> list[str]:
    """Bring every file of the run in `undoing` back; those that somebody edited meanwhile."""
    edited = _roll(state, Run((UNDOING,), entries), OLD)
    for entry in entries:
        files.remove_folders(state.tree, entry.folders)
    state.folder.rename(UNDOING, state.folder, STAGING)
    return edited


# Both ways


def _roll(state: State, run: Run, side: str) -> list[str]:
    """Bring every file to one side of a run, but for those that are on neither, which it names: somebody edited them.

    May be repeated: a file that is there already is passed over.
    """
    edited = []
    with state.folder.inner(*run.place, side) as payloads:
        for index, entry in enumerate(run.entries):
            there, target = files.digest(state.tree, entry.path), entry.new if side == NEW else entry.old
            if there not in (entry.old, entry.new):
                edited.append(entry.path)
            elif there == target:
                continue
            elif target is None:
                files.remove(state.tree, entry.path)
            else:
                files.put(state.tree, payloads, str(index), entry.path)
    return edited


def _resumed(state: State, place: str, side: str) -> Run:
    """A run that was interrupted. Raises TenantizeError when it cannot be brought to this side whole."""
    run = state.run(place)
    edited = [entry.path for entry in run.entries if files.digest(state.tree, entry.path) not in (entry.old, entry.new)]
    if edited:
        raise TenantizeError(
            phrase(
                "{edited} was edited after a run was interrupted: put it back to what it was before or after "
                "that run, then try again (both are in {name}).",
                edited=listed(edited),
                name=run.name,
            )
        )
    state.require_payloads(run, side, _needed(state, run, side))
    return run


def _needed(state: State, run: Run, side: str) -> list[int]:
    """The files of a run whose bytes are still to be put in their place."""
    sides = [(entry.path, entry.new if side == NEW else entry.old) for entry in run.entries]
    return [
        index
        for index, (path, target) in enumerate(sides)
        if target is not None and files.digest(state.tree, path) != target
    ]
