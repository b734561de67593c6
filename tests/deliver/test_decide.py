"""Decisions on a real terminal, and in a pipe: what is asked, what is written, and what the audit says then."""

from __future__ import annotations

import os
import shutil
import tomllib
from pathlib import Path

import pytest

from tests.cli import running
from tests.cli.running import CHAT, PERSON, Tenantize, command, environment, process
from tests.conftest import commit_all

pexpect = pytest.importorskip("pexpect")
if not hasattr(pexpect, "spawn"):  # as on Windows
    pytest.skip("there are no pseudo-terminals here", allow_module_level=True)

# Its fixtures.
tenantize, prototype = running.tenantize, running.prototype

HANDLERS = [f"{CHAT}:get_chat#webui-handler", f"{PERSON}:get_person#webui-handler"]
KEYS, WHY = r"Decide \[p,s,t,a,k to skip,q to end\]\? ", r"Why\? "


@pytest.fixture
def tree(prototype: Path, tmp_path: Path) -> Path:
    tree = shutil.copytree(prototype, tmp_path / "tree")
    commit_all(tree)
    return tree


class Terminal:
    """`tenantize decide` on a terminal of its own, and somebody who types there."""

    def __init__(self, tree: Path) -> None:
        program, *rest = command("decide", tree)
        self.child = pexpect.spawn(
            program, rest, env=environment(TERM="xterm-256color"), encoding="utf-8", timeout=60, dimensions=(24, 200)
        )
        self.seen = ""

    def wait(self, prompt: str) -> str:
        self.child.expect(prompt)
        self.seen += self.child.before + self.child.after
        return str(self.child.before)

    def decide(self, key: str, why: str = "") -> str:
        shown = self.wait(KEYS)
        self.child.sendline(key)
        if why:
            self.wait(WHY)
            self.child.sendline(why)
        return shown

    def end(self) -> int:
        self.child.expect(pexpect.EOF)
        self.seen += self.child.before
        self.child.close()
        assert "Traceback" not in self.seen
        assert self.child.exitstatus is not None, self.child.signalstatus
        return int(self.child.exitstatus)


def kept(tree: Path) -> list[dict[str, object]]:
    decisions = tomllib.loads((tree / "tenantize.toml").read_text(encoding="utf-8"))["decision"]
    assert isinstance(decisions, list)
    return decisions


def test_what_is_decided_is_written_and_what_is_skipped_is_left_open(tenantize: Tenantize, tree: Path) -> None:
    terminal = Terminal(tree)
    shown = terminal.decide("a", "只有管理员使用")
    assert f"{CHAT}:10 (1 of 2)" in shown and "get_chat is insecure (webui-handler)" in shown
    assert "a - accepted: it stays as it is, listed with your reason and counted apart\r\n" in shown
    assert "p - process: it is the whole process's, on purpose; it stays open until" in shown
    terminal.decide("k")
    assert terminal.end() == 0
    assert "Wrote 1 decision in tenantize.toml; 1 left open." in terminal.seen
    assert kept(tree) == [{"at": HANDLERS[0], "is": "accepted", "why": "只有管理员使用"}]
    audit = tenantize("audit", tree).out
    assert f"{CHAT}:10: accepted get_chat: 只有管理员使用" in audit and "1 accepted" in audit


def test_with_everything_accepted_strict_is_0_and_nothing_of_it_is_edited(tenantize: Tenantize, tree: Path) -> None:
    assert tenantize("audit", "--strict", tree).status == 1
    terminal = Terminal(tree)
    terminal.decide("a", "one")
    terminal.decide("a", "two")
    assert terminal.end() == 0
    assert tenantize("audit", "--strict", tree).status == 0
    assert CHAT not in tenantize("diff", tree).out
    again = Terminal(tree)
    assert again.end() == 0 and "Wrote no decision; 0 left open." in again.seen


