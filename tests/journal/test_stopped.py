"""Errors of the disk, Ctrl-C and a second tenantize, at any step."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from codemods.errors import TenantizeError
from codemods.journal import runs
from tests.journal.killing import run, watched
from tests.journal.trees import (
    CHANGES,
    State,
    apply,
    each_file_is_old_or_new,
    fresh,
    prepared,
    refusal,
    state,
    trouble_after_recovery,
)


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
    if found == done and not runs.is_interrupted(root):
        return trouble_after_recovery(root, before, after)  # it was over when it was stopped
    if found != start:
        return f"the tree is not as it was: {sorted({path for path, _ in found.items() ^ start.items()})}"
    if runs.is_interrupted(root):
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
                assert not runs.is_interrupted(root)
        assert trouble_after_recovery(root, before, after) is None
        if len(seen) < at:
            break
    assert half_way


# Two at once


def test_while_one_is_at_work_every_other_is_told_to_wait(tree: Path) -> None:
    told: list[str] = []

    def others(number: int, name: str, arguments: tuple[Any, ...]) -> None:
        if name == "replace" and runs.is_interrupted(tree):
            told.extend(refusal(act) for act in (lambda: apply(tree), lambda: runs.undo(tree)))
            told.append(refusal(lambda: runs.recover(tree)))

    with watched(before=others):
        apply(tree)
    assert len(told) == 3 * len(CHANGES)
    assert all(message.startswith("Another tenantize is at work") for message in told)
    # It is no longer.
    runs.undo(tree)


def test_a_second_tenantize_during_an_apply_is_refused_or_waits_and_the_tree_stays_whole(tmp_path: Path) -> None:
    prototype, before, after = prepared(tmp_path, "apply")
    troubles = []
    for at in range(1, 500):
        root = fresh(prototype)

        def another(number: int, name: str, arguments: tuple[Any, ...], at: int = at, root: Path = root) -> None:
            if number == at:  # as another process would start with, while this one goes on
                try:
                    runs.recover(root)
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
