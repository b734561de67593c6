"""What counts as a MaiMBot checkout or a plugin, and which of its files are its own."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from codemods.tree import module_name, open_checkout
from tests.checkouts import CORE, dirty, git, grow, maimbot, modules, own, plugin, refusal
from tests.conftest import commit_all

WITH_AND_WITHOUT_GIT = pytest.mark.parametrize("in_git", [True, False], ids=["in git", "plain folder"])


# What is no checkout


def bare_repository(root: Path) -> None:
    git(root.parent, "init", "--quiet", "--bare", str(root))


def nothing(root: Path) -> None:
    """Leave it missing."""


def upstream_with_plugins(root: Path) -> None:
    grow(root, "bot.py", "src/common/logger.py", "src/plugins/chat/bot.py", "src/plugins/__init__.py")


def plugin_behind_links(root: Path) -> None:
    plugin(root.parent / "real")
    grow(root, "plugin.py")
    (root / "_manifest.json").symlink_to(root.parent / "real/_manifest.json")


def cloned_plugins(root: Path) -> None:
    for name in ("one", "two"):
        commit_all(plugin(root / name))


REFUSED: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (nothing, "does not exist"),
    "a file": (lambda root: root.write_text("x"), "is a file"),
    "empty": (lambda root: root.mkdir(), "is empty"),
    "only git": (lambda root: git(root.parent, "init", "--quiet", str(root)), "is empty"),
    "bare": (bare_repository, "is a bare git repository"),
    "no python": (lambda root: grow(root, "README.md"), "holds no Python files"),
    "another project": (lambda root: grow(root, "setup.py", "src/app/main.py"), "is no MaiMBot checkout"),
    "its src folder": (lambda root: grow(root, "chat/__init__.py", "common/logger.py"), "is no MaiMBot checkout"),
    "plugin without its module": (lambda root: grow(root, "_manifest.json", "main.py"), "is no MaiMBot checkout"),
    "plugin without its manifest": (lambda root: grow(root, "plugin.py"), "is no MaiMBot checkout"),
    "plugin behind links": (plugin_behind_links, "is no MaiMBot checkout"),
    "plugin with folders for files": (
        lambda root: grow(root, "_manifest.json/x", "plugin.py/x.py"),
        "is no MaiMBot checkout",
    ),
    "plugin without its module, around another": (
        lambda root: grow(root, "_manifest.json", "one/_manifest.json", "one/plugin.py"),
        "is no MaiMBot checkout",
    ),
    "plugins": (lambda root: plugin(root / "one", "../two/_manifest.json"), "is a folder of plugins"),
    "plugins in clones": (cloned_plugins, "is a folder of plugins"),
    "plugins era": (upstream_with_plugins, "is a MaiMBot from before src/chat"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_checkout_is_refused_in_one_sentence_that_names_it(case: str, tmp_path: Path) -> None:
    root = tmp_path / "tree"
    make, words = REFUSED[case]
    make(root)
    message = refusal(root)
    assert message.startswith(f"{root} {words}")
    assert "\n" not in message
    # What is wrong, then a colon, then what to do about it.
    assert message.endswith(".") and ": " in message


def test_what_is_neither_is_told_what_a_plugin_is(tmp_path: Path) -> None:
    message = refusal(grow(tmp_path, "main.py"))
    assert "no plugin's folder (with _manifest.json and plugin.py)" in message and "src/common/logger.py" in message


def test_a_folder_of_plugins_is_told_how_to_name_them(tmp_path: Path) -> None:
    plugin(tmp_path / "one")
    assert f"'tenantize audit {tmp_path}/*'" in refusal(tmp_path)


def test_a_folder_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    root = maimbot(tmp_path / "tree")
    root.chmod(0)
    try:
        assert "cannot be read: check its permissions" in refusal(root)
    finally:
        root.chmod(0o755)


def test_a_machine_without_git_is_told_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = maimbot(tmp_path / "tree")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "install git" in refusal(root)


def test_a_system_that_starts_no_more_programs_is_not_told_to_install_git(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(*_: object, **__: object) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr("codemods.git.subprocess.run", run)
    assert "git cannot be run (Too many open files)" in refusal(maimbot(tmp_path))


def test_a_tree_before_the_webui_is_still_a_checkout(tmp_path: Path) -> None:
    assert own(maimbot(tmp_path)) == []


def test_a_tree_that_has_the_plugin_system_only_is_a_checkout(tmp_path: Path) -> None:
    root = grow(tmp_path, "src/common/logger.py", "src/plugin_system/__init__.py")
    assert len(open_checkout(root).files) == 2


def test_a_worktree_is_a_checkout_though_its_git_is_a_file(tmp_path: Path) -> None:
    root = maimbot(tmp_path / "main", "src/a.py")
    commit_all(root)
    git(root, "worktree", "add", "--quiet", str(tmp_path / "other"))
    checkout = open_checkout(tmp_path / "other")
    assert "src/a.py" in checkout.by_path
    assert checkout.revision and len(checkout.revision) == 40


def test_a_plain_folder_has_no_revision(tmp_path: Path) -> None:
    assert open_checkout(maimbot(tmp_path)).revision is None


def test_a_repository_without_a_commit_has_no_revision(tmp_path: Path) -> None:
    git(maimbot(tmp_path), "init", "--quiet")
    assert open_checkout(tmp_path).revision is None


def test_bytes_are_read_as_they_are(tmp_path: Path) -> None:
    root = maimbot(tmp_path)
    data = b"\xef\xbb\xbf# \xe4\xb8\xad\r\nx = 1\n\ty = 2"
    (root / "src/a.py").write_bytes(data)
    assert open_checkout(root).by_path["src/a.py"].data == data


def test_a_tree_is_found_from_a_relative_path_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    maimbot(tmp_path / "tree", "src/a.py")
    monkeypatch.chdir(tmp_path / "tree")
    assert own(Path()) == ["src/a.py"]
    assert open_checkout(Path()).root == (tmp_path / "tree").resolve()


# Plugins on their own


@WITH_AND_WITHOUT_GIT
def test_a_plugin_has_the_module_names_that_the_host_gives_it(in_git: bool, tmp_path: Path) -> None:
    root = plugin(tmp_path / "my_plugin", "__init__.py", "utils/__init__.py", "utils/helpers.py")
    if in_git:
        commit_all(root)
    assert open_checkout(root).plugin == "my_plugin"
    assert modules(root) == {
        "__init__.py": "plugins.my_plugin",
        "plugin.py": "plugins.my_plugin.plugin",
        "utils/__init__.py": "plugins.my_plugin.utils",
        "utils/helpers.py": "plugins.my_plugin.utils.helpers",
    }


@pytest.mark.parametrize(
    ("folder", "module"),
    [
        ("my-plugin", "plugins.my-plugin.plugin"),
        ("MaiBot.My-Plugin.v1", "plugins.MaiBot_My-Plugin_v1.plugin"),
        ("天气", "plugins.天气.plugin"),
    ],
)
def test_no_folder_name_splits_a_module_name(folder: str, module: str, tmp_path: Path) -> None:
    root = plugin(tmp_path / folder)
    assert open_checkout(root).plugin == folder
    assert modules(root) == {"plugin.py": module}


def test_a_plugin_is_named_for_its_folder_also_from_inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(plugin(tmp_path / "my_plugin"))
    assert open_checkout(Path()).plugin == "my_plugin"


def test_a_maimbot_is_no_plugin_and_its_own_plugins_have_the_same_names_there(tmp_path: Path) -> None:
    in_tree = ("plugins/one/plugin.py", "src/plugins/built_in/two/plugin.py")
    # Even with a plugin's files beside bot.py.
    root = plugin(maimbot(tmp_path / "tree", *in_tree))
    assert open_checkout(root).plugin is None
    names = modules(root)
    assert [names[path] for path in in_tree] == ["plugins.one.plugin", "src.plugins.built_in.two.plugin"]
    assert names["plugin.py"] == "plugin"


def test_a_plugin_in_a_repository_of_many_is_read_alone(tmp_path: Path) -> None:
    root = plugin(tmp_path / "many" / "mine", "utils/a.py", "data/b.py")
    plugin(tmp_path / "many" / "other", "c.py")
    (tmp_path / "many" / ".gitignore").write_text("data/\n")
    commit_all(tmp_path / "many")
    grow(root, "new.py")
    assert own(root) == ["new.py", "plugin.py", "utils/a.py"]
    revision = open_checkout(root).revision
    assert revision and len(revision) == 40
    assert dirty(root, "plugin.py", "utils/a.py", "new.py") == ["new.py"]
    grow(root, "utils/a.py", text="y = 2\n")
    assert dirty(root, "plugin.py", "utils/a.py", "new.py") == ["new.py", "utils/a.py"]


@pytest.mark.parametrize("cloned", [True, False], ids=["clone", "plain folder"])
def test_a_plugin_in_a_tree_that_ignores_it_has_its_files(cloned: bool, tmp_path: Path) -> None:
    host = maimbot(tmp_path / "tree")
    (host / ".gitignore").write_text("/plugins/*\n")
    commit_all(host)
    root = plugin(host / "plugins" / "mine", "utils/a.py", "data/b.py", "__pycache__/c.py")
    (root / ".gitignore").write_text("data/\n")
    if cloned:
        commit_all(root)
    assert own(host) == ["plugins/mine/plugin.py", "plugins/mine/utils/a.py"]
    assert own(root) == ["plugin.py", "utils/a.py"]
    assert modules(root)["utils/a.py"] == "plugins.mine.utils.a"
    assert dirty(root, "plugin.py", "utils/a.py") == []
    grow(root, "utils/a.py", text="y = 2\n")
    # Where nobody keeps the files, nothing can be lost to an edit but what undo brings back.
    assert dirty(root, "plugin.py", "utils/a.py") == (["utils/a.py"] if cloned else [])


# Which files are its own


@WITH_AND_WITHOUT_GIT
def test_ignored_files_are_left_out(in_git: bool, tmp_path: Path) -> None:
    root = maimbot(tmp_path, "src/a.py", "src/generated/b.py", "data/c.py", "plugins/mine/d.py", "plugins/mine/keep.py")
    (root / ".gitignore").write_text("data/\n/src/generated\n")
    # A nested .gitignore judges its own folder.
    (root / "plugins/mine/.gitignore").write_text("*.py\n!keep.py\n")
    if in_git:
        commit_all(root)
    assert own(root) == ["plugins/mine/keep.py", "src/a.py"]


def test_an_ignored_file_that_is_tracked_all_the_same_counts(tmp_path: Path) -> None:
    root = maimbot(tmp_path, "data/c.py")
    commit_all(root)
    (root / ".gitignore").write_text("data/\n")
    assert own(root) == ["data/c.py"]


def test_a_tree_that_the_repository_around_it_ignores_keeps_its_files(tmp_path: Path) -> None:
    outer = grow(tmp_path / "outer", "setup.py", ".gitignore", text="/checkouts/\n")
    commit_all(outer)
    root = maimbot(outer / "checkouts" / "bot", "src/a.py", "data/b.py")
    (root / ".gitignore").write_text("data/\n")
    assert own(root) == ["src/a.py"]


def test_a_tree_in_a_folder_of_a_larger_repository_is_read_alone(tmp_path: Path) -> None:
    outer = grow(tmp_path / "outer", "setup.py")
    root = maimbot(outer / "bot", "src/a.py")
    commit_all(outer)
    assert own(root) == ["src/a.py"]


@WITH_AND_WITHOUT_GIT
def test_files_that_nobody_added_to_git_yet_count(in_git: bool, tmp_path: Path) -> None:
    root = maimbot(tmp_path)
    if in_git:
        commit_all(root)
    grow(root, "src/a.py", "plugins/new/b.py")
    assert own(root) == ["plugins/new/b.py", "src/a.py"]


@WITH_AND_WITHOUT_GIT
def test_other_peoples_code_is_left_out(in_git: bool, tmp_path: Path) -> None:
    foreign = ("env/lib/x.py", "src/env2/deep/er/x.py", "libs/site-packages/x.py", "web/node_modules/x.py")
    root = maimbot(tmp_path, "src/a.py", "env/pyvenv.cfg", "src/env2/pyvenv.cfg", *foreign)
    if in_git:
        commit_all(root)
    assert own(root) == ["src/a.py"]


def test_a_checkout_that_is_its_own_virtual_environment_is_not_left_out_whole(tmp_path: Path) -> None:
    root = maimbot(tmp_path, "pyvenv.cfg", "lib/python3.11/site-packages/click/core.py", "src/a.py")
    assert own(root) == ["src/a.py"]


@WITH_AND_WITHOUT_GIT
def test_links_are_left_out_wherever_they_lead(in_git: bool, tmp_path: Path) -> None:
    outside = grow(tmp_path / "outside", "x.py")
    root = maimbot(tmp_path / "tree", "src/a.py")
    (root / "src/to_outside.py").symlink_to(outside / "x.py")
    (root / "src/to_inside.py").symlink_to("a.py")
    (root / "src/to_nowhere.py").symlink_to("gone.py")
    (root / "src/linked_folder").symlink_to(outside)
    (root / "src/linked_inside").symlink_to(root / "src" / "chat")
    if in_git:
        commit_all(root)
    assert own(root) == ["src/a.py"]
    assert [item.path for item in open_checkout(root).unread] == ["src/to_inside.py", "src/to_outside.py"]


def test_tracked_files_behind_a_folder_that_became_a_link_are_left_out(tmp_path: Path) -> None:
    outside = grow(tmp_path / "outside", "x.py")
    root = maimbot(tmp_path / "tree", "src/moved/x.py")
    commit_all(root)
    (root / "src/moved/x.py").unlink()
    (root / "src/moved").rmdir()
    (root / "src/moved").symlink_to(outside)
    assert own(root) == []


def test_tracked_files_behind_a_link_to_inside_are_read_once(tmp_path: Path) -> None:
    root = maimbot(tmp_path, "src/here/x.py", "src/moved/deep/x.py")
    commit_all(root)
    (root / "src/moved/deep/x.py").unlink()
    (root / "src/moved/deep").rmdir()
    (root / "src/moved/deep").symlink_to(root / "src/here")
    assert own(root) == ["src/here/x.py"]


def test_a_link_to_a_checkout_is_a_checkout(tmp_path: Path) -> None:
    root = maimbot(tmp_path / "tree", "src/a.py")
    (tmp_path / "link").symlink_to(root)
    assert own(tmp_path / "link") == ["src/a.py"]


def test_a_submodule_is_someone_elses(tmp_path: Path) -> None:
    library = grow(tmp_path / "library", "lib.py")
    commit_all(library)
    root = maimbot(tmp_path / "tree", "src/a.py")
    commit_all(root)
    git(root, "submodule", "--quiet", "add", str(library), "plugins/library")
    assert (root / "plugins/library/lib.py").exists()
    assert own(root) == ["src/a.py"]


@WITH_AND_WITHOUT_GIT
def test_a_clone_inside_the_tree_is_someone_elses(in_git: bool, tmp_path: Path) -> None:
    root = maimbot(tmp_path, "src/a.py")
    if in_git:
        commit_all(root)
    commit_all(grow(root / "src" / "cloned", "plugin.py"))
    assert own(root) == ["src/a.py"]


def test_every_plugin_that_the_host_would_load_is_read(tmp_path: Path) -> None:
    root = maimbot(tmp_path / "tree", "src/a.py")
    (root / ".gitignore").write_text("/plugins/*\n/dev\n")
    commit_all(root)
    plugin(root / "plugins/ignored")
    commit_all(plugin(root / "plugins/cloned.one", "deep/b.py"))
    plugin(root / "dev/linked")
    (root / "plugins/linked").symlink_to("../dev/linked")
    plugin(tmp_path / "outside")
    (root / "plugins/outside").symlink_to(tmp_path / "outside")
    grow(root, "plugins/__init__.py", "plugins/data/notes.py", "plugins/.hidden/plugin.py")
    checkout = open_checkout(root)
    assert {file.path: file.module for file in checkout.files if file.path not in CORE} == {
        "dev/linked/plugin.py": "plugins.linked.plugin",
        "plugins/cloned.one/deep/b.py": "plugins.cloned_one.deep.b",
        "plugins/cloned.one/plugin.py": "plugins.cloned_one.plugin",
        "plugins/ignored/plugin.py": "plugins.ignored.plugin",
        "src/a.py": "src.a",
    }
    assert [unread.path for unread in checkout.unread] == ["plugins/outside"]
    assert checkout.repositories == ("plugins/cloned.one",)
    assert checkout.is_anothers("plugins/cloned.one/plugin.py") and not checkout.is_anothers("plugins/cloned.py")
    grow(root, "plugins/cloned.one/plugin.py", text="y = 2\n")
    assert dirty(root, "plugins/cloned.one/plugin.py", "plugins/ignored/plugin.py") == ["plugins/cloned.one/plugin.py"]


def test_a_sparse_checkout_says_how_much_is_absent(tmp_path: Path) -> None:
    root = maimbot(tmp_path / "tree", "src/a.py", "plugins/b.py", "plugins/c.txt")
    commit_all(root)
    git(root, "sparse-checkout", "set", "--no-cone", "/*", "!/plugins/", "!/src/a.py")
    (unread,) = open_checkout(root).unread
    assert unread.reason == "2 tracked Python files are absent (a sparse checkout)"


def test_a_tracked_file_that_was_deleted_is_passed_over(tmp_path: Path) -> None:
    root = maimbot(tmp_path, "src/a.py", "src/b.py")
    commit_all(root)
    (root / "src/a.py").unlink()
    assert own(root) == ["src/b.py"]


def test_a_folder_named_like_a_python_file_is_passed_over(tmp_path: Path) -> None:
    assert own(maimbot(tmp_path, "src/odd.py/a.py")) == ["src/odd.py/a.py"]


@WITH_AND_WITHOUT_GIT
def test_odd_file_names_are_read_like_any_other(in_git: bool, tmp_path: Path) -> None:
    names = ["with space.py", "插件 配置.py", 'a"b.py', "it's.py", "new\nline.py", "tab\t.py", "back\\slash.py", "*.py"]
    root = maimbot(tmp_path, *(f"src/{name}" for name in names))
    if in_git:
        commit_all(root)
    assert own(root) == sorted(f"src/{name}" for name in names)


def test_a_file_name_that_is_no_utf8_is_read_too(tmp_path: Path) -> None:
    root = maimbot(tmp_path)
    name = os.fsdecode(b"src/\xff.py")
    try:
        (root / name).write_bytes(b"x = 1\n")
    except OSError:
        pytest.skip("this file system has no such names")
    assert own(root) == [name]


def test_the_order_of_files_does_not_depend_on_how_the_tree_came_about(tmp_path: Path) -> None:
    paths = ["src/b.py", "src/a/z.py", "src/a.py", "src/B.py", "src/a_b.py", "src/中.py"]
    found = []
    for number, order in enumerate((paths, paths[::-1])):
        root = maimbot(tmp_path / str(number), *order)
        found.append(own(root))
        # Half of the files tracked, half untracked.
        git(root, "init", "--quiet")
        git(root, "add", *order[::2])
        found.append(own(root))
    assert found == [sorted(paths)] * 4


def test_another_repository_in_the_environment_does_not_hide_the_tree(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = grow(tmp_path / "other", "hook.py")
    commit_all(other)
    root = maimbot(tmp_path / "tree", "src/a.py", "data/b.py")
    (root / ".gitignore").write_text("data/\n")
    commit_all(root)
    # As git sets it for a hook of `other` that runs tenantize on `tree`.
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    assert own(root) == ["src/a.py"]
    monkeypatch.delenv("GIT_DIR")
    revision = open_checkout(root).revision
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    assert open_checkout(root).revision == revision


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("bot.py", "bot"),
        ("src/webui/chat_routes.py", "src.webui.chat_routes"),
        ("src/webui/__init__.py", "src.webui"),
        ("src/my__init__.py", "src.my__init__"),
        ("src/a.py.py", "src.a.py"),
    ],
)
def test_a_file_is_known_by_the_name_that_imports_it(path: str, name: str) -> None:
    assert module_name(path) == name


def test_a_broken_repository_is_not_taken_for_a_plain_folder(tmp_path: Path) -> None:
    root = maimbot(tmp_path)
    commit_all(root)
    (root / ".git/HEAD").unlink()
    assert "not a git repository" in refusal(root)
