"""A checkout: which files belong to it, as bytes, and how a MaiMBot tree is recognised."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from codemods.errors import TenantizeError

# What tenantize writes into a checkout for itself: its journal and what undo needs.
STATE_FOLDER = ".tenantize"
# Folders of other people's code, even where nobody ignored them.
FOREIGN_FOLDERS = frozenset({"site-packages", "node_modules", "__pycache__", STATE_FOLDER})


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One Python file of a checkout: its path from the root with '/', its dotted module name, its bytes."""

    path: str
    module: str
    data: bytes


@dataclass(frozen=True)
class Checkout:
    """A MaiMBot checkout: its root and its Python files, in order of their paths."""

    root: Path
    files: tuple[SourceFile, ...]

    @cached_property
    def by_path(self) -> dict[str, SourceFile]:
        return {file.path: file for file in self.files}

    @cached_property
    def revision(self) -> str | None:
        """The commit that is checked out, or None where there is no git."""
        answer = _git(self.root, "rev-parse", "HEAD")
        return answer.decode().strip() if answer else None


def open_checkout(root: Path) -> Checkout:
    """Read every Python file that belongs to the checkout at `root`.

    Raises TenantizeError when there is no checkout there, or one that is no MaiMBot.
    """
    root = _usable_folder(root)
    files = []
    for path in _listed_files(root):
        if not path.endswith(".py") or not _belongs(root, path):
            continue
        try:
            data = (root / path).read_bytes()
        except OSError as error:
            raise TenantizeError(f"{path} cannot be read ({error.strerror}): check its permissions.") from error
        files.append(SourceFile(path, module_name(path), data))
    checkout = Checkout(root, tuple(sorted(files, key=lambda file: file.path)))
    _require_maimbot(checkout)
    return checkout


def module_name(path: str) -> str:
    """The dotted name that the tree imports a file by: "src/webui/__init__.py" is "src.webui"."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def uncommitted(root: Path, paths: Sequence[str]) -> list[str]:
    """Those of these files that git would call changed or untracked; none where there is no git."""
    answer = _git(root, "status", "--porcelain", "-z", "--no-renames", "--untracked-files=all", "--", *paths) or b""
    top = _git(root, "rev-parse", "--show-prefix") or b""
    prefix = os.fsdecode(top.rstrip(b"\n"))
    return [os.fsdecode(entry[3:]).removeprefix(prefix) for entry in answer.split(b"\0") if entry]


def _usable_folder(root: Path) -> Path:
    if not root.exists():
        raise TenantizeError(f"{root} does not exist: name the folder of a MaiMBot checkout.")
    if not root.is_dir():
        raise TenantizeError(f"{root} is a file: name the folder of a MaiMBot checkout.")
    if not os.access(root, os.R_OK | os.X_OK):
        raise TenantizeError(f"{root} cannot be read: check its permissions.")
    if (root / "HEAD").is_file() and (root / "objects").is_dir() and not (root / ".git").exists():
        raise TenantizeError(f"{root} is a bare git repository: clone it, or add a worktree, and name that.")
    if not any(entry.name not in (".git", STATE_FOLDER) for entry in root.iterdir()):
        raise TenantizeError(f"{root} is empty: check out a branch there first.")
    return root.resolve()


def _require_maimbot(checkout: Checkout) -> None:
    paths = checkout.by_path
    if not paths:
        raise TenantizeError(f"{checkout.root} holds no Python files: name the folder of a MaiMBot checkout.")
    has_chat_core = any(path.startswith(("src/chat/", "src/plugin_system/")) for path in paths)
    if "src/common/logger.py" not in paths or not has_chat_core:
        if any(path.startswith("src/plugins/chat/") for path in paths):
            raise TenantizeError(
                f"{checkout.root} is a MaiMBot from before src/chat and the WebUI: update it to a newer release."
            )
        raise TenantizeError(
            f"{checkout.root} is no MaiMBot checkout (it has no src/common/logger.py beside src/chat or "
            "src/plugin_system): name the folder that holds bot.py and src/."
        )


def _listed_files(root: Path) -> list[str]:
    """What git counts as the checkout's own: tracked, or untracked and not ignored. A plain folder is read the same."""
    own = ("ls-files", "-z", "--cached", "--others", "--exclude-standard")
    answer = _git(root, *own)
    if not answer:
        # No repository, or one that ignores this folder: git still judges the folder's own .gitignore files.
        with tempfile.TemporaryDirectory(prefix="tenantize-") as scratch:
            if _git(Path(scratch), "init", "--quiet", "--bare", ".") is None:
                raise TenantizeError("git cannot be run: install git and put it on the PATH.")
            answer = _git(root, f"--git-dir={scratch}", f"--work-tree={root}", *own) or b""
    return sorted({os.fsdecode(name) for name in answer.split(b"\0") if name})


def _belongs(root: Path, path: str) -> bool:
    """Whether a listed file is the checkout's: there, no link, and in no one else's folder."""
    full = root / path
    if full.is_symlink() or not full.is_file():
        return False
    folders = path.split("/")[:-1]
    if not FOREIGN_FOLDERS.isdisjoint(folders):
        return False
    return not any((root / "/".join(folders[: depth + 1]) / "pyvenv.cfg").is_file() for depth in range(len(folders)))


def _git(folder: Path, *arguments: str) -> bytes | None:
    """What git prints, or None where it fails or is missing; never asks, never writes."""
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments], capture_output=True, stdin=subprocess.DEVNULL, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout
