"""What a checkout brings along as `.tenantize` is nobody's run: it is refused in one sentence, and writes nothing."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from codemods.changes import Change
from codemods.errors import TenantizeError
from codemods.journal import proof, runs
from codemods.journal.folders import held
from codemods.journal.manifest import home_of
from tests.conftest import commit_all
from tests.journal.killing import watched
from tests.journal.trees import CHANGES, OLD, apply, refusal, state

PAYLOAD = b"#!/bin/sh\necho owned\n"
DIGEST = hashlib.sha256(PAYLOAD).hexdigest()
PLACES = ("applying", "undoing", "applied/0001")
ACTS: tuple[Callable[[Path], object], ...] = (runs.recover, runs.undo)


def entry(path: Any, **more: Any) -> dict[str, Any]:
    return {"path": path, "old": None, "new": DIGEST, "folders": [], **more}


def manifest(root: Path, *entries: Any, **more: Any) -> dict[str, Any]:
    with held(root) as tree:
        home = home_of(tree)
    where = {"path": home.path, "device": home.device, "inode": home.inode}
    return {"version": 1, "home": where, "entries": list(entries), **more}


def plant(root: Path, place: str, data: bytes, seal: bytes | None = b"0" * 64) -> Path:
    """A run in a checkout's state folder that no tenantize put there."""
    run = root / ".tenantize" / place
    for side in ("old", "new"):
        (run / side).mkdir(parents=True)
        (run / side / "0").write_bytes(PAYLOAD)
        (run / side / "0").chmod(0o755)
    (run / "manifest.json").write_bytes(data)
    if seal is not None:
        (run / "seal").write_bytes(seal)
    return run


