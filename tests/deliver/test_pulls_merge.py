"""Branches merged one by one, by git, in orders that they allow: what comes out is what apply writes."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from codemods.deliver.pulls.branches import Branch, build, update
from codemods.deliver.pulls.convention import Convention
from codemods.deliver.pulls.describe import commit_message
from codemods.deliver.pulls.grouping import grouping_of
from codemods.deliver.pulls.patches import write_patches
from codemods.deliver.pulls.repository import Repository
from codemods.deliver.pulls.split import split
from codemods.deliver.pulls.verdicts import Row, audit_rows, worse
from codemods.deliver.pulls.wording import CHINESE
from codemods.deliver.reports.sections import open_items
from codemods.knowledge.recipes import all_recipes
from codemods.plan.make import make_plan
from codemods.tree import open_checkout
from tests.behaviour.running import real_settings_of
from tests.conftest import commit_all, copy_of, migrate, survey_of
from tests.test_invariants import TREES

START = Path(__file__).with_name("start.py")
ORDERS = 4
# The class of the generated loader, as a way names it.
LOADER = "_Tenant."
# What a real tree needs to be imported, and what is imported of it: start-up, the WebUI's routes, the plugin APIs.
MISSING = [name for name in ("MAIM_DB_SRC", "MAIMBOT_PYTHON") if not os.environ.get(name)]
IMPORTS = """
import os
from tests.behaviour.real import get_ready
get_ready()
import src.main
import src.plugin_system.apis
from src.webui.webui_server import WebUIServer

