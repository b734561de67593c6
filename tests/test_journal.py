"""Writing a set of changes: all of it or none, whatever stops it, and taken back to the byte."""

from __future__ import annotations

import errno
import json
import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from codemods import journal
from codemods.changes import Change
from codemods.errors import TenantizeError
from tests.conftest import commit_all
from tests.killing import run, watched

OLD = {
    "src/crlf.py": (b"a = 1\r\nb = 2\r\n", 0o755),
    "src/gbk.py": ("# 说明\nx = 1".encode("gbk"), 0o600),
    "src/bom.py": (b"\xef\xbb\xbfx = 1\n", 0o644),
    "src/untouched.py": (b"x = 1\n", 0o644),
}
CHANGES = (
    Change("src/crlf.py", OLD["src/crlf.py"][0], b"a = 1\r\nnew\r\nb = 2\r\n", ()),
    Change("src/gbk.py", OLD["src/gbk.py"][0], "# 新说明\nx = 2".encode("gbk"), ()),
    Change("src/bom.py", OLD["src/bom.py"][0], b"\xef\xbb\xbfx = 2\n", ()),
    Change("src/new/__init__.py", None, b"", ()),
    Change("src/new/deep/x.py", None, b"x = 1", ()),
)
State = dict[str, tuple[bytes, int] | None]


def state(root: Path) -> State:
    """Every file with its bytes and mode, and every folder, but for what git and tenantize keep for themselves."""
    found: State = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if name.split("/")[0] in (".git", ".tenantize"):
            continue
        found[name] = None if path.is_dir() else (path.read_bytes(), path.stat().st_mode & 0o777)
    return found


def apply(root: Path, *changes: Change) -> None:
    journal.apply_changes(root, changes or CHANGES)


def edit(root: Path, path: str, after: bytes) -> Change:
    """A change of a file from what it is now."""
    full = root / path
    return Change(path, full.read_bytes() if full.exists() else None, after, ())


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(TenantizeError) as caught:
        act()
    return str(caught.value)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return grown(tmp_path / "tree")


def grown(root: Path) -> Path:
    for path, (data, mode) in OLD.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
        (root / path).chmod(mode)
    return root


def expected(root: Path) -> State:
    """What a tree of OLD is once CHANGES are applied."""
    apply(root)
    return state(root)


# All of it


def test_apply_writes_the_bytes_and_keeps_the_modes(tree: Path) -> None:
    apply(tree)
    found = state(tree)
    for change in CHANGES:
        entry = found[change.path]
        assert entry is not None and entry[0] == change.after
        assert change.path not in OLD or entry[1] == OLD[change.path][1]
    assert found["src/untouched.py"] == OLD["src/untouched.py"]


def test_a_new_file_has_the_mode_that_the_users_umask_gives(tree: Path) -> None:
    previous = os.umask(0o027)
    try:
        apply(tree)
    finally:
        os.umask(previous)
    assert (tree / "src/new/deep/x.py").stat().st_mode & 0o777 == 0o640


def test_undo_gives_back_bytes_modes_and_folders_and_names_the_files(tree: Path) -> None:
    before = state(tree)
    apply(tree)
    assert journal.undo(tree) == [change.path for change in CHANGES]
    assert state(tree) == before


def test_undo_keeps_a_folder_that_someone_put_a_file_into(tree: Path) -> None:
    apply(tree)
    (tree / "src/new/deep/mine.txt").write_text("mine")
    journal.undo(tree)
    assert (tree / "src/new/deep/mine.txt").read_text() == "mine"
    assert not (tree / "src/new/__init__.py").exists()


def test_undo_keeps_an_empty_folder_that_was_there_before(tree: Path) -> None:
    (tree / "src/new").mkdir()
    before = state(tree)
    apply(tree)
    journal.undo(tree)
    assert state(tree) == before


def test_each_undo_takes_back_one_more_apply(tree: Path) -> None:
    states = [state(tree)]
    for number in range(12):  # more than nine, so that their order is not that of single digits
        apply(tree, edit(tree, "src/bom.py", b"x = %d\n" % number), edit(tree, f"src/{number}.py", b""))
        states.append(state(tree))
    while len(states) > 1:
        assert state(tree) == states.pop()
        journal.undo(tree)
    assert state(tree) == states[0]
    assert "nothing to undo" in refusal(lambda: journal.undo(tree))


