"""The key that shows whose a run is: outside of the checkout, in a folder of the user's own, or nothing is written."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from codemods.journal import proof, runs
from tests.journal.trees import apply, refusal, state


def assert_refused(tree: Path, *words: str) -> None:
    before = state(tree)
    message = refusal(lambda: apply(tree))
    assert all(word in message for word in (*words, "TENANTIZE_STATE_DIR", "Nothing was changed"))
    assert "\n" not in message
    assert state(tree) == before
    assert runs.recover(tree) is None  # what is left of it is in nobody's way


def test_the_key_is_the_users_alone_and_stays_the_same(
    tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TENANTIZE_STATE_DIR", str(tmp_path / "some/where"))
    apply(tree)
    (key,) = (tmp_path / "some/where").iterdir()
    before = key.read_bytes()
    assert key.stat().st_mode & 0o777 == 0o600
    runs.undo(tree)
    apply(tree)
    assert key.read_bytes() == before and len(before) == 32


@pytest.mark.parametrize("place", ["state", ".tenantize", "src/../x"])
def test_a_place_in_the_checkout_is_refused(place: str, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TENANTIZE_STATE_DIR", str(tree / place))
    assert_refused(tree, "lies in the checkout")


def test_a_place_that_cannot_be_made_is_named(tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("TENANTIZE_STATE_DIR", str(tmp_path / "file/state"))
    assert_refused(tree, str(tmp_path / "file/state"), "Not a directory")


@pytest.mark.parametrize("damage", [b"", b"short", bytes(33), None], ids=["empty", "short", "long", "FIFO"])
def test_a_damaged_key_is_named_and_waits_for_nobody(
    damage: bytes | None, tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TENANTIZE_STATE_DIR", str(tmp_path / "state"))
    (tmp_path / "state").mkdir()
    key = tmp_path / "state/journal.key"
    os.mkfifo(key) if damage is None else key.write_bytes(damage)
    assert_refused(tree, str(tmp_path / "state"))


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root gives files away")
def test_another_users_key_is_refused(tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TENANTIZE_STATE_DIR", str(tmp_path / "state"))
    apply(tree)
    runs.undo(tree)
    os.chown(tmp_path / "state/journal.key", 12345, 12345)
    assert_refused(tree, "another user's")


def test_without_a_home_the_systems_word_for_it_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TENANTIZE_STATE_DIR", "XDG_STATE_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    assert proof.kept_in().is_absolute() and not proof.kept_in().is_relative_to(Path.cwd())
