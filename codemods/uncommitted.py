"""Which files hold what no commit has. `git status` would run the checkout's own filters to tell, so this compares."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from codemods.errors import TenantizeError
from codemods.git import Git

_ATTRIBUTES = ("text", "crlf", "eol", "working-tree-encoding", "ident", "filter")
# What git answers for an attribute that nobody has given a value.
_NOTHING = frozenset({"unspecified", "unset"})
_IDENT = re.compile(rb"\$Id:[^$\n]*\$")


@dataclass(frozen=True, slots=True)
class _Attributes:
    """What .gitattributes and the like say of one file: how git turns its bytes into those that it keeps."""

    text: str
    crlf: str
    eol: str
    encoding: str
    ident: str
    filter: str

    def has_git_newlines(self, autocrlf: str | None) -> bool:
        """Whether git keeps the file with newlines of its own, whatever they are on disk."""
        if self.text != "unspecified":
            return self.text != "unset"
        if self.eol in ("lf", "crlf"):
            return True
        if self.crlf != "unspecified":
            return self.crlf != "unset"
        return autocrlf in ("true", "input")


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
        autocrlf = git.asked("config", "--get", "core.autocrlf")
        for name, about in _attributes(git, list(different)).items():
            _require_known(git, name, about)
            if not _is(kept[name], _as_kept(different[name], about, autocrlf)):
                edited.add(name)
    return edited


def _is(blob: str, data: bytes) -> bool:
    kind = "sha1" if len(blob) == 40 else "sha256"
    return hashlib.new(kind, b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest() == blob


def _attributes(git: Git, names: Sequence[str]) -> dict[str, _Attributes]:
    given = b"".join(os.fsencode(name) + b"\0" for name in names)
    answer = git.read("check-attr", "-z", "--stdin", *_ATTRIBUTES, given=given).split(b"\0")
    values = [os.fsdecode(value) for value in answer[2::3]]
    count = len(_ATTRIBUTES)
    return {name: _Attributes(*values[number * count :][:count]) for number, name in enumerate(names)}


def _require_known(git: Git, name: str, about: _Attributes) -> None:
    """Raises TenantizeError for a file that passes through a program on its way into git."""
    if about.filter in _NOTHING:
        return
    if any(git.asked("config", "--get", f"filter.{about.filter}.{key}") for key in ("clean", "process")):
        raise TenantizeError(
            f"{name} passes through git's filter {about.filter!r}, a program that is not run here, so that nobody can "
            "tell whether it has uncommitted changes: say --allow-dirty. Nothing was changed."
        )


def _as_kept(data: bytes, about: _Attributes, autocrlf: str | None) -> bytes:
    """A file's bytes as git would keep them."""
    if about.encoding not in _NOTHING:
        try:
            data = data.decode(about.encoding).encode()
        except (LookupError, UnicodeError):
            return data  # no text that git could have put there
    if about.has_git_newlines(autocrlf):
        data = data.replace(b"\r\n", b"\n")
    return _IDENT.sub(b"$Id$", data) if about.ident == "set" else data
