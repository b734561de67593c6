"""The sample app as a scenario sees it: its modules, two tenants' rows, clients. Imported inside a copied tree only."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from unittest import mock

import httpx

Pair = tuple[str, str]

ADMIN: Pair = ("admin", "local")
ACME: Pair = ("acme", "bot")
ACME_QUERY = "tenant_id=acme&agent_id=bot"

BOT_NAMES = {"admin": "管家", "acme": "艾克"}
# Different numbers of rows, so that a count tells the tenants apart.
MESSAGES = {"admin": 2, "acme": 3}


def module(name: str) -> Any:
    """A module of the tree; untyped, as the tree is."""
    return importlib.import_module(f"src.{name}")


def migrated() -> bool:
    return importlib.util.find_spec("src.webui.tenant") is not None


def current_pair() -> list[str | None]:
    """The tenant and agent of the context that calls this."""
    context = module("common.message.tenant_context")
    return [context.get_current_tenant_id(), context.get_current_agent_id()]


def inside(pair: Pair) -> contextlib.AbstractContextManager[Any]:
    entered: contextlib.AbstractContextManager[Any] = module("common.message.tenant_context").tenant_context(*pair)
    return entered


def token() -> str:
    return str(module("webui.token_manager").get_token_manager().get_token())


def bearer() -> dict[str, str]:
    return {"Authorization": f"Bearer {token()}"}


def empty(holder: Any) -> None:
    """Take everybody's things out of a dictionary, or out of a map that is parted by tenant."""
    getattr(holder, "_partitions", holder).clear()


class Sample:
    """The app, and what it stores."""

    def __init__(self) -> None:
        self.own_app: Any = module("webui.webui_server").WebUIServer().app
        self.escaped: list[str] = []
        self.database: Any = module("common.database.database_model")
        module("config.config").set_tenant_config("admin", bot={"nickname": BOT_NAMES["admin"]})
        module("config.config").set_tenant_config("acme", bot={"nickname": BOT_NAMES["acme"]})

    async def app(self, scope: Any, receive: Any, send: Any) -> None:
        """The app, with a note of every error that it lets through to the server."""
        try:
            await self.own_app(scope, receive, send)
        except Exception as error:
            self.escaped.append(str(error))
            raise

    def openapi(self) -> dict[str, Any]:
        published: dict[str, Any] = self.own_app.openapi()
        return published

    def start_afresh(self) -> None:
        """The same rows for each scenario, and nothing left in memory by the last one."""
        self.escaped.clear()
        for model in self.database.MODELS:
            self.database.db.execute_sql(f'DELETE FROM "{model._meta.table_name}"')
        empty(module("chat.heart_flow.heartflow").heartflow.heartflow_chat_list)
        empty(module("mood.mood_manager").mood_manager.mood_list)
        manager = module("chat.message_receive.chat_stream").ChatManager
        manager().streams = module("common.structure.context_aware_map").ContextAwareMap()
        for pair in (ADMIN, ACME):
            with inside(pair):
                self._add_rows(pair[0])

    def _add_rows(self, tenant: str) -> None:
        models = self.database
        models.PersonInfo.create(
            person_id=f"person-{tenant}", platform="qq", user_id=f"user-{tenant}", nickname=f"nick-{tenant}"
        )
        for number in range(MESSAGES[tenant]):
            models.Messages.create(
                message_id=f"{tenant}-{number}",
                chat_id="webui_room",
                platform="webui",
                group_id="webui_local_chat",
                user_nickname="someone",
                processed_plain_text=f"{tenant} says {number}",
            )
        picture = Path("data") / f"{tenant}.png"
        picture.parent.mkdir(exist_ok=True)
        picture.write_text(f"picture of {tenant}", encoding="utf-8")
        models.Emoji.create(emoji_hash=f"emoji-{tenant}", full_path=str(picture), description=f"smile of {tenant}")
        models.Expression.create(situation=f"situation of {tenant}", style="calm")
        models.Jargon.create(content="yyds", meaning=f"meaning of {tenant}")
        models.LLMUsage.create(model_name=f"model-{tenant}", total_tokens=len(tenant))
        models.ChatStreams.create(stream_id=f"stream-{tenant}", platform="qq")
        streams = module("chat.message_receive.chat_stream").get_chat_manager().streams
        for number in range(MESSAGES[tenant]):
            streams[f"stream-{tenant}-{number}"] = object()

    def know(self, *pairs: Pair) -> None:
        """Have the tree know these tenants: each has a row of its own."""
        for pair in pairs:
            with inside(pair):
                self.database.ChatStreams.create(stream_id=f"stream-{pair[0]}-{pair[1]}", platform="qq")

    def rows(self, model: str, column: str) -> list[list[Any]]:
        """[tenant, agent, value] of every tenant's rows, read past the models, which show one tenant's only."""
        table = getattr(self.database, model)._meta.table_name
        found = self.database.db.execute_sql(f'SELECT tenant_id, agent_id, "{column}" FROM "{table}" ORDER BY id')
        return [list(row) for row in found.fetchall()]

    def new_rows(self, model: str, column: str) -> list[list[Any]]:
        """The rows that no tenant had at the start of the scenario."""
        seeded = {f"{tenant}-{number}" for tenant, count in MESSAGES.items() for number in range(count)}
        seeded |= {f"{kind}-{tenant}" for kind in ("person", "emoji", "model", "stream") for tenant in MESSAGES}
        seeded |= {f"situation of {tenant}" for tenant in MESSAGES} | {f"meaning of {tenant}" for tenant in MESSAGES}
        return [row for row in self.rows(model, column) if row[2] not in seeded]

    def client(self, headers: Mapping[str, str] | None = None) -> httpx.AsyncClient:
        """A client whose requests run in the caller's own task; an exception of the app is a 500."""
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url="http://sample", headers=headers)

    def api(self) -> httpx.AsyncClient:
        """A client that shows the WebUI's token."""
        return self.client(bearer())


@contextlib.contextmanager
def replaced(owner: Any, name: str, value: Any) -> Iterator[None]:
    """Put something of the test's own in the place of what a handler calls."""
    with mock.patch.object(owner, name, value):
        yield
