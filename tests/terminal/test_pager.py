"""Patches on a terminal: in colour, through the user's pager; and in a pipe as ever."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from codemods.terminal.pager import coloured
from tests.cli import running
from tests.cli.running import CHAT, Tenantize, command, environment
from tests.conftest import commit_all
from tests.journal.trees import state
from tests.test_changes import BODIES, change_of

pexpect = pytest.importorskip("pexpect")
if not hasattr(pexpect, "spawn"):  # as on Windows
    pytest.skip("there are no pseudo-terminals here", allow_module_level=True)

# Its fixtures.
tenantize, prototype, tree = running.tenantize, running.prototype, running.tree

CODES = re.compile(rb"\x1b\[\d*m")


@pytest.fixture
def pager(tmp_path: Path) -> Callable[[str], str]:
    """Makes a pager that keeps what it is given in a file of the name it has."""

    def make(name: str) -> str:
        program = tmp_path / f"{name} pager"
        program.write_text(f'#!/bin/sh\necho "$LESS" > "{tmp_path}/options"\nexec cat > "{tmp_path}/{name}"\n')
        program.chmod(0o755)
        return f"'{program}'"

    return make


def on_a_terminal(*arguments: object, **more: str) -> tuple[int, str]:
    """The exit status of a command on a terminal, and what it shows there."""
    program, *rest = command(*arguments)
    settings = {"TERM": "xterm-256color", "GIT_CONFIG_GLOBAL": os.devnull, **more}
    plain = {name: value for name, value in environment().items() if name not in ("PAGER", "GIT_PAGER", "LESS")}
    child = pexpect.spawn(program, rest, env={**plain, **settings}, encoding="utf-8", timeout=30)
    child.expect(pexpect.EOF)
    child.close()
    return child.exitstatus, child.before


# Colour


@pytest.mark.parametrize("case", BODIES)
def test_a_patch_without_its_colours_is_the_patch(case: str) -> None:
    patch = change_of(*BODIES[case]).diff()
    assert CODES.sub(b"", coloured(patch)) == patch


def test_every_kind_of_line_has_its_colour() -> None:
    patch = b"# tree: x\n" + change_of(b"-- a\nb = 1\n", b"++ a\nb = 1\n").diff() + change_of(None, b"new\n").diff()
    kinds = [line.split(b"m")[0] if line.startswith(b"\x1b") else b"" for line in coloured(patch).splitlines()]
    bold, red, green, cyan = b"\x1b[1", b"\x1b[31", b"\x1b[32", b"\x1b[36"
    assert kinds == [bold, bold, bold, bold, cyan, red, green, b"", bold, bold, bold, bold, cyan, green]


# The pager


def test_a_terminal_gets_the_patch_in_colour_through_the_pager(
    tenantize: Tenantize, tree: Path, pager: Callable[[str], str], tmp_path: Path
) -> None:
    patch = tenantize("diff", tree).raw
    status, shown = on_a_terminal("diff", "--check", tree, PAGER=pager("mine"))
    assert status == 1
    assert "@@" not in shown
    got = (tmp_path / "mine").read_bytes()
    assert got != patch and CODES.sub(b"", got) == patch
    assert (tmp_path / "options").read_text() == "FRX\n"


def test_no_color_is_honoured(tenantize: Tenantize, tree: Path, pager: Callable[[str], str], tmp_path: Path) -> None:
    for more in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        on_a_terminal("diff", tree, PAGER=pager("mine"), **more)
        assert (tmp_path / "mine").read_bytes() == tenantize("diff", tree).raw
    # What less is to do, the user may have said.
    on_a_terminal("diff", tree, PAGER=pager("mine"), NO_COLOR="", LESS="S")
    assert CODES.search((tmp_path / "mine").read_bytes())
    assert (tmp_path / "options").read_text() == "S\n"


def test_the_pager_of_git_comes_first_but_never_that_of_the_tree(
    tree: Path, pager: Callable[[str], str], tmp_path: Path
) -> None:
    own = tmp_path / "gitconfig"
    subprocess.run(["git", "config", "--file", own, "core.pager", pager("git")], check=True)
    subprocess.run(["git", "-C", tree, "config", "core.pager", pager("repo")], check=True)
    used = []
    for more in ({"GIT_CONFIG_GLOBAL": str(own), "GIT_PAGER": pager("env")}, {"GIT_CONFIG_GLOBAL": str(own)}, {}):
        on_a_terminal("diff", tree, PAGER=pager("mine"), **more)
        used.append([name for name in ("env", "git", "mine", "repo") if (tmp_path / name).exists()])
        for name in used[-1]:
            (tmp_path / name).unlink()
    assert used == [["env"], ["git"], ["mine"]]


@pytest.mark.parametrize("pager", ["cat", "", "no-such-pager --at-all"])
def test_without_a_pager_the_patch_is_on_the_terminal(pager: str, tenantize: Tenantize, tree: Path) -> None:
    status, shown = on_a_terminal("diff", tree, GIT_PAGER=pager)
    assert status == 0
    plain = re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", shown)
    assert tenantize("diff", tree).out in plain.replace("\r\n", "\n")
    assert "\x1b[32m+" in shown


def test_a_pager_that_is_left_early_is_no_error(tree: Path) -> None:
    (tree / CHAT).write_bytes((tree / CHAT).read_bytes() + b"x = '%s'\n" % (b"y" * 1_000_000))
    with (tree / CHAT).open("ab") as file:
        file.write(b'@router.get("/z")\nasync def z():\n    return get_current_tenant_id()\n')
    status, shown = on_a_terminal("diff", tree, PAGER="true")
    assert status == 0
    assert "rror" not in shown


def test_what_is_left_to_a_person_comes_below_the_patch(prototype: Path, tmp_path: Path) -> None:
    tree = shutil.copytree(prototype, tmp_path / "tree")
    shutil.rmtree(tree / "src/webui")
    commit_all(tree)
    _, shown = on_a_terminal("diff", tree, GIT_PAGER="cat")
    assert 0 < shown.index("+++ b/") < shown.index("Passed over: ")


def test_several_trees_share_one_pager(
    tenantize: Tenantize, tree: Path, pager: Callable[[str], str], tmp_path: Path
) -> None:
    shutil.copytree(tree, tmp_path / "other")
    trees = (tree, tmp_path / "other")
    on_a_terminal("diff", *trees, PAGER=pager("mine"), NO_COLOR="1")
    assert (tmp_path / "mine").read_bytes() == tenantize("diff", *trees).raw


def test_nothing_to_show_needs_no_pager(tenantize: Tenantize, tree: Path, pager: Callable[[str], str]) -> None:
    tenantize("apply", tree)
    status, shown = on_a_terminal("diff", tree, PAGER=pager("mine"))
    assert (status, shown.splitlines()[-1]) == (0, "Nothing to change.")
    assert not (tree.parent / "mine").exists()


# Ctrl-C


def test_ctrl_c_while_the_pager_shows_is_the_pagers(tree: Path, tmp_path: Path) -> None:
    before = state(tree)
    for ending, status in (("trap 'exit 0' INT", 0), ("trap - INT", 130)):
        program = tmp_path / "pager"
        program.write_text(f"#!/bin/sh\n{ending}\necho shown\nwhile :; do sleep 0.1; done\n")
        program.chmod(0o755)
        name, *rest = command("diff", tree)
        child = pexpect.spawn(name, rest, env=environment(GIT_PAGER=str(program)), encoding="utf-8", timeout=30)
        child.expect("shown")
        child.sendintr()
        child.expect(pexpect.EOF)
        child.close()
        assert child.exitstatus == status
        assert "Traceback" not in child.before
        assert ("Interrupted; the tree is whole." in child.before) == (status == 130)
    assert state(tree) == before
