"""The scenarios' results on the sample tree, as it is and migrated."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import SAMPLE, commit_all, copy_of, migrate

REPOSITORY = Path(__file__).parents[2]

# A Python that has the oldest FastAPI that the sample tree declares.
OLD_PYTHON = os.environ.get("TENANTIZE_OLD_FASTAPI", "")


class Observed:
    """What the scenarios of one tree saw, by name."""

    def __init__(self, results: dict[str, dict[str, Any]]) -> None:
        self._results = results

    def __getitem__(self, scenario: str) -> Any:
        result = self._results[scenario]
        if "stopped" in result:
            pytest.fail(f"the scenario {scenario} did not end:\n{result['stopped']}", pytrace=False)
        return result["saw"]


def start_driver(tree: Path, python: str) -> subprocess.Popen[str]:
    """Run the scenarios in a tree, with an empty database beside it and no settings of the machine's own."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("MAIM_", "WEBUI_"))}
    return subprocess.Popen(
        [python, "-m", "tests.behaviour.drive"],
        cwd=tree,
        env=inherited
        | {
            "PYTHONPATH": f"{tree}{os.pathsep}{REPOSITORY}",
            "PYTHONDONTWRITEBYTECODE": "1",
            "DATABASE_URL": f"sqlite:///{tree.parent}/{tree.name}.db",
            "LOG_LEVEL": "CRITICAL",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def results_of(driver: subprocess.Popen[str]) -> dict[str, dict[str, Any]]:
    out, err = driver.communicate(timeout=400)
    assert driver.returncode == 0, err
    results: dict[str, dict[str, Any]] = json.loads(out)
    return results


@pytest.fixture(scope="session")
def observed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Observed]:
    """The results of each tree; they are made once, also when several workers of pytest-xdist want them."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    results_file = folder / "behaviour.json"
    with (folder / "behaviour.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not results_file.exists():
            results_file.write_text(json.dumps(_run_all(folder)), encoding="utf-8")
    found = json.loads(results_file.read_text(encoding="utf-8"))
    return {name: Observed(results) for name, results in found.items()}


def _run_all(folder: Path) -> dict[str, Any]:
    trees = {name: copy_of(SAMPLE, folder / f"tree_{name}") for name in ("before", "after")}
    # The unmigrated tree runs while the other is being migrated.
    drivers = {"before": start_driver(trees["before"], sys.executable)}
    commit_all(trees["after"])
    migrate(trees["after"])
    drivers["after"] = start_driver(trees["after"], sys.executable)
    if OLD_PYTHON:
        for name, tree in trees.items():
            drivers[f"old {name}"] = start_driver(copy_of(tree, folder / f"tree_old_{name}"), OLD_PYTHON)
    return {name: results_of(driver) for name, driver in drivers.items()}


@pytest.fixture(scope="session")
def before(observed: dict[str, Observed]) -> Observed:
    """What the unmigrated tree shows."""
    return observed["before"]


@pytest.fixture(scope="session")
def after(observed: dict[str, Observed]) -> Observed:
    """What the migrated tree shows."""
    return observed["after"]
