"""Support files as earlier releases wrote them, known by their digests: such a file is ours to bring up to date.

Their sizes tell most others apart: OpenSSL is loaded for few trees.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from codemods.analysis.parsing import says_the_same
from codemods.knowledge.recipes import Support
from codemods.knowledge.schema import read_toml

_FILE = "earlier.toml"


def digest(data: bytes) -> str:
    """What a file is known by, also where git checked it out with other ends of lines."""
    from hashlib import sha256

    return sha256(as_on_unix(data)).hexdigest()


def is_current(support: Support, data: bytes) -> bool:
    """Whether a file says what this release brings, also where a formatter has laid it out otherwise."""
    brought = support.source.read_bytes()
    return as_on_unix(data) == as_on_unix(brought) or says_the_same(data, brought)


def is_earlier(support: Support, data: bytes) -> bool:
    """Whether a file is byte for byte what an earlier release brought."""
    known = _sizes(support.source.parent).get(support.source.name, {})
    return len(as_on_unix(data)) in known.values() and not is_current(support, data) and digest(data) in known


def as_on_unix(data: bytes) -> bytes:
    """A file with the ends of lines that it has in git."""
    return data.replace(b"\r\n", b"\n")


@cache
def _sizes(folder: Path) -> dict[str, dict[str, int]]:
    """The size of each, with "\\n" at the ends of its lines, by its name and digest."""
    path = folder / _FILE
    return read_toml(path) if path.is_file() else {}
