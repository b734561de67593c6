"""Scenarios of which tenants there are, and of one that somebody made up. After the migration only."""

from __future__ import annotations

import contextlib
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest import mock

from tests.behaviour.asgi import Socket
from tests.behaviour.loading.stage import Plugins, scenario
from tests.behaviour.sample import ACME_QUERY, Sample, bearer, current_pair, inside, module, replaced

HISTORY = "/api/chat/history"
MADE_UP = "tenant_id=acme-{number}&agent_id=bot"


@scenario
async def known_tenants(sample: Sample, plugins: Plugins) -> Any:
    """What is known from each place that knows tenants, and from none."""
    storage = module("common.utils.tenant_storage")
    with tempfile.TemporaryDirectory() as folder, replaced(storage, "_STORAGE_ROOT", Path(folder)):
        return await _known_tenants(sample)


async def _known_tenants(sample: Sample) -> Any:
    known = module("common.message.known_tenants")
    seen: dict[str, Any] = {"rows": known.known_tenants()}
    seen["of acme"] = [known.is_known_tenant("acme", agent) for agent in (None, "bot", "local", "x")]
    for model in sample.database.MODELS:
        sample.database.db.execute_sql(f'DELETE FROM "{model._meta.table_name}"')
    seen["nothing"] = known.known_tenants()
    with mock.patch.dict("os.environ", MAIM_WEBUI_TENANT_ID="root", MAIM_WEBUI_AGENT_ID="desk"):
        seen["another admin"] = known.known_tenants()
    await module("common.message.tenant_loading").load_tenant("gate", "bot")
    seen["loaded"] = known.known_tenants()
    with inside(("stored", "bot")):
        folder = module("common.utils.tenant_storage").ensure_storage_subdir("pictures").parent
    seen["stored"] = known.known_tenants()
    shutil.rmtree(folder)
    with _registered(sample):
        seen["registered"] = known.known_tenants()
        seen["without an agent"] = [known.is_known_tenant("lonely", agent) for agent in (None, "local", "x")]
    return seen


@contextlib.contextmanager
def _registered(sample: Sample) -> Iterator[None]:
    """A maim_db that knows two tenants, one of them without an agent, and has no table of who is active."""
    from peewee import CharField, Model

    class Table(Model):
        class Meta:
            database = sample.database.db

    class Tenant(Table):
        id = CharField(primary_key=True)

    class Agent(Table):
        id = CharField(primary_key=True)
        tenant_id = CharField()

    class AgentActiveState(Table):
        tenant_id = CharField()
        agent_id = CharField()

    Tenant.create_table()
    Agent.create_table()
    for name in ("lonely", "paired"):
        Tenant.create(id=name)
    Agent.create(id="agent_1", tenant_id="paired")
    core: Any = ModuleType("maim_db.core")
    core.Tenant, core.Agent, core.AgentActiveState = Tenant, Agent, AgentActiveState
    try:
        with mock.patch.dict(sys.modules, {"maim_db": ModuleType("maim_db"), "maim_db.core": core}):
            yield
    finally:
        sample.database.db.drop_tables([Tenant, Agent])


@scenario
async def made_up_tenants(sample: Sample, plugins: Plugins) -> Any:
    """Three hundred tenants that nobody has, over HTTP and a websocket: what is answered, and what is left of them."""
    plugins.add("load")
    loading = module("common.message.tenant_loading")
    async with sample.api() as client:
        await client.get(f"{HISTORY}?{ACME_QUERY}")
        before = [len(plugins.notes), loading.loaded_tenants()]
        answers = {
            (answer.status_code, answer.json()["detail"])
            for number in range(300)
            for answer in [await client.get(f"{HISTORY}?{MADE_UP.format(number=number)}")]
        }
        agent = (await client.get(f"{HISTORY}?tenant_id=acme&agent_id=nobody")).status_code
    async with Socket(sample.app, f"/api/chat/ws?{MADE_UP.format(number=1)}", bearer()) as socket:
        code = socket.close_code
    return {
        "answers": sorted(answers),
        "agent": agent,
        "socket": code,
        "left": [len(plugins.notes), loading.loaded_tenants()] != before,
        "rows": len({row[0] for model in sample.database.MODELS for row in sample.rows(model.__name__, "id")}),
    }


@scenario
async def active_by_the_webui(sample: Sample, plugins: Plugins) -> Any:
    """For whom periodic tasks run when nobody sends messages: whoever uses the WebUI, by a handler of either kind."""
    active = module("manager.active_tenants")
    tasks = module("manager.async_task_manager")
    ran: list[Any] = []

    class Task(tasks.AsyncTask):  # type: ignore[misc,name-defined]
        async def run(self) -> None:
            ran.append(current_pair())

    reports = mock.AsyncMock(side_effect=module("common.message.api").upsert_active_from_message)
    with (
        mock.patch.dict(active._active, clear=True),
        mock.patch.dict(module("webui.tenant")._reported, clear=True),
        replaced(module("common.message.api"), "upsert_active_from_message", reports),
    ):
        async with sample.client() as client:
            await client.get(HISTORY)  # no token, and so nobody
        before = active.list_active()
        async with sample.api() as client:
            for _ in range(3):
                await client.get(HISTORY)
                await client.get(f"/api/webui/emoji/list?{ACME_QUERY}")
            await client.get(f"{HISTORY}?{MADE_UP.format(number=1)}")
        await Task()._run_once()
        reports.side_effect = OSError("no database")
        module("webui.tenant")._reported.clear()
        async with sample.api() as client:
            status = (await client.get(HISTORY)).status_code
    return {"before": before, "ran": ran, "reports": reports.await_count, "without a database": status}
