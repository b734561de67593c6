"""The command: what it prints where, its exit statuses, and what it says when it cannot go on."""

from __future__ import annotations

import gc
import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from rich.cells import cell_len

from codemods.cli import main as cli
from codemods.cli import work
from codemods.tree import open_checkout
from tests.conftest import SAMPLE, commit_all, copy_of, plan_of
from tests.journal.trees import state

HOME = Path(__file__).parent.parent
HANDLERS = '''"""Handlers that need a tenant."""
from fastapi import APIRouter

from src.common.message.tenant_context import get_current_tenant_id

router = APIRouter()


@router.get("/{name}")
async def get_{name}():
    return get_current_tenant_id()


@router.get("/{name}/health")
async def {name}_health():
    return "ok"
'''
CONTEXT, CHAT, PERSON = (
    "src/common/message/tenant_context.py",
    "src/webui/chat_routes.py",
    "src/webui/person_routes.py",
)
SUPPORT = "src/webui/tenant.py"
# It parses with Python 3.12 and later.
NEWER = "def first[T](items: list[T]) -> T:\n    return items[0]\n"


def small_tree(root: Path, *, git: bool = True) -> Path:
    """A MaiMBot of a few files, two of which need a tenant."""
    packages = ("src", "src/common", "src/common/message", "src/chat", "src/webui")
    files = {f"{package}/__init__.py": b"" for package in packages}
    files |= {
        "bot.py": b"",
        "src/common/logger.py": b"",
        "src/webui/token_manager.py": b"class TokenManager:\n    pass\n",
        CONTEXT: (SAMPLE / CONTEXT).read_bytes(),
        CHAT: HANDLERS.replace("{name}", "chat").encode(),
        PERSON: HANDLERS.replace("{name}", "person").encode(),
    }
    for path, data in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    if git:
        commit_all(root)
    return root


