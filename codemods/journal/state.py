"""The checkout's `.tenantize` folder: for one process at a time, and nothing in it is taken for ours that is not.

A checkout can bring such a folder along. What git tracks, what is no plain file or folder, and a run without its
user's seal is refused, each with the way out.
"""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from codemods.errors import TenantizeError
from codemods.journal import proof
from codemods.journal.failures import UNCHANGED, failing_with
from codemods.journal.folders import Folder, NotPlain, held
from codemods.journal.manifest import Entry, Manifest, decode, digest_of, encode, home_of
from codemods.messages import phrase
from codemods.tree import STATE_FOLDER, is_tracked

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


STAGING, APPLYING, UNDOING, APPLIED, LOCK = "staging", "applying", "undoing", "applied", "lock"
OLD, NEW, MANIFEST, SEAL = "old", "new", "manifest.json", "seal"
_SCRATCH, _IGNORE, _EVERYTHING = ".git", ".gitignore", b"*\n"
_KINDS = dict.fromkeys((STAGING, APPLYING, UNDOING, APPLIED, _SCRATCH), stat.S_ISDIR) | dict.fromkeys(
    (LOCK, _IGNORE), stat.S_ISREG
)
_HALF_WAY = (APPLYING, UNDOING)
# More than a run over every file of a large tree takes.
_LARGEST = 64 * 1024 * 1024
_DEEPEST = 5  # folders within .tenantize that a run makes, and its own scratch
_WAY_OUT = phrase(
    "delete {state_folder}, then run again (what 'tenantize undo' knows of earlier runs is lost with it)",
    state_folder=STATE_FOLDER,
)


@dataclass(frozen=True, slots=True)
class Run:
    """A run on record: where in the state folder, and its files."""

    place: Sequence[str]
    entries: Sequence[Entry]

    @property
    def name(self) -> str:
        return "/".join((STATE_FOLDER, *self.place))


@dataclass(frozen=True, slots=True)
class State:
    """The state folder of a checkout, and the checkout, both held open."""

    tree: Folder
    folder: Folder

    @property
    def half_way(self) -> str | None:
        """What an interrupted run was at."""
        return next((name for name in _HALF_WAY if self.folder.has(name)), None)

    def applied(self) -> list[str]:
        """The names of the runs that undo can take back, the last one last."""
        if not self.folder.has(APPLIED):
            return []
        with self.folder.inner(APPLIED) as applied:
            return sorted((name for name in applied.names() if re.fullmatch("[0-9]{1,9}", name)), key=int)

    def run(self, *place: str) -> Run:
        """A run on record. Raises TenantizeError when it is not one that this user began in this checkout."""
        try:
            with self.folder.inner(*place) as folder:
                data, given = folder.read(MANIFEST, _LARGEST), folder.read(SEAL, 100)
        except (FileNotFoundError, NotPlain):
            data, given = b"", b""
        if not proof.is_sealed(self.tree.path, data, given):
            raise _not_ours(
                place, phrase("was not begun by you (by the key in {kept_in}), or is damaged", kept_in=proof.kept_in())
            )
        try:
            manifest = decode(data)
        except ValueError as error:
            raise _not_ours(place, phrase("was written by another version of tenantize, or wrongly")) from error
        if not manifest.home.is_at(self.tree):
            raise _not_ours(place, phrase("is of another checkout, {path}", path=manifest.home.path))
        return Run(place, manifest.entries)

    def record(self, folder: Folder, entries: Sequence[Entry]) -> None:
        """Write down what a run is to do. Raises TenantizeError where its user has no place for the key."""
        data = encode(Manifest(1, home_of(self.tree), entries))
        seal = proof.seal(self.tree.path, data)
        folder.write(MANIFEST, data)
        folder.write(SEAL, seal)

    def require_payloads(self, run: Run, side: str, needed: Sequence[int]) -> None:
        """Raises TenantizeError when what a run is to write is no longer what it was."""
        for index in needed:
            entry = run.entries[index]
            try:
                with self.folder.inner(*run.place, side) as payloads:
                    there = digest_of(payloads.read(str(index)))
            except (FileNotFoundError, NotPlain):
                there = None
            if there != (entry.new if side == NEW else entry.old):
                raise _not_ours(run.place, phrase("has lost what it had kept of {path}", path=entry.path))