def test_an_apply_after_an_undo_can_be_undone(tree: Path) -> None:
    before = state(tree)
    for _ in range(3):
        apply(tree)
        journal.undo(tree)
    assert state(tree) == before


def test_two_runs_over_some_of_the_same_files_are_undone_in_turn(tree: Path) -> None:
    first = state(tree)
    apply(tree, edit(tree, "src/crlf.py", b"1\r\n"), edit(tree, "src/gbk.py", b"1\n"))
    second = state(tree)
    apply(tree, edit(tree, "src/gbk.py", b"2\n"), edit(tree, "src/bom.py", b"2\n"))
    journal.undo(tree)
    assert state(tree) == second
    apply(tree, edit(tree, "src/crlf.py", b"3\n"))
    journal.undo(tree)
    journal.undo(tree)
    assert state(tree) == first


def test_a_file_edited_between_two_runs_stops_only_the_undo_that_would_lose_it(tree: Path) -> None:
    apply(tree, edit(tree, "src/crlf.py", b"1\n"))
    apply(tree, edit(tree, "src/bom.py", b"2\n"))
    (tree / "src/crlf.py").write_bytes(b"mine\n")
    journal.undo(tree)
    assert "src/crlf.py" in refusal(lambda: journal.undo(tree))
    assert (tree / "src/crlf.py").read_bytes() == b"mine\n"


def test_a_tree_without_an_apply_has_nothing_to_undo(tree: Path) -> None:
    assert "There is nothing to undo" in refusal(lambda: journal.undo(tree))


def test_a_tree_without_an_interrupted_run_has_nothing_to_recover(tree: Path) -> None:
    assert journal.recover(tree) is None
    apply(tree)
    assert journal.recover(tree) is None
    assert not journal.is_interrupted(tree)


def test_the_journal_never_shows_in_git(tree: Path) -> None:
    commit_all(tree)
    apply(tree)
    assert ".tenantize" not in git_status(tree)
    journal.undo(tree)
    assert git_status(tree) == ""


# Or none


@pytest.mark.parametrize("spoil", [b"mine\n", None], ids=["edited", "deleted"])
def test_undo_refuses_what_would_lose_an_edit_names_the_file_and_changes_nothing(
    spoil: bytes | None, tree: Path
) -> None:
    apply(tree)
    (tree / "src/bom.py").unlink() if spoil is None else (tree / "src/bom.py").write_bytes(spoil)
    before = state(tree)
    message = refusal(lambda: journal.undo(tree))
    assert "src/bom.py" in message and "src/crlf.py" not in message
    assert state(tree) == before
    # Put back to what apply wrote, it can be undone after all.
    (tree / "src/bom.py").write_bytes(CHANGES[2].after)
    journal.undo(tree)
    assert (tree / "src/crlf.py").read_bytes() == OLD["src/crlf.py"][0]


def test_a_file_that_changed_since_the_plan_stops_the_apply(tree: Path) -> None:
    (tree / "src/bom.py").write_bytes(b"mine\n")
    before = state(tree)
    message = refusal(lambda: apply(tree))
    assert message.startswith("src/bom.py has changed") and "run the command again" in message
    assert state(tree) == before


@pytest.mark.parametrize("path", ["src/new", "src/new/__init__.py"])
@pytest.mark.parametrize("link", [False, True], ids=["file", "dangling link"])
def test_what_is_in_the_way_of_a_new_file_is_named(path: str, link: bool, tree: Path) -> None:
    (tree / path).parent.mkdir(exist_ok=True)
    (tree / path).symlink_to("nowhere") if link else (tree / path).write_bytes(b"mine\n")
    message = refusal(lambda: apply(tree))
    assert message.startswith(f"{path} is in the way") and "move it" in message
    assert not (tree / "src/new/deep").exists()
    assert (tree / path).is_symlink() if link else (tree / path).read_bytes() == b"mine\n"


def test_a_file_that_vanished_since_the_plan_stops_the_apply(tree: Path) -> None:
    (tree / "src/bom.py").unlink()
    before = state(tree)
    assert refusal(lambda: apply(tree)).startswith("src/bom.py has changed")
    assert state(tree) == before


