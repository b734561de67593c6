"""What code of a tree cannot do while it is proven."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

REPOSITORY = Path(__file__).parents[2]
HEAD = """
import sys
from codemods.prove.guest.limits import shut_in
shut_in(sys.argv[1], 20, 2 << 30)
"""


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """A folder to be shut in; beside it is one with a file of somebody else's."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "file").write_text("x")
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


def outcome(folder: Path, code: str) -> str:
    """The last line that code says, shut in a folder."""
    done = subprocess.run(
        [sys.executable, "-c", HEAD + dedent(code), str(folder)],
        capture_output=True,
        text=True,
        cwd=folder,
        env={"PYTHONPATH": str(REPOSITORY)},
    )
    return (done.stdout + done.stderr).strip().rpartition("\n")[2]


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("import socket; socket.create_connection(('192.0.2.1', 80), 1)", "reaches this machine only"),
        ("import socket; socket.getaddrinfo('example.org', 80)", "reaches this machine only"),
        ("import socket; socket.socket(socket.AF_UNIX).connect('/run/docker.sock')", "reaches this machine only"),
        ("import subprocess; subprocess.run(['true'])", "starts no programs"),
        ("import os; os.system('true')", "starts no programs"),
        ("import os; os.execv('/bin/true', ['true'])", "starts no programs"),
        ("open('../out/new', 'w')", "writes nothing outside"),
        ("open('../out/file', 'r+')", "writes nothing outside"),
        ("import os; os.open('../out/new', os.O_CREAT | os.O_WRONLY)", "writes nothing outside"),
        ("import os; os.remove('../out/file')", "writes nothing outside"),
        ("import os; os.rename('../out/file', 'file')", "writes nothing outside"),
        ("import shutil; shutil.rmtree('../out')", "writes nothing outside"),
        ("import sqlite3; sqlite3.connect('../out/new.db')", "writes nothing outside"),
        ("import sqlite3; sqlite3.connect('file:../out/new.db?mode=rwc', uri=True)", "writes nothing outside"),
        ("x = bytearray(3 << 30)", "MemoryError"),
    ],
)
def test_what_is_refused(room: Path, code: str, says: str) -> None:
    assert says in outcome(room, code)
    assert [path.name for path in (room.parent / "out").iterdir()] == ["file"]
    assert (room.parent / "out" / "file").read_text() == "x"


def test_a_link_that_leads_out_is_not_followed(room: Path) -> None:
    (room / "link").symlink_to(room.parent / "out")
    assert "writes nothing outside" in outcome(room, "open('link/new', 'w')")


def test_its_own_folder_and_this_machine_are_allowed(room: Path) -> None:
    code = """
    import os, socket, sqlite3
    with open(sys.argv[1] + "/file", "w") as file:
        file.write("x")
    os.remove(sys.argv[1] + "/file")
    sqlite3.connect("own.db"), sqlite3.connect(":memory:")
    server = socket.create_server(("127.0.0.1", 0))
    socket.create_connection(server.getsockname(), 1)
    socket.getaddrinfo("localhost", 80)
    print("done")
    """
    assert outcome(room, code) == "done"
