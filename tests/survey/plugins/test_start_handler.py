"""What is said of one handler of the process's start."""

from __future__ import annotations

import pytest

from codemods.survey.plugins.plugin_code import Evidence
from codemods.survey.plugins.start_handler import LEFT, MOVES, SPLITS, STAYS, StartHandler
from tests.survey.plugins.small import name

TENANT, PROCESS = [Evidence(3, "send()")], [Evidence(4, "serve()")]


def handler(decision: str, **more: object) -> StartHandler:
    return StartHandler(name("Start"), name("Start.execute"), [], decision, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("it", "reason"),
    [
        (handler(STAYS), "does nothing of a tenant's"),
        (
            handler(STAYS, tenant=TENANT, process=PROCESS),
            "does nothing of a tenant's: a plugin has one configuration for the whole process here",
        ),
        (
            handler(STAYS, tenant=TENANT, process=PROCESS, answer="process"),
            "does a tenant's work (line 3 send()) and the process's (line 4 serve())",
        ),
        (handler(MOVES, tenant=TENANT), "does a tenant's work once for all: line 3 send()"),
        (handler(SPLITS, tenant=TENANT, process=PROCESS), "does a tenant's work (line 3 send()) and the process's"),
        (handler(LEFT, obstacles=("it is odd",)), "cannot be judged, because it is odd"),
        (
            handler(LEFT, tenant=TENANT, obstacles=("it is odd",)),
            "does a tenant's work (line 3 send()); left alone, because it is odd",
        ),
    ],
)
def test_the_reason(it: StartHandler, reason: str) -> None:
    assert it.reason.startswith(reason)
