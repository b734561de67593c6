"""What git makes of bytes on disk: patches and commits are in what git keeps, new files in what it checks out."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli import running
from tests.cli.running import CHAT, SUPPORT, Tenantize
from tests.conftest import commit_all
from tests.test_git import git

# Its fixtures.
tenantize, prototype, tree = running.tenantize, running.prototype, running.tree


@pytest.fixture
def encoded(tree: Path) -> Path:
    """A tree with a file that is GBK on disk and UTF-8 in git."""
    (tree / ".gitattributes").write_text(f"{CHAT} text working-tree-encoding=GBK\n")
    text = "# coding: gbk\n" + (tree / CHAT).read_text(encoding="utf-8").replace("@router", "# 聊天\n@router")
    (tree / CHAT).write_bytes(text.encode("gbk"))
    commit_all(tree)
    assert "聊天" in git(tree, "show", f"HEAD:{CHAT}")
    return tree


def applied(tenantize: Tenantize, tree: Path, tmp_path: Path) -> dict[str, bytes]:
    """The files of a copy of the tree, behind apply."""
    copy = shutil.copytree(tree, tmp_path / "applied")
    assert tenantize("apply", copy).status == 0
    return files_of(copy)


def files_of(tree: Path) -> dict[str, bytes]:
    return {path.relative_to(tree).as_posix(): path.read_bytes() for path in sorted(tree.rglob("*.py"))}


def test_a_patch_of_a_file_with_an_encoding_of_the_work_trees_is_one_that_git_applies(
    tenantize: Tenantize, encoded: Path, tmp_path: Path
) -> None:
    expected = applied(tenantize, encoded, tmp_path)
    patch = tenantize("diff", encoded).raw
    assert "# 聊天".encode() in patch
    subprocess.run(["git", "-C", str(encoded), "apply"], input=patch, check=True)
    assert files_of(encoded) == expected
    assert tenantize("diff", "--check", encoded).status == 0


def test_pulls_read_and_write_what_git_keeps_of_it(tenantize: Tenantize, encoded: Path, tmp_path: Path) -> None:
    expected = applied(tenantize, encoded, tmp_path)
    answer = tenantize("pulls", encoded)
    assert answer.status == 0 and "did not parse" not in answer.err
    git(encoded, "merge", "--quiet", "tenantize/webui")
    assert files_of(encoded) == expected
    assert "@webui_tenant" in (encoded / CHAT).read_bytes().decode("gbk")
    assert "聊天" in git(encoded, "show", f"HEAD:{CHAT}")
    assert git(encoded, "status", "--porcelain") == ""


@pytest.mark.parametrize(
    ("attributes", "settings", "has_crlf"),
    [
        ("* text=auto eol=crlf\n", {}, True),
        ("*.py eol=crlf\n", {}, True),
        ("", {"core.autocrlf": "true"}, True),
        ("* text\n", {"core.eol": "crlf"}, True),
        ("* text\n", {"core.autocrlf": "true", "core.eol": "lf"}, True),
        ("* -text\n", {"core.autocrlf": "true"}, False),
        ("*.py eol=lf\n", {"core.autocrlf": "true"}, False),
        ("", {"core.autocrlf": "input", "core.eol": "crlf"}, False),
        ("", {"core.eol": "crlf"}, False),
        ("", {}, False),
    ],
)
def test_new_files_have_the_newlines_that_git_would_check_out(
    attributes: str, settings: dict[str, str], has_crlf: bool, tenantize: Tenantize, tree: Path
) -> None:
    (tree / ".gitattributes").write_text(attributes)
    commit_all(tree)
    for name, value in settings.items():
        git(tree, "config", name, value)
    assert tenantize("apply", tree).status == 0
    written = (tree / SUPPORT).read_bytes()
    assert written.count(b"\r\n") == (written.count(b"\n") if has_crlf else 0)
    git(tree, "add", SUPPORT)
    (tree / SUPPORT).unlink()
    git(tree, "checkout", "--", SUPPORT)
    assert (tree / SUPPORT).read_bytes() == written
    assert tenantize("diff", "--check", tree).status == 0
    git(tree, "rm", "--quiet", "--cached", SUPPORT)
    assert tenantize("undo", tree).status == 0
    assert not (tree / SUPPORT).exists()
