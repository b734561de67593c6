"""What a stranger's checkout can do through its .git: nothing. Each program named there leaves a mark when it runs."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from codemods.errors import TenantizeError
from codemods.git import Git
from codemods.tree import open_checkout
from codemods.uncommitted import uncommitted
from tests.cli import running
from tests.cli.running import CHAT, CONTEXT, HOME, Tenantize, assert_one_sentence, small_tree
from tests.conftest import commit_all

# Its fixtures.
tenantize, prototype, tree = running.tenantize, running.prototype, running.tree

COMMANDS = (
    ["audit"],
    ["audit", "--strict"],
    ["diff"],
    ["diff", "--stat"],
    ["pulls", "--plan"],
    ["pulls"],
    ["apply"],
    ["undo"],
)
MARK = "ran"


def git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(root), *arguments], check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def mark(tmp_path: Path) -> Path:
    return tmp_path / MARK


@pytest.fixture
def program(tmp_path: Path, mark: Path) -> Path:
    """A program that leaves a mark."""
    file = tmp_path / "program"
    file.write_text(f"#!/bin/sh\necho \"$0 $*\" >> '{mark}'\n")
    file.chmod(0o755)
    return file


def monitor(tree: Path, program: Path) -> None:
    git(tree, "config", "core.fsmonitor", str(program))


def monitor_from_elsewhere(tree: Path, program: Path) -> None:
    (tree / ".git/more").write_text(f"[core]\n\tfsmonitor = {program}\n")
    git(tree, "config", "include.path", "more")


def monitor_of_the_worktree(tree: Path, program: Path) -> None:
    git(tree, "config", "extensions.worktreeConfig", "true")
    git(tree, "config", "--worktree", "core.fsmonitor", str(program))


def hooks(tree: Path, program: Path) -> None:
    (tree / ".git/hooks").mkdir(exist_ok=True)
    for name in ("post-index-change", "reference-transaction", "pre-commit", "post-checkout", "fsmonitor-watchman"):
        shutil.copy(program, tree / ".git/hooks" / name)
    git(tree, "config", "core.hooksPath", str(tree / ".git/hooks"))


def filters(tree: Path, program: Path) -> None:
    for key in ("clean", "smudge", "process"):
        git(tree, "config", f"filter.mine.{key}", str(program))
    (tree / ".git/info").mkdir(exist_ok=True)
    (tree / ".git/info/attributes").write_text("*.py filter=mine\n")


def attributes_file(tree: Path, program: Path) -> None:
    git(tree, "config", "filter.mine.clean", str(program))
    (tree / ".git/mine").write_text("*.py filter=mine diff=mine\n")
    git(tree, "config", "core.attributesFile", str(tree / ".git/mine"))
    git(tree, "config", "diff.mine.textconv", str(program))
    git(tree, "config", "diff.mine.command", str(program))


def tools(tree: Path, program: Path) -> None:
    for key in (
        "core.pager",
        "core.editor",
        "core.askPass",
        "core.sshCommand",
        "core.gitProxy",
        "core.alternateRefsCommand",
        "diff.external",
        "gpg.program",
        "sequence.editor",
        "credential.helper",
        "pager.ls-files",
        "pager.diff",
        "interactive.diffFilter",
    ):
        git(tree, "config", key, str(program))
    git(tree, "config", "log.showSignature", "true")
    git(tree, "config", "pager.status", "true")
    for alias in ("ls-files", "status", "rev-parse", "config"):
        git(tree, "config", f"alias.{alias}", f"!{program}")


def missing_objects(url: str) -> Callable[[Path, Path], None]:
    def plant(tree: Path, program: Path) -> None:
        git(tree, "config", "core.sshCommand", str(program))
        git(tree, "config", "remote.origin.url", url.format(program=program))
        git(tree, "config", "remote.origin.promisor", "true")
        git(tree, "config", "remote.origin.uploadpack", str(program))
        git(tree, "config", "protocol.ext.allow", "always")
        git(tree, "config", "extensions.partialClone", "origin")
        blob = git(tree, "rev-parse", f"HEAD:{CHAT}")
        (tree / ".git/objects" / blob[:2] / blob[2:]).unlink()

    return plant


PLANTED: dict[str, Callable[[Path, Path], None]] = {
    "fsmonitor": monitor,
    "fsmonitor, included": monitor_from_elsewhere,
    "fsmonitor of the worktree": monitor_of_the_worktree,
    "hooks": hooks,
    "filters": filters,
    "filters named by core.attributesFile": attributes_file,
    "pagers, editors, diffs, signatures, aliases": tools,
    "objects that are missing, over ssh": missing_objects("ssh://nowhere.invalid/x"),
    "objects that are missing, by a helper": missing_objects("ext::{program}"),
    "objects that are missing, from a folder": missing_objects("/nowhere"),
}


@pytest.mark.parametrize("case", PLANTED)
def test_no_command_runs_a_program_that_the_checkout_names(
    case: str, tenantize: Tenantize, tree: Path, mark: Path, program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    PLANTED[case](tree, program)
    os.utime(tree / CHAT)  # what git does not know to be as it was
    for arguments in COMMANDS:
        tenantize(*arguments, tree)
        assert not mark.exists(), f"{arguments}: {mark.read_text()}"


def test_the_other_commands_run_none_either(
    tenantize: Tenantize, tree: Path, mark: Path, program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    for plant in (monitor, hooks, filters, attributes_file, tools):
        plant(tree, program)
    os.utime(tree / CHAT)
    for arguments in (
        ["report", "-o", os.devnull],
        ["decide"],
        ["prove", "--python", os.devnull],
        ["pulls", "--status"],
    ):
        tenantize(*arguments, tree)
        assert not mark.exists(), f"{arguments}: {mark.read_text()}"


@pytest.mark.parametrize("case", [case for case in PLANTED if "missing" not in case])
def test_what_they_plant_would_run(case: str, tree: Path, mark: Path, program: Path) -> None:
    """A test of the test: git itself runs it."""
    PLANTED[case](tree, program)
    with (tree / CHAT).open("a") as file:
        file.write("# mine\n")
    asked = [["status"], ["add", CHAT], ["log", "--oneline", "-1"], ["-p", "ls-files"], ["diff"]]
    for arguments in asked:
        subprocess.run(["git", "-C", str(tree), *arguments], capture_output=True, check=False)
    ssh = {**os.environ, "GIT_TERMINAL_PROMPT": "0"}
    subprocess.run(
        ["git", "-C", str(tree), "ls-remote", "ssh://x.invalid/x"], capture_output=True, check=False, env=ssh
    )
    assert mark.exists()


def test_only_what_is_asked_for_goes_through_gitpython(tree: Path) -> None:
    """It is loaded for what commits and pushes, not for what reads: audit, diff and help start as quickly without."""
    loaded = "\nimport sys; print('git' in sys.modules)"
    for command, expected in (("read('ls-files')", "False"), ("run('write-tree')", "True")):
        code = f"from codemods.git import Git; from pathlib import Path; Git(Path({str(tree)!r})).{command}{loaded}"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=HOME)
        assert done.stdout.strip() == expected


def test_a_repository_that_the_environment_names_is_not_the_trees(
    tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = small_tree(tmp_path / "other", git=False)
    git(other, "init", "--quiet")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git/index"))
    assert Git(tree).run("rev-parse", "HEAD") == Git(tree).asked("rev-parse", "HEAD")
    assert os.environ["GIT_DIR"] == str(other / ".git")


@pytest.mark.parametrize("case", ["objects that are missing, over ssh"])
def test_objects_that_are_missing_are_one_sentence_and_apply_needs_none(
    case: str, tenantize: Tenantize, tree: Path, program: Path
) -> None:
    PLANTED[case](tree, program)
    assert_one_sentence(tenantize("pulls", "--plan", tree), "git refuses to read", "missing")
    assert tenantize("apply", tree).status == 0


@pytest.mark.parametrize("place", ["/", "..", "../src", "/etc"])
def test_a_work_tree_that_git_looks_for_elsewhere_is_refused(place: str, tenantize: Tenantize, tree: Path) -> None:
    git(tree, "config", "core.worktree", place if place != ".." else str(small_tree(tree.parent / "other")))
    answer = tenantize("apply", tree)
    assert answer.status == 2 and ("elsewhere" in answer.err or place == "/")


def test_a_git_that_leads_nowhere_is_no_plain_folder(tenantize: Tenantize, tree: Path) -> None:
    shutil.rmtree(tree / ".git")
    (tree / ".git").symlink_to("nowhere")
    assert_one_sentence(tenantize("apply", tree), "git refuses to read", "not a git repository")


def test_what_git_says_in_two_lines_is_said_whole(tenantize: Tenantize, tree: Path) -> None:
    git(tree, "config", "core.repositoryFormatVersion", "1")
    git(tree, "config", "extensions.nobodyKnows", "1")
    assert_one_sentence(tenantize("audit", tree), "extension", "nobodyknows")


# A git that does not answer is not a clean checkout


def broken_git(folder: Path, monkeypatch: pytest.MonkeyPatch, command: str, end: str) -> None:
    """Put a git before the real one that fails at one command."""
    real = shutil.which("git")
    folder.mkdir()
    (folder / "git").write_text(f'#!/bin/sh\ncase " $* " in *" {command} "*) {end};; esac\nexec {real} "$@"\n')
    (folder / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")


@pytest.mark.parametrize("end", ["exit 129", "exit 1", "exit 3", "kill -9 $$"])
@pytest.mark.parametrize("command", ["--stage", "--others", "ls-tree", "rev-parse", "ls-files"])
def test_apply_refuses_when_git_did_not_answer(
    end: str, command: str, tenantize: Tenantize, tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (tree / CONTEXT).open("a") as file:
        file.write("# mine\n")
    before = (tree / CONTEXT).read_bytes()
    broken_git(tmp_path / "bin", monkeypatch, command, end)
    answer = tenantize("apply", "--recipe", "tenant-foundation", tree)
    assert answer.status == 2 and "Traceback" not in answer.err
    assert answer.err.startswith("tenantize: ") and answer.err.count("\n") == 1
    assert (tree / CONTEXT).read_bytes() == before


def test_the_reason_says_how_git_ended(tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken_git(tmp_path / "bin", monkeypatch, "ls-files", "kill -9 $$")
    with pytest.raises(TenantizeError, match=f"ended by signal {signal.SIGKILL}"):
        open_checkout(tree)


# What counts as uncommitted, told without git's own comparison


@pytest.mark.parametrize("flag", ["--assume-unchanged", "--skip-worktree"])
def test_flags_hide_no_change(flag: str, tree: Path) -> None:
    git(tree, "update-index", flag, CHAT)
    assert uncommitted(tree, [CHAT, CONTEXT]) == []
    with (tree / CHAT).open("a") as file:
        file.write("# mine\n")
    assert git(tree, "status", "--porcelain") == ""
    assert uncommitted(tree, [CHAT, CONTEXT]) == [CHAT]


@pytest.mark.parametrize(
    ("attributes", "autocrlf"),
    [
        ("* text=auto\n", ""),
        ("*.py text\n", ""),
        ("*.py eol=crlf\n", ""),
        ("", "true"),
        ("", "input"),
        ("*.py crlf\n", ""),
    ],
)
def test_newlines_that_git_makes_are_no_change(attributes: str, autocrlf: str, tree: Path) -> None:
    if autocrlf:
        git(tree, "config", "core.autocrlf", autocrlf)
    (tree / ".gitattributes").write_text(attributes)
    commit_all(tree)
    (tree / CHAT).write_bytes((tree / CHAT).read_bytes().replace(b"\n", b"\r\n"))
    assert uncommitted(tree, [CHAT]) == []
    (tree / CHAT).write_bytes((tree / CHAT).read_bytes() + b"# mine\r\n")
    assert uncommitted(tree, [CHAT]) == [CHAT]


@pytest.mark.parametrize("attributes", ["", "*.py -text\n"])
def test_newlines_that_git_keeps_are_a_change(attributes: str, tree: Path) -> None:
    git(tree, "config", "core.autocrlf", "false")
    (tree / ".gitattributes").write_text(attributes)
    commit_all(tree)
    (tree / CHAT).write_bytes((tree / CHAT).read_bytes().replace(b"\n", b"\r\n"))
    assert uncommitted(tree, [CHAT]) == [CHAT]


def test_encodings_and_ids_that_git_makes_are_no_change(tree: Path) -> None:
    (tree / ".gitattributes").write_text(f"{CHAT} text working-tree-encoding=GBK ident\n")
    (tree / CHAT).write_bytes("# coding: gbk\n# $Id$ 聊天\n".encode("gbk"))
    commit_all(tree)
    (tree / CHAT).write_bytes("# coding: gbk\r\n# $Id: 0123 $ 聊天\r\n".encode("gbk"))
    assert uncommitted(tree, [CHAT]) == []
    (tree / CHAT).write_bytes("# coding: gbk\r\n# $Id: 0123 $ 聊\r\n".encode("gbk"))
    assert uncommitted(tree, [CHAT]) == [CHAT]


def test_a_file_that_only_a_filter_could_compare_is_refused_with_the_way_out(
    tenantize: Tenantize, tree: Path, program: Path, mark: Path
) -> None:
    filters(tree, program)
    assert uncommitted(tree, [CHAT]) == []  # byte for byte as committed: no filter is needed to see that
    with (tree / CHAT).open("a") as file:
        file.write("# mine\n")
    assert_one_sentence(tenantize("apply", tree), CHAT, "filter 'mine'", "--allow-dirty", "Nothing was changed")
    assert tenantize("apply", "--allow-dirty", tree).status == 0
    assert not mark.exists()


def test_a_filter_that_is_not_set_up_changes_nothing(tree: Path) -> None:
    (tree / ".gitattributes").write_text("*.py filter=lfs\n")
    git(tree, "config", "filter.lfs.clean", "")
    commit_all(tree)
    with (tree / CHAT).open("a") as file:
        file.write("# mine\n")
    assert uncommitted(tree, [CHAT, CONTEXT]) == [CHAT]


def test_a_repository_without_a_commit_holds_nothing_but_uncommitted_files(tmp_path: Path) -> None:
    root = small_tree(tmp_path / "tree", git=False)
    git(root, "init", "--quiet")
    assert uncommitted(root, [CHAT]) == [CHAT]
    git(root, "add", CHAT)
    assert uncommitted(root, [CHAT, CONTEXT]) == [CHAT, CONTEXT]


def test_a_file_in_conflict_is_uncommitted(tree: Path) -> None:
    blob = git(tree, "rev-parse", f"HEAD:{CHAT}")
    git(tree, "update-index", "--force-remove", CHAT)
    entries = "".join(f"100644 {blob} {stage}\t{CHAT}\n" for stage in (1, 2, 3))
    subprocess.run(["git", "-C", str(tree), "update-index", "--index-info"], input=entries, text=True, check=True)
    assert uncommitted(tree, [CHAT]) == [CHAT]


@pytest.mark.parametrize("words", [["--object-format=sha256"], []], ids=["sha256", "sha1"])
def test_sha256_repositories_are_like_any_other(words: list[str], tenantize: Tenantize, tmp_path: Path) -> None:
    root = small_tree(tmp_path / "tree", git=False)
    git(root, "init", "--quiet", *words)
    git(root, "config", "user.name", "M")
    git(root, "config", "user.email", "m@example.org")
    commit_all(root)
    answer = tenantize("pulls", root)
    assert answer.status == 0 and "tenantize/webui: new" in answer.out
    git(root, "merge", "--quiet", "tenantize/webui")
    assert tenantize("diff", "--check", root).status == 0
    with (root / CHAT).open("a") as file:
        file.write("# mine\n")
    assert uncommitted(root, [CHAT, CONTEXT]) == [CHAT]


def test_a_bare_repository_that_the_checkout_carries_is_not_taken_for_its_own(tree: Path, program: Path) -> None:
    """Folders that look like a repository can be committed, configuration and all."""
    plugins = tree / "plugins"
    git(tree, "init", "--quiet", "--bare", str(plugins))
    shutil.copytree(tree / "src", plugins / "mine/src")
    with pytest.raises(TenantizeError, match="bare"):
        uncommitted(plugins / "mine", ["src/webui/chat_routes.py"])