WebUIServer().app.openapi()
os._exit(0)
"""


def git(tree: Path, *arguments: str) -> str:
    command = ["git", "-C", str(tree), "-c", "user.name=t", "-c", "user.email=t@example.org", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@dataclass(frozen=True)
class Pulled:
    """A tree with its branches: which of them each stands on, and the git tree that apply makes."""

    tree: Path
    branches: dict[str, frozenset[str]]
    applied: str
    is_sample: bool

    def order(self, seed: int) -> list[str]:
        chance, done = random.Random(seed), list[str]()
        while len(done) < len(self.branches):
            ready = [name for name, bases in self.branches.items() if name not in done and bases.issubset(done)]
            done.append(chance.choice(ready))
        return done


def built(repository: Repository) -> tuple[Branch, ...]:
    """The pulls of all recipes, as commits."""
    checkout = repository.checkout()
    plan = make_plan(checkout, survey_of(checkout), all_recipes(), stages=True)
    pulls = split(plan.changes, all_recipes(), grouping_of(checkout, repository.contents, ()))
    return build(repository, pulls, lambda pull, part: commit_message(pull, part, CHINESE, Convention()))


@pytest.fixture(scope="module", params=TREES)
def pulled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Pulled:
    tree = copy_of(request.param, tmp_path_factory.mktemp("pulled") / "tree")
    commit_all(tree)
    git(tree, "config", "user.name", "Maintainer")
    git(tree, "config", "user.email", "m@example.org")
    git(tree, "config", "core.autocrlf", "false")
    repository = Repository(tree)
    update(repository, built(repository), is_whole=True)
    names = git(tree, "for-each-ref", "--format=%(refname:short)", "refs/heads/tenantize").split()
    tips = {name: git(tree, "rev-parse", name) for name in names}
    branches = {
        name: frozenset(
            other
            for other in names
            if other != name and tips[other] in git(tree, "rev-list", name, f"^{repository.head}").split()
        )
        for name in names
    }
    migrate(tree)
    git(tree, "add", "--all")
    applied = git(tree, "write-tree")
    git(tree, "reset", "--hard", "--quiet")
    return Pulled(tree, branches, applied, request.param.name == "mini_maimbot")


def test_there_are_branches_that_do_not_wait_for_each_other(pulled: Pulled) -> None:
    assert len(pulled.branches) > 2
    assert pulled.order(1) != pulled.order(2) or len(pulled.branches) < 4


def test_any_order_gives_what_apply_gives(pulled: Pulled) -> None:
    for seed in range(ORDERS):
        main = git(pulled.tree, "rev-parse", "HEAD")
        for name in pulled.order(seed):
            tree = git(pulled.tree, "merge-tree", "--write-tree", main, name)
            main = git(pulled.tree, "commit-tree", tree, "-p", main, "-p", name, "-m", f"Merge {name}")
        assert git(pulled.tree, "rev-parse", f"{main}^{{tree}}") == pulled.applied, pulled.order(seed)


def test_after_each_merge_the_tree_compiles_is_no_worse_and_starts(pulled: Pulled, tmp_path: Path) -> None:
    tree = tmp_path / "merged"
    git(pulled.tree, "worktree", "add", "--quiet", "--detach", str(tree), "HEAD")
    rows, opened = state(tree)
    # What fails in the end as well is what the migration leaves to a person.
    in_the_end = applied(pulled, tmp_path)
    errors = started(tree) | started(in_the_end) if pulled.is_sample else set()
    left = {row.key for row in worse((), state(in_the_end)[0])}
    for name in pulled.order(seed=11):
        git(tree, "merge", "--quiet", "--no-ff", "--no-edit", name)
        changed = git(tree, "diff", "--name-only", "-z", "HEAD^", "HEAD").split("\0")
        for path in filter(None, changed):
            compile((tree / path).read_bytes(), path, "exec", dont_inherit=True)
        now, now_opened = state(tree)
        # The generated loader runs what still keeps settings for all, until the branch is merged that keeps them apart.
        later = [row for row in worse(rows, now) if LOADER in row.reason and row.key not in left]
        assert [row for row in worse(rows, now) if row not in later] == [], name
        assert now_opened <= opened + len(later), name
        if pulled.is_sample:
            assert started(tree) <= errors, name
        elif not MISSING:
            done = run_real(tree, IMPORTS)
            assert done.returncode == 0, (name, done.stderr[-2000:])
        rows, opened = now, now_opened
    assert git(tree, "rev-parse", "HEAD^{tree}") == pulled.applied
    assert git(tree, "status", "--porcelain") == ""


def state(tree: Path) -> tuple[Sequence[Row], int]:
    survey = survey_of(open_checkout(tree))
    return audit_rows(survey), open_items(survey)


def applied(pulled: Pulled, folder: Path) -> Path:
    """The tree as apply leaves it."""
    tree = folder / "applied"
    commit = git(pulled.tree, "commit-tree", pulled.applied, "-m", "applied")
    git(pulled.tree, "worktree", "add", "--quiet", "--detach", str(tree), commit)
    return tree


def started(tree: Path) -> set[str]:
    """What a start logs as errors, without their reasons. Fails when the app does not start.

    A plugin API that logs a refusal and answers with nothing is not counted: its caller is what fails in the end, when
    the refusal reaches it.
    """
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("MAIM_", "WEBUI_"))}
    database = tree.parent / "start.db"
    database.unlink(missing_ok=True)
    environment = {"DATABASE_URL": f"sqlite:///{database}", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, str(START)]
    done = subprocess.run(
        command, cwd=tree, env=inherited | environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    noted = (line.partition(": ")[0] for line in done.stdout.splitlines())
    return {line for line in noted if not line.partition(" ")[0].endswith("_api")}


def run_real(tree: Path, code: str) -> subprocess.CompletedProcess[str]:
    """Run code in a real tree, with the interpreter that has what it needs."""
    command, environment = [os.environ["MAIMBOT_PYTHON"], "-c", code], real_settings_of(tree)
    return subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, timeout=120, check=False)


def test_patches_give_what_apply_gives(pulled: Pulled, tmp_path: Path) -> None:
    repository = Repository(pulled.tree)
    branches = built(repository)
    folder = tmp_path / "patches"
    names = write_patches(repository, branches, {branch.name: "" for branch in branches}, "", CHINESE, folder)
    assert names == sorted(file.name for file in folder.iterdir())
    patches = sorted(folder.glob("*.patch"))
    assert len(patches) == sum(len(branch.commits) for branch in branches)
    tree = tmp_path / "patched"
    git(pulled.tree, "worktree", "add", "--quiet", "--detach", str(tree), "HEAD")
    git(tree, "am", "--quiet", "--keep-cr", *map(str, patches))
    assert git(tree, "rev-parse", "HEAD^{tree}") == pulled.applied
