"""Where output goes: colours on terminals only, readers that have seen enough, full disks, odd names."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.running import (
    CHAT,
    Tenantize,
    command,
    environment,
    on_a_terminal,
)
from tests.conftest import commit_all
from tests.journal.trees import state


def test_colour_is_for_terminals_and_no_color_is_honoured(tree: Path) -> None:
    # 30 to 37, 90 to 97, and 38 with more: what sets a colour, unlike bold or dim.
    colour = re.compile(r"\x1b\[(?:\d+;)*(?:3[0-8]|9[0-7])[;m]")
    assert colour.search(on_a_terminal("audit", tree))
    assert not colour.search(on_a_terminal("audit", tree, NO_COLOR="1"))
    assert "\x1b" not in on_a_terminal("audit", tree, TERM="dumb")
    assert "\x1b" not in on_a_terminal("recipes", NO_COLOR="1")


@pytest.mark.parametrize(
    "arguments", [["recipes"], ["diff", "."], ["audit", "."], ["--help"]], ids=lambda value: value[0]
)
def test_a_reader_that_has_seen_enough_is_no_error(arguments: list[str], tree: Path) -> None:
    # As with `| head`, only surer: nobody reads at all.
    ours, theirs = os.pipe()
    os.close(ours)
    done = subprocess.run(
        command(*arguments), stdout=theirs, stderr=subprocess.PIPE, text=True, env=environment(), cwd=tree, check=False
    )
    os.close(theirs)
    assert "Traceback" not in done.stderr and "Exception" not in done.stderr
    assert done.returncode == 0


@pytest.mark.parametrize("closed", [">&-", "<&-", "2>&-"])
def test_a_stream_that_is_closed_from_the_start_is_no_error(closed: str, tree: Path) -> None:
    # "$0" is the command, "$@" what it is given.
    call = ["sh", "-c", f'exec "$0" "$@" {closed}', *command("audit", ".")]
    done = subprocess.run(call, capture_output=True, text=True, env=environment(), cwd=tree, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert ("src/webui" in done.stdout) is (closed != ">&-")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_an_apply_whose_output_cannot_be_written_says_that_the_tree_was(tree: Path) -> None:
    before = state(tree)
    for name, outcome in (("apply", "Wrote 4 files"), ("undo", "Taken back")):
        with Path("/dev/full").open("wb") as full:
            done = subprocess.run(
                command(name, tree), stdout=full, stderr=subprocess.PIPE, text=True, env=environment(), check=False
            )
        assert done.returncode == 0
        assert "The output cannot be written (No space left on device)" in done.stderr
        assert outcome in done.stderr and "Traceback" not in done.stderr
        assert (state(tree) == before) is (name == "undo")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("arguments", [["recipes"], ["diff", "."]], ids=lambda value: value[0])
def test_output_that_cannot_be_written_is_exit_2_and_one_line(arguments: list[str], tree: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            command(*arguments),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(),
            cwd=tree,
            check=False,
        )
    assert "Traceback" not in done.stderr and "Exception ignored" not in done.stderr
    assert done.returncode == 2
    assert "No space left on device" in done.stderr


def test_a_file_name_that_is_no_utf8_can_be_printed(tenantize: Tenantize, tree: Path) -> None:
    name = os.fsdecode(b"src/webui/\xff_routes.py")
    try:
        shutil.copyfile(tree / CHAT, tree / name)
    except OSError:
        pytest.skip("this file system has no such names")
    commit_all(tree)
    for arguments in (["audit"], ["audit", "--format", "json"], ["diff"], ["diff", "--stat"], ["apply"], ["undo"]):
        answer = tenantize(*arguments, tree)
        assert answer.status == 0
        assert "_routes.py" in answer.out
