"""Support files as earlier releases wrote them, known by their digests: such a file is ours to bring up to date."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from codemods.knowledge.recipes import Support
from codemods.knowledge.schema import read_toml

_FILE = "earlier.toml"


def digest(data: bytes) -> str:
    """What a file is known by, also where git checked it out with other ends of lines."""
    return hashlib.sha256(data.replace(b"\r\n", b"\n")).hexdigest()


def is_current(support: Support, data: bytes) -> bool:
    return digest(data) == digest(support.source.read_bytes())


def is_earlier(support: Support, data: bytes) -> bool:
    """Whether a file is byte for byte what an earlier release brought."""
    return not is_current(support, data) and digest(data) in _digests(support.source.parent).get(
        support.source.name, ()
    )


@cache
def _digests(folder: Path) -> dict[str, tuple[str, ...]]:
    path = folder / _FILE
    return {name: tuple(found) for name, found in read_toml(path).items()} if path.is_file() else {}