def test_a_file_saved_in_an_editor_while_apply_writes_keeps_the_edit_and_blocks_nothing(tree: Path) -> None:
    before = state(tree)

    def save(number: int, name: str, arguments: tuple[Any, ...]) -> None:
        if name == "replace" and (tree / "src/bom.py").read_bytes() == OLD["src/bom.py"][0]:
            (tree / "src/bom.py").write_bytes(b"mine\n")

    with watched(before=save):
        assert "src/bom.py" in refusal(lambda: apply(tree))
    assert state(tree) == {**before, "src/bom.py": (b"mine\n", 0o644)}
    # The next plan starts from the edit.
    assert not journal.is_interrupted(tree)
    apply(tree, edit(tree, "src/bom.py", b"planned anew\n"))


def test_a_file_saved_in_an_editor_while_undo_writes_keeps_the_edit_and_blocks_nothing(tree: Path) -> None:
    before = state(tree)
    apply(tree)

    def save(number: int, name: str, arguments: tuple[Any, ...]) -> None:
        if name == "replace":
            (tree / "src/bom.py").write_bytes(b"mine\n")

    with watched(before=save):
        message = refusal(lambda: journal.undo(tree))
    assert "taken back, but for src/bom.py" in message and "stays as it is" in message
    assert state(tree) == {**before, "src/bom.py": (b"mine\n", 0o644)}
    assert not journal.is_interrupted(tree)


def test_a_disk_that_is_full_while_somebody_edits_says_both(tree: Path) -> None:
    def save_and_fail(number: int, name: str, arguments: tuple[Any, ...]) -> None:
        if name == "mkdir" and arguments[0] == "new" and journal.is_interrupted(tree):
            (tree / "src/crlf.py").write_bytes(b"mine\n")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), arguments[0])

    with watched(before=save_and_fail):
        message = refusal(lambda: apply(tree))
    assert message.startswith("src/new/__init__.py cannot be written (No space left on device): nothing was changed")
    assert "but for src/crlf.py" in message
    assert (tree / "src/crlf.py").read_bytes() == b"mine\n"
    assert (tree / "src/gbk.py").read_bytes() == OLD["src/gbk.py"][0]


@pytest.mark.parametrize("link", ["src/new", "src/new/deep"])
def test_a_folder_that_is_a_link_to_outside_is_refused(link: str, tree: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tree / link).parent.mkdir(exist_ok=True)
    (tree / link).symlink_to(tmp_path / "outside")
    before = state(tree)
    message = refusal(lambda: apply(tree))
    assert "outside of the checkout" in message and "nothing was changed" in message
    assert state(tree) == before
    assert list((tmp_path / "outside").iterdir()) == []


@pytest.mark.parametrize("there", [True, False], ids=["link to a file", "dangling link"])
def test_a_file_that_is_a_link_to_outside_is_refused(there: bool, tree: Path, tmp_path: Path) -> None:
    link = tree / "src/link.py"
    link.symlink_to(tmp_path / "outside.py")
    if there:
        (tmp_path / "outside.py").write_bytes(b"theirs\n")
    message = refusal(lambda: apply(tree, Change("src/link.py", b"theirs\n" if there else None, b"ours\n", ())))
    assert "src/link.py" in message
    assert link.is_symlink()
    assert not there or (tmp_path / "outside.py").read_bytes() == b"theirs\n"


def test_a_folder_in_the_place_of_a_new_file_is_named_and_nothing_is_written(tree: Path) -> None:
    (tree / "src/new/deep/x.py").mkdir(parents=True)
    before = state(tree)
    message = refusal(lambda: apply(tree))
    # The user's file, not the copy in .tenantize.
    assert "src/new/deep/x.py" in message and ".tenantize" not in message
    assert state(tree) == before


