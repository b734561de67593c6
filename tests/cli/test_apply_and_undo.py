"""`tenantize apply` and `undo`: what they write and take back, what they refuse, and runs that were killed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.running import (
    CHAT,
    CONTEXT,
    PERSON,
    SUPPORT,
    Tenantize,
    assert_one_sentence,
    environment,
    git_status,
    interrupted,
    small_tree,
)
from tests.journal.trees import state


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
        f"  {SUPPORT} (new file): webui_tenant, webui_token, webui_admin, own_connections, valid_token, refusal",
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
