"""Trees that a run is written to, and what is wrong with one afterwards."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from codemods.changes import Change
from codemods.errors import TenantizeError
from codemods.journal import runs

OLD = {
    "src/crlf.py": (b"a = 1\r\nb = 2\r\n", 0o755),
    "src/gbk.py": ("# 说明\nx = 1".encode("gbk"), 0o600),
    "src/bom.py": (b"\xef\xbb\xbfx = 1\n", 0o644),
    "src/untouched.py": (b"x = 1\n", 0o644),
}
CHANGES = (
    Change("src/crlf.py", OLD["src/crlf.py"][0], b"a = 1\r\nnew\r\nb = 2\r\n", ()),
    Change("src/gbk.py", OLD["src/gbk.py"][0], "# 新说明\nx = 2".encode("gbk"), ()),
    Change("src/bom.py", OLD["src/bom.py"][0], b"\xef\xbb\xbfx = 2\n", ()),
    Change("src/new/__init__.py", None, b"", ()),
    Change("src/new/deep/x.py", None, b"x = 1", ()),
)
State = dict[str, tuple[bytes, int] | None]


def state(root: Path) -> State:
    """Every file with its bytes and mode, and every folder, but for what git and tenantize keep for themselves."""
    found: State = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if name.split("/")[0] in (".git", ".tenantize"):
            continue
        found[name] = None if path.is_dir() else (path.read_bytes(), path.stat().st_mode & 0o777)
    return found


def apply(root: Path, *changes: Change) -> None:
    runs.apply_changes(root, changes or CHANGES)


def edit(root: Path, path: str, after: bytes) -> Change:
    """A change of a file from what it is now."""
    full = root / path
    return Change(path, full.read_bytes() if full.exists() else None, after, ())


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(TenantizeError) as caught:
        act()
    return str(caught.value)


def grown(root: Path) -> Path:
    for path, (data, mode) in OLD.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
        (root / path).chmod(mode)
    return root


def expected(root: Path) -> State:
    """What a tree of OLD is once CHANGES are applied."""
    apply(root)
    return state(root)


def git_status(root: Path, *repository: str) -> str:
    command = ["git", "-C", str(root), *repository, "status", "--porcelain", "--untracked-files=all"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def prepared(tmp_path: Path, action: str) -> tuple[Path, State, State]:
    """A tree that is ready for an action, and its states before and after the changes."""
    root = grown(tmp_path / "tree")
    before = state(root)
    after = expected(shutil.copytree(root, tmp_path / "applied"))
    if action == "undo":
        apply(root)
    return root.rename(tmp_path / "prepared"), before, after


def fresh(prototype: Path) -> Path:
    """A copy of a prepared tree, in the place where that was: a run is of one checkout."""
    root = prototype.parent / "tree"
    shutil.rmtree(root, ignore_errors=True)
    return shutil.copytree(prototype, root)


def trouble_after_recovery(root: Path, before: State, after: State) -> str | None:
    """What is wrong once the next run has finished an interrupted one, and undo has taken it back."""
    try:
        runs.recover(root)
    except Exception as error:
        return f"recover fails: {error!r}"
    if runs.is_interrupted(root):
        return "still interrupted after recover"
    found = state(root)
    if found not in (before, after):
        return f"neither old nor new after recover: {sorted(found)}"
    if found == after and after != before:
        runs.undo(root)
    return None if state(root) == before else "undo does not restore it"


def each_file_is_old_or_new(root: Path, before: State, after: State) -> bool:
    """Half-way, folders may be there before their files."""
    found = {path: entry for path, entry in state(root).items() if entry is not None}
    return all(found.get(path) in (before.get(path), after.get(path)) for path in {*found, *before, *after})
