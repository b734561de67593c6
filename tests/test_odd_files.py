"""Files that are odd in one way each: every other file is done, and the exit status says what was done."""

from __future__ import annotations

import ast
import json
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

import libcst
import pytest

from codemods.changes import Change
from codemods.deliver.review import session
from codemods.plan.room import with_room
from codemods.terminal import text
from tests.cli import running
from tests.cli.running import CHAT, CONTEXT, PERSON, Tenantize, assert_one_sentence
from tests.conftest import commit_all
from tests.test_git import git

# Its fixtures.
tenantize, prototype, tree = running.tenantize, running.prototype, running.tree

UNRELATED = (".github/scripts/stars.py", "scripts/release.py", "tests/test_bot.py")


@pytest.mark.parametrize("path", UNRELATED)
def test_a_file_that_nobody_imports_decides_no_status(path: str, tenantize: Tenantize, tree: Path) -> None:
    (tree / path).parent.mkdir(parents=True)
    (tree / path).write_text("def f(:\n")
    commit_all(tree)
    assert tenantize("audit", "--strict", tree).status == 1
    assert tenantize("diff", "--check", tree).status == 1
    answer = tenantize("apply", tree)
    assert answer.status == 0
    assert f"{path}:1:" in answer.err and "1 file did not parse; the others were done." in answer.err
    assert tenantize("audit", "--strict", tree).status == 0
    assert tenantize("diff", "--check", tree).status == 0
    assert tenantize("undo", tree).status == 0


@pytest.mark.parametrize("path", ["src/webui/more_routes.py", "helper.py"])
def test_a_broken_file_of_the_app_keeps_strict_and_check_at_1(path: str, tenantize: Tenantize, tree: Path) -> None:
    (tree / path).write_text("def f(:\n")
    (tree / "bot.py").write_text("import helper\n")
    commit_all(tree)
    assert tenantize("apply", tree).status == 0
    assert tenantize("audit", tree).status == 0
    assert tenantize("audit", "--strict", tree).status == 1
    assert tenantize("diff", "--check", tree).status == 1


def test_a_merge_conflict_is_named_and_nothing_is_written_unless_asked(tenantize: Tenantize, tree: Path) -> None:
    with (tree / CHAT).open("a") as file:
        file.write("<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> theirs\n")
    commit_all(tree)
    line = (tree / CHAT).read_text().splitlines().index("<<<<<<< HEAD") + 1
    before = (tree / PERSON).read_bytes()
    answer = tenantize("apply", "--allow-dirty", tree)
    assert answer.status == 2 and (tree / PERSON).read_bytes() == before
    assert f"tenantize: {CHAT}:{line} has an unresolved merge conflict: " in answer.err
    assert "unresolved merge conflict" in tenantize("diff", tree).err
    assert tenantize("audit", "--strict", tree).status == 1
    answer = tenantize("apply", "--allow-conflicts", tree)
    assert answer.status == 0
    assert (tree / PERSON).read_bytes() != before


@pytest.mark.parametrize("count", [300, 3000, 100_000])
def test_nested_brackets_are_a_file_that_does_not_parse(count: int, tenantize: Tenantize, tree: Path) -> None:
    (tree / "src/webui/deep.py").write_text("a = " + "(" * count + "1" + ")" * count + "\n")
    commit_all(tree)
    answer = tenantize("apply", tree)
    assert answer.status == 0
    assert "src/webui/deep.py:" in answer.err and "1 file did not parse" in answer.err


# What ast takes, and LibCST's parser only with room.
DEEP = {
    "chain": "def f(x):\n    if x == 0:\n        return 0\n"
    + "".join(f"    elif x == {number}:\n        return {number}\n" for number in range(1, 2500)),
    "sum": "TEXT = " + " + ".join(f"'{number}'" for number in range(900)) + "\n",
    "table": "TABLE = {\n" + "".join(f"    'key {number}': ['{number}'],\n" for number in range(5000)) + "}\n",
    "strings": "TEXT = (\n" + "".join(f"    '{number}'\n" for number in range(2000)) + ")\n",
    "calls": "x = f" + "(1)" * 800 + "\n",
}


