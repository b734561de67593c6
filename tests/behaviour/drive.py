"""Run the scenarios in the tree that is the current folder, and write one JSON of what they saw.

A tree's modules keep state and are all named `src`, so each variant of the tree gets a process of its own:
`python -m tests.behaviour.drive OUTPUT [SCENARIO...]`, with the tree first on PYTHONPATH and DATABASE_URL set.
"""

from __future__ import annotations

import asyncio
import json
import sys
import traceback
from collections.abc import Callable, Coroutine
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.behaviour import (
    acting,
    apis,
    asking,
    background,
    decorator,
    enabled,
    files,
    guarding,
    handlers,
    kept,
    known,
    lifetime,
    logs,
    plugins,
    selection,
    sharing,
    together,
    unique,
    writes,
)
from tests.behaviour.loading import calling, failing, later, loops, ways, web
from tests.behaviour.sample import Sample, migrated

Scenario = Callable[[Sample], Coroutine[Any, Any, Any]]

# What these show exists in a migrated tree only.
LOADING = (calling, failing, later, loops, ways, web)
MIGRATED_ONLY = (
    acting,
    asking,
    decorator,
    guarding,
    known,
    lifetime,
    logs,
    *LOADING,
    plugins,
    selection,
    sharing,
    together,
    enabled,
    writes,
)


def scenarios_of(module: ModuleType) -> dict[str, Scenario]:
    """The public coroutine functions that a module defines."""
    return {
        name: value
        for name, value in vars(module).items()
        if asyncio.iscoroutinefunction(value) and value.__module__ == module.__name__ and not name.startswith("_")
    }


def observe(sample: Sample, scenario: Scenario) -> dict[str, Any]:
    """What a scenario saw, or the traceback of what stopped it."""
    sample.start_afresh()
    try:
        # What is no JSON stops this scenario, not all of them.
        return {"saw": json.loads(json.dumps(asyncio.run(scenario(sample))))}
    except Exception:
        return {"stopped": traceback.format_exc()}


def main(output: str, *chosen: str) -> None:
    scenarios: dict[str, Scenario] = {}
    for module in (handlers, background, unique, files, kept):
        scenarios |= scenarios_of(module)
    if migrated():
        for module in MIGRATED_ONLY:
            scenarios |= scenarios_of(module)
    # Last, for the plugins that they load stay.
    scenarios |= scenarios_of(plugins) | scenarios_of(apis)
    sample = Sample()
    seen = {name: observe(sample, scenarios[name]) for name in chosen or scenarios}
    Path(output).write_text(json.dumps(seen), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
