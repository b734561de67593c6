"""`tenantize diff`: a patch that git takes, its counts, and what recipes, paths and holders choose."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.cli.running import (
    CHAT,
    CONTEXT,
    HANDLERS,
    SUPPORT,
    Tenantize,
    assert_one_sentence,
    git_status,
)
from tests.conftest import commit_all, copy_of
from tests.journal.trees import state


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


def test_a_recipe_brings_what_it_requires_and_says_so(tenantize: Tenantize, tree: Path) -> None:
    comes_along = "tenant-foundation comes along: what was asked for stands on it.\n"
    answer = tenantize("diff", "--recipe", "webui-admin-context", tree)
    assert answer.status == 0 and answer.err == comes_along
    assert CONTEXT in answer.out and CHAT in answer.out
    both = tenantize("diff", "--recipe", "webui-admin-context", "--recipe", "tenant-foundation", tree)
    assert (both.out, both.err) == (answer.out, "")
    assert comes_along in tenantize("apply", "--recipe", "webui-admin-context", tree).err


def test_a_recipe_with_nothing_to_do_brings_nothing(tenantize: Tenantize, tree: Path) -> None:
    answer = tenantize("diff", "--check", "--recipe", "chat-manager-guard", tree)
    nothing = tenantize("diff", "--check", "--recipe", "background-context", tree)
    assert answer.status == 2, "the small tree has no ChatManager"
    assert (nothing.status, nothing.out, nothing.err) == (0, "", "Nothing to change.\n")


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