@pytest.mark.parametrize("case", DEEP)
def test_libcst_reads_all_that_ast_reads(case: str) -> None:
    ast.parse(DEEP[case])
    assert with_room(lambda: libcst.parse_module(DEEP[case]).code) == DEEP[case]


@pytest.mark.parametrize("case", ["table", "strings", "calls"])
def test_long_files_as_prompts_are_kept_in_are_edited_like_any_other(
    case: str, tenantize: Tenantize, tree: Path
) -> None:
    with (tree / CHAT).open("a") as file:
        file.write("\n\n" + DEEP[case])
    commit_all(tree)
    answer = tenantize("apply", tree)
    assert answer.status == 0
    assert "did not parse" not in answer.err and "left alone" not in answer.err
    assert "@webui_tenant" in (tree / CHAT).read_text() and DEEP[case] in (tree / CHAT).read_text()


@pytest.mark.parametrize("encoding", ["latin-1", "ascii", "cp1252", "big5", "shift_jis", "gbk", "euc-jp", "koi8-r"])
@pytest.mark.parametrize("path", [CONTEXT, CHAT])
def test_a_file_gets_text_that_its_encoding_can_hold(
    path: str, encoding: str, tenantize: Tenantize, tree: Path
) -> None:
    text = re.sub(r"[^\x00-\x7f]", "x", (tree / path).read_text())
    own = "é" if encoding in ("latin-1", "cp1252") else "x"
    (tree / path).write_bytes(f"# -*- coding: {encoding} -*-\n# {own}\n{text}".encode(encoding))
    commit_all(tree)
    answer = tenantize("apply", tree)
    assert answer.status == 0 and "Traceback" not in answer.err
    written = (tree / path).read_bytes()
    assert written.startswith(f"# -*- coding: {encoding} -*-\n# {own}\n".encode(encoding))
    compile(written, path, "exec", dont_inherit=True)
    assert "tenant" in written.decode(encoding)
    assert tenantize("diff", "--check", tree).status == 0
    assert tenantize("undo", tree).status == 0


@pytest.mark.parametrize("encoding", ["idna", "utf-7", "hz"])
def test_an_encoding_of_few_means_ends_nothing(encoding: str, tenantize: Tenantize, tree: Path) -> None:
    (tree / CHAT).write_bytes(f"# coding: {encoding}\n".encode() + (tree / CHAT).read_bytes())
    at = f"{CHAT}:get_chat#webui-handler"
    for arguments in (["audit", "--format", "json"], ["audit"], ["diff"], ["explain", at]):
        assert tenantize(*arguments, tree).status == 0, arguments


def test_a_deeply_nested_pyproject_is_one_sentence(tenantize: Tenantize, tree: Path) -> None:
    (tree / "pyproject.toml").write_text("a = " + "[" * 5000 + "]" * 5000 + "\n")
    assert_one_sentence(tenantize("audit", tree), "pyproject.toml")


def test_a_name_with_a_colon_is_a_name(tenantize: Tenantize, tree: Path) -> None:
    (tree / "src/webui/a:b.py").write_bytes((tree / CHAT).read_bytes())
    commit_all(tree)
    for arguments in (["audit"], ["audit", "--format", "json"], ["diff"], ["pulls", "--plan"], ["apply"], ["undo"]):
        answer = tenantize(*arguments, tree)
        assert answer.status == 0 and "Traceback" not in answer.err, arguments


def clone_a_plugin(tenantize: Tenantize, sample: Path) -> str:
    """Make one of the sample's plugins, which is edited, a repository of its own that git ignores; its file."""
    plugins = sorted(path.name for path in (sample / "plugins").iterdir() if (path / "plugin.py").is_file())
    name = next(each for each in plugins if f"plugins/{each}/plugin.py" in tenantize("diff", sample).out)
    place = f"plugins/{name}/plugin.py"
    (sample / ".gitignore").write_text("/plugins/*\n")
    shutil.move(sample / "plugins" / name, sample / "cloned")
    commit_all(sample)
    shutil.move(sample / "cloned", sample / "plugins" / name)
    commit_all(sample / "plugins" / name)
    return place


