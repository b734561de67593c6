"""The branches that `tenantize pulls` makes: from HEAD, without touching what is checked out, again and again."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from codemods.knowledge.recipes import chosen_recipes
from tests.cli import running
from tests.cli.running import (
    CHAT,
    CONTEXT,
    PERSON,
    SUPPORT,
    Answer,
    Tenantize,
    assert_one_sentence,
    process,
    small_tree,
)
from tests.conftest import SAMPLE, commit_all

# Its fixtures.
tenantize, prototype = running.tenantize, running.prototype

FOUNDATION, WEBUI, PEOPLE = "tenantize/foundation", "tenantize/webui", "tenantize/people"
ALL = (FOUNDATION, PEOPLE, WEBUI)
# Two modules that do not wait for each other: both wait for the foundation and for the WebUI's support file.
GROUP = ("--group", f"people={PERSON}")


def git(tree: Path, *arguments: str, may_fail: bool = False) -> str:
    done = subprocess.run(["git", "-C", str(tree), *arguments], capture_output=True, text=True, check=False)
    assert may_fail or done.returncode == 0, done.stderr
    return done.stdout.rstrip("\n")


@pytest.fixture
def tree(prototype: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    copy = shutil.copytree(prototype, tmp_path / "tree")
    for name, value in {"name": "Maintainer 维护", "email": "m@example.org"}.items():
        git(copy, "config", f"user.{name}", value)
    git(copy, "branch", "-M", "main")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    return copy


Pulls = Callable[..., Answer]


@pytest.fixture
def pulls(tenantize: Tenantize, tree: Path) -> Pulls:
    return lambda *arguments: tenantize("pulls", *GROUP, *arguments, tree)


def branches(tree: Path) -> dict[str, str]:
    lines = git(tree, "for-each-ref", "--format=%(refname:short) %(objectname)", "refs/heads/tenantize").splitlines()
    return {name: commit for name, _, commit in (line.partition(" ") for line in lines)}


def files_of(tree: Path, commit: str, since: str = "main") -> list[str]:
    return git(tree, "diff", "--name-only", since, commit).splitlines()


def checked_out(tree: Path) -> dict[str, str]:
    """What is checked out, byte for byte: the files, the index, HEAD and the current branch."""
    found = {
        path.relative_to(tree).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(tree.rglob("*"))
        if path.is_file() and ".git" not in path.relative_to(tree).parts
    }
    for name in ("index", "HEAD", "refs/heads/main"):
        found[name] = hashlib.sha256((tree / ".git" / name).read_bytes()).hexdigest()
    return found


def statuses(answer: Answer) -> dict[str, str]:
    """What is said of each branch, on either stream."""
    assert answer.status == 0, answer.err
    lines = [line.partition(": ") for line in (answer.out + answer.err).splitlines()]
    return {name: rest for name, _, rest in lines if "tenantize/" in name}


# What is made


def test_branches_of_their_module_behind_what_they_stand_on(pulls: Pulls, tree: Path) -> None:
    assert statuses(pulls()) == {FOUNDATION: "new", WEBUI: "new", PEOPLE: "new"}
    assert files_of(tree, FOUNDATION) == [CONTEXT]
    assert files_of(tree, WEBUI, FOUNDATION) == [CHAT, SUPPORT]
    assert files_of(tree, PEOPLE, WEBUI) == [PERSON]
    assert git(tree, "rev-list", "--count", f"main..{PEOPLE}") == "3"


def test_commits_say_who_what_and_why(pulls: Pulls, tree: Path) -> None:
    pulls()
    assert git(tree, "log", "-1", "--format=%an <%ae> %cn", WEBUI) == "Maintainer 维护 <m@example.org> Maintainer 维护"
    message = git(tree, "log", "-1", "--format=%B", WEBUI)
    subject, blank, *rest = message.splitlines()
    (recipe,) = chosen_recipes(["webui-admin-context"])
    assert subject == "webui: keep tenants apart (webui-admin-context)"
    assert blank == ""
    assert " ".join(rest).startswith(f"{recipe.title}.")
    assert "Section 2.2 of the analysis, WebUI (Local Chat):" in rest
    assert "    No `TenantContext` is established. The WebUI chat will crash in" in rest
    assert f"- {CHAT}: get_chat" in rest
    assert max(len(line) for line in rest) <= 75


def test_in_chinese(pulls: Pulls, tree: Path) -> None:
    pulls("--lang", "zh")
    subject, _, *rest = git(tree, "log", "-1", "--format=%B", WEBUI).splitlines()
    (recipe,) = chosen_recipes(["webui-admin-context"])
    assert subject == "webui: 隔离各租户（webui-admin-context）" and rest[0] == f"{recipe.title_zh}。"
    assert "分析的第 2.2 节：WebUI（本地聊天）:" in rest


def test_what_is_checked_out_stays_and_the_plan_is_heads(pulls: Pulls, tree: Path) -> None:
    (tree / CHAT).write_text("not python at all (\n")
    (tree / PERSON).unlink()
    (tree / "src/webui/new_routes.py").write_text((tree / CONTEXT).read_text())
    (tree / "src/webui/staged.py").write_text("x = 1\n")
    git(tree, "add", "src/webui/staged.py", CHAT)
    before = checked_out(tree)
    assert statuses(pulls()) == {FOUNDATION: "new", WEBUI: "new", PEOPLE: "new"}
    assert checked_out(tree) == before
    assert files_of(tree, PEOPLE) == [CONTEXT, CHAT, PERSON, SUPPORT]
    assert git(tree, "show", f"{PEOPLE}:{CHAT}").count("@webui_tenant") == 1


def test_hooks_are_not_run(pulls: Pulls, tree: Path, tmp_path: Path) -> None:
    for name in ("pre-commit", "commit-msg", "post-commit", "reference-transaction", "post-checkout", "post-rewrite"):
        hook = tree / ".git/hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\necho {name} >> {tmp_path}/ran\nexit 1\n")
        hook.chmod(0o755)
    assert len(statuses(pulls())) == 3
    assert not (tmp_path / "ran").exists()


def test_modes_links_and_submodules_stay(pulls: Pulls, tree: Path) -> None:
    (tree / CHAT).chmod(0o755)
    (tree / "src/webui/link.py").symlink_to("chat_routes.py")
    git(tree, "add", "--all")
    git(tree, "update-index", "--add", "--cacheinfo", f"160000,{git(tree, 'rev-parse', 'HEAD')},src/webui/other")
    git(tree, "commit", "--quiet", "--message", "modes")
    pulls()
    listed = git(tree, "ls-tree", "-r", PEOPLE, "src/webui").splitlines()
    modes = {line.rpartition("\t")[2]: line[:6] for line in listed}
    assert modes[CHAT] == "100755" and modes[PERSON] == modes[SUPPORT] == "100644"
    assert modes["src/webui/link.py"] == "120000" and modes["src/webui/other"] == "160000"
    assert sorted(files_of(tree, PEOPLE)) == sorted([CONTEXT, CHAT, PERSON, SUPPORT])


def test_names_that_are_not_ascii(pulls: Pulls, tree: Path) -> None:
    routes = "src/webui/聊天 routes.py"
    (tree / routes).write_bytes((tree / CHAT).read_bytes())
    commit_all(tree)
    pulls()
    assert git(tree, "show", f"{WEBUI}:{routes}").count("@webui_tenant") == 1
    assert f"`{routes}`" in git(tree, "config", f"branch.{WEBUI}.description")


def test_names_that_are_not_utf_8(pulls: Pulls, tree: Path, tmp_path: Path) -> None:
    routes = b"src/webui/caf\xe9_routes.py"
    Path(os.fsdecode(bytes(tree) + b"/" + routes)).write_bytes((tree / CHAT).read_bytes())
    commit_all(tree)
    assert statuses(pulls())[WEBUI] == "new"
    assert statuses(pulls())[WEBUI] == "as it was"
    git(tree, "merge", "--quiet", WEBUI)
    assert Path(os.fsdecode(bytes(tree) + b"/" + routes)).read_text().count("@webui_tenant") == 1
    git(tree, "reset", "--hard", "--quiet", "HEAD~2")
    assert pulls("--patches", tmp_path / "patches").status == 0
    git(tree, "am", "--quiet", "--keep-cr", *(str(file) for file in sorted((tmp_path / "patches").glob("*.patch"))))
    assert Path(os.fsdecode(bytes(tree) + b"/" + routes)).read_text().count("@webui_tenant") == 1


def test_a_plugin_in_a_repository_of_its_own(tenantize: Tenantize, tmp_path: Path) -> None:
    plugin = shutil.copytree(SAMPLE / "plugins/diary_plugin", tmp_path / "Diary Plugin")
    commit_all(plugin)
    git(plugin, "config", "user.name", "M")
    git(plugin, "config", "user.email", "m@example.org")
    assert statuses(tenantize("pulls", plugin)) == {"tenantize/plugin-diary-plugin": "new"}
    assert files_of(plugin, "tenantize/plugin-diary-plugin", "HEAD") == ["plugin.py"]


def test_a_tree_that_is_a_folder_of_its_repository(tenantize: Tenantize, tmp_path: Path, tree: Path) -> None:
    top = tmp_path / "top"
    small_tree(top / "services/bot", git=False)
    (top / "other.py").write_text("x = 1\n")
    commit_all(top)
    git(top, "config", "user.name", "M")
    git(top, "config", "user.email", "m@example.org")
    tenantize("pulls", top / "services/bot")
    assert files_of(top, WEBUI, "HEAD") == [f"services/bot/{path}" for path in (CONTEXT, CHAT, PERSON, SUPPORT)]


@pytest.mark.parametrize("works", [True, False])
def test_commits_are_signed_where_git_is_set_to(pulls: Pulls, tree: Path, tmp_path: Path, works: bool) -> None:
    signer = tmp_path / "signer"
    signer.write_text(
        "#!/bin/sh\ncat > /dev/null\n"
        + ("echo '-----BEGIN PGP SIGNATURE-----'\necho '[GNUPG:] SIG_CREATED ' >&2\n" if works else "exit 1\n")
    )
    signer.chmod(0o755)
    git(tree, "config", "commit.gpgsign", "true")
    git(tree, "config", "user.signingkey", "KEY")
    git(tree, "config", "gpg.program", str(signer))
    answer = pulls()
    if works:
        assert "\ngpgsig -----BEGIN PGP SIGNATURE-----" in git(tree, "cat-file", "commit", WEBUI)
        assert set(statuses(pulls()).values()) == {"as it was"}
    else:
        assert_one_sentence(answer, "git cannot make a commit", "sign")
        assert branches(tree) == {}


def test_the_plan_makes_nothing(pulls: Pulls, tree: Path) -> None:
    objects = git(tree, "count-objects", "-v")
    answer = pulls("--plan")
    assert answer.status == 0 and answer.err.count("\n") == answer.err.count("Passed over")
    assert answer.out.startswith("  1  foundation    1 file")
    assert re.search(r"\n  3  people        1 file +\+2 -\d\n     webui-admin-context\n     after webui\n", answer.out)
    assert answer.out.endswith("main\n└─ foundation\n   └─ webui\n      └─ people\n")
    assert (branches(tree), git(tree, "count-objects", "-v")) == ({}, objects)


def test_a_part_of_the_plan(pulls: Pulls, tree: Path) -> None:
    assert statuses(pulls("--recipe", "tenant-foundation")) == {FOUNDATION: "new"}
    assert statuses(pulls("--path", CHAT)) == {FOUNDATION: "as it was", WEBUI: "new"}
    assert statuses(pulls("--recipe", "tenant-foundation"))[WEBUI] == "left alone: not a part of this plan"


# Again


def test_again_changes_nothing(pulls: Pulls, tree: Path) -> None:
    pulls()
    before = branches(tree)
    assert statuses(pulls()) == dict.fromkeys(ALL, "as it was")
    assert branches(tree) == before


def test_when_main_has_moved_branches_are_made_anew(pulls: Pulls, tree: Path) -> None:
    pulls()
    (tree / "bot.py").write_text("print('moved')\n")
    commit_all(tree)
    assert statuses(pulls()) == dict.fromkeys(ALL, "rebuilt")
    assert git(tree, "merge-base", PEOPLE, "main") == git(tree, "rev-parse", "main")
    assert files_of(tree, PEOPLE) == [CONTEXT, CHAT, PERSON, SUPPORT]


@pytest.mark.parametrize("how", ["merge", "fast-forward", "squash", "cherry-pick"])
def test_what_was_merged_is_named_and_the_others_stand_on_it(
    pulls: Pulls, tenantize: Tenantize, tree: Path, tmp_path: Path, how: str
) -> None:
    applied = shutil.copytree(tree, tmp_path / "applied")
    tenantize("apply", applied)
    pulls()
    match how:
        case "merge":
            git(tree, "merge", "--quiet", "--no-ff", "--no-edit", FOUNDATION)
        case "fast-forward":
            git(tree, "merge", "--quiet", FOUNDATION)
        case "squash":
            git(tree, "merge", "--squash", FOUNDATION)
            git(tree, "commit", "--quiet", "--message", "squashed")
        case _:
            (tree / "bot.py").write_text("print('moved')\n")
            commit_all(tree)
            git(tree, "cherry-pick", FOUNDATION)
    answer = statuses(pulls())
    assert answer.pop(FOUNDATION) == "merged: nothing is left to change"
    assert set(answer.values()) == {"as it was" if how == "fast-forward" else "rebuilt"}
    assert files_of(tree, PEOPLE) == [CHAT, PERSON, SUPPORT]
    git(tree, "merge", "--quiet", "--no-edit", PEOPLE)
    answer = statuses(pulls())
    assert answer == dict.fromkeys(ALL, "merged: nothing is left to change")
    for path in (CONTEXT, CHAT, PERSON, SUPPORT):
        assert (tree / path).read_bytes() == (applied / path).read_bytes()


def test_a_merged_branch_whose_files_have_something_again(pulls: Pulls, tree: Path) -> None:
    pulls()
    git(tree, "merge", "--quiet", "--no-edit", PEOPLE)
    with (tree / PERSON).open("a") as file:
        file.write('\n\n@router.get("/more")\nasync def more():\n    return get_current_tenant_id()\n')
    commit_all(tree)
    merged = "merged: nothing is left to change"
    assert statuses(pulls()) == {FOUNDATION: merged, WEBUI: merged, PEOPLE: "rebuilt"}
    assert files_of(tree, PEOPLE) == [PERSON]


@pytest.mark.parametrize("act", ["commit", "amend", "reword", "merge"])
def test_a_branch_that_a_person_has_committed_to_stays(pulls: Pulls, tree: Path, act: str) -> None:
    pulls()
    (tree / "bot.py").write_text("print('moved')\n")
    commit_all(tree)
    git(tree, "switch", "--quiet", WEBUI)
    (tree / CHAT).write_text((tree / CHAT).read_text() + "# mine\n" * (act in ("commit", "amend")))
    match act:
        case "commit":
            git(tree, "commit", "--quiet", "--all", "--message", "Mine")
        case "amend":
            git(tree, "commit", "--quiet", "--all", "--amend", "--no-edit")
        case "reword":
            git(tree, "commit", "--quiet", "--amend", "--message", "Mine")
        case _:
            git(tree, "merge", "--quiet", "--no-edit", "main")
    git(tree, "switch", "--quiet", "main")
    mine = branches(tree)[WEBUI]
    answer = statuses(pulls())
    assert answer[WEBUI].startswith(f"left alone: a person has committed to it ({mine[:8]} ")
    assert answer[FOUNDATION] == answer[PEOPLE] == "rebuilt"
    assert branches(tree)[WEBUI] == mine


def test_a_branch_that_is_checked_out_elsewhere_stays(pulls: Pulls, tree: Path, tmp_path: Path) -> None:
    pulls()
    git(tree, "worktree", "add", "--quiet", str(tmp_path / "elsewhere"), WEBUI)
    (tree / "bot.py").write_text("print('moved')\n")
    commit_all(tree)
    before = branches(tree)[WEBUI]
    assert statuses(pulls())[WEBUI] == f"left alone: it is checked out ({tmp_path / 'elsewhere'})"
    assert branches(tree)[WEBUI] == before
    assert git(tmp_path / "elsewhere", "status", "--porcelain") == ""


# What cannot be


def test_one_of_our_branches_is_checked_out(pulls: Pulls, tree: Path) -> None:
    pulls()
    git(tree, "switch", "--quiet", WEBUI)
    assert_one_sentence(pulls(), WEBUI, "switch to the one")


def test_no_repository(tenantize: Tenantize, tmp_path: Path) -> None:
    assert_one_sentence(tenantize("pulls", small_tree(tmp_path / "plain", git=False)), "no git repository", "git init")


def test_no_git(tree: Path, tmp_path: Path) -> None:
    done = process("pulls", tree, PATH=str(tmp_path))
    assert done.returncode == 2
    assert done.stderr == "tenantize: git cannot be run: install git and put it on the PATH.\n"


def test_no_commit(tenantize: Tenantize, tmp_path: Path) -> None:
    plain = small_tree(tmp_path / "plain", git=False)
    git(plain, "init", "--quiet")
    assert_one_sentence(tenantize("pulls", plain), "no commit yet")


def test_a_folder_that_head_does_not_have(tenantize: Tenantize, tree: Path) -> None:
    assert_one_sentence(tenantize("pulls", small_tree(tree / "later", git=False)), "HEAD has no files in", "commit")


def test_nobody_is_the_author(pulls: Pulls, tree: Path) -> None:
    git(tree, "config", "--unset", "user.name")
    git(tree, "config", "user.useConfigOnly", "true")
    assert_one_sentence(pulls(), "git cannot make a commit", "name")
    assert branches(tree) == {}


def test_a_branch_of_the_name_of_our_folder(pulls: Pulls, tree: Path) -> None:
    git(tree, "branch", "tenantize")
    assert_one_sentence(pulls(), "git cannot set the branches", "tenantize")
    assert branches(tree) == {"tenantize": git(tree, "rev-parse", "main")}


def test_a_hooks_environment_is_not_the_trees(
    pulls: Pulls, tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = small_tree(tmp_path / "other")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git/index"))
    answer = pulls()
    monkeypatch.undo()
    assert answer.status == 0 and set(branches(tree)) == set(ALL) and branches(other) == {}


def test_nothing_to_change(pulls: Pulls, tenantize: Tenantize, tree: Path) -> None:
    tenantize("apply", tree)
    commit_all(tree)
    answer = pulls()
    assert (answer.status, answer.out) == (0, "") and answer.err.startswith("Nothing to change.\n")
    assert pulls("--plan").out == "Nothing to change.\n"


def test_another_run_in_between_is_noticed(tree: Path) -> None:
    from codemods.deliver.pulls.repository import Repository
    from codemods.errors import TenantizeError

    repository = Repository(tree)
    git(tree, "branch", FOUNDATION)
    with pytest.raises(TenantizeError, match="set the branches"):
        repository.move_branches({WEBUI: (None, repository.head), FOUNDATION: (None, repository.head)})
    assert set(branches(tree)) == {FOUNDATION}


# Patches


def test_patches_and_no_branches(pulls: Pulls, tree: Path, tmp_path: Path) -> None:
    folder = tmp_path / "new/patches"
    answer = pulls("--patches", folder)
    names = [
        "0000-cover-letter.md",
        "0001-foundation-tenant-foundation.patch",
        "0001-foundation.md",
        "0002-webui-webui-admin-context.patch",
        "0002-webui.md",
        "0003-people-webui-admin-context.patch",
        "0003-people.md",
    ]
    assert answer.out.splitlines() == [str(folder / name) for name in names]
    assert branches(tree) == {}
    letter = (folder / names[0]).read_text()
    assert "in 3 patches" in letter and "git am --keep-cr" in letter and "└─ foundation" in letter
    assert b"Subject: [PATCH 2/3] webui: keep tenants apart" in (folder / names[3]).read_bytes()
    assert "## Why" in (folder / names[4]).read_text()
    git(tree, "am", "--quiet", "--keep-cr", *(str(file) for file in sorted(folder.glob("*.patch"))))
    assert files_of(tree, "HEAD", "HEAD~3") == [CONTEXT, CHAT, PERSON, SUPPORT]


def test_patches_again_replace_those_before(pulls: Pulls, tree: Path, tmp_path: Path) -> None:
    folder = tmp_path / "patches"
    pulls("--patches", folder)
    (folder / "notes.txt").write_text("mine")
    git(tree, "am", "--quiet", "--keep-cr", str(folder / "0001-foundation-tenant-foundation.patch"))
    pulls("--patches", folder, "--lang", "zh")
    assert sorted(file.name for file in folder.iterdir()) == [
        "0000-cover-letter.md",
        "0001-webui-webui-admin-context.patch",
        "0001-webui.md",
        "0002-people-webui-admin-context.patch",
        "0002-people.md",
        "notes.txt",
    ]
    assert (folder / "0000-cover-letter.md").read_text().startswith("# 多租户安全，共 2 个补丁")


def test_a_folder_of_other_things_is_not_written_to(pulls: Pulls, tmp_path: Path) -> None:
    (tmp_path / "thesis.md").write_text("mine")
    assert_one_sentence(pulls("--patches", tmp_path), "holds other files", "empty")
    (tmp_path / "file").write_text("")
    assert_one_sentence(pulls("--patches", tmp_path / "file"), "cannot be written")


def test_settings_of_diffs_and_mails_do_not_matter(pulls: Pulls, tree: Path, tmp_path: Path) -> None:
    for key, value in {
        "format.attach": "x",
        "format.signature": "me",
        "format.coverLetter": "true",
        "format.to": "list@example.org",
        "diff.noprefix": "true",
        "diff.mnemonicPrefix": "true",
        "color.ui": "always",
        "diff.external": "false",
        "diff.renames": "copies",
        "core.quotePath": "false",
    }.items():
        git(tree, "config", key, value)
    pulls("--patches", tmp_path / "patches")
    git(tree, "am", "--quiet", "--keep-cr", *(str(file) for file in sorted((tmp_path / "patches").glob("*.patch"))))
    assert files_of(tree, "HEAD", "HEAD~3") == [CONTEXT, CHAT, PERSON, SUPPORT]
    assert set(statuses(pulls()).values()) == set()
