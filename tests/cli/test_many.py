"""The command line with several trees, and with plugins on their own: each by itself, and whose words are whose."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.running import (
    CHAT,
    CONTEXT,
    PERSON,
    SUPPORT,
    Answer,
    Tenantize,
    assert_one_sentence,
    command,
    environment,
    interrupted,
    python_files,
)
from tests.conftest import commit_all
from tests.journal.trees import state

PATHS = (CONTEXT, CHAT, PERSON, SUPPORT)
BROKEN = "src/broken.py:1:5: "


@pytest.fixture
def trees(prototype: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Two trees with something to change, in the current folder."""
    monkeypatch.chdir(tmp_path)
    for name in ("one", "two"):
        shutil.copytree(prototype, tmp_path / name)
    (tmp_path / "two" / PERSON).unlink()
    commit_all(tmp_path / "two")
    return ["one", "two"]


def plugin(name: str) -> str:
    """A plugin without anything to change."""
    Path(name).mkdir(parents=True)
    (Path(name) / "_manifest.json").write_text('{"manifest_version": 1}\n')
    (Path(name) / "plugin.py").write_text("from src.plugin_system import BasePlugin\n")
    return name


def states() -> dict[str, object]:
    return {name: state(Path(name)) for name in ("one", "two")}


def is_migrated(tree: str) -> bool:
    return b"@webui_tenant" in (Path(tree) / CHAT).read_bytes()


def parts(out: str) -> dict[str, str]:
    """What is printed for each tree, below its heading."""
    before, *rest = re.split(r"^# tree: (.*)\n", out, flags=re.MULTILINE)
    assert before == ""
    return dict(zip(rest[::2], rest[1::2], strict=True))


def assert_attributed(answer: Answer, *names: str) -> None:
    """Every message says whose it is, in the order of the trees, and each of these trees has some."""
    said = [line.partition(": ")[0] for line in answer.err.splitlines()]
    assert list(dict.fromkeys(said)) == list(names)


# What is printed where


def test_the_tables_follow_each_other_after_an_empty_line(tenantize: Tenantize, trees: list[str]) -> None:
    alone = [tenantize("audit", name) for name in trees]
    assert alone[0].out.startswith(f"one: {python_files('one')} Python files, revision ")
    answer = tenantize("audit", *trees)
    # Each path is one from here, as editors want it.
    below = [
        re.sub("^src/", f"{name}/src/", each.out, flags=re.MULTILINE) for name, each in zip(trees, alone, strict=True)
    ]
    assert (answer.status, answer.out, answer.err) == (0, "\n".join(below), "")
    # No empty line where the first has no table.
    assert tenantize("audit", "gone", "two").out == below[1]


def test_the_json_of_several_is_an_array_that_says_which_is_whose(tenantize: Tenantize, trees: list[str]) -> None:
    audit = ("audit", "--format", "json")
    alone = [json.loads(tenantize(*audit, name).out) for name in trees]
    assert [document["tree"]["files"] for document in alone] == [python_files(name) for name in trees]
    for name, document in zip(trees, alone, strict=True):
        document["tree"]["path"] = name
    assert json.loads(tenantize(*audit, *trees).out) == alone
    assert json.loads(tenantize(*audit, *trees[::-1]).out) == alone[::-1]


def test_the_json_is_an_array_also_where_trees_cannot_be_used(tenantize: Tenantize, trees: list[str]) -> None:
    answer = tenantize("audit", "--format", "json", "gone", *trees)
    assert answer.status == 2
    assert [document["tree"]["path"] for document in json.loads(answer.out)] == trees
    assert_attributed(answer, "gone")
    answer = tenantize("audit", "--format", "json", "gone", "away")
    assert (answer.status, json.loads(answer.out)) == (2, [])


def test_each_patch_follows_its_heading_and_git_takes_it_as_it_is(tenantize: Tenantize, trees: list[str]) -> None:
    alone = {name: tenantize("diff", name).out for name in trees}
    answer = tenantize("diff", *trees)
    assert answer.status == 0
    assert parts(answer.out) == alone
    before = states()
    tenantize("apply", *trees)
    after = states()
    tenantize("undo", *trees)
    assert states() == before
    for name, patch in parts(answer.out).items():
        # With the headings before and after it.
        section = f"# tree: {name}\n{patch}# tree: other\n"
        for options in (["--check"], []):
            subprocess.run(["git", "-C", name, "apply", *options], input=section.encode(), check=True)
    assert states() == after


