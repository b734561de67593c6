"""What .gitattributes and git's settings say of files: how git turns bytes on disk into those that it keeps, and back.

Programs that they name, filters, are not run: see uncommitted.py for what that means.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from codemods.changes import Change
from codemods.git import Git

_NAMES = ("text", "crlf", "eol", "working-tree-encoding", "ident", "filter")
# What git answers for an attribute that nobody has given a value.
_NOTHING = frozenset({"unspecified", "unset"})
_IDENT = re.compile(rb"\$Id:[^$\n]*\$")


@dataclass(frozen=True, slots=True)
class Newlines:
    """What git is set to do with newlines where no attribute says it."""

    autocrlf: str | None
    eol: str | None


@dataclass(frozen=True, slots=True)
class Attributes:
    """What is said of one file."""

    text: str
    crlf: str
    eol: str
    encoding: str
    ident: str
    filter: str

    @property
    def has_filter(self) -> bool:
        return self.filter not in _NOTHING

    def as_kept(self, data: bytes, newlines: Newlines) -> bytes:
        """A file's bytes as git would keep them."""
        text = self.as_utf8(data)
        if text is None:
            return data  # no text that git could have put there
        if self._has_git_newlines(newlines):
            text = text.replace(b"\r\n", b"\n")
        return _IDENT.sub(b"$Id$", text) if self.ident == "set" else text

    def as_utf8(self, data: bytes) -> bytes | None:
        """A file's bytes without an encoding of the work tree's own, None where they are not in it."""
        if self.encoding in _NOTHING:
            return data
        try:
            return data.decode(self.encoding).encode()
        except (LookupError, UnicodeError):
            return None

    def encoded(self, kept: bytes) -> bytes:
        """Bytes that git keeps in the encoding of the work tree; as they are where they are no text for it."""
        if self.encoding in _NOTHING:
            return kept
        try:
            return kept.decode().encode(self.encoding)
        except (LookupError, UnicodeError):
            return kept

    def checked_out_newlines(self, kept: bytes, newlines: Newlines) -> bytes:
        """A text with plain newlines, with those that git would give it on disk."""
        if not self._has_git_newlines(newlines) or b"\r" in kept:
            return kept
        eol = self.eol if self.eol in ("lf", "crlf") else {"true": "crlf", "input": "lf"}.get(newlines.autocrlf or "")
        is_crlf = (eol or newlines.eol) == "crlf" or (
            not eol and newlines.eol in (None, "native") and os.linesep != "\n"
        )
        return kept.replace(b"\n", b"\r\n") if is_crlf else kept

    def _has_git_newlines(self, newlines: Newlines) -> bool:
        """Whether git keeps the file with newlines of its own, whatever they are on disk."""
        if self.text != "unspecified":
            return self.text != "unset"
        if self.eol in ("lf", "crlf"):
            return True
        if self.crlf != "unspecified":
            return self.crlf != "unset"
        return newlines.autocrlf in ("true", "input")


def attributes_of(git: Git, names: Sequence[str]) -> dict[str, Attributes]:
    """What is said of each of these files, by path from the folder that git runs in."""
    if not names:
        return {}
    given = b"".join(os.fsencode(name) + b"\0" for name in names)
    answer = git.read("check-attr", "-z", "--stdin", *_NAMES, given=given).split(b"\0")
    values = [os.fsdecode(value) for value in answer[2::3]]
    count = len(_NAMES)
    return {name: Attributes(*values[number * count :][:count]) for number, name in enumerate(names)}


def newlines_of(git: Git) -> Newlines:
    """What the settings say of newlines; of a boolean, "true" or "false"."""
    autocrlf = git.asked("config", "--get", "core.autocrlf")
    is_true = autocrlf is not None and autocrlf.lower() in ("", "true", "yes", "on", "1")
    return Newlines("true" if is_true else autocrlf, git.asked("config", "--get", "core.eol"))


def checked_out(root: Path, changes: Sequence[Change]) -> tuple[Change, ...]:
    """Changes to a work tree in which new files are as git would check them out."""
    git, new = Git(root), [change.path for change in changes if change.before is None]
    if not new or not git.has_repository():
        return tuple(changes)
    attributes, newlines = attributes_of(git, new), newlines_of(git)
    return tuple(
        replace(change, after=attributes[change.path].checked_out_newlines(change.after, newlines))
        if change.before is None
        else change
        for change in changes
    )


def for_patch(root: Path, changes: Sequence[Change]) -> tuple[Change, ...]:
    """Changes as `git apply` takes them: it compares with UTF-8 where the work tree has an encoding of its own."""
    git = Git(root)
    if not changes or not git.has_repository():
        return tuple(changes)
    attributes = attributes_of(git, [change.path for change in changes])

    def kept(change: Change) -> Change:
        before, after = (
            None if data is None else attributes[change.path].as_utf8(data) for data in (change.before, change.after)
        )
        is_text = after is not None and (before is None) is (change.before is None)
        return replace(change, before=before, after=after) if is_text and after is not None else change

    return tuple(map(kept, changes))