def _not_ours(place: Sequence[str], why: str) -> TenantizeError:
    name = "/".join((STATE_FOLDER, *place))
    return TenantizeError(
        phrase(
            "{name} {why}, and nothing was changed by it: look with 'git status' for what should not be "
            "there, {way_out}.",
            name=name,
            why=why,
            way_out=_WAY_OUT,
        )
    )


@contextmanager
def locked(root: Path, *, finished: bool = True) -> Iterator[State]:
    """The checkout's state folder, for this process alone and without rubbish; `finished`: with no run half-way.

    Raises TenantizeError when another tenantize is at work, or was interrupted, or the folder cannot be used.
    """
    with ExitStack() as stack:
        with failing_with(UNCHANGED):
            tree = stack.enter_context(held(root))
            _require_own(tree)
            tree.make(STATE_FOLDER)
            folder = stack.enter_context(tree.inner(STATE_FOLDER))
            _hide(folder)
            folder.make(APPLIED)
            lock = stack.enter_context(folder.opened(LOCK, os.O_RDWR | os.O_CREAT))
            alone = _try_lock(lock)
        if not alone:
            raise TenantizeError(
                phrase("Another tenantize is at work in this checkout: wait for its end, then run again.")
            )
        state = State(tree, folder)
        if finished and state.half_way:
            raise TenantizeError(phrase("Another tenantize was interrupted in this checkout: run the command again."))
        folder.remove_whole(STAGING)
        if folder.has(STAGING):
            raise TenantizeError(
                phrase(
                    "{state_folder}/{staging}, which a run left behind, cannot be removed: delete it as the user "
                    "whose it is, then run again. Nothing was changed.",
                    state_folder=STATE_FOLDER,
                    staging=STAGING,
                )
            )
        stack.callback(folder.remove_whole, STAGING)
        yield state


@contextmanager
def looked_at(root: Path) -> Iterator[State | None]:
    """The state folder as it is, None where there is none. Raises TenantizeError when it cannot be ours."""
    if not os.path.lexists(root / STATE_FOLDER):
        yield None
        return
    with ExitStack() as stack:
        with failing_with(UNCHANGED):
            tree = stack.enter_context(held(root))
            _require_own(tree)
            folder = stack.enter_context(tree.inner(STATE_FOLDER))
        yield State(tree, folder)


def _require_own(tree: Folder) -> None:
    """Raises TenantizeError when the state folder came with the checkout, or holds what tenantize never puts there."""
    status = tree.status(STATE_FOLDER)
    if status is None:
        return
    if is_tracked(tree.path, STATE_FOLDER):
        raise TenantizeError(
            phrase(
                "{state_folder} came with the checkout (git tracks it), so that nothing in it can be trusted: "
                "take it out with 'git rm -r -f {state_folder}', then run again. Nothing was changed.",
                state_folder=STATE_FOLDER,
            )
        )
    if odd := _first_odd(tree, STATE_FOLDER, _KINDS):
        raise TenantizeError(
            phrase(
                "{odd} is nothing that tenantize puts there (a link, or no plain file or folder): {way_out}. "
                "Nothing was changed.",
                odd=odd,
                way_out=_WAY_OUT,
            )
        )


def _first_odd(outer: Folder, name: str, kinds: Mapping[str, Callable[[int], bool]], depth: int = 0) -> str | None:
    """The first part of the state folder that is a link, of another kind than it should be, or too deep."""
    try:
        with outer.inner(name) as folder:
            for inner in folder.names():
                status = folder.status(inner)
                mode = status.st_mode if status else 0
                right = kinds.get(inner, _is_plain)
                if status and (not right(mode) or depth == _DEEPEST):
                    return f"{name}/{inner}"
                odd = _first_odd(folder, inner, {}, depth + 1) if stat.S_ISDIR(mode) else None
                if odd:
                    return f"{name}/{odd}"
    except NotPlain:
        return name
    except FileNotFoundError:  # another tenantize is at work
        return None
    return None


def _is_plain(mode: int) -> bool:
    return stat.S_ISDIR(mode) or stat.S_ISREG(mode)


def _hide(folder: Folder) -> None:
    """Have git ignore the folder. Git never looks into a `.git`, so that not even a kill in between shows anything."""
    if not folder.has(_IGNORE) or folder.read(_IGNORE, 100) != _EVERYTHING:
        folder.remove_whole(_SCRATCH)
        folder.make(_SCRATCH)
        with folder.inner(_SCRATCH) as scratch:
            scratch.write("ignore", _EVERYTHING)
            scratch.replace("ignore", folder, _IGNORE)
    folder.remove_whole(_SCRATCH)