def test_the_patch_of_a_tree_in_a_larger_repository_is_for_git_apply_with_its_folder(
    tenantize: Tenantize, prototype: Path, tmp_path: Path
) -> None:
    shutil.copytree(prototype, tmp_path / "outer/bot", ignore=shutil.ignore_patterns(".git"))
    commit_all(tmp_path / "outer")
    patch = tenantize("diff", tmp_path / "outer/bot").raw
    tenantize("apply", tmp_path / "outer/bot")
    after = state(tmp_path / "outer/bot")
    tenantize("undo", tmp_path / "outer/bot")
    subprocess.run(["git", "-C", str(tmp_path / "outer"), "apply", "--directory=bot"], input=patch, check=True)
    assert state(tmp_path / "outer/bot") == after


def test_a_tree_with_nothing_to_change_has_no_part_in_the_patch(tenantize: Tenantize, trees: list[str]) -> None:
    plugins = [plugin("plugins/a"), plugin("plugins/b")]
    answer = tenantize("diff", "plugins/a", "one", "plugins/b")
    assert list(parts(answer.out)) == ["one"]
    for name in plugins:
        assert f"{name}: Nothing to change." in answer.err.splitlines()
    assert tenantize("diff", *plugins).out == ""


def test_counts_and_summaries_have_headings(tenantize: Tenantize, trees: list[str]) -> None:
    names = [*trees, plugin("p")]
    for arguments in (["diff", "--stat"], ["apply"], ["undo"]):
        answer = tenantize(*arguments, *names[: 2 if arguments == ["undo"] else 3])
        assert answer.status == 0
        for name, part in parts(answer.out).items():
            assert (CHAT in part) == (name != "p")
            assert (PERSON in part) == (name == "one")
            assert CONTEXT in part or name == "p"


def test_every_message_names_its_tree(tenantize: Tenantize, trees: list[str]) -> None:
    (Path("one") / "src/broken.py").write_text("def (:\n")
    (Path("two") / CHAT).write_text("x = 1\n" + (Path("two") / CHAT).read_text())
    answer = tenantize("apply", *trees)
    assert answer.status == 2
    assert_attributed(answer, *trees)
    lines = answer.err.splitlines()
    assert any(line.startswith(f"one: {BROKEN}") for line in lines)
    assert "one: 1 file did not parse; the others were done." in lines
    assert any(line.startswith("one: Wrote ") for line in lines)
    assert lines[-1].startswith(f"two: {CHAT} has uncommitted changes") and lines[-1].endswith("Nothing was changed.")
    assert is_migrated("one") and not is_migrated("two")
    tenantize("undo", "one")
    assert tenantize("apply", "--allow-dirty", *trees).status == 0
    assert is_migrated("one") and is_migrated("two")


def test_a_run_that_was_interrupted_is_told_of_and_finished_in_its_tree(tenantize: Tenantize, trees: list[str]) -> None:
    before = states()
    tenantize("apply", *trees)
    after = states()
    interrupted(Path("two"), "applying")
    told = [line for line in tenantize("audit", *trees).err.splitlines() if "interrupted" in line]
    assert [line.partition(":")[0] for line in told] == ["two"]
    answer = tenantize("apply", "--allow-dirty", *trees)
    (line,) = [line for line in answer.err.splitlines() if "has been finished" in line]
    assert line.startswith("two: ")
    assert states() == after
    interrupted(Path("one"), "undoing")
    assert tenantize("undo", *trees).status == 0
    assert states() == before


# Exit statuses


@pytest.mark.parametrize(
    ("names", "status"),
    [
        ("p", 0),
        ("p q", 0),
        ("p one", 1),
        ("one p", 1),
        ("one two", 1),
        ("gone p", 2),
        ("one gone p", 2),
        ("gone away", 2),
    ],
)
def test_the_status_is_the_worst_of_all(names: str, status: int, tenantize: Tenantize, trees: list[str]) -> None:
    for name in ("p", "q"):
        plugin(name)
    named = names.split()
    assert tenantize("diff", "--check", *named).status == status
    assert tenantize("audit", "--strict", *named).status == status
    assert tenantize("diff", *named).status == tenantize("audit", *named).status == (2 if status == 2 else 0)


def unusable(kind: str) -> tuple[str, str]:
    """A tree that cannot be used, and a word of why."""
    if kind == "plugins":
        plugin("plugins/a")
        return "plugins", "is a folder of plugins"
    if kind == "a name too long":
        return "x" * 300, ""
    return "gone", "does not exist"


