"""A change to one file, and a set of them: what a plan gives and the delivery side takes."""

from __future__ import annotations

import difflib
import warnings
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edit:
    """Why a file changes, for one recipe: the function or class that is edited, or the names that it gets."""

    recipe: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """A file as one recipe leaves it, behind those that run before; whether edits of other files stand on that."""

    recipe: str
    after: bytes
    is_prerequisite: bool


@dataclass(frozen=True, slots=True)
class Change:
    """One file: its path from the root, its bytes before (None for a new file) and after.

    `stages`: what it is after each recipe that changes it, in order, where that was asked for; the last is `after`.
    `atomic_groups`: of all files that share one of these names, all are changed or none.
    """

    path: str
    before: bytes | None
    after: bytes
    edits: tuple[Edit, ...]
    stages: tuple[Stage, ...] = ()
    atomic_groups: frozenset[str] = frozenset()

    @property
    def names(self) -> tuple[str, ...]:
        """The functions and classes that are edited, and the names that it brings, as people read them."""
        return tuple(dict.fromkeys(name.replace(".<locals>", "") for edit in self.edits for name in edit.names))

    @property
    def counts(self) -> tuple[int, int]:
        """Lines added, lines removed."""
        added = removed = 0
        for line in hunk_lines(self.before or b"", self.after):
            added += line.startswith(b"+")
            removed += line.startswith(b"-")
        return added, removed

    def diff(self) -> bytes:
        """The change as a part of a patch that `git apply` takes."""
        old, new = _quoted("a/" + self.path), _quoted("b/" + self.path)
        lines = [b"diff --git %s %s\n" % (old, new)]
        if self.before is None:
            lines.append(b"new file mode 100644\n")
            if not self.after:
                lines.append(b"index 0000000..e69de29\n")
        hunks = list(hunk_lines(self.before or b"", self.after))
        if hunks:
            lines += [b"--- %s\n" % (b"/dev/null" if self.before is None else old), b"+++ %s\n" % new]
        return b"".join(lines + hunks)


def hunk_lines(before: bytes, after: bytes) -> Iterator[bytes]:
    """What changes between two states of a file, as the hunks of a patch, without the file's names."""
    diff = difflib.diff_bytes(difflib.unified_diff, lines_of(before), lines_of(after), lineterm=b"\n")
    for number, line in enumerate(diff):
        if number < 2:
            continue  # the names, which Change.diff() writes as git does
        yield line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n"


def require_valid(path: str, data: bytes) -> None:
    """Raises SyntaxError when Python would not compile a file."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tree's own escapes are not this tool's to report
        compile(data, path, "exec", dont_inherit=True)


def lines_of(data: bytes) -> list[bytes]:
    """Lines as git sees them: a carriage return is part of its line."""
    parts = data.split(b"\n")
    return [part + b"\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def _quoted(path: str) -> bytes:
    """A path as git writes it in a patch: quoted where a byte would be misread."""
    raw = path.encode("utf-8", "surrogateescape")
    if not any(byte < 0x20 or byte in b'"\\\x7f' for byte in raw):
        return raw
    plain = {0x22: b'\\"', 0x5C: b"\\\\", 0x09: b"\\t", 0x0A: b"\\n", 0x0D: b"\\r"}
    escaped = (plain.get(byte) or (b"\\%03o" % byte if byte < 0x20 or byte == 0x7F else bytes([byte])) for byte in raw)
    return b'"' + b"".join(escaped) + b'"'
