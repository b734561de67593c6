"""What a checkout may bring along to have us wait for ever, use up the memory, or write elsewhere: a sentence each."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from codemods import git as git_module
from codemods import tree as tree_module
from codemods.cli import work
from codemods.deliver.pulls import repository
from codemods.knowledge import schema
from tests.cli import running
from tests.cli.running import CHAT, Tenantize, assert_one_sentence
from tests.conftest import commit_all
from tests.test_git import git

# Its fixtures.
tenantize, prototype, tree = running.tenantize, running.prototype, running.tree

# Pipes that nobody writes into, in the place of files that git reads

PIPES = (".gitignore", "src/.gitignore", ".git/info/exclude", ".git/HEAD", ".git/config", ".git/index", ".git/more")


@pytest.mark.parametrize("place", PIPES)
def test_a_git_that_waits_for_ever_is_not_waited_for(
    place: str, tenantize: Tenantize, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(git_module, "PATIENCE", 0.5)
    git(tree, "config", "include.path", "more")
    (tree / place).unlink(missing_ok=True)
    os.mkfifo(tree / place)
    assert_one_sentence(tenantize("audit", tree), "git gives no answer", "pipe")


def test_attributes_are_not_waited_for(tenantize: Tenantize, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git_module, "PATIENCE", 0.5)
    os.mkfifo(tree / ".gitattributes")
    before = (tree / CHAT).read_bytes()
    assert_one_sentence(tenantize("apply", tree), "git gives no answer", "pipe")
    assert (tree / CHAT).read_bytes() == before


# Files that use up the memory


@pytest.fixture
def small_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (tree_module, repository):
        monkeypatch.setattr(module, "LARGEST", 1 << 20)


@pytest.mark.usefixtures("small_limit")
@pytest.mark.parametrize("place", ["src/webui/large.py", "plugins/mine/plugin.py", "plugins/cloned/plugin.py"])
def test_a_file_that_no_program_is_so_large_as_is_not_read(place: str, tenantize: Tenantize, tree: Path) -> None:
    (tree / place).parent.mkdir(parents=True, exist_ok=True)
    (tree / place).write_text("x = 1\n")
    (tree / place).with_name("other.py").write_text("x = 1\n")
    if "cloned" in place:
        commit_all((tree / place).parent)
    os.truncate(tree / place, 1 << 40)  # a hole: it takes no space
    answer = tenantize("apply", tree)
    assert answer.status == 0 and f"{place}: has 1048576 MB, and no Python file is so large; not read." in answer.err
    assert tenantize("diff", "--check", tree).status == 1
    os.truncate(tree / place, 6)
    assert tenantize("diff", "--check", tree).status == 0


@pytest.mark.usefixtures("small_limit")
def test_a_large_file_in_a_commit_is_not_unpacked(tenantize: Tenantize, tree: Path) -> None:
    (tree / "src/webui/large.py").write_bytes(b"#" * (2 << 20))
    commit_all(tree)
    assert_one_sentence(tenantize("pulls", "--plan", tree), "src/webui/large.py has 2 MB in HEAD")


@pytest.mark.parametrize("name", ["pyproject.toml", "tenantize.toml"])
def test_settings_of_any_size_are_one_sentence(name: str, tenantize: Tenantize, tree: Path) -> None:
    (tree / name).write_text("\n")
    os.truncate(tree / name, schema.LARGEST + 1)
    assert_one_sentence(tenantize("audit", tree), name, "larger than any such file (16 MB)")


@pytest.mark.parametrize("error", [MemoryError(), RuntimeError("can't start new thread"), BrokenProcessPool()])
def test_too_little_memory_is_one_sentence(
    error: Exception, tenantize: Tenantize, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(*_: object) -> None:
        raise error

    monkeypatch.setattr(work, "read", read)
    assert_one_sentence(tenantize("audit", tree), "memory")


# Links in the place of what is written


def link(place: Path, outside: Path) -> None:
    place.symlink_to(outside / "theirs")


def link_inside(place: Path, _: Path) -> None:
    place.symlink_to(CHAT)


def link_to_nothing(place: Path, outside: Path) -> None:
    place.symlink_to(outside / "new")


def pipe(place: Path, _: Path) -> None:
    os.mkfifo(place)


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    (tmp_path / "outside/empty").mkdir(parents=True)
    (tmp_path / "outside/theirs").write_text("theirs")
    return tmp_path / "outside"


def assert_untouched(outside: Path) -> None:
    assert sorted(path.name for path in outside.rglob("*")) == ["empty", "theirs"]
    assert (outside / "theirs").read_text() == "theirs"


@pytest.mark.parametrize("plant", [link, link_inside, link_to_nothing, pipe])
def test_a_report_is_written_through_nothing_that_the_checkout_brings_along(
    plant: Callable[[Path, Path], None],
    tenantize: Tenantize,
    tree: Path,
    outside: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plant(tree / "report.html", outside)
    (tree / "out").symlink_to(outside)
    before = (tree / CHAT).read_bytes()
    monkeypatch.chdir(tree)
    for more in ([], ["-o", "out/report.html"], ["-o", tree / "src/../report.html"]):
        assert_one_sentence(tenantize("report", *more), "name another")
    assert_untouched(outside)
    assert (tree / CHAT).read_bytes() == before


def test_a_report_goes_through_links_that_are_its_users(tenantize: Tenantize, tree: Path, outside: Path) -> None:
    (outside / "mine").symlink_to(outside / "empty")
    (outside / "empty/report.html").symlink_to(outside / "written")
    (outside / "tree").symlink_to(tree)
    for place in (outside / "mine/report.html", outside / "tree/report.html"):
        assert tenantize("report", "-o", place, tree).status == 0
    assert (outside / "written").read_bytes() and (tree / "report.html").is_file()


def test_patches_and_copies_are_written_through_no_link_of_the_checkouts(
    tenantize: Tenantize, tree: Path, outside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tree)
    Path("patches").mkdir()
    Path("patches/0000-cover-letter.md").symlink_to(outside / "theirs")
    Path("more").mkdir()
    Path("more/0000-cover-letter.md").write_text("")
    Path("more/0001-webui.md").symlink_to(outside / "theirs")
    Path("folder").symlink_to(outside / "empty")
    for name in ("patches", "more", "folder"):
        assert_one_sentence(tenantize("pulls", "--patches", name), "is a link")
    assert_one_sentence(tenantize("prove", "--python", "python3", "--keep", "folder"), "is a link")
    assert_untouched(outside)


GIT_LINKS = (
    "logs/refs/heads/tenantize/webui",
    "logs/refs/heads/tenantize",
    "refs/heads/tenantize/webui",
    "refs/heads/tenantize",
    "refs/remotes",
    "objects/00",
    "config",
)


@pytest.mark.parametrize("place", GIT_LINKS)
def test_branches_are_kept_through_no_link(place: str, tenantize: Tenantize, tree: Path, outside: Path) -> None:
    """Git appends who commits, of which the checkout's config has its say, to what a log leads to."""
    git(tree, "config", "user.name", "; echo owned #")
    git(tree, "config", "user.email", "m@example.org")
    where = tree / ".git" / place
    if where.is_file():
        (outside / "theirs").write_bytes(where.read_bytes())
        where.unlink()
    shutil.rmtree(where, ignore_errors=True)
    where.parent.mkdir(parents=True, exist_ok=True)
    where.symlink_to(outside / ("theirs" if place.endswith(("webui", "config")) else "empty"))
    before = (outside / "theirs").read_bytes()
    for more in ([], ["--patches", tree.parent / "patches"]):
        assert_one_sentence(tenantize("pulls", *more, tree), f"/{place} is a link", "tenantize apply")
    assert (outside / "theirs").read_bytes() == before and not any((outside / "empty").iterdir())