@pytest.mark.parametrize("kind", ["missing", "plugins", "a name too long"])
def test_a_tree_that_cannot_be_used_does_not_stop_the_others(kind: str, tenantize: Tenantize, trees: list[str]) -> None:
    bad, why = unusable(kind)
    before = states()
    for name in ("audit", "diff", "apply"):
        answer = tenantize(name, "one", bad, "two")
        assert answer.status == 2
        (line,) = [line for line in answer.err.splitlines() if line.startswith(f"{bad}: ")]
        assert why in line and line.endswith(".")
    assert is_migrated("one") and is_migrated("two")
    answer = tenantize("undo", "one", bad, "two")
    assert answer.status == 2
    assert list(parts(answer.out)) == ["one", "two"]
    assert states() == before


def test_undo_of_several_takes_back_what_it_can(tenantize: Tenantize, trees: list[str]) -> None:
    before = states()
    tenantize("apply", "two")
    answer = tenantize("undo", *trees)
    assert answer.status == 2
    assert answer.err.splitlines()[0].startswith("one: There is nothing to undo")
    assert answer.err.splitlines()[1] == "two: Taken back."
    assert states() == before


def test_a_path_is_looked_for_in_each_tree(tenantize: Tenantize, trees: list[str]) -> None:
    answer = tenantize("apply", "--path", PERSON, *trees)
    assert answer.status == 2
    assert answer.err.splitlines()[-1].startswith(f"two: --path {PERSON} matches no Python file")
    assert b"@webui_tenant" in (Path("one") / PERSON).read_bytes()
    assert not is_migrated("one")
    assert tenantize("undo", "two").status == 2


@pytest.mark.parametrize("name", ["diff", "apply"])
def test_an_unknown_recipe_is_refused_once_for_all(name: str, tenantize: Tenantize, trees: list[str]) -> None:
    before = states()
    assert_one_sentence(tenantize(name, "--recipe", "nope", *trees), "'nope'", "tenant-foundation")
    assert states() == before


# Each tree once


def test_the_same_folder_is_done_once_however_it_is_spelled(tenantize: Tenantize, trees: list[str]) -> None:
    Path("link").symlink_to("one")
    same = ["one", "one", "./one/", "one/../one", "link", Path("one").resolve()]
    for arguments in (["audit"], ["audit", "--format", "json"], ["diff"]):
        assert tenantize(*arguments, *same) == tenantize(*arguments, "one")
    # A second time, apply would have nothing to change and undo nothing to take back.
    assert "Nothing to change." not in tenantize("apply", *same).out
    assert tenantize("undo", *same).status == 0
    assert list(parts(tenantize("diff", "link", "two", "one").out)) == ["link", "two"]


# Where nobody reads


@pytest.mark.parametrize("both", [False, True], ids=["output", "output and messages"])
def test_apply_and_undo_go_on_when_nobody_reads_what_they_say(both: bool, trees: list[str]) -> None:
    before = states()
    for name in ("apply", "undo"):
        ours, theirs = os.pipe()
        os.close(ours)
        done = subprocess.run(
            command(name, *trees),
            stdout=theirs,
            stderr=theirs if both else subprocess.PIPE,
            env=environment(),
            check=False,
        )
        os.close(theirs)
        assert done.returncode == 0
        assert both or (b"Traceback" not in done.stderr and b"two: " in done.stderr)
        assert is_migrated("one") == is_migrated("two") == (name == "apply")
    assert states() == before


# Plugins on their own


def test_a_plugin_is_a_tree_like_any_other(
    tenantize: Tenantize, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    name = plugin("my_plugin")
    assert tenantize("audit", name).out.startswith("my_plugin: 1 Python file\n")
    assert json.loads(tenantize("audit", "--format", "json", name).out)["tree"] == {"files": 1, "revision": None}
    assert tenantize("diff", "--check", name).status == 0
    assert tenantize("apply", name).out == "Nothing to change.\n"
    monkeypatch.chdir(name)
    assert tenantize("audit").out.startswith("my_plugin: 1 Python file\n")
    assert sorted(path.name for path in Path().iterdir()) == ["_manifest.json", "plugin.py"]


def test_a_plugin_that_does_not_parse_is_told_of_by_place(tenantize: Tenantize, trees: list[str]) -> None:
    (Path(plugin("p")) / "plugin.py").write_text("def (:\n")
    answer = tenantize("audit", "p", "one")
    assert answer.status == 0
    assert answer.err.splitlines()[0].startswith("p: plugin.py:1:5: ")
    assert answer.err.splitlines()[1] == "p: 1 file did not parse; the others were done."


# Help


@pytest.mark.parametrize("name", ["audit", "diff", "apply", "undo"])
def test_the_help_says_that_there_may_be_several_trees(name: str, tenantize: Tenantize) -> None:
    answer = tenantize(name, "--help")
    assert "[TREE]..." in answer.out
    assert f"tenantize {name} plugins/*\n" in answer.out