@pytest.fixture(scope="module")
def prototype(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small tree, committed once: a copy is quicker to have than a repository."""
    root = small_tree(tmp_path_factory.mktemp("prototype") / "tree")
    shutil.rmtree(root / ".git/hooks")
    return root


@pytest.fixture
def tree(prototype: Path, tmp_path: Path) -> Path:
    return shutil.copytree(prototype, tmp_path / "tree")


@dataclass(frozen=True)
class Answer:
    status: int | str | None
    out: str
    err: str
    raw: bytes


Tenantize = Callable[..., Answer]


@pytest.fixture
def tenantize(monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> Tenantize:
    """The command, run in this process, and in this one alone: to start another takes longer than these trees do."""
    monkeypatch.setattr(work, "workers", lambda: 1)

    def run(*arguments: object) -> Answer:
        monkeypatch.setattr(sys, "argv", ["tenantize", *map(str, arguments)])
        capsysbinary.readouterr()
        try:
            with pytest.raises(SystemExit) as exit_:
                cli.main()
        finally:
            gc.enable()
        out, err = capsysbinary.readouterr()
        return Answer(exit_.value.code, out.decode(errors="replace"), err.decode(errors="replace"), out)

    return run


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "codemods.cli", *map(str, arguments)]


def environment(**more: str) -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS")}
    return {**plain, "PYTHONPATH": str(HOME), **more}


def process(*arguments: object, **more: str) -> subprocess.CompletedProcess[str]:
    """The command as a process of its own, its output in pipes."""
    return subprocess.run(command(*arguments), capture_output=True, text=True, env=environment(**more), check=False)


def assert_one_sentence(answer: Answer, *words: str) -> None:
    """An error: nothing on stdout, one line on stderr, and in it what it has to say."""
    assert answer.status == 2
    assert answer.out == ""
    assert answer.err.startswith("tenantize: ") and answer.err.endswith((".\n", "?\n")) and answer.err.count("\n") == 1
    for word in words:
        assert word in answer.err


# Starting up


HEAVY = ("libcst", "rich", "git", "bowler", "github", "codemods.plan", "codemods.survey", "codemods.analysis")
AT_MOST = 0.15  # seconds of processor time


@pytest.mark.parametrize(
    ("arguments", "shell", "expected"),
    [
        (["--help"], {}, "tenantize apply"),
        (["recipes"], {}, "tenant-foundation"),
        (
            [],
            {
                "COMP_WORDS": "tenantize diff --recipe ",
                "COMP_CWORD": "3",
                "_TENANTIZE_COMPLETE": "bash_complete",
            },
            "tenant-foundation",
        ),
    ],
    ids=["help", "recipes", "a TAB behind --recipe"],
)
def test_what_needs_no_tree_comes_at_once_and_loads_nothing_heavy(
    arguments: list[str], shell: dict[str, str], expected: str
) -> None:
    code = (
        f"import sys; sys.argv = {['tenantize', *arguments]}\n"
        "from codemods.cli.main import main\n"
        "try: main()\n"
        f"finally: print([name for name in {HEAVY} if name in sys.modules], time.process_time(), file=sys.stderr)"
    )
    took = []
    for _ in range(3):  # the best of a few, for the machine has other work too
        done = subprocess.run(
            [sys.executable, "-c", f"import time; {code}"],
            capture_output=True,
            text=True,
            env=environment(**shell),
            check=True,
        )
        loaded, _, seconds = done.stderr.strip().rpartition(" ")
        took.append(float(seconds))
    assert loaded == "[]"
    assert expected in done.stdout
    assert min(took) < AT_MOST


@pytest.mark.parametrize("name", cli.COMMANDS)
@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_every_subcommands_help_has_an_example(name: str, flag: str, tenantize: Tenantize) -> None:
    answer = tenantize(name, flag)
    assert answer.status == 0
    assert re.search(rf"Examples?:\n\s+tenantize {name}\b", answer.out)


def test_an_unknown_command_or_option_is_exit_2_and_says_so(tenantize: Tenantize) -> None:
    for arguments in (["migrate"], ["diff", "--frobnicate"], ["audit", "--format", "xml"]):
        answer = tenantize(*arguments)
        assert answer.status == 2
        assert answer.out == ""
        assert arguments[-1] in answer.err


# Trees that cannot be used


@pytest.mark.parametrize("name", ["audit", "diff", "apply", "undo"])
@pytest.mark.parametrize("kind", ["missing", "a file", "empty"])
def test_what_is_no_checkout_is_one_line_and_exit_2(name: str, kind: str, tenantize: Tenantize, tmp_path: Path) -> None:
    root = tmp_path / "here"
    if kind == "a file":
        root.write_text("x")
    elif kind == "empty":
        root.mkdir()
    assert_one_sentence(tenantize(name, root))
    # Nor does it leave anything behind.
    assert not root.is_dir() or list(root.iterdir()) == []


def test_the_tree_is_the_current_folder_unless_named(
    tenantize: Tenantize, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tenantize("diff", tree)
    monkeypatch.chdir(tree)
    assert tenantize("diff") == elsewhere


# audit


@pytest.fixture(scope="module")
def sample_audit() -> dict[str, Any]:
    done = process("audit", "--format", "json", SAMPLE)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert isinstance(document, dict)
    return document


def test_the_json_has_the_keys_and_words_of_the_design(sample_audit: dict[str, Any]) -> None:
    assert {"tree", "entry_points", "api_functions", "summary"} <= set(sample_audit)
    assert set(sample_audit["tree"]) == {"files", "revision"}
    assert sample_audit["tree"]["files"] > 50
    entry_keys = {"id", "at", "line", "kind", "verdict", "reason", "recipe"}
    for entry in sample_audit["entry_points"]:
        assert entry_keys <= set(entry) <= entry_keys | {"note", "statements", "details"}
        assert entry["verdict"] in {"secure", "insecure", "anonymous", "global"}
    assert {entry["kind"] for entry in sample_audit["entry_points"]} == {
        "gateway",
        "webui-handler",
        "startup",
        "event-handler",
        "background-task",
        "chat-loop",
        "shared-state",
        "thread",
        "chat-manager",
    }
    for function in sample_audit["api_functions"]:
        assert set(function) == {"id", "at", "line", "verdict", "reason", "state", "recipe"}
        assert function["verdict"] in {"scoped", "unscoped", "stateless", "exempt", "unresolved"}
        assert all(isinstance(name, str) for name in function["state"])


def test_the_summary_counts_what_the_json_lists(sample_audit: dict[str, Any]) -> None:
    for part in ("entry_points", "api_functions"):
        verdicts = [item["verdict"] for item in sample_audit[part]]
        assert sample_audit["summary"][part] == {verdict: verdicts.count(verdict) for verdict in set(verdicts)}


def test_every_id_names_a_function_at_its_line_and_a_reason(sample_audit: dict[str, Any]) -> None:
    for item in sample_audit["entry_points"] + sample_audit["api_functions"]:
        path, _, name = item["id"].partition(":")
        line = (SAMPLE / path).read_bytes().splitlines()[item["line"] - 1].decode(errors="replace")
        # "#2" is the second function of that name.
        assert name.rpartition(".")[2].partition("#")[0] in line, item
        assert item["reason"]


def test_an_insecure_handler_names_the_recipe_that_mends_it(tenantize: Tenantize, tree: Path) -> None:
    document = json.loads(tenantize("audit", "--format", "json", tree).out)
    (entry,) = [entry for entry in document["entry_points"] if entry["id"] == f"{CHAT}:get_chat"]
    assert (entry["verdict"], entry["recipe"], entry["line"]) == ("insecure", "webui-admin-context", 10)
    (health,) = [entry for entry in document["entry_points"] if entry["id"] == f"{CHAT}:chat_health"]
    assert (health["verdict"], health["recipe"]) == ("global", None)


def test_the_json_of_a_plain_folder_has_no_revision(tenantize: Tenantize, tmp_path: Path) -> None:
    answer = tenantize("audit", "--format", "json", small_tree(tmp_path / "plain", git=False))
    assert json.loads(answer.out)["tree"] == {"files": 11, "revision": None}


def test_strict_is_exit_1_while_anything_is_insecure_and_0_after_apply(tenantize: Tenantize, tree: Path) -> None:
    assert tenantize("audit", tree).status == 0
    assert tenantize("audit", "--strict", tree).status == 1
    tenantize("apply", tree)
    assert tenantize("audit", "--strict", tree).status == 0


def test_the_audit_in_a_pipe_has_a_line_an_item_with_its_place_and_its_whole_name(
    sample_audit: dict[str, Any],
) -> None:
    done = process("audit", SAMPLE, COLUMNS="20")
    assert done.returncode == 0
    assert "\x1b" not in done.stdout and "\x1b" not in done.stderr
    lines = done.stdout.splitlines()
    for item in sample_audit["entry_points"] + sample_audit["api_functions"]:
        path, _, name = item["id"].partition(":")
        (line,) = [line for line in lines if line.startswith(f"{path}:{item['line']}: {item['verdict']} {name}: ")]
        assert item["reason"] in line
    for finding in sample_audit["findings"]:
        assert f"{finding['path']}:{finding['line']}: to decide: {finding['reason']} [{finding['at']}]" in lines


@pytest.mark.parametrize("columns", [40, 80, 120])
def test_a_terminal_of_any_width_shows_whole_names_and_no_count_for_a_line(
    columns: int, sample_audit: dict[str, Any]
) -> None:
    shown = on_a_terminal("audit", SAMPLE, COLUMNS=str(columns), NO_COLOR="1")
    # A slow machine shows progress first, on lines that are erased.
    plain = re.sub(r"[^\n]*\x1b\[2K|\x1b\[[?\d;]*[A-Za-z]", "", shown).replace("\r", "")
    assert [line for line in plain.splitlines() if cell_len(line) > columns] == []
    for item in sample_audit["entry_points"] + sample_audit["api_functions"]:
        name = item["id"].partition(":")[2]
        if cell_len(name) < columns - 20:
            assert name in plain
    lines = {str(item["line"]) for item in sample_audit["entry_points"] + sample_audit["api_functions"]}
    lines |= {str(each["line"]) for item in sample_audit["entry_points"] for each in item.get("statements", ())}
    assert {line.split()[0] for line in plain.splitlines() if re.match(r" +\d+  [a-z]", line)} <= lines
    assert ": → " not in plain


def test_the_last_line_counts_everything_that_is_open_and_names_all_that_mends_it(
    sample_audit: dict[str, Any],
) -> None:
    open_ones = [item for item in sample_audit["entry_points"] if item["verdict"] in ("insecure", "anonymous")]
    open_ones += [item for item in sample_audit["api_functions"] if item["verdict"] in ("unscoped", "unresolved")]
    mended = [item["recipe"] for item in open_ones if item["recipe"]]
    last = process("audit", SAMPLE).stdout.splitlines()[-1]
    assert f"about {len(mended)} of the {len(open_ones)} that are open." in last
    for name in {*mended, "tenant-foundation"}:
        assert name in last


def on_a_terminal(*arguments: object, **more: str) -> str:
    """What the command prints on a terminal of 80 columns."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    running = subprocess.Popen(
        command(*arguments),
        stdout=theirs,
        stderr=theirs,
        env=environment(**{"TERM": "xterm-256color", "GIT_PAGER": "cat", **more}),
    )
    os.close(theirs)
    printed = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # how Linux says that the other side is closed
            break
        if not part:
            break
        printed += part
    os.close(ours)
    assert running.wait(30) == 0
    return printed.decode()


