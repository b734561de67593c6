"""Small folders that are a checkout, a plugin, or neither, and what is read of them."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from codemods.errors import TenantizeError
from codemods.tree import open_checkout
from codemods.uncommitted import uncommitted

# The least that is recognised as a MaiMBot.
CORE = ("bot.py", "src/chat/__init__.py", "src/common/logger.py")
# And as a plugin.
PLUGIN = ("_manifest.json", "plugin.py")


def grow(root: Path, *paths: str, text: str = "x = 1\n") -> Path:
    """Write these files, and the folders they need."""
    for path in paths:
        full = root / path
        full.parent.mkdir(parents=True, exist_ok=True)
        full.write_bytes(text.encode())
    return root


def maimbot(root: Path, *paths: str) -> Path:
    return grow(root, *CORE, *paths)


def plugin(root: Path, *paths: str) -> Path:
    return grow(root, *PLUGIN, *paths)


def modules(root: Path) -> dict[str, str]:
    """The name that each file is known by."""
    return {file.path: file.module for file in open_checkout(root).files}


def own(root: Path) -> list[str]:
    """The files of a checkout beside the least that makes it one."""
    return [file.path for file in open_checkout(root).files if file.path not in CORE]


def refusal(root: Path) -> str:
    with pytest.raises(TenantizeError) as caught:
        open_checkout(root)
    return str(caught.value)


def dirty(root: Path, *paths: str) -> Sequence[str]:
    return sorted(uncommitted(root, paths))


def git(root: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "protocol.file.allow=always")
    subprocess.run(["git", "-C", str(root), *identity, *arguments], check=True, capture_output=True)
