"""Tasks by name: whose a task of that name is, and for whom it runs."""

from __future__ import annotations

import pytest

from codemods.places import Expression, Member, Place
from codemods.survey.program import TenantProgram
from codemods.survey.shared_state.sharing import Sharing
from tests.survey.judging import GUARDED, program_of

PATH = "src/manager/async_task_manager.py"
MANAGER = """
import asyncio
from typing import Dict

from src.common.message.tenant_context import current_tenant_id, tenant_context_async
from src.common.structure.task_map import TaskMap, own_runs


class AsyncTask:
    task_name = "task"

    async def run(self):
        pass

    async def run_for(self, tenant_id: str, agent_id: str):
        async with tenant_context_async(tenant_id, agent_id):
            await self.run()

    async def start_task(self):
        {runs}


def active():
    return []


class AsyncTaskManager:
    def __init__(self):
        self.tasks{first}

    async def add_task(self, task: AsyncTask):
        if task.task_name in self.tasks:
            self.tasks[task.task_name].cancel()
        self.tasks[task.task_name] = asyncio.create_task(task.start_task())


async_task_manager = AsyncTaskManager()
"""
# The map that the recipe brings is known by its name: what it does has tests of its own.
MAP = "class TaskMap(dict): ...\n\n\ndef own_runs(tenants):\n    return tenants\n"
PLAIN, APART = ": Dict[str, asyncio.Task] = {}", " = TaskMap()"
FOR_ALL = "for tenant, agent in active():\n            await self.run_for(tenant, agent)"
GATHERED = "await asyncio.gather(*[self.run_for(one.tenant_id, one.agent_id) for one in active()])"
QUIET = {
    "a loop that keeps to whoever added it": FOR_ALL.replace("active()", "own_runs(active())"),
    "no loop at all": "await self.run()",
    "a loop that calls what has no name": "for tenant, agent in active():\n            '{}'.format(tenant)",
    "a loop that runs it for nobody by name": "for _ in active():\n            await self.run()",
}


def manager(runs: str, first: str) -> TenantProgram:
    text = MANAGER.format(runs=runs, first=first).lstrip("\n")
    return program_of(GUARDED | {PATH: text, "src/common/structure/task_map.py": MAP})


def found(program: TenantProgram) -> list[str]:
    return [item.what for item in Sharing(program).findings() if item.path == PATH]


def sites(program: TenantProgram) -> list[tuple[str, Place, str]]:
    return [
        (site.on, site.place, site.atomic_group.rpartition("#")[2])
        for site in Sharing(program).sites()
        if site.path == PATH
    ]


@pytest.mark.parametrize("runs", QUIET.values(), ids=QUIET)
def test_what_runs_for_its_own_tenant_is_no_finding(runs: str) -> None:
    assert found(manager(runs, APART)) == []


@pytest.mark.parametrize(
    ("runs", "variables"), [(FOR_ALL, "tenant, agent"), (GATHERED, "one")], ids=["a loop", "a comprehension"]
)
def test_tasks_by_name_and_for_whom_they_run_change_together(runs: str, variables: str) -> None:
    program = manager(runs, PLAIN)
    assert found(program) == []
    assert sites(program) == [
        ("holder-tasks", Member("AsyncTaskManager.tasks"), "shared-state"),
        ("tenant-runs", Expression("AsyncTask.start_task", variables), "shared-state"),
    ]


@pytest.mark.parametrize("runs", [FOR_ALL, GATHERED], ids=["a loop", "a comprehension"])
def test_what_runs_for_all_though_one_added_it_is_a_finding(runs: str) -> None:
    program = manager(runs, APART)
    assert found(program) == ["tenant-runs"]
    assert [site[0] for site in sites(program)] == ["tenant-runs"]


def test_tasks_of_all_are_left_to_run_for_all() -> None:
    """Where the registry is one for all, what one of them adds replaces what another has."""
    above = manager(FOR_ALL, PLAIN.replace("{}", "dict(a=1)"))
    assert found(above) == []
    assert sites(above) == []