def test_colour_is_for_terminals_and_no_color_is_honoured(tree: Path) -> None:
    # 30 to 37, 90 to 97, and 38 with more: what sets a colour, unlike bold or dim.
    colour = re.compile(r"\x1b\[(?:\d+;)*(?:3[0-8]|9[0-7])[;m]")
    assert colour.search(on_a_terminal("audit", tree))
    assert not colour.search(on_a_terminal("audit", tree, NO_COLOR="1"))
    assert "\x1b" not in on_a_terminal("audit", tree, TERM="dumb")
    assert "\x1b" not in on_a_terminal("recipes", NO_COLOR="1")


# diff


def test_diff_is_a_patch_that_git_takes_and_apply_writes_the_same(tenantize: Tenantize, tree: Path) -> None:
    text = HANDLERS.replace("{name}", "odd")
    (tree / "src/webui/crlf 中.py").write_bytes(text.replace("\n", "\r\n").encode())
    (tree / "src/webui/bom.py").write_bytes(b"\xef\xbb\xbf" + text.rstrip("\n").encode())
    (tree / "src/webui/gbk.py").write_bytes(f"# -*- coding: gbk -*-\n# 说明\n{text}".encode("gbk"))
    commit_all(tree)
    answer = tenantize("diff", tree)
    assert answer.status == 0
    patched = copy_of(tree, tree.parent / "patched")
    for options in (["--check"], []):
        subprocess.run(["git", "-C", str(patched), "apply", *options], input=answer.raw, check=True)
    tenantize("apply", tree)
    assert state(patched) == state(tree)
    for name in ("crlf 中", "bom", "gbk"):
        assert b"@webui_tenant" in (tree / f"src/webui/{name}.py").read_bytes()


def test_diff_writes_nothing(tenantize: Tenantize, tree: Path) -> None:
    before = state(tree)
    for options in ([], ["--stat"], ["--check"]):
        tenantize("diff", *options, tree)
    assert state(tree) == before
    assert not (tree / ".tenantize").exists()