def lead_by_file(tree: Path, git_folder: Path) -> None:
    shutil.rmtree(tree / ".git")
    (tree / ".git").write_text(f"gitdir: {git_folder}\n")


def lead_by_link(tree: Path, git_folder: Path) -> None:
    shutil.rmtree(tree / ".git")
    (tree / ".git").symlink_to(git_folder)


def lead_by_commondir(tree: Path, git_folder: Path) -> None:
    (tree / ".git/commondir").write_text(f"{git_folder}\n")
    (tree / ".git/gitdir").write_text(f"{tree}/.git\n")


@pytest.mark.parametrize("lead", [lead_by_file, lead_by_link, lead_by_commondir])
def test_branches_are_made_in_no_other_repository(
    lead: Callable[[Path, Path], None], tenantize: Tenantize, tree: Path
) -> None:
    git(tree, "config", "user.name", "M")
    git(tree, "config", "user.email", "m@example.org")
    other = shutil.copytree(tree, tree.parent / "other")
    lead(tree, other / ".git")
    assert_one_sentence(tenantize("pulls", tree), "does not know this checkout", "core.worktree", "tenantize apply")
    assert git(other, "for-each-ref", "refs/heads/tenantize") == ""


def test_branches_are_made_in_work_trees_and_submodules(tenantize: Tenantize, tree: Path) -> None:
    git(tree, "config", "user.name", "M")
    git(tree, "config", "user.email", "m@example.org")
    host = tree.parent / "host"
    host.mkdir()
    git(host, "init", "--quiet")
    git(host, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(tree), "inner")
    for name in ("user.name", "user.email"):
        git(host / "inner", "config", name, "M")
    git(tree, "worktree", "add", "--quiet", "--detach", str(tree.parent / "second"))
    for place in (tree.parent / "second", host / "inner"):
        assert "tenantize/webui: new" in tenantize("pulls", place).out


def test_a_branch_that_stands_for_another_moves_alone(tenantize: Tenantize, tree: Path) -> None:
    git(tree, "config", "user.name", "M")
    git(tree, "config", "user.email", "m@example.org")
    current, head = git(tree, "symbolic-ref", "HEAD"), git(tree, "rev-parse", "HEAD")
    git(tree, "symbolic-ref", "refs/heads/tenantize/webui", current)
    assert tenantize("pulls", tree).status == 0
    assert git(tree, "rev-parse", current) == head != git(tree, "rev-parse", "refs/heads/tenantize/webui")


# Numbers and brackets that readers choke on


def test_files_that_readers_choke_on_are_one_sentence(tenantize: Tenantize, tree: Path) -> None:
    deep = tree / "deep.json"
    deep.write_text('{"x":' + "[" * 100_000 + "]" * 100_000 + "}")
    assert_one_sentence(tenantize("audit", "--baseline", deep, tree), "is no audit")
    assert_one_sentence(tenantize("report", "--proof", deep, tree), "is no proof")
    (tree / "tenantize.toml").write_text("a = " + "9" * 5000 + "\n")
    assert_one_sentence(tenantize("audit", tree), "tenantize.toml is no TOML")
