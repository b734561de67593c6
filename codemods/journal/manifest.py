"""What a run does, as its manifest keeps it: for each file the digests of its bytes before and after."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Sequence
from typing import Annotated, Literal

import msgspec

from codemods.errors import TenantizeError
from codemods.journal.folders import Folder
from codemods.messages import phrase
from codemods.tree import STATE_FOLDER

Digest = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
# What HFS+ does not see in a name.
_UNSEEN = re.compile("[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]")
# A folder by its short name, as old Windows programs see it.
_SHORT = re.compile(r"(git|tenant)~\d+")


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file of a run: digests of its bytes before and after, None where there was no file; the folders it brings."""

    path: str
    old: Digest | None
    new: Digest | None
    folders: Sequence[str]


class Home(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which checkout a run is of.

    One that was moved is still the same folder; one on a disk that was mounted anew, or restored, has the same path.
    """

    path: str
    device: int
    inode: int

    def is_at(self, tree: Folder) -> bool:
        there = home_of(tree)
        return self.path == there.path or (self.device, self.inode) == (there.device, there.inode)


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: Literal[1]
    home: Home
    entries: Sequence[Entry]


def home_of(tree: Folder) -> Home:
    status = tree.status(".")
    assert status is not None
    return Home(os.path.realpath(tree.path), status.st_dev, status.st_ino)


def encode(manifest: Manifest) -> bytes:
    # Names of files need not be UTF-8, which only json can say.
    return json.dumps(msgspec.to_builtins(manifest)).encode()


def decode(data: bytes) -> Manifest:
    """Raises ValueError for anything but a manifest whose paths lie in the checkout."""
    try:
        manifest = msgspec.convert(json.loads(data.decode()), Manifest)
    except RecursionError as error:
        raise ValueError(phrase("nested too deeply")) from error
    paths = [entry.path for entry in manifest.entries]
    if len(set(paths)) < len(paths):
        raise ValueError(phrase("a file is there twice"))
    outside = first_outside([*paths, *(name for entry in manifest.entries for name in entry.folders)])
    if outside is not None:
        raise ValueError(phrase("{outside} is no file of the checkout", outside=outside))
    return manifest


def first_outside(paths: Iterable[str]) -> str | None:
    """The first of these paths that leads out of the checkout, or to what git or tenantize keeps in it."""
    return next((path for path in paths if not all(map(_is_own, path.split("/")))), None)


def require_inside(paths: Iterable[str]) -> None:
    """Raises TenantizeError when a file is none that a run may write."""
    outside = first_outside(paths)
    if outside is not None:
        raise TenantizeError(
            phrase(
                "{outside} is no file of the checkout's own that a run may write: nothing was changed.", outside=outside
            )
        )


def _is_own(name: str) -> bool:
    """Whether a step of a path stays in the checkout and out of `.git`, by any name that a file system has for it."""
    if name in ("", ".", "..") or "\0" in name or (os.name == "nt" and set("\\:") & set(name)):
        return False
    seen = _UNSEEN.sub("", name).split(":")[0].rstrip(". ").casefold()
    return seen not in (".git", STATE_FOLDER) and not _SHORT.fullmatch(seen)


def digest_of(data: bytes | None) -> str | None:
    from hashlib import sha256  # and OpenSSL with it, which takes 4 MiB

    return None if data is None else sha256(data).hexdigest()
