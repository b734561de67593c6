"""Trees to work on: the sample, copied and committed, as it is and migrated."""

from __future__ import annotations

import functools
import gc
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from codemods.knowledge.recipes import chosen_recipes
from codemods.knowledge.state import Holder, TenantState, load_state, with_holders
from codemods.plan.make import Plan, make_plan
from codemods.survey.survey import Survey, survey_files
from codemods.tree import Checkout, open_checkout
from tests import once

SAMPLE = Path(__file__).parent / "trees" / "mini_maimbot"


@pytest.fixture(autouse=True, scope="session")
def state_folder(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What tells the tests' runs from others lies apart from that of the developer who runs them."""
    os.environ["TENANTIZE_STATE_DIR"] = str(tmp_path_factory.mktemp("state"))


@pytest.fixture(autouse=True, scope="session")
def cache_folder(tmp_path_factory: pytest.TempPathFactory) -> None:
    """So does what a command keeps for the next one; the workers of a run have one folder."""
    folder = tmp_path_factory.getbasetemp()
    at = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
    os.environ["TENANTIZE_CACHE_DIR"] = str(at / "cache")


@pytest.fixture(autouse=True, scope="session")
def interruptible() -> Iterator[None]:
    """Ctrl-C reaches what the tests start, also where a shell that runs them in the background has it ignored."""
    before = signal.getsignal(signal.SIGINT)
    if before is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="session", autouse=True)
def kept_results(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Every file is read and edited once, and every plan made once, whichever tests want it."""
    folder = tmp_path_factory.getbasetemp()
    once.keep_in((folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder) / "plans")
    with pytest.MonkeyPatch.context() as patch:
        once.kept(patch)
        # Surveys are many objects that live as long as their test: looking through them often costs a fifth of the run.
        gc.set_threshold(100_000, 10, 10)
        yield


@pytest.fixture
def afresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests of how results are worked out: nothing that was kept is used."""
    once.afresh(monkeypatch)


@pytest.fixture(autouse=True)
def collecting() -> Iterator[None]:
    """The command turns garbage collection off, for it ends soon; the tests that call it do not."""
    yield
    gc.enable()
    once.forget_surveys()


def commit_all(tree: Path) -> None:
    """Make a git repository of a folder, with everything in it committed and no conversion of newlines."""
    git = ["git", "-C", str(tree), "-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "core.autocrlf=false"]
    git += ["-c", "maintenance.auto=false"]  # which a commit would look for in a process more
    if not (tree / ".git").exists():
        subprocess.run([*git, "init", "--quiet"], check=True)
    subprocess.run([*git, "add", "--all"], check=True)
    subprocess.run([*git, "commit", "--quiet", "--allow-empty", "--message", "tree"], check=True)


def copy_of(source: Path, target: Path) -> Path:
    """A copy of a tree without what running it left there."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.pyc", ".git", "data", "logs"))
    return target


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """A fresh copy of the sample tree, committed."""
    tree = copy_of(SAMPLE, tmp_path / "mini_maimbot")
    commit_all(tree)
    return tree


@pytest.fixture(scope="session")
def state() -> TenantState:
    return load_state()


def survey_of(checkout: Checkout, workers: int = 1, holders: Sequence[Holder] = ()) -> Survey:
    return once.survey_once(
        (checkout.files, workers, tuple(holders)),
        lambda: survey_files(checkout.files, with_holders(_state(), holders), workers),
    )


_state = functools.cache(load_state)


def plan_of(checkout: Checkout, *names: str, stages: bool = False) -> Plan:
    """The plan of these recipes, or of all; with the stages where they are asked for."""
    return once.plan_once(
        checkout,
        (*names, "stages") if stages else names,
        lambda: make_plan(checkout, survey_of(checkout), chosen_recipes(names), named=bool(names), stages=stages),
    )


def migrate(tree: Path) -> Plan:
    """Apply every recipe to a tree on disk."""
    from codemods.journal.runs import apply_changes

    checkout = open_checkout(tree)
    plan = plan_of(checkout)
    apply_changes(checkout.root, plan.changes)
    return plan
