"""Which files hold what no commit has. `git status` would run the checkout's own filters to tell, so this compares."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

from codemods.errors import TenantizeError
from codemods.git import Git
from codemods.git_attributes import Attributes, attributes_of, newlines_of
from codemods.messages import phrase


def uncommitted(root: Path, paths: Sequence[str]) -> list[str]:
    """Those of these files that are changed, staged or untracked; none where there is no git.

    Flags that hide a change from `git status` count for nothing. A file's mode is not looked at: it is kept.
    Raises TenantizeError when git does not answer, and for a file that only a program of the checkout's could compare.
    """
    by_repository: dict[str, list[str]] = {}
    for path in paths:
        by_repository.setdefault(_repository(root, path), []).append(path)
    return [
        path
        for folder, inside in by_repository.items()
        for path in _uncommitted(Git(root / folder), folder and folder + "/", inside)
    ]


def _repository(root: Path, path: str) -> str:
    """The innermost folder of the checkout around a file that is a repository of its own, "" for the checkout."""
    parts = path.split("/")
    folders = ("/".join(parts[:end]) for end in range(len(parts) - 1, 0, -1))
    return next((folder for folder in folders if os.path.lexists(root / folder / ".git")), "")


def _uncommitted(git: Git, prefix: str, paths: Sequence[str]) -> list[str]:
    """As above, in one repository; `prefix` leads from the checkout to it."""
    if not git.has_repository():
        return []
    names = [path.removeprefix(prefix) for path in paths]
    staged: dict[str, list[str]] = {}
    for about, name in _entries(git.read("ls-files", "-z", "--stage", "--", *names)):
        staged.setdefault(name, []).append(about[1])
    head = git.asked("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    kept = dict[str, str]()
    if head:
        kept = {name: about[2] for about, name in _entries(git.read("ls-tree", "-r", "-z", head, "--", *names))}
    others = git.read("ls-files", "-z", "--others", "--exclude-standard", "--", *names)
    untracked = {os.fsdecode(name) for name in others.split(b"\0")}
    as_committed = {name for name, blobs in staged.items() if blobs == [kept.get(name)]}
    dirty = {name for name in names if name in untracked or (name in staged.keys() | kept and name not in as_committed)}
    dirty |= _edited(git, {name: kept[name] for name in as_committed})
    return [prefix + name for name in names if name in dirty]


def _entries(listed: bytes) -> list[tuple[list[str], str]]:
    """Each entry of a listing: what it says of a file, and the file."""
    pairs = (entry.partition(b"\t") for entry in listed.split(b"\0") if entry)
    return [(about.decode().split(), os.fsdecode(name)) for about, _, name in pairs]


def _edited(git: Git, kept: dict[str, str]) -> set[str]:
    """Those of the files whose bytes on disk are not what git keeps under these ids."""
    edited = set()
    different: dict[str, bytes] = {}
    for name, blob in kept.items():
        file = git.folder / name
        if file.is_symlink() or not file.is_file():
            edited.add(name)
        elif not _is(blob, data := file.read_bytes()):
            different[name] = data
    if different:
        newlines = newlines_of(git)
        for name, about in attributes_of(git, list(different)).items():
            _require_known(git, name, about)
            if not _is(kept[name], about.as_kept(different[name], newlines)):
                edited.add(name)
    return edited


def _is(blob: str, data: bytes) -> bool:
    kind = "sha1" if len(blob) == 40 else "sha256"
    return hashlib.new(kind, b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest() == blob


def _require_known(git: Git, name: str, about: Attributes) -> None:
    """Raises TenantizeError for a file that passes through a program on its way into git."""
    if not about.has_filter:
        return
    if any(git.asked("config", "--get", f"filter.{about.filter}.{key}") for key in ("clean", "process")):
        raise TenantizeError(
            phrase(
                "{name} passes through git's filter {filter!r}, a program that is not run here, so that nobody "
                "can tell whether it has uncommitted changes: say --allow-dirty. Nothing was changed.",
                name=name,
                filter=about.filter,
            )
        )
