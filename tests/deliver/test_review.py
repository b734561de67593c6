"""A review on a real terminal: every key, what is shown, and what is in the tree afterwards."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.cli import running
from tests.cli.running import CHAT, CONTEXT, HANDLERS, PERSON, SUPPORT, Tenantize, command, environment, git_status
from tests.conftest import commit_all
from tests.journal.trees import State, state

pexpect = pytest.importorskip("pexpect")
if not hasattr(pexpect, "spawn"):  # as on Windows
    pytest.skip("there are no pseudo-terminals here", allow_module_level=True)

# Its fixtures.
tenantize, prototype = running.tenantize, running.prototype

# Two handlers far enough apart, below what fissix cannot parse and a terminal had better not obey.
TWO = "src/webui/two_routes.py"
TWO_TEXT = (
    HANDLERS.replace("{name}", "two")
    + """

def kind(value):
    match value:
        case [first, *_]:
            return first
    return "\\x1b]0;owned\\x07"


@router.get("/more")
async def more():  # \x1b[31m 说明
    return get_current_tenant_id()
"""
)
PROMPT = r"(Apply this hunk \[y,N,q,a,d,b,\?\]|Skip it all the same \[y,N,q,\?\])\? "
# Choices, in order: the foundation, what the WebUI stands on, one each of two files, two of the last.
CHOICES = 6


@pytest.fixture
def tree(prototype: Path, tmp_path: Path) -> Path:
    tree = shutil.copytree(prototype, tmp_path / "tree")
    (tree / TWO).write_text(TWO_TEXT, encoding="utf-8")
    commit_all(tree)
    return tree


@pytest.fixture
def applied(tenantize: Tenantize, tree: Path) -> State:
    """What apply makes of the tree, which is then as it was."""
    before = state(tree)
    assert tenantize("apply", tree).status == 0
    after = state(tree)
    assert tenantize("undo", tree).status == 0
    assert state(tree) == before
    return after


class Terminal:
    """A review on a terminal of its own, and somebody who presses keys there."""

    def __init__(self, *arguments: object, columns: int = 80, **more: str) -> None:
        program, *rest = command("review", *arguments)
        self.child = pexpect.spawn(
            program,
            rest,
            env=environment(**{"TERM": "xterm-256color", "GIT_PAGER": "cat", **more}),
            encoding="utf-8",
            timeout=20,
            dimensions=(24, columns),
        )
        # The program says when it waits for a key; what it had not been ready for would be a failure to see.
        self.child.delaybeforesend = None
        self.seen = ""

    def wait(self) -> str:
        """Wait for the question; what was shown since the last one."""
        self.child.expect(PROMPT)
        self.seen += self.child.before + self.child.after
        return str(self.child.before)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.wait()
            self.child.sendline(key)

    def end(self) -> int:
        """Wait for the end, where nothing is asked any more; the exit status."""
        self.child.expect(pexpect.EOF)
        self.seen += self.child.before
        self.child.close()
        assert not re.search(PROMPT, self.child.before)
        assert "Traceback" not in self.seen
        assert self.child.exitstatus is not None, self.child.signalstatus
        return int(self.child.exitstatus)


def review(tree: Path, *keys: str, **more: str) -> str:
    """What a review shows that ends after these keys, and well."""
    terminal = Terminal(tree, columns=80, **more)
    terminal.press(*keys)
    assert terminal.end() == 0, terminal.seen
    return terminal.seen


def changed(tree: Path) -> list[str]:
    return sorted(line[3:] for line in git_status(tree).splitlines())


def decorated(tree: Path, path: str) -> int:
    return (tree / path).read_bytes().count(b"@webui_tenant")


# Keys


def test_taking_everything_is_what_apply_does_and_undo_takes_it_back(
    tenantize: Tenantize, tree: Path, applied: State
) -> None:
    before = state(tree)
    seen = review(tree, *"y" * CHOICES)
    assert state(tree) == applied
    assert "Wrote 5 files, 6 of 6 hunks: 'tenantize undo' takes them back." in " ".join(seen.split())
    assert tenantize("undo", tree).status == 0
    assert state(tree) == before
    assert tenantize("undo", tree).status == 2


@pytest.mark.parametrize("key", ["n", "", "N"], ids=["n", "enter", "N"])
def test_what_is_skipped_is_not_written(key: str, tree: Path) -> None:
    review(tree, "y", "y", key, "y", key, "y")
    assert changed(tree) == [CONTEXT, PERSON, SUPPORT, TWO]
    text = (tree / TWO).read_text(encoding="utf-8")
    assert text.count("@webui_tenant") == 1 and "@webui_tenant\nasync def more" in text
    assert "import webui_tenant" in text
    compile(text, TWO, "exec")


def test_a_takes_the_rest_of_the_file_and_d_skips_it(tree: Path) -> None:
    review(tree, "a", "a", "d", "a", "a")
    assert changed(tree) == [CONTEXT, PERSON, SUPPORT, TWO]
    assert decorated(tree, TWO) == 2 and decorated(tree, CHAT) == 0
    # Nothing but the one that was skipped is left.
    assert "1 of 1 hunk:" in review(tree, "a")
    assert decorated(tree, CHAT) == 1


def test_d_keeps_what_was_taken_of_the_file(tree: Path) -> None:
    review(tree, "y", "y", "n", "n", "y", "d")
    assert decorated(tree, TWO) == 1


def test_q_keeps_what_was_taken_and_asks_no_more(tree: Path) -> None:
    seen = review(tree, "y", "y", "y", "q")
    assert changed(tree) == [CONTEXT, CHAT, SUPPORT]
    assert "3 of 6 hunks" in " ".join(seen.split())
    assert "'tenantize review' offers the rest" in " ".join(seen.split())


def test_q_in_a_file_keeps_what_was_taken_of_it(tree: Path) -> None:
    review(tree, "y", "y", "n", "n", "y", "q")
    assert changed(tree) == [CONTEXT, SUPPORT, TWO]
    assert decorated(tree, TWO) == 1


def test_q_at_once_writes_nothing(tree: Path) -> None:
    before = state(tree)
    assert "Nothing was written." in review(tree, "q")
    assert state(tree) == before


def test_what_is_typed_before_the_first_question_answers_none(tree: Path) -> None:
    terminal = Terminal(tree)
    terminal.child.send("y\ny\n")
    terminal.press("q")
    assert terminal.end() == 0
    assert changed(tree) == []


def test_the_end_of_the_input_is_like_q(tree: Path) -> None:
    terminal = Terminal(tree)
    terminal.press("y", "y", "n", "n", "y")
    terminal.wait()
    terminal.child.sendeof()
    assert terminal.end() == 0
    assert changed(tree) == [CONTEXT, SUPPORT, TWO]


def test_a_question_mark_explains_and_other_keys_are_refused(tree: Path) -> None:
    terminal = Terminal(tree)
    terminal.press("?")
    shown = terminal.wait()
    for key in "ynadqb":
        assert re.search(rf"{key} - \w+", shown)
    terminal.child.sendline("yes")
    assert 'invalid response "yes"' in terminal.wait()
    terminal.child.sendline("说明")
    terminal.wait()
    terminal.child.send(b"\xff\n".decode("latin-1"))
    terminal.press("q")
    assert terminal.end() == 0
    assert changed(tree) == []


@pytest.mark.parametrize("keys", [[], ["y", "y"], ["y", "y", "n", "n", "y"]], ids=["at once", "between", "in a file"])
def test_ctrl_c_is_exit_130_and_writes_nothing(keys: list[str], tree: Path) -> None:
    before = state(tree)
    terminal = Terminal(tree)
    terminal.press(*keys)
    terminal.wait()
    terminal.child.sendintr()
    assert terminal.end() == 130
    assert terminal.seen.splitlines()[-1] == "Interrupted; the tree is whole."
    assert state(tree) == before


# Back


def test_b_goes_back_to_the_question_before_and_its_answer_is_given_anew(tree: Path) -> None:
    seen = review(tree, "y", "y", "y", "b", "n", "y", "y", "q")
    assert seen.count(f"File 3 of 5: {CHAT}") == 2
    assert changed(tree) == [CONTEXT, PERSON, SUPPORT, TWO]
    assert decorated(tree, CHAT) == 0 and decorated(tree, TWO) == 1


def test_b_goes_back_over_files_and_within_one(tree: Path) -> None:
    review(tree, "a", "a", "d", "d", "y", "b", "b", "b", "y", "y", "d")
    assert changed(tree) == [CONTEXT, CHAT, PERSON, SUPPORT]


def test_there_is_nothing_before_the_first_hunk(tree: Path) -> None:
    assert "This is the first hunk" in review(tree, "b", "b", "q")
    assert changed(tree) == []


# Long hunks


def test_a_hunk_that_is_longer_than_the_terminal_comes_through_the_pager(tree: Path, tmp_path: Path) -> None:
    pager = tmp_path / "pager"
    pager.write_text(f'#!/bin/sh\ncat > "{tmp_path}/paged"\necho PAGED\n')
    pager.chmod(0o755)
    terminal = Terminal(tree, GIT_PAGER=str(pager))
    terminal.press("y")
    assert "PAGED" in terminal.wait()
    paged = re.sub(r"\x1b\[\d*(;\d+)*m", "", (tmp_path / "paged").read_text(encoding="utf-8"))
    assert f"+++ b/{SUPPORT}" in paged and "# Hunk 1 of 1" in paged and paged.count("\n+") > 40
    terminal.child.sendline("y")
    assert "PAGED" not in terminal.wait()  # one of a few lines
    terminal.child.sendline("q")
    assert terminal.end() == 0


# The rest


def test_a_second_review_offers_the_rest_and_only_that(tenantize: Tenantize, tree: Path, applied: State) -> None:
    first = review(tree, "y", "y", "y", "q")
    assert f"of 5: {CONTEXT}" in first
    between = state(tree)
    # What the first one wrote is not committed, and need not be.
    second = review(tree, "y", "y", "y")
    assert CONTEXT not in second and SUPPORT not in second and f"File 1 of 2: {PERSON}" in second
    assert state(tree) == applied
    assert "Nothing to change." in review(tree)
    assert tenantize("undo", tree).status == 0
    assert state(tree) == between


def test_what_was_edited_since_the_last_review_is_refused(tree: Path) -> None:
    review(tree, "y", "y", "y", "q")
    (tree / PERSON).write_bytes(b"# mine\n" + (tree / PERSON).read_bytes())
    terminal = Terminal(tree)
    assert terminal.end() == 2
    assert PERSON in terminal.seen and "uncommitted" in terminal.seen and "--allow-dirty" in terminal.seen
    terminal = Terminal("--allow-dirty", tree)
    terminal.press("q")
    assert terminal.end() == 0


# What stands on what


def test_what_stands_on_a_file_that_was_skipped_is_not_offered(tree: Path) -> None:
    seen = review(tree, "y", "n", "y")
    assert changed(tree) == [CONTEXT]
    assert f"3 files of webui-admin-context are not offered, for want of {SUPPORT}:1" in " ".join(seen.split())


def test_enter_on_the_first_hunk_does_not_quietly_drop_what_stands_on_it(tree: Path) -> None:
    seen = review(tree, "", "", "y", "q")
    said = " ".join(seen.split())
    assert "4 later files cannot be taken without what you skipped here: webui-admin-context: 4 files" in said
    # It was asked for again, and then taken.
    assert said.count("Hunk 1 of 1 ") >= 2 or said.count(f"+++ b/{CONTEXT}") == 2
    assert changed(tree) == [CONTEXT]


def test_the_review_can_be_ended_where_it_asks_again(tree: Path) -> None:
    assert "Nothing was written." in review(tree, "n", "q")
    assert changed(tree) == []


def test_without_the_foundation_nothing_is_offered(tree: Path) -> None:
    seen = " ".join(review(tree, "n", "y").split())
    assert f"4 files of webui-admin-context are not offered, for want of {CONTEXT}:" in seen
    assert "Nothing was written." in seen
    assert changed(tree) == []


def test_a_file_that_is_edited_during_the_review_stays_as_it_is(tree: Path) -> None:
    terminal = Terminal(tree)
    terminal.press("y", "y", "y")
    terminal.wait()
    (tree / CHAT).write_bytes(b"# mine\n" + (tree / CHAT).read_bytes())
    terminal.child.sendline("y")
    terminal.press("q")
    assert terminal.end() == 0
    assert f"{CHAT} was edited during the review and stays as it is" in " ".join(terminal.seen.split())
    assert decorated(tree, CHAT) == 0 and decorated(tree, PERSON) == 1


# What is shown


def test_every_group_says_why_and_every_file_where_one_is(tree: Path) -> None:
    terminal = Terminal(tree, columns=100)
    first = terminal.wait()
    assert "tenant-foundation in src/common/message (1 file)" in first
    why = " ".join(first.split())
    assert "Why: What every other recipe stands on" in why and "(section 4.4 of the analysis)" in why
    assert f"File 1 of 5: {CONTEXT}" in first
    assert "Whatever else this recipe does stands on it." in first
    terminal.child.sendline("y")
    second = " ".join(terminal.wait().split())
    assert "webui-admin-context in src/webui (4 files)" in second and "(sections 2.2 and 4.1 of the analysis)" in second
    assert "--- /dev/null" in second
    terminal.child.sendline("y")
    third = terminal.wait()
    assert "  Why:" not in third and f"File 3 of 5: {CHAT}" in third and "# Hunk 1 of 1" in third
    terminal.child.sendline("n")
    terminal.press("n", "y")
    assert "# Hunk 2 of 2, with the import above" in terminal.wait()
    terminal.child.sendline("q")
    assert terminal.end() == 0


def test_every_hunk_says_what_the_audit_says_of_its_function(tree: Path) -> None:
    terminal = Terminal(tree, columns=100)
    terminal.press("y", "y")
    why = " ".join(re.sub(r"\x1b\[\d*(;\d+)*m", "", terminal.wait()).replace("\r\n#", "").split())
    assert "Why: get_chat is insecure: no tenant:" in why
    terminal.child.sendline("n")
    terminal.press("n", "n")
    why = " ".join(terminal.wait().replace("\r\n#", "").split())
    assert "Why: more is insecure: no tenant:" in why
    terminal.child.sendline("q")
    assert terminal.end() == 0


def test_a_hunk_is_shown_with_its_import_and_the_terminal_obeys_none_of_it(tree: Path) -> None:
    terminal = Terminal(tree)
    terminal.press("y", "y", "n", "n")
    shown = re.sub(r"\x1b\[\d*(;\d+)*m", "", terminal.wait())
    assert "+from src.webui.tenant import webui_tenant" in shown and "+@webui_tenant" in shown
    terminal.child.sendline("n")
    shown = terminal.wait()
    assert "more():  # \\x1b[31m 说明" in shown
    terminal.child.sendline("q")
    assert terminal.end() == 0


def test_it_reads_well_on_a_narrow_terminal(tree: Path) -> None:
    terminal = Terminal(tree, columns=40)
    terminal.press("y", "n", "y")
    assert terminal.end() == 0
    before_the_end = terminal.seen.partition("not offered")[0]
    plain = re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", before_the_end)
    headings = [line for line in plain.splitlines() if re.match(r"File|tenant-foundation|webui-admin|  \w", line)]
    assert len(headings) >= 6
    # A path alone is wider only where it is longer than the terminal: it is never broken.
    assert [line for line in headings if cell_len(line) > 40 and " " in line.strip()] == []


def test_colour_is_for_terminals_and_no_color_is_honoured(tree: Path) -> None:
    assert "\x1b[32m+" in review(tree, "?", "q")
    # 30 to 37, 90 to 97, and 38 with more.
    assert not re.search(r"\x1b\[(?:\d+;)*(?:3[0-8]|9[0-7])[;m]", review(tree, "?", "q", NO_COLOR="1"))


@pytest.mark.parametrize("which", ["stdin", "stdout"])
def test_without_a_terminal_it_points_to_diff(which: str, tree: Path) -> None:
    ours, theirs = os.openpty()
    stdin, stdout = (subprocess.PIPE if which == name else theirs for name in ("stdin", "stdout"))
    done = subprocess.run(
        command("review", tree),
        stdin=stdin,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
        timeout=30,
        check=False,
    )
    said = done.stderr
    os.close(ours)
    os.close(theirs)
    assert done.returncode == 2
    assert said.startswith("tenantize: ") and said.count("\n") == 1 and "'tenantize diff'" in said
    assert changed(tree) == []


# Bytes


def test_encodings_and_newlines_are_kept_whatever_is_taken(
    tenantize: Tenantize, prototype: Path, tmp_path: Path
) -> None:
    tree = shutil.copytree(prototype, tmp_path / "tree")
    (tree / CHAT).unlink()
    (tree / PERSON).unlink()
    for name, prefix in (("odd", ""), ("gbk", "# -*- coding: gbk -*-\n# 说明\n")):
        text = prefix + TWO_TEXT.replace("get_two", f"get_{name}") + '\n\nDONE = "说明"'
        data = text.encode("gbk" if name == "gbk" else "utf-8")
        (tree / f"src/webui/{name}.py").write_bytes(data)
        (tree / f"src/webui/{name}_crlf.py").write_bytes(data.replace(b"\n", b"\r\n"))
    (tree / "src/webui/bom.py").write_bytes(b"\xef\xbb\xbf" + (tree / "src/webui/odd_crlf.py").read_bytes())
    commit_all(tree)
    odd = [
        path.relative_to(tree).as_posix() for path in (tree / "src/webui").glob("*.py") if b"DONE" in path.read_bytes()
    ]
    assert len(odd) == 5
    before = {path: (tree / path).read_bytes() for path in odd}
    tenantize("apply", tree)
    applied = state(tree)
    tenantize("undo", tree)
    review(tree, "y", "y", *"yn" * 5)
    for path, old in before.items():
        new: bytes = (tree / path).read_bytes()
        end = b"\r\n" if b"\r\n" in old else b"\n"
        brought = [b"@webui_tenant" + end, b"from src.webui.tenant import webui_tenant" + end]
        assert sorted(set(new.splitlines(keepends=True)) - set(old.splitlines(keepends=True))) == sorted(brought)
        for each in brought:
            new = new.replace(each, b"", 1)
        # Between imports, an empty line may go.
        assert [line for line in new.splitlines(keepends=True) if line.strip()] == [
            line for line in old.splitlines(keepends=True) if line.strip()
        ]
    review(tree, *"y" * 5)
    assert state(tree) == applied