def test_diff_twice_is_the_same_byte_for_byte(tenantize: Tenantize, tree: Path) -> None:
    assert tenantize("diff", tree) == tenantize("diff", tree)


def test_check_is_exit_1_while_something_is_left_and_0_after_apply(tenantize: Tenantize, tree: Path) -> None:
    assert tenantize("diff", tree).status == 0
    assert tenantize("diff", "--check", tree).status == 1
    tenantize("apply", tree)
    answer = tenantize("diff", "--check", tree)
    assert (answer.status, answer.out, answer.err.splitlines()[-1]) == (0, "", "Nothing to change.")


def test_stat_counts_what_git_counts(tenantize: Tenantize, tree: Path) -> None:
    answer = tenantize("diff", "--stat", tree)
    assert answer.status == 0
    numbers = subprocess.run(
        ["git", "apply", "--numstat"], input=tenantize("diff", tree).raw, capture_output=True, check=True, cwd=tree
    )
    expected = {
        path: (int(a), int(r)) for a, r, path in (line.split("\t") for line in numbers.stdout.decode().splitlines())
    }
    found = {path: (int(a), int(r)) for path, a, r in re.findall(r"^ (\S+) +\| +(\d+) \+ +(\d+) -$", answer.out, re.M)}
    assert found == expected
    added, removed = (sum(pair[side] for pair in expected.values()) for side in (0, 1))
    assert f"4 files changed, {added} lines added, {removed} removed" in answer.out


def test_stat_sums_up_by_recipe_and_folder_within_80_columns(tenantize: Tenantize, tree: Path) -> None:
    out = tenantize("diff", "--stat", tree).out
    assert [line for line in out.splitlines() if cell_len(line) > 80] == []
    *_, first, second = out.split("\n\n")
    assert first.splitlines()[0] == "tenant-foundation" and "(section 4.4 of the analysis)" in first
    assert first.splitlines()[-1] == "  src/common/message     1 place in 1 file"
    assert second.splitlines()[0] == "webui-admin-context"
    # Two handlers and the support file.
    assert second.splitlines()[-1] == "  src/webui              3 places in 3 files"
    nothing = tenantize("diff", "--stat", "--path", "bot.py", tree).out
    assert nothing == " 0 files changed, 0 lines added, 0 removed\n"


@pytest.mark.parametrize(
    ("path", "module"),
    [
        ("bot.py", "."),
        ("src/main.py", "src"),
        ("src/plugin_system/apis/chat_api.py", "src/plugin_system/apis"),
        ("src/chat/replyer/deep/er/x.py", "src/chat/replyer"),
        ("plugins/mine/plugin.py", "plugins/mine"),
        ("plugins/mine/core/deep/x.py", "plugins/mine"),
        ("plugins/one.py", "plugins"),
    ],
)
def test_a_file_is_part_of_its_plugin_or_its_folder(path: str, module: str) -> None:
    from codemods.deliver.reports.summary import module_of

    assert module_of(path) == module


def test_an_unknown_recipe_is_refused_with_the_known_ones(tenantize: Tenantize, tree: Path) -> None:
    for name in ("diff", "apply"):
        answer = tenantize(name, "--recipe", "webui", tree)
        assert_one_sentence(answer, "'webui'", "tenant-foundation", "webui-admin-context")


def test_a_recipe_without_what_it_stands_on_says_which_recipe_creates_that(tenantize: Tenantize, tree: Path) -> None:
    before = state(tree)
    for name in ("diff", "apply"):
        answer = tenantize(name, "--recipe", "webui-admin-context", tree)
        assert_one_sentence(answer, "tenant-foundation", "create", CONTEXT)
    assert state(tree) == before


def test_a_recipe_runs_alone_once_what_it_stands_on_is_there(tenantize: Tenantize, tree: Path) -> None:
    assert tenantize("apply", "--recipe", "tenant-foundation", tree).status == 0
    commit_all(tree)
    answer = tenantize("diff", "--recipe", "webui-admin-context", tree)
    assert answer.status == 0
    assert CONTEXT not in answer.out and CHAT in answer.out


def test_recipes_together_give_what_all_give(tenantize: Tenantize, tree: Path) -> None:
    # In whatever order they are named.
    named = tenantize("diff", "--recipe", "webui-admin-context", "--recipe", "tenant-foundation", tree)
    assert named.out == tenantize("diff", tree).out != ""


@pytest.mark.parametrize("command", ["audit", "diff", "apply"])
def test_a_holder_of_the_trees_own_is_read_from_its_pyproject_and_from_a_file(
    command: str, tenantize: Tenantize, tree: Path, tmp_path: Path
) -> None:
    entry = 'name = "topics"\nat = "src.topics:topics"\nscope = "guard"\n'
    (tree / "pyproject.toml").write_text(f"[[tool.tenantize.holder]]\n{entry}", encoding="utf-8")
    assert_one_sentence(tenantize(command, tree), "pyproject.toml", "src.topics:topics", "which is not in this tree")
    (tree / "src" / "topics.py").write_text("topics = {}\n", encoding="utf-8")
    assert tenantize(command, tree).status == 0
    more = tmp_path / "more.toml"
    more.write_text(f"[[holder]]\n{entry}".replace("guard", "share"), encoding="utf-8")
    assert_one_sentence(tenantize(command, tree, "--state", more), "more.toml", '"share"', "choose from")


