"""The scenarios' results on the sample tree, as it is and migrated."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.behaviour.running import copied, start
from tests.once import made_once

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


@pytest.fixture(scope="session")
def observed() -> dict[str, Observed]:
    """The results of each tree."""
    return {name: Observed(results) for name, results in made_once("behaviour", _run_all).items()}


def _run_all(folder: Path) -> dict[str, Any]:
    running = {}
    for prefix, python in (("", sys.executable), ("old ", OLD_PYTHON)):
        # The unmigrated tree runs while the other is being migrated.
        for name in ("before", "after") if python else ():
            tree = copied(folder / f"{prefix}{name}", migrated=name == "after")
            running[f"{prefix}{name}"] = start(tree, "drive", python)
    return {name: each.result() for name, each in running.items()}


@pytest.fixture(scope="session")
def before(observed: dict[str, Observed]) -> Observed:
    """What the unmigrated tree shows."""
    return observed["before"]


@pytest.fixture(scope="session")
def after(observed: dict[str, Observed]) -> Observed:
    """What the migrated tree shows."""
    return observed["after"]