def test_a_checkout_that_may_not_be_written_is_left_as_it_is(tree: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everything")
    before = state(tree)
    tree.chmod(0o555)
    try:
        assert "cannot be written" in refusal(lambda: apply(tree))
    finally:
        tree.chmod(0o755)
    assert state(tree) == before


# kill -9 at any step


class Killer:
    """Runs the journal in processes that are killed at their n-th step."""

    def __init__(self, folder: Path) -> None:
        self.changes = folder / "changes"
        self.changes.write_bytes(pickle.dumps(CHANGES))
        home = Path(__file__).parent.parent
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.killing"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=home
        )

    def kill(self, action: str, root: Path, at: int) -> bool:
        """Whether the run got as far as that step; otherwise it has ended well."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps([action, str(root), str(self.changes), at]) + "\n")
        self.process.stdin.flush()
        killed = json.loads(self.process.stdout.readline())
        assert isinstance(killed, bool)
        return killed


@pytest.fixture(scope="module")
def killer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Killer]:
    killer = Killer(tmp_path_factory.mktemp("killer"))
    yield killer
    assert killer.process.stdin
    killer.process.stdin.close()
    assert killer.process.wait(10) == 0


def git_status(root: Path, *repository: str) -> str:
    command = ["git", "-C", str(root), *repository, "status", "--porcelain", "--untracked-files=all"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def prepared(tmp_path: Path, action: str) -> tuple[Path, State, State]:
    """A tree that is ready for an action, and its states before and after the changes."""
    root = grown(tmp_path / "tree")
    before = state(root)
    after = expected(shutil.copytree(root, tmp_path / "applied"))
    if action == "undo":
        apply(root)
    return root.rename(tmp_path / "prepared"), before, after


def fresh(prototype: Path) -> Path:
    """A copy of a prepared tree, in the place where that was: a run is of one checkout."""
    root = prototype.parent / "tree"
    shutil.rmtree(root, ignore_errors=True)
    return shutil.copytree(prototype, root)


def trouble_after_recovery(root: Path, before: State, after: State) -> str | None:
    """What is wrong once the next run has finished an interrupted one, and undo has taken it back."""
    try:
        journal.recover(root)
    except Exception as error:
        return f"recover fails: {error!r}"
    if journal.is_interrupted(root):
        return "still interrupted after recover"
    found = state(root)
    if found not in (before, after):
        return f"neither old nor new after recover: {sorted(found)}"
    if found == after and after != before:
        journal.undo(root)
    return None if state(root) == before else "undo does not restore it"


def each_file_is_old_or_new(root: Path, before: State, after: State) -> bool:
    """Half-way, folders may be there before their files."""
    found = {path: entry for path, entry in state(root).items() if entry is not None}
    return all(found.get(path) in (before.get(path), after.get(path)) for path in {*found, *before, *after})


@pytest.mark.parametrize("action", ["apply", "undo"])
def test_kill_9_at_any_step_leaves_each_file_old_or_new_and_the_next_run_finishes_it(
    action: str, killer: Killer, tmp_path: Path
) -> None:
    prototype, before, after = prepared(tmp_path, action)
    commit_all(prototype)
    repository = (prototype / ".git").rename(tmp_path / "repository")  # of every copy
    troubles = []
    for at in range(1, 500):
        root = fresh(prototype)
        killed = killer.kill(action, root, at)
        if not each_file_is_old_or_new(root, before, after):
            troubles.append(f"{at}: some file is neither old nor new")
        if ".tenantize" in git_status(root, f"--git-dir={repository}", f"--work-tree={root}"):
            troubles.append(f"{at}: git shows .tenantize")
        trouble = trouble_after_recovery(root, before, after)
        if trouble:
            troubles.append(f"{at}: {trouble}")
        if not killed:
            break
    assert at > 10
    assert not troubles, "\n".join(troubles)


@pytest.mark.parametrize("action", ["apply", "undo"])
def test_kill_9_of_the_recovery_is_recovered_from(action: str, killer: Killer, tmp_path: Path) -> None:
    prototype, before, after = prepared(tmp_path, action)
    finished = journal.Recovered.APPLY if action == "apply" else journal.Recovered.UNDO
    # The first step that leaves some files old and some new.
    for at in range(1, 500):
        root = fresh(prototype)
        assert killer.kill(action, root, at)
        if journal.is_interrupted(root) and state(root) not in (before, after):
            break
    half = root.rename(tmp_path / "half")
    assert journal.recover(fresh(half)) is finished
    troubles = []
    for at in range(1, 500):
        root = fresh(half)
        killed = killer.kill("recover", root, at)
        trouble = trouble_after_recovery(root, before, after)
        if trouble:
            troubles.append(f"{at}: {trouble}")
        if not killed:
            break
    assert at > 3
    assert not troubles, "\n".join(troubles)


def test_a_file_edited_after_a_kill_is_named_and_kept(killer: Killer, tmp_path: Path) -> None:
    prototype, before, after = prepared(tmp_path, "apply")
    for at in range(1, 500):
        root = fresh(prototype)
        assert killer.kill("apply", root, at)
        if state(root) not in (before, after):
            break
    (root / "src/gbk.py").write_bytes(b"mine\n")
    message = refusal(lambda: journal.recover(root))
    assert message.startswith("src/gbk.py was edited") and "\n" not in message
    assert (root / "src/gbk.py").read_bytes() == b"mine\n"
    # Put back to what it was, the run is finished.
    (root / "src/gbk.py").write_bytes(OLD["src/gbk.py"][0])
    journal.recover(root)
    (root / "src/gbk.py").chmod(OLD["src/gbk.py"][1])
    assert state(root) == after


# Errors and Ctrl-C at any step


def fails(at: int, number_of: int, *, for_good: bool) -> Callable[[int, str, tuple[Any, ...]], None]:
    """A disk that refuses the n-th step, or every one from there on."""

    def fail(number: int, name: str, arguments: tuple[Any, ...]) -> None:
        if number == at or (for_good and number > at):
            raise OSError(number_of, os.strerror(number_of), *(str(argument) for argument in arguments[:1]))

    return fail


def trouble_after_error(root: Path, before: State, after: State, done: State) -> str | None:
    """What is wrong after a run that failed and should have changed nothing; `done` is the state it was to reach."""
    found = state(root)
    start = after if done == before else before
    if found == done and not journal.is_interrupted(root):
        return trouble_after_recovery(root, before, after)  # it was over when it was stopped
    if found != start:
        return f"the tree is not as it was: {sorted({path for path, _ in found.items() ^ start.items()})}"
    if journal.is_interrupted(root):
        return "the next run would go on with it"
    return trouble_after_recovery(root, before, after)


@pytest.mark.parametrize(("action", "number_of"), [("apply", errno.ENOSPC), ("undo", errno.EPERM)])
def test_an_error_of_the_disk_at_any_step_is_one_sentence_and_apply_has_changed_nothing(
    action: str, number_of: int, tmp_path: Path
) -> None:
    prototype, before, after = prepared(tmp_path, action)
    troubles = []
    for at in range(1, 500):
        root = fresh(prototype)
        message = None
        with watched(before=fails(at, number_of, for_good=False)) as seen:
            try:
                run(action, root, root / "changes") if action == "undo" else apply(root)
            except TenantizeError as error:
                message = str(error)
            except OSError as error:
                troubles.append(f"{at} ({seen[at - 1]}): reaches the user as {error!r}")
        if message and ("\n" in message or os.strerror(number_of) not in message or ".tenantize/" in message):
            troubles.append(f"{at} ({seen[at - 1]}): says {message.replace(str(root), '')!r}")
        if action == "apply":
            trouble = trouble_after_error(root, before, after, after)
        else:  # an undo may be left to the next run
            trouble = trouble_after_recovery(root, before, after)
        if trouble:
            troubles.append(f"{at} ({seen[min(at, len(seen)) - 1]}): {trouble}")
        if len(seen) < at:
            break
    assert at > 10
    assert not troubles, "\n".join(troubles)


@pytest.mark.parametrize("action", ["apply", "undo"])
def test_a_disk_that_refuses_everything_from_some_step_on_is_one_sentence_and_the_next_run_mends_it(
    action: str, tmp_path: Path
) -> None:
    prototype, before, after = prepared(tmp_path, action)
    troubles = []
    for at in range(1, 500):
        root = fresh(prototype)
        with watched(before=fails(at, errno.EIO, for_good=True)) as seen:
            try:
                run(action, root, root / "changes") if action == "undo" else apply(root)
            except TenantizeError as error:
                # What it says about the tree is so.
                unchanged = after if action == "undo" else before
                if "nothing was changed" in str(error).lower() and state(root) != unchanged:
                    troubles.append(f"{at} ({seen[at - 1]}): says that nothing was changed")
            except OSError as error:
                troubles.append(f"{at} ({seen[at - 1]}): reaches the user as {error!r}")
        if not each_file_is_old_or_new(root, before, after):
            troubles.append(f"{at}: some file is neither old nor new")
        trouble = trouble_after_recovery(root, before, after)
        if trouble:
            troubles.append(f"{at} ({seen[min(at, len(seen)) - 1]}): {trouble}")
        if len(seen) < at:
            break
    assert not troubles, "\n".join(troubles)


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("action", ["apply", "undo"])
def test_ctrl_c_at_any_step_leaves_all_of_it_done_or_nothing(action: str, moment: str, tmp_path: Path) -> None:
    prototype, before, after = prepared(tmp_path, action)
    troubles = []
    for at in range(1, 500):
        root = fresh(prototype)

        def interrupt(number: int, name: str, arguments: tuple[Any, ...], at: int = at) -> None:
            if number == at:
                raise KeyboardInterrupt

        with watched(**{moment: interrupt}) as seen, suppress(KeyboardInterrupt):
            run(action, root, root / "changes") if action == "undo" else apply(root)
        trouble = trouble_after_error(root, before, after, before if action == "undo" else after)
        if trouble:
            troubles.append(f"{at} ({seen[min(at, len(seen)) - 1]}): {trouble}")
        if len(seen) < at:
            break
    assert at > 10
    assert not troubles, "\n".join(troubles)


@pytest.mark.parametrize("action", ["apply", "undo"])
def test_ctrl_c_twice_says_that_the_next_run_mends_it(action: str, tmp_path: Path) -> None:
    prototype, before, after = prepared(tmp_path, action)
    half_way = 0
    for at in range(1, 500):
        root = fresh(prototype)

        def interrupt(number: int, name: str, arguments: tuple[Any, ...], at: int = at) -> None:
            if number in (at, at + 1):
                raise KeyboardInterrupt

        with watched(before=interrupt) as seen, suppress(KeyboardInterrupt):
            try:
                run(action, root, root / "changes") if action == "undo" else apply(root)
            except TenantizeError as error:
                assert "the next 'tenantize apply' or 'tenantize undo' puts the tree right" in str(error)
                half_way += 1
            else:
                assert not journal.is_interrupted(root)
        assert trouble_after_recovery(root, before, after) is None
        if len(seen) < at:
            break
    assert half_way


# Two at once


def test_while_one_is_at_work_every_other_is_told_to_wait(tree: Path) -> None:
    told: list[str] = []

    def others(number: int, name: str, arguments: tuple[Any, ...]) -> None:
        if name == "replace" and journal.is_interrupted(tree):
            told.extend(refusal(act) for act in (lambda: apply(tree), lambda: journal.undo(tree)))
            told.append(refusal(lambda: journal.recover(tree)))

    with watched(before=others):
        apply(tree)
    assert len(told) == 3 * len(CHANGES)
    assert all(message.startswith("Another tenantize is at work") for message in told)
    # It is no longer.
    journal.undo(tree)


def test_a_second_tenantize_during_an_apply_is_refused_or_waits_and_the_tree_stays_whole(tmp_path: Path) -> None:
    prototype, before, after = prepared(tmp_path, "apply")
    troubles = []
    for at in range(1, 500):
        root = fresh(prototype)

        def another(number: int, name: str, arguments: tuple[Any, ...], at: int = at, root: Path = root) -> None:
            if number == at:  # as another process would start with, while this one goes on
                try:
                    journal.recover(root)
                except TenantizeError:
                    return

        with watched(before=another) as seen:
            try:
                apply(root)
            except TenantizeError:
                pass
            except OSError as error:
                troubles.append(f"{at} ({seen[at - 1]}): reaches the user as {error!r}")
        trouble = trouble_after_recovery(root, before, after)
        if trouble:
            troubles.append(f"{at} ({seen[min(at, len(seen)) - 1]}): {trouble}")
        if len(seen) < at:
            break
    assert not troubles, "\n".join(troubles)


# What is still as a run left it


def test_only_what_nobody_touched_since_is_as_it_was_written(tree: Path) -> None:
    paths = [change.path for change in CHANGES]
    assert journal.as_written(tree, paths) == []
    apply(tree)
    assert journal.as_written(tree, paths) == paths
    assert journal.as_written(tree, ["src/other.py"]) == []
    (tree / paths[0]).write_bytes(b"mine\n")
    (tree / paths[1]).unlink()
    assert journal.as_written(tree, paths) == paths[2:]
    # The last run that wrote a file is the one that counts.
    apply(tree, Change(paths[0], b"mine\n", b"ours\n", ()))
    assert journal.as_written(tree, paths) == [paths[0], *paths[2:]]
    journal.undo(tree)
    assert journal.as_written(tree, paths) == paths[2:]