@pytest.mark.parametrize("glob", ["src/web/*", "*.txt", "/src/webui/chat_routes.py", "README.md"])
def test_a_path_that_matches_nothing_is_refused(glob: str, tenantize: Tenantize, tree: Path) -> None:
    (tree / "README.md").write_text("x")
    assert_one_sentence(tenantize("diff", "--path", glob, tree), f"--path {glob} matches no Python file")


def test_one_path_of_several_that_matches_nothing_is_refused_too(tenantize: Tenantize, tree: Path) -> None:
    assert_one_sentence(tenantize("apply", "--path", CHAT, "--path", "nope.py", tree), "--path nope.py")


def test_one_path_brings_along_what_its_edits_stand_on_and_no_more(tenantize: Tenantize, tree: Path) -> None:
    answer = tenantize("apply", "--path", CHAT, tree)
    assert answer.status == 0
    assert sorted(line[3:] for line in git_status(tree).splitlines()) == [CONTEXT, CHAT, SUPPORT]
    for path in (CONTEXT, CHAT, SUPPORT):
        compile((tree / path).read_bytes(), path, "exec")
    assert b"@webui_tenant" in (tree / CHAT).read_bytes()
    # The rest can follow later, and comes out the same.
    assert tenantize("apply", "--allow-dirty", tree).status == 0
    assert tenantize("diff", "--check", tree).status == 0


def test_a_path_with_nothing_to_migrate_changes_nothing(tenantize: Tenantize, tree: Path) -> None:
    answer = tenantize("diff", "--check", "--path", "bot.py", tree)
    assert (answer.status, answer.out, answer.err.splitlines()[-1]) == (0, "", "Nothing to change.")


@pytest.mark.parametrize("pattern", ["src/webui", "src/webui/", "src/webui/*", "*_routes.py", "src/*/chat_*.py"])
def test_a_path_may_be_a_folder_or_a_glob(pattern: str, tenantize: Tenantize, tree: Path) -> None:
    assert f"diff --git a/{CHAT}" in tenantize("diff", "--path", pattern, tree).out


# apply and undo


def test_apply_says_what_it_did_on_stdout_and_the_rest_on_stderr(tenantize: Tenantize, tree: Path) -> None:
    answer = tenantize("apply", tree)
    assert answer.status == 0
    assert answer.out.splitlines() == [
        "tenant-foundation",
        f"  {CONTEXT}: TenantContextError, TenantAccessError, current_tenant_id, "
        "current_agent_id, admin_pair, tenant_scope",
        "webui-admin-context",
        f"  {CHAT}: get_chat",
        f"  {PERSON}: get_person",
        f"  {SUPPORT} (new file): webui_tenant, webui_token, own_connections",
    ]
    assert "Wrote 4 files; 'tenantize undo' takes them back." in answer.err


def test_a_second_apply_has_nothing_to_change_and_leaves_undo_alone(tenantize: Tenantize, tree: Path) -> None:
    before = state(tree)
    tenantize("apply", tree)
    answer = tenantize("apply", tree)
    assert (answer.status, answer.out) == (0, "Nothing to change.\n")
    assert "Wrote" not in answer.err
    assert tenantize("undo", tree).status == 0
    assert state(tree) == before


def test_undo_lists_what_it_restored_and_git_is_clean(tenantize: Tenantize, tree: Path) -> None:
    tenantize("apply", tree)
    answer = tenantize("undo", tree)
    assert (answer.status, answer.out.splitlines()) == (0, [CONTEXT, CHAT, PERSON, SUPPORT])
    assert git_status(tree) == ""


def test_undo_without_an_apply_is_refused(tenantize: Tenantize, tree: Path) -> None:
    assert_one_sentence(tenantize("undo", tree), "nothing to undo")


def test_undo_of_an_edited_file_is_refused_and_changes_nothing(tenantize: Tenantize, tree: Path) -> None:
    tenantize("apply", tree)
    (tree / CHAT).write_bytes((tree / CHAT).read_bytes() + b"# mine\n")
    before = state(tree)
    assert_one_sentence(tenantize("undo", tree), CHAT, "Nothing was changed")
    assert state(tree) == before


def git_status(root: Path) -> str:
    asked = ["git", "-C", str(root), "status", "--porcelain", "--untracked-files=all"]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("staged", [False, True], ids=["edited", "staged"])
def test_apply_refuses_files_with_uncommitted_changes(staged: bool, tenantize: Tenantize, tree: Path) -> None:
    (tree / CHAT).write_bytes(b"# mine\n" + (tree / CHAT).read_bytes())
    if staged:
        subprocess.run(["git", "-C", str(tree), "add", CHAT], check=True)
    before = state(tree)
    assert_one_sentence(tenantize("apply", tree), CHAT, "uncommitted", "--allow-dirty", "Nothing was changed")
    assert state(tree) == before
    assert tenantize("apply", "--allow-dirty", tree).status == 0
    assert (tree / CHAT).read_bytes().startswith(b"# mine\n")
    tenantize("undo", tree)
    assert state(tree) == before