def everything(folder: Path) -> dict[str, bytes | None]:
    """Every file and folder beside the checkout, and in it, but for the state folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
        if ".tenantize" not in path.parts
    }


def assert_refused(root: Path, place: str) -> None:
    """Whatever a run of that kind stops is told in one sentence with the way out, and the way out helps."""
    before = everything(root.parent)
    assert not runs.is_interrupted(root)
    assert runs.as_written(root, ["src/bom.py", "../home/.profile"]) == []
    for act in ACTS if "/" not in place else ACTS[1:]:
        message = refusal(lambda act=act: act(root))  # type: ignore[misc]
        if act is runs.undo and "/" not in place:
            assert "interrupted" in message  # recover has refused it before
        else:
            assert message.startswith(f".tenantize/{place} ") and "\n" not in message
            assert "delete .tenantize, then run again" in message
    assert everything(root.parent) == before
    shutil.rmtree(root / ".tenantize")
    assert runs.recover(root) is None
    apply(root)
    runs.undo(root)
    assert everything(root.parent) == before


OUTSIDE = (
    "../home/.profile",
    "/tmp/tenantize-planted",
    "src/../../home/.profile",
    ".git/hooks/pre-commit",
    ".GIT/hooks/pre-commit",
    ".git./config",
    ".g\u200cit/config",
    ".git::$INDEX_ALLOCATION/config",
    "git~1/config",
    "sub/.git/config",
    ".tenantize/.gitignore",
    "TENANT~1/lock",
    "src//x.py",
    "./x.py",
    "",
    "src/x\0.py",
)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("sealed", [False, True], ids=["no seal", "sealed"])
@pytest.mark.parametrize("path", OUTSIDE)
def test_a_run_that_writes_outside_of_the_checkout_is_refused(path: str, sealed: bool, place: str, tree: Path) -> None:
    (tree.parent / "home").mkdir()
    data = json.dumps(manifest(tree, entry(path))).encode()
    plant(tree, place, data, proof.seal(tree, data) if sealed else b"0" * 64)
    assert_refused(tree, place)


@pytest.mark.parametrize("path", OUTSIDE)
def test_a_plan_that_writes_outside_of_the_checkout_is_refused(path: str, tree: Path) -> None:
    before = everything(tree.parent)
    assert "nothing was changed" in refusal(lambda: apply(tree, Change(path, None, b"x = 1\n", ())))
    assert everything(tree.parent) == before


@pytest.mark.parametrize("name", ["a:b.py", ":x.py", "git~x.py", "git.py", ".github/x.py", "tenant~x/y.py", "x\\y.py"])
def test_odd_names_of_ones_own_are_written(name: str, tree: Path) -> None:
    apply(tree, Change(name, None, b"x = 1\n", ()))
    assert (tree / name).read_bytes() == b"x = 1\n"
    runs.undo(tree)
    assert not (tree / name).exists()


def malformed(root: Path) -> dict[str, bytes]:
    """Manifests that no tenantize wrote, each wrong in one way."""
    good, one = manifest(root, entry("src/x.py")), entry("src/x.py")
    values: dict[str, Any] = {
        "null": None,
        "a list": [],
        "the list of an older version": [one],
        "a number": 1,
        "a text": "x",
        "nothing in it": {},
        "another version": {**good, "version": 2},
        "version as text": {**good, "version": "1"},
        "more than we know": {**good, "more": 1},
        "home is null": {**good, "home": None},
        "home without inode": {**good, "home": {"path": "/", "device": 1}},
        "home elsewhere": {**good, "home": {"path": "/", "device": 1, "inode": 1}},
        "entries is an object": {**good, "entries": {}},
        "entries is null": {**good, "entries": None},
        "an entry is a list": {**good, "entries": [[]]},
        "an entry is null": {**good, "entries": [None]},
        "twice the same file": {**good, "entries": [one, one]},
        "folders climb": {**good, "entries": [{**one, "folders": [".."]}]},
        "folders absolute": {**good, "entries": [{**one, "folders": ["/tmp"]}]},
        "folders in .git": {**good, "entries": [{**one, "folders": [".git"]}]},
        "folders a text": {**good, "entries": [{**one, "folders": "src"}]},
        "folders of numbers": {**good, "entries": [{**one, "folders": [1]}]},
        "path is a list": {**good, "entries": [{**one, "path": ["src"]}]},
        "path is null": {**good, "entries": [{**one, "path": None}]},
        "an entry knows more": {**good, "entries": [{**one, "mode": 0o4755}]},
        "digest too short": {**good, "entries": [{**one, "new": DIGEST[:-1]}]},
        "digest in capitals": {**good, "entries": [{**one, "new": DIGEST.upper()}]},
        "digest with a newline": {**good, "entries": [{**one, "new": DIGEST + "\n"}]},
        "digest is no file": {**good, "entries": [{**one, "new": "no file"}]},
        "digest is a number": {**good, "entries": [{**one, "new": 1}]},
        "digest is a flag": {**good, "entries": [{**one, "old": False}]},
        "not a number": {**good, "version": float("nan")},
        "without end": {**good, "home": {**good["home"], "inode": float("inf")}},
    }
    values |= {f"without {key}": {k: v for k, v in good.items() if k != key} for key in good}
    values |= {f"entry without {key}": {**good, "entries": [{k: v for k, v in one.items() if k != key}]} for key in one}
    texts = {name: json.dumps(value).encode() for name, value in values.items()}
    text = json.dumps(good).encode()
    return texts | {
        "empty": b"",
        "cut off": text[:-5],
        "two of them": text * 2,
        "not UTF-8": text.replace(b"src/x", b"src/\xff"),
        "UTF-16": text.decode().encode("utf-16"),
        "zeros": bytes(100),
        "no JSON": b"# a comment\n",
        "nested deeply": b"[" * 100_000,
        "nested deeply and closed": b'{"version":' * 50_000 + b"1" + b"}" * 50_000,
        "a number of many digits": text.replace(b'"version": 1', b'"version": ' + b"9" * 10_000),
    }


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("sealed", [False, True], ids=["no seal", "sealed"])
def test_a_manifest_that_cannot_be_read_is_one_sentence_and_blocks_nothing_for_ever(
    sealed: bool, place: str, tree: Path
) -> None:
    cases = malformed(tree)
    assert len(cases) > 42
    for data in cases.values():
        plant(tree, place, data, proof.seal(tree, data) if sealed else None)
        assert_refused(tree, place)


def test_a_manifest_larger_than_any_run_is_refused(tree: Path) -> None:
    run = plant(tree, "applying", b"")
    os.truncate(run / "manifest.json", 1 << 40)  # a hole: it takes no space
    assert_refused(tree, "applying")


# What is no plain file


def fifo(path: Path) -> None:
    path.unlink(missing_ok=True)
    os.mkfifo(path)


@pytest.mark.parametrize("part", ["lock", ".gitignore", "applied", "applying", "undoing", "staging", "stray", ".git"])
@pytest.mark.parametrize("kind", ["link", "dangling", "fifo"])
def test_a_part_of_the_state_folder_that_is_no_plain_one_is_refused(kind: str, part: str, tree: Path) -> None:
    outside = tree.parent / "outside"
    outside.mkdir()
    (outside / "theirs").write_text("theirs")
    apply(tree)
    runs.undo(tree)
    place = tree / ".tenantize" / part
    if place.is_dir():
        shutil.rmtree(place)
    place.unlink(missing_ok=True)
    if kind == "fifo":
        fifo(place)
    else:
        place.symlink_to(outside if kind == "link" else outside / "gone")
    before = everything(tree.parent)
    for act in (lambda: apply(tree), lambda: runs.recover(tree), lambda: runs.undo(tree)):
        message = refusal(act)
        assert message.startswith(f".tenantize/{part} is nothing that tenantize puts there")
        assert "delete .tenantize, then run again" in message
    assert everything(tree.parent) == before
    shutil.rmtree(tree / ".tenantize")
    apply(tree)


@pytest.mark.parametrize("kind", ["link", "dangling", "file", "fifo"])
def test_a_state_folder_that_is_none_is_refused(kind: str, tree: Path) -> None:
    outside = tree.parent / "outside"
    outside.mkdir()
    place = tree / ".tenantize"
    if kind in ("link", "dangling"):
        place.symlink_to(outside if kind == "link" else outside / "gone")
    else:
        fifo(place) if kind == "fifo" else place.write_text("")
    for act in (lambda: apply(tree), lambda: runs.recover(tree), lambda: runs.undo(tree)):
        assert refusal(act).startswith(".tenantize is nothing that tenantize puts there")
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize("name", [".tenantize", ".Tenantize"])
def test_a_state_folder_that_git_tracks_is_refused_even_one_of_ones_own(name: str, tree: Path) -> None:
    apply(tree)
    (tree / name).mkdir(exist_ok=True)
    (tree / name / "note").write_text("")
    commit_all(tree)
    subprocess.run(["git", "-C", str(tree), "add", "--force", f"{name}/note"], check=True)
    before = state(tree)
    for act in (lambda: runs.undo(tree), lambda: runs.recover(tree), lambda: apply(tree, *CHANGES)):
        message = refusal(act)
        assert "git tracks it" in message and "git rm -r -f" in message
    assert state(tree) == before


# A run of one's own that something was done to


@pytest.mark.parametrize("place", ["applying", "undoing"])
def test_payloads_that_are_not_what_the_run_kept_are_put_nowhere(place: str, tree: Path) -> None:
    apply(tree)
    run = (tree / ".tenantize/applied/0001").rename(tree / ".tenantize" / place)
    if place == "applying":  # as kill -9 before the first file leaves it
        for index, change in enumerate(CHANGES):
            (tree / change.path).rename(run / "new" / str(index))
            if change.before is not None:
                shutil.copy(run / "old" / str(index), tree / change.path)
    (run / ("new" if place == "applying" else "old") / "1").write_bytes(PAYLOAD)
    before = state(tree)
    message = refusal(lambda: runs.recover(tree))
    assert "has lost what it had kept of src/gbk.py" in message and "delete .tenantize" in message
    assert state(tree) == before


def test_undo_without_what_it_needs_changes_nothing(tree: Path) -> None:
    apply(tree)
    (tree / ".tenantize/applied/0001/old/2").unlink()
    before = state(tree)
    assert "has lost what it had kept of src/bom.py" in refusal(lambda: runs.undo(tree))
    assert state(tree) == before and not runs.is_interrupted(tree)


@pytest.mark.parametrize("part", ["old", "new", ""])
def test_a_run_of_which_a_folder_is_missing_says_the_way_out(part: str, tree: Path) -> None:
    apply(tree)
    place = tree / ".tenantize/applied/0001" / part
    shutil.rmtree(place)
    if not part:
        place.write_text("no folder")
    if part == "new":  # undo needs nothing of it
        runs.undo(tree)
    else:
        assert "delete .tenantize, then run again" in refusal(lambda: runs.undo(tree))


def test_a_run_that_another_checkout_began_is_refused(tree: Path, tmp_path: Path) -> None:
    other = shutil.copytree(tree, tmp_path / "other")
    apply(tree)
    shutil.copytree(tree / ".tenantize", other / ".tenantize")
    assert "is of another checkout" in refusal(lambda: runs.undo(other))


def test_a_checkout_that_was_moved_or_restored_is_the_same(tree: Path, tmp_path: Path) -> None:
    before = state(tree)
    apply(tree)
    moved = tree.rename(tmp_path / "moved")
    restored = shutil.copytree(moved, tree)
    for root in (moved, restored):
        runs.undo(root)
        assert state(root) == before


def test_another_users_run_is_not_gone_on_with(tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    apply(tree)
    monkeypatch.setenv("TENANTIZE_STATE_DIR", str(tmp_path / "another"))
    assert "was not begun by you" in refusal(lambda: runs.undo(tree))
    # What they begin themselves they may take back.
    apply(tree, Change("src/own.py", None, b"", ()))
    assert runs.undo(tree) == ["src/own.py"]
    assert "was not begun by you" in refusal(lambda: runs.undo(tree))


# A swap during the run


def test_a_folder_that_becomes_a_link_during_a_run_leads_nowhere(tree: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "bom.py").write_bytes(OLD["src/bom.py"][0])
    for at in range(1, 200):
        root = shutil.copytree(tree, tmp_path / f"tree{at}")

        def swap(number: int, name: str, arguments: tuple[Any, ...], at: int = at, root: Path = root) -> None:
            if number == at:
                (root / "src").rename(root / "away")
                (root / "src").symlink_to(outside)

        with watched(before=swap) as seen:
            try:
                apply(root)
            except TenantizeError as error:
                assert "\n" not in str(error)
        assert {path.name: path.read_bytes() for path in outside.iterdir()} == {"bom.py": OLD["src/bom.py"][0]}
        if len(seen) < at:
            break
    assert at > 30


def test_a_file_with_a_further_name_elsewhere_keeps_its_bytes_there(tree: Path, tmp_path: Path) -> None:
    os.link(tree / "src/bom.py", tmp_path / "elsewhere.py")
    apply(tree)
    assert (tmp_path / "elsewhere.py").read_bytes() == OLD["src/bom.py"][0]
    runs.undo(tree)
    assert (tmp_path / "elsewhere.py").read_bytes() == OLD["src/bom.py"][0]
