"""Support files as earlier releases wrote them, known by their digests: such a file is ours to bring up to date."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from codemods.knowledge.recipes import Support
from codemods.knowledge.schema import read_toml

_FILE = "earlier.toml"


def digest(data: bytes) -> str:
    """What a file is known by, also where git checked it out with other ends of lines."""
    from hashlib import sha256  # few trees have such a file, and OpenSSL takes memory

    return sha256(_unix(data)).hexdigest()


def is_current(support: Support, data: bytes) -> bool:
    return _unix(data) == _unix(support.source.read_bytes())


def is_earlier(support: Support, data: bytes) -> bool:
    """Whether a file is byte for byte what an earlier release brought."""
    known = _digests(support.source.parent).get(support.source.name)
    return known is not None and not is_current(support, data) and digest(data) in known


def _unix(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n")


@cache
def _digests(folder: Path) -> dict[str, tuple[str, ...]]:
    path = folder / _FILE
    return {name: tuple(found) for name, found in read_toml(path).items()} if path.is_file() else {}