def test_uncommitted_changes_elsewhere_do_not_matter(tenantize: Tenantize, tree: Path) -> None:
    (tree / "bot.py").write_text("# mine\n")
    (tree / "new.py").write_text("# mine\n")
    assert tenantize("apply", tree).status == 0


def test_a_plain_folder_is_migrated_without_asking_git(tenantize: Tenantize, tmp_path: Path) -> None:
    root = small_tree(tmp_path / "plain", git=False)
    before = state(root)
    assert tenantize("apply", root).status == 0
    assert tenantize("undo", root).status == 0
    assert state(root) == before


def test_apply_never_overwrites_a_file_that_the_checkout_ignores(tenantize: Tenantize, tree: Path) -> None:
    (tree / ".gitignore").write_text("tenant.py\n")
    (tree / SUPPORT).write_text("MINE = 1\n")
    before = state(tree)
    answer = tenantize("apply", tree)
    assert_one_sentence(answer, SUPPORT)
    # Running it again, with the same file in the way, would help nobody.
    assert "run the command again" not in answer.err
    assert state(tree) == before


def test_apply_does_not_take_over_a_module_of_the_same_name(tenantize: Tenantize, tree: Path) -> None:
    (tree / SUPPORT).write_text("MINE = 1\n")
    before = state(tree)
    assert_one_sentence(tenantize("apply", tree), SUPPORT, "rename")
    assert state(tree) == before


def interrupted(root: Path, name: str) -> None:
    """Make the last apply look as kill -9 leaves it after its first file: `name` is what the run was at."""
    run = max((root / ".tenantize/applied").iterdir())
    manifest = json.loads((run / "manifest.json").read_text())["entries"]
    run.rename(root / ".tenantize" / name)
    run = root / ".tenantize" / name
    if name == "undoing":
        (run / "old" / "0").replace(root / manifest[0]["path"])
        return
    for index, entry in enumerate(manifest[1:], 1):
        (root / entry["path"]).replace(run / "new" / str(index))
        if entry["old"] is not None:
            shutil.copyfile(run / "old" / str(index), root / entry["path"])


def test_the_next_apply_finishes_one_that_was_killed_and_diff_tells_of_it(tenantize: Tenantize, tree: Path) -> None:
    before = state(tree)
    tenantize("apply", tree)
    done = state(tree)
    interrupted(tree, "applying")
    assert state(tree) not in (before, done)
    assert "interrupted" in tenantize("diff", tree).err
    answer = tenantize("apply", "--allow-dirty", tree)
    assert answer.status == 0
    assert "has been finished" in answer.err
    assert state(tree) == done


def test_undo_takes_back_an_apply_that_was_killed(tenantize: Tenantize, tree: Path) -> None:
    before = state(tree)
    tenantize("apply", tree)
    interrupted(tree, "applying")
    assert tenantize("undo", tree).status == 0
    assert state(tree) == before


def test_undo_finishes_one_that_was_killed_and_takes_back_no_more(tenantize: Tenantize, tree: Path) -> None:
    before = state(tree)
    tenantize("apply", "--recipe", "tenant-foundation", tree)
    foundation = state(tree)
    tenantize("apply", "--allow-dirty", tree)
    interrupted(tree, "undoing")
    answer = tenantize("undo", tree)
    assert answer.status == 0
    assert "finished" in answer.err
    assert state(tree) == foundation
    assert tenantize("undo", tree).status == 0
    assert state(tree) == before


def test_undo_of_the_only_apply_that_was_killed_is_no_error(tenantize: Tenantize, tree: Path) -> None:
    before = state(tree)
    tenantize("apply", tree)
    interrupted(tree, "undoing")
    answer = tenantize("undo", tree)
    assert state(tree) == before
    assert answer.status == 0


@pytest.mark.parametrize("name", ["apply", "undo"])
def test_a_second_tenantize_at_a_time_is_refused_and_harms_nothing(name: str, tenantize: Tenantize, tree: Path) -> None:
    tenantize("apply", "--recipe", "tenant-foundation", tree)
    before = state(tree)
    # Another process that stays at work until its input ends.
    code = (
        "import sys, pathlib; from codemods.journal.state import locked\n"
        "with locked(pathlib.Path(sys.argv[1])): print('at work', flush=True); sys.stdin.read()"
    )
    arguments = [sys.executable, "-c", code, str(tree)]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment()) as other:
        assert other.stdout and other.stdout.readline() == b"at work\n"
        assert_one_sentence(tenantize(name, tree), "Another tenantize is at work")
        other.kill()
    assert state(tree) == before
    # The lock goes with the process that held it, even one that was killed.
    assert tenantize("undo", tree).status == 0


# Files that do not parse


