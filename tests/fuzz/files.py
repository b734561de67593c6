"""Mutants of whole files: gone, emptied, moved, there twice, another's, or partly what a migration makes of it."""

from __future__ import annotations

import difflib
import random
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from codemods.tree import SourceFile

# Files by path; None for one that is gone.
Mutants = dict[str, bytes | None]


def changed_files(file: SourceFile, other: SourceFile, migrated: Mapping[str, bytes], dice: random.Random) -> Mutants:
    """What becomes of one file of a tree, of which `other` is one too; `migrated`: what a migration makes of them."""
    if file.path in migrated and dice.random() < 0.6:
        return {file.path: half_merged(file.data, migrated[file.path], dice)}
    new = _elsewhere(PurePosixPath(file.path), PurePosixPath(other.path), dice)
    choices: Sequence[Mutants] = (
        {file.path: None},
        {file.path: b""},
        {file.path: '"""以后再写"""\n# later\n'.encode()},
        {file.path: other.data},
        {new: file.data},
        {new: file.data},
        {new: file.data, file.path: None},
        {new: file.data, file.path: f"from {new[:-3].replace('/', '.')} import *\n".encode()},
        {file.path: other.data, other.path: file.data},
    )
    return dice.choice(choices)


def _elsewhere(path: PurePosixPath, other: PurePosixPath, dice: random.Random) -> str:
    names = (f"{path.stem}_old.py", f"{path.stem}2.py", f"{path.stem}/__init__.py", f"_{path.name}")
    return str(
        dice.choice(
            (path.parent / dice.choice(names), other.parent / path.name, other.parent / path.parent.name / path.name)
        )
    )


def half_merged(before: bytes, after: bytes, dice: random.Random) -> bytes:
    """A file with some of what was changed in it: each place by itself, or up to one of them."""
    old, new = (data.splitlines(keepends=True) for data in (before, after))
    codes = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    share = dice.choice((0.1, 0.5, 0.9))
    until = dice.randint(0, len(codes)) if dice.random() < 0.3 else None
    parts: list[bytes] = []
    for number, (_kind, start, end, first, last) in enumerate(codes):
        is_taken = dice.random() < share if until is None else number <= until
        parts += new[first:last] if is_taken else old[start:end]
    return b"".join(parts)
