"""Text on its way to the user: a tree's own controls never reach a terminal, and no encoding ends a run."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import codemods
from codemods.terminal.text import printable, say
from tests.cli import running
from tests.cli.running import CHAT, HANDLERS, command, environment
from tests.conftest import commit_all
from tests.terminal.test_pager import on_a_terminal

# Its fixtures.
tenantize, prototype, tree = running.tenantize, running.prototype, running.tree

# A title for the window, a colour, and what an eight-bit terminal reads as the start of a sequence.
OBEYED = "\x1b]0;owned\x07"
NAMES = [f"src/webui/{OBEYED}_routes.py", "src/webui/\x9b31m_routes.py", "src/webui/a\nb_routes.py"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("get_chat → 聊天\t😀 é", "get_chat → 聊天\t😀 é"),
        ("👩\u200d💻", "👩\u200d💻"),  # two characters that make one
        (OBEYED, "\\x1b]0;owned\\x07"),
        ("a\rb\nc\x7f", "a\\x0db\\x0ac\\x7f"),
        ("\x85\x9b", "\\x85\\x9b"),
        ("\u202eyp.evil\u2066", "\\u202eyp.evil\\u2066"),
        ("a\u2028b", "a\\u2028b"),
        ("\u200e1\u200f2\u061c", "\\u200e1\\u200f2\\u061c"),
        (os.fsdecode(b"\xff\x9b.py"), "\\xff\\x9b.py"),
        ("\ud800", "\\ud800"),
    ],
)
def test_what_a_terminal_would_obey_is_spelled_out_and_nothing_else(text: str, shown: str) -> None:
    assert printable(text) == shown
    assert printable(shown) == shown


@pytest.fixture
def hostile(tree: Path) -> Path:
    """A tree whose names and lines would drive a terminal."""
    try:
        for name in NAMES:
            (tree / name).write_text(HANDLERS.replace("{name}", "odd"))
    except OSError:
        pytest.skip("this file system has no such names")
    path = tree / CHAT
    path.write_text(path.read_text().replace('return "ok"', f'return "{OBEYED}\x9b"  # \r{OBEYED}'))
    (tree / f"src/broken{OBEYED}.py").write_text("def (:\n")
    commit_all(tree)
    return tree


@pytest.mark.parametrize(
    "arguments",
    [["audit"], ["audit", "--format", "json"], ["diff"], ["diff", "--stat"], ["diff", "--recipe", OBEYED], ["apply"]],
    ids=" ".join,
)
@pytest.mark.parametrize("pager", ["cat", "cat -u"], ids=["no pager", "pager"])
def test_no_command_sends_a_trees_controls_to_a_terminal(arguments: list[str], pager: str, hostile: Path) -> None:
    _, shown = on_a_terminal(*arguments, hostile, GIT_PAGER=pager, TERM="xterm-256color")
    assert "\x1b]" not in shown and "\x07" not in shown and "\x9b" not in shown
    assert "owned" in shown


def test_a_name_does_not_begin_a_line_of_its_own(hostile: Path) -> None:
    done = subprocess.run(command("audit", hostile), capture_output=True, text=True, env=environment(), check=False)
    assert not [line for line in done.stdout.splitlines() if line.startswith("b_routes.py")]
    assert "src/webui/a\\x0ab_routes.py" in done.stdout


def test_nor_does_one_in_an_error(tree: Path) -> None:
    asked = command("audit", f"{tree}\ntenantize: all is well")
    done = subprocess.run(asked, capture_output=True, text=True, env=environment(), check=False)
    assert done.returncode == 2 and done.stderr.count("\n") == 1
    assert "\\x0atenantize: all is well does not exist" in done.stderr


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "gbk", "big5", "utf-16"])
@pytest.mark.parametrize("arguments", [["audit"], ["audit", "--format", "json"], ["diff"], ["diff", "--stat"]])
def test_no_encoding_of_the_output_ends_a_run(arguments: list[str], encoding: str, hostile: Path) -> None:
    (hostile / "src/webui/聊天_routes.py").write_text(HANDLERS.replace("{name}", "聊天😀"[:2]), encoding="utf-8")
    done = subprocess.run(
        command(*arguments, hostile), capture_output=True, env=environment(PYTHONIOENCODING=encoding), check=False
    )
    assert b"Traceback" not in done.stderr
    assert done.returncode == 0  # the file that does not parse is left alone, and the others are done
    if "json" in arguments:
        ids = [entry["id"] for entry in json.loads(done.stdout.decode(encoding))["entry_points"]]
        assert f"{NAMES[0]}:get_odd" in ids and "src/webui/聊天_routes.py:get_聊天" in ids


@pytest.mark.parametrize("name", ["聊天\n", os.fsdecode(b"\xff")], ids=["ends in a line break", "no text"])
def test_a_system_without_chinese_letters_keeps_descriptions_and_reports(name: str, tree: Path) -> None:
    place = tree.rename(tree.with_name(name))
    for key in ("user.name", "user.email"):
        subprocess.run(["git", "-C", str(place), "config", key, "M"], check=True)
    narrow = environment(LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    for arguments in (["pulls", "--lang", "zh"], ["report", "-o", place.parent / "report.html"]):
        done = subprocess.run(command(*arguments, place), capture_output=True, env=narrow, check=False)
        assert (done.returncode, b"Traceback" in done.stderr) == (0, False), done.stderr
    asked = ["git", "-C", str(place), "config", "branch.tenantize/webui.description"]
    assert "等待" in subprocess.run(asked, capture_output=True, check=True).stdout.decode()


def test_json_is_utf8_whatever_a_file_is_called(tree: Path) -> None:
    name = os.fsdecode(b"src/webui/\xff_routes.py")
    try:
        (tree / name).write_text(HANDLERS.replace("{name}", "odd"))
    except OSError:
        pytest.skip("this file system has no such names")
    done = subprocess.run(
        command("audit", "--format", "json", tree), capture_output=True, env=environment(), check=True
    )
    ids = [entry["id"] for entry in json.loads(done.stdout.decode("utf-8"))["entry_points"]]
    assert f"{name}:get_odd" in ids
    (tree.parent / "baseline.json").write_bytes(done.stdout)
    again = command("audit", "--strict", "--baseline", tree.parent / "baseline.json", tree)
    assert subprocess.run(again, capture_output=True, env=environment(), check=False).returncode == 0


def test_text_is_written_in_one_room_only() -> None:
    """Else a control would find its way around it. Bowler's screen writes for itself, what it is given is printable."""
    package = Path(codemods.__file__).parent
    writing = []
    for file in sorted(package.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_bytes())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in (
                "print",
                "click.echo",
                "click.secho",
                "sys.stdout.write",
                "sys.stderr.write",
            ):
                writing.append(file.relative_to(package).parts[0])
    assert set(writing) == {"terminal"}


def test_a_message_is_as_wide_as_the_terminal_and_whole_in_a_pipe(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sentence = "src/webui/chat_routes.py:144 was left out: it needs what was not taken, and so does the rest of it."
    monkeypatch.setenv("COLUMNS", "40")
    say(sentence)
    assert capsys.readouterr().err == f"{sentence}\n"
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    say(f"  {sentence}")
    lines = capsys.readouterr().err.splitlines()
    assert max(map(len, lines)) <= 40 < len(sentence)
    assert [line[: len(line) - len(line.lstrip())] for line in lines] == ["  ", *["    "] * (len(lines) - 1)]
    assert " ".join(line.strip() for line in lines) == sentence