def test_a_broken_file_is_reported_with_its_place_and_the_rest_is_done(tenantize: Tenantize, tree: Path) -> None:
    (tree / "src/broken.py").write_text("x = 1\nif x\n    y = 2\n")
    for name in ("audit", "diff"):
        answer = tenantize(name, tree)
        assert answer.status == 0
        assert "src/broken.py:2:5: expected ':'; left alone." in answer.err.splitlines()
        assert CHAT in answer.out
    answer = tenantize("apply", tree)
    assert answer.status == 0
    assert "1 file did not parse; the others were done." in answer.err
    assert b"@webui_tenant" in (tree / CHAT).read_bytes()
    assert (tree / "src/broken.py").read_text() == "x = 1\nif x\n    y = 2\n"
    assert tenantize("undo", tree).status == 0


def test_a_broken_handler_file_is_left_alone_and_its_neighbours_are_migrated(tenantize: Tenantize, tree: Path) -> None:
    (tree / CHAT).write_bytes((tree / CHAT).read_bytes() + b"def (:\n")
    before = (tree / CHAT).read_bytes()
    commit_all(tree)
    assert tenantize("apply", tree).status == 0
    assert (tree / CHAT).read_bytes() == before
    assert b"@webui_tenant" in (tree / PERSON).read_bytes()


@pytest.mark.parametrize("needed", [CONTEXT, "src/webui/token_manager.py"])
def test_a_broken_file_that_the_plan_needs_stops_it_whole(needed: str, tenantize: Tenantize, tree: Path) -> None:
    (tree / needed).write_text("def (:\n")
    before = state(tree)
    for name in ("diff", "apply"):
        answer = tenantize(name, tree)
        assert (answer.status, answer.out) == (2, "")
        assert f"tenantize: {needed}:1:5 cannot be read (invalid syntax), and " in answer.err
        assert "Nothing was changed" in answer.err
    assert state(tree) == before


BROKEN = {
    "null byte": b"x = 1\x00\n",
    "unknown encoding": b"# -*- coding: klingon -*-\nx = 1\n",
    "wrong encoding": b"# \xd6\xd0\nx = '\xd6\xd0'\n",
    "utf-16": "x = 1\n".encode("utf-16"),
    "python 2": b'print "x"\n',
    "never closed": b"x = (\n",
    "deep": b"x = " + b"-" * 50_000 + b"1\n",
    "long": b"x = " + b" + ".join([b"a"] * 5_000) + b"\n",
}


@pytest.mark.parametrize("case", BROKEN)
def test_whatever_python_makes_of_a_file_the_others_are_done(case: str, tenantize: Tenantize, tree: Path) -> None:
    (tree / "src/odd.py").write_bytes(BROKEN[case])
    answer = tenantize("diff", tree)
    assert CHAT in answer.out
    assert answer.status == 0
    (line,) = [line for line in answer.err.splitlines() if line.startswith("src/odd.py")]
    # Line and column count from 1.
    assert re.match(r"src/odd\.py:[1-9]\d*:[1-9]\d*: \S.*; left alone\.$", line)


def parses(source: str) -> bool:
    try:
        compile(source, "x", "exec")
    except SyntaxError:
        return False
    return True


@pytest.mark.skipif(parses(NEWER), reason="this Python parses it")
def test_syntax_of_a_newer_python_is_no_syntax_error_but_asks_for_that_python(tenantize: Tenantize, tree: Path) -> None:
    (tree / "src/newer.py").write_text(NEWER)
    answer = tenantize("diff", tree)
    assert answer.status == 0
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    (line,) = [line for line in answer.err.splitlines() if line.startswith("src/newer.py:1:")]
    assert f"newer than Python {version}" in line and "run tenantize with the Python that runs the tree" in line


@pytest.mark.skipif(parses(NEWER), reason="this Python parses it")
def test_a_needed_file_in_syntax_of_a_newer_python_asks_for_that_python(tenantize: Tenantize, tree: Path) -> None:
    (tree / CONTEXT).write_text(NEWER + (tree / CONTEXT).read_text(encoding="utf-8"), encoding="utf-8")
    answer = tenantize("diff", tree)
    assert (answer.status, answer.out) == (2, "")
    (line,) = [line for line in answer.err.splitlines() if line.startswith("tenantize: ")]
    # It needs no mending.
    assert "newer than Python" in line and "mend that file" not in line


def test_a_sloppy_escape_in_the_tree_makes_no_noise(tree: Path) -> None:
    (tree / "src/sloppy.py").write_text('x = "\\d"\n')
    # From Python 3.12 on, such warnings are shown by default.
    assert "Warning" not in process("audit", tree, PYTHONWARNINGS="default").stderr


# Trees that lack something


def test_a_tree_without_webui_gets_the_foundation_and_is_told_what_was_passed_over(
    tenantize: Tenantize, tree: Path
) -> None:
    shutil.rmtree(tree / "src/webui")
    commit_all(tree)
    assert_one_sentence(
        tenantize("apply", "--recipe", "tenant-foundation", "--recipe", "webui-admin-context", tree),
        "has no WebUI of this kind",
    )
    assert tenantize("audit", tree).status == 0
    answer = tenantize("apply", tree)
    assert answer.status == 0
    assert "Passed over: webui-admin-context" in answer.err and "has no WebUI of this kind" in answer.err
    assert [line.strip().partition(":")[0] for line in answer.out.splitlines()] == ["tenant-foundation", CONTEXT]