def test_what_is_there_is_kept_with_its_comments_and_an_expired_one_is_decided_anew(
    tenantize: Tenantize, tree: Path
) -> None:
    old = f'# Ours.\n[[decision]]\nat = "{HANDLERS[0]}"  # the old one\nis = "tenant"\nwhy = "x"\nuntil = 2020-01-01\n'
    (tree / "tenantize.toml").write_text(old, encoding="utf-8")
    answer = tenantize("audit", "--strict", tree)
    assert answer.status == 1
    assert "tenantize.toml:3: to decide: held until 2020-01-01: decide again, or take it out" in answer.out
    terminal = Terminal(tree)
    terminal.decide("a", "again")
    terminal.decide("q")
    assert terminal.end() == 0
    text = (tree / "tenantize.toml").read_text(encoding="utf-8")
    assert text.startswith("# Ours.\n") and "# the old one" in text
    assert kept(tree) == [{"at": HANDLERS[0], "is": "accepted", "why": "again"}]


def test_other_keys_and_empty_reasons_are_asked_again(tree: Path) -> None:
    terminal = Terminal(tree)
    terminal.decide("yes")
    assert '"yes" is none of these keys.' in terminal.decide("a", " ")
    assert "A decision needs its reason" in terminal.wait(WHY)
    terminal.child.sendline("now there is one")
    terminal.decide("q")
    assert terminal.end() == 0
    assert [each["why"] for each in kept(tree)] == ["now there is one"]


def test_ctrl_c_writes_nothing(tree: Path) -> None:
    terminal = Terminal(tree)
    terminal.decide("a", "one")
    terminal.wait(KEYS)
    terminal.child.sendintr()
    assert terminal.end() == 130
    assert not (tree / "tenantize.toml").exists()


def test_a_link_is_not_written_through(tree: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.toml").write_text("", encoding="utf-8")
    (tree / "tenantize.toml").symlink_to(tmp_path / "elsewhere.toml")
    terminal = Terminal(tree)
    terminal.decide("a", "one")
    terminal.decide("q")
    assert terminal.end() == 2
    assert "is a link or no plain file" in " ".join(terminal.seen.split())
    assert (tmp_path / "elsewhere.toml").read_text(encoding="utf-8") == ""


@pytest.mark.parametrize("arguments", [("decide",), ("audit", "--decisions")])
def test_in_a_pipe_it_prints_blocks_that_only_lack_answer_and_reason(arguments: tuple[str, ...], tree: Path) -> None:
    done = process(*arguments, tree)
    assert done.returncode == 0, done.stderr
    assert [each["at"] for each in tomllib.loads(done.stdout)["decision"]] == HANDLERS
    (tree / "tenantize.toml").write_text(done.stdout, encoding="utf-8")
    said = process("audit", tree)
    assert said.returncode == 2 and 'choose from "accepted", "process", "shared", "tenant"' in said.stderr
    filled = done.stdout.replace('is = ""', 'is = "accepted"').replace('why = ""', 'why = "because"')
    (tree / "tenantize.toml").write_text(filled, encoding="utf-8")
    assert process("audit", "--strict", tree).returncode == 0


def test_blocks_are_toml_whatever_a_file_is_called(tree: Path) -> None:
    names = [f"src/webui/{name}.py" for name in ("a\x1b[31m", "b\x9b\x7f", "c\u202e", 'd"\\', os.fsdecode(b"e\xff"))]
    for name in names:
        (tree / name).write_bytes((tree / CHAT).read_bytes())
    blocks = process("audit", "--decisions", tree).stdout
    expected = {*HANDLERS, *(f"{name}:get_chat#webui-handler" for name in names[:-1])}
    assert {decision["at"] for decision in tomllib.loads(blocks)["decision"]} == expected
    assert "# src/webui/e\\xff.py:10: " in blocks and "rename the file" in blocks


def test_a_file_whose_name_is_no_text_is_not_asked_about(tree: Path) -> None:
    (tree / CHAT).rename(tree / os.fsdecode(b"src/webui/e\xff.py"))
    terminal = Terminal(tree)
    assert "1 of 1" in terminal.decide("a", "one")
    assert terminal.end() == 0
    assert "src/webui/e\\xff.py:10: its file's name is no UTF-8" in terminal.seen
    assert "Wrote 1 decision in tenantize.toml; 1 left open." in terminal.seen


def test_blocks_say_their_reasons_in_chinese(tree: Path) -> None:
    blocks = process("decide", "--lang", "zh", tree).stdout
    reasons = [line for line in blocks.splitlines() if line.startswith("# ")]
    assert reasons and all(any("\u4e00" <= letter <= "\u9fff" for letter in line) for line in reasons)
    assert [decision["at"] for decision in tomllib.loads(blocks)["decision"]] == HANDLERS