def test_plugins_of_other_repositories_are_shown_and_written_only_when_asked(
    tenantize: Tenantize, sample: Path
) -> None:
    place = clone_a_plugin(tenantize, sample)
    before = (sample / place).read_bytes()
    assert place in tenantize("diff", sample).out
    answer = tenantize("apply", sample)
    assert answer.status == 0 and (sample / place).read_bytes() == before
    assert place in answer.err and "--other-repositories" in answer.err
    assert tenantize("audit", "--strict", sample).status == 1
    assert tenantize("apply", "--other-repositories", sample).status == 0
    assert (sample / place).read_bytes() != before


def test_files_among_several_trees_are_passed_over(tenantize: Tenantize, tree: Path, tmp_path: Path) -> None:
    (tmp_path / "__init__.py").write_text("")
    answer = tenantize("audit", tree, tmp_path / "__init__.py")
    assert answer.status == 0 and "is a file" not in answer.err
    assert_one_sentence(tenantize("audit", tmp_path / "__init__.py"), "is a file")


def test_repositories_inside_that_are_no_plugins_are_said_and_count_where_they_may_be_of_the_app(
    tenantize: Tenantize, tree: Path
) -> None:
    assert tenantize("apply", tree).status == 0
    commit_all(tree)
    for path, status in (("tools/vendored", 0), ("src/vendored", 1)):
        (tree / path).mkdir(parents=True)
        (tree / path / "more.py").write_text("x = 1\n")
        commit_all(tree / path)
        answer = tenantize("audit", "--strict", tree)
        assert answer.status == status
        assert f"{path}: is a repository of its own: name it as a tree; not read." in answer.err
    unread = json.loads(tenantize("audit", "--format", "json", tree).out)["unread"]
    assert [item["path"] for item in unread] == ["src/vendored", "tools/vendored"]


def test_what_a_sparse_checkout_leaves_out_is_counted(tenantize: Tenantize, tree: Path) -> None:
    git(tree, "status")  # what was copied counts as edited until git has looked
    git(tree, "sparse-checkout", "set", "--no-cone", "/*", f"!/{PERSON}")
    answer = tenantize("audit", "--format", "json", tree)
    assert "1 tracked Python files are absent (a sparse checkout); not read." in answer.err
    assert json.loads(answer.out)["unread"] == [
        {"path": ".", "reason": "1 tracked Python files are absent (a sparse checkout)"}
    ]


def test_pulls_are_made_from_no_conflict_that_was_committed(tenantize: Tenantize, tree: Path) -> None:
    with (tree / CHAT).open("a") as file:
        file.write("<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> theirs\n")
    commit_all(tree)
    for more in (["--plan"], []):
        assert_one_sentence(tenantize("pulls", *more, tree), CHAT, "unresolved merge conflict", "--allow-conflicts")
    assert git(tree, "branch", "--list", "tenantize/*") == ""
    assert tenantize("pulls", "--allow-conflicts", tree).status == 0


def test_review_offers_no_other_repositorys_files_unless_asked(
    tenantize: Tenantize, sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = clone_a_plugin(tenantize, sample)
    offered: list[str] = []

    def quit_at_once(_root: Path, changes: Sequence[Change], *_more: object) -> session.Reviewed:
        offered[:] = [change.path for change in changes]
        return session.Reviewed((), 0, len(changes), (), True)

    monkeypatch.setattr(text, "is_terminal", lambda: True)
    monkeypatch.setattr(session, "review", quit_at_once)
    answer = tenantize("review", sample)
    assert offered and place not in offered
    assert place in answer.err and "--other-repositories" in answer.err
    tenantize("review", "--other-repositories", sample)
    assert place in offered