@contextmanager
def loaded(path: Path) -> Iterator[ModuleType]:
    spec = importlib.util.spec_from_file_location("fresh_tenant_context", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # as dataclasses want it
    try:
        spec.loader.exec_module(module)
        yield module
    finally:
        del sys.modules[spec.name]


@pytest.mark.parametrize("command", ["apply", "diff", "pulls"])
def test_a_tree_without_a_tenant_context_is_refused(command: str, tenantize: Tenantize, tree: Path) -> None:
    shutil.rmtree(tree / "src/common/message")
    commit_all(tree)
    assert_one_sentence(tenantize(command, tree), "one tenant only", "nothing was changed")
    assert not (tree / CONTEXT).exists()


def test_a_context_that_a_tree_gets_works(tree: Path) -> None:
    shutil.rmtree(tree / "src/common/message")
    contents = {change.path: change.after for change in plan_of(open_checkout(tree), "tenant-foundation").changes}
    assert contents["src/common/message/__init__.py"] == b""
    (tree / "context.py").write_bytes(contents[CONTEXT])
    with loaded(tree / "context.py") as context:
        assert context.get_current_tenant_id() is None and context.get_current_agent_id() is None
        with pytest.raises(RuntimeError, match=r"test_a_context_that_a_tree_gets_works"):
            context.current_tenant_id()
        with context.tenant_context("a", "b"):
            assert (context.current_tenant_id(), context.current_agent_id()) == ("a", "b")
            with context.tenant_scope("c", "d"):
                assert context.get_current_context() == context.TenantContextState("c", "d")
            assert context.get_current_tenant_id() == "a"
        assert context.get_current_tenant_id() is None


# recipes


def test_recipes_are_listed_in_their_order_and_shown_one_by_one(tenantize: Tenantize) -> None:
    listed = [line.split("  ")[0] for line in tenantize("recipes").out.splitlines()]
    assert listed.index("tenant-foundation") < listed.index("webui-admin-context")
    for name in listed:
        answer = tenantize("recipes", name)
        assert answer.status == 0
        assert answer.out.startswith(f"{name}: ") and "answers: section" in answer.out
    assert "requires: tenant-foundation" in tenantize("recipes", "webui-admin-context").out
    assert_one_sentence(tenantize("recipes", "nope"), "'nope'", "tenant-foundation")


# Ctrl-C, closed pipes, full disks


def assert_interrupted(running: subprocess.Popen[str]) -> None:
    out, err = running.communicate(timeout=20)
    assert running.returncode == 130
    assert out == ""
    assert err.strip().splitlines() == ["Interrupted; the tree is whole."]


def started(*arguments: object, **more: str) -> subprocess.Popen[str]:
    """The command in a process group of its own, so that a signal to the group does not reach the tests."""
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command(*arguments), stdout=pipe, stderr=pipe, text=True, env=environment(**more), start_new_session=True
    )


def wait_for(happened: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not happened() and time.monotonic() < until:
        time.sleep(0.02)


def test_ctrl_c_is_exit_130_one_line_and_an_unchanged_tree(tree: Path, tmp_path: Path) -> None:
    before = state(tree)
    # A git that takes its time, so that there is time for Ctrl-C.
    (tmp_path / "bin").mkdir()
    git = tmp_path / "bin" / "git"
    git.write_text(f"#!/bin/sh\ntouch {tmp_path}/asked\nexec sleep 30\n")
    git.chmod(0o755)
    running = started("apply", tree, PATH=f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    wait_for((tmp_path / "asked").exists)
    running.send_signal(signal.SIGINT)
    assert_interrupted(running)
    assert state(tree) == before


def has_workers(pid: int) -> bool:
    """Whether a process has started others of its kind."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return any(b"codemods.cli" in Path(f"/proc/{child}/cmdline").read_bytes() for child in children)
    except FileNotFoundError:  # gone in the meantime
        return False


@pytest.mark.skipif(
    (os.cpu_count() or 1) < 2 or not Path(f"/proc/self/task/{os.getpid()}/children").exists(),
    reason="one processor has no workers, and only Linux tells of them",
)
def test_ctrl_c_on_a_terminal_reaches_the_workers_and_none_prints_a_traceback(sample: Path) -> None:
    before = state(sample)
    running = started("apply", sample)
    wait_for(lambda: has_workers(running.pid))
    time.sleep(0.3)  # into their work
    os.killpg(running.pid, signal.SIGINT)
    assert_interrupted(running)
    assert state(sample) == before


def test_ctrl_c_while_libcst_makes_its_dataclasses_is_exit_130_as_well(tmp_path: Path) -> None:
    (tmp_path / "stopped.py").write_text(
        "from codemods.cli import main as cli\n"
        "cli._run = lambda: exec('raise KeyboardInterrupt')  # dataclasses exec what they are made of\n"
        "cli.main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "stopped"],
        capture_output=True,
        text=True,
        env=environment(PYTHONPATH=f"{tmp_path}{os.pathsep}{HOME}"),
        check=False,
    )
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr == "Interrupted; the tree is whole.\n"


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
