"""webui-admin-context over every form of handler. What must not change comes first."""

from __future__ import annotations

from textwrap import dedent

import pytest
from syrupy.assertion import SnapshotAssertion

from codemods.knowledge.recipes import chosen_recipes
from codemods.plan.make import make_plan
from tests.conftest import plan_of, survey_of
from tests.forms import APIS, FORM, RecipeSnapshots, after, form_tree, shown

RECIPE = "webui-admin-context"

HEAD = """
from fastapi import APIRouter, Depends, WebSocket

from src.common.database.database_model import Messages

router = APIRouter()


"""

UNCHANGED = {
    "health reaches nothing": """
        @router.get("/health")
        async def health():
            return {"status": "healthy"}
    """,
    "login asks for a token only": """
        from src.webui.token_manager import get_token_manager


        @router.post("/auth/verify")
        async def verify(token: str):
            return {"valid": get_token_manager().verify_token(token)}
    """,
    "a schema looks at classes only": """
        from src.config.official_configs import BotConfig


        @router.get("/schema")
        async def schema():
            return {"fields": sorted(BotConfig.__annotations__)}
    """,
    "a model in an annotation only": """
        def as_dict(message: Messages) -> dict:
            return {"id": message.message_id}


        @router.get("/empty")
        async def empty() -> list[dict]:
            return []
    """,
    "static files from a nested handler": """
        from fastapi import FastAPI
        from fastapi.responses import FileResponse


        class Server:
            def __init__(self):
                self.app = FastAPI()

            def mount(self):
                @self.app.get("/{full_path:path}", include_in_schema=False)
                async def serve(full_path: str):
                    return FileResponse("index.html")
    """,
    "a handler that enters a tenant by hand": """
        from src.common.message.tenant_context import tenant_context_async


        @router.get("/tenants/{tenant}/count")
        async def count(tenant: str):
            async with tenant_context_async(tenant, "local"):
                return {"count": Messages.select().count()}
    """,
    "a handler that enters a tenant for half of its work": """
        from src.common.message.tenant_context import tenant_context


        @router.get("/half")
        async def half():
            with tenant_context("a", "b"):
                first = Messages.select().count()
            return {"first": first, "second": Messages.select().count()}
    """,
    "a parameter of its own named tenant_id": """
        @router.get("/of")
        async def of(tenant_id: str):
            return {"tenant": tenant_id, "count": Messages.select().count()}
    """,
    "a dependency that yields": """
        def some_messages():
            yield Messages.select().count()


        @router.get("/through")
        async def through(count: int = Depends(some_messages)):
            return {"count": count}
    """,
    "a lambda as endpoint": """
        router.add_api_route("/lambda", lambda: {"count": Messages.select().count()})
    """,
    "the name is taken": """
        webui_tenant = "some tenant"


        @router.get("/count")
        async def count():
            return {"count": Messages.select().count(), "tenant": webui_tenant}
    """,
    "already migrated": """
        from src.webui.tenant import webui_tenant


        @router.get("/count")
        @webui_tenant
        async def count():
            return {"count": Messages.select().count()}
    """,
    "a dependency that is a class": """
        class Counted:
            def __init__(self):
                self.count = Messages.select().count()


        @router.get("/counted")
        async def counted(messages: Counted = Depends(Counted)):
            return {"count": messages.count}
    """,
    "a header of its own named X-Tenant-Id": """
        from fastapi import Header


        @router.get("/of")
        async def of(chosen: str = Header(None, alias="X-Tenant-Id")):
            return {"tenant": chosen, "count": Messages.select().count()}
    """,
    "connections that no tenant work uses": """
        active_connections: set[WebSocket] = set()


        @router.websocket("/logs")
        async def logs(websocket: WebSocket):
            await websocket.accept()
            active_connections.add(websocket)
            for connection in active_connections:
                await connection.send_text("log")
    """,
}

CHANGED = {
    "async handler": """
        @router.get("/count")
        async def count():
            return {"count": Messages.select().count()}
    """,
    "sync handler stays sync": """
        @router.get("/count")
        def count():
            return {"count": Messages.select().count()}
    """,
    "through helpers in other files": """
        from src.webui.form_helpers import summary


        @router.get("/summary")
        async def get_summary():
            return await summary()
    """,
    "through a lazy import and a singleton": """
        def streams():
            from src.chat.message_receive.chat_stream import get_chat_manager

            return get_chat_manager().streams


        @router.get("/streams")
        async def get_streams():
            return {"streams": len(streams())}
    """,
    "configuration of the tenant": """
        from src.config.config import global_config as config


        @router.get("/name")
        async def name():
            return {"name": config.bot.nickname}
    """,
    "websocket": """
        @router.websocket("/ws")
        async def chat(websocket: WebSocket):
            await websocket.accept()
            while True:
                await websocket.receive_text()
                await websocket.send_json({"count": Messages.select().count()})
    """,
    "several route decorators": """
        @router.get("/count")
        @router.post("/count")
        async def count():
            return {"count": Messages.select().count()}
    """,
    "stacked with a decorator of its own": """
        import functools


        def logged(function):
            @functools.wraps(function)
            async def wrapper(*args, **kwargs):
                return await function(*args, **kwargs)

            return wrapper


        @router.get(
            "/count",
            tags=["count"],
        )
        # 记录调用
        @logged
        async def count():
            return {"count": Messages.select().count()}
    """,
    "nested in a method": """
        from fastapi import FastAPI


        class Server:
            def __init__(self):
                self.app = FastAPI()

            def mount(self):
                @self.app.get("/overview")
                async def overview():
                    return {"count": Messages.select().count()}

                return overview
    """,
    "registered by call": """
        async def count():
            return {"count": Messages.select().count()}


        async def listen(websocket: WebSocket):
            await websocket.send_json(await count())


        router.add_api_route("/count", endpoint=count, methods=["GET"])
        router.add_api_websocket_route("/ws", listen)
    """,
    "two handlers of one name": """
        @router.get("/a")
        async def get():
            return {}


        @router.get("/b")
        async def get():  # noqa: F811
            return {"count": Messages.select().count()}
    """,
    "streaming body": """
        from fastapi.responses import StreamingResponse


        @router.get("/export")
        async def export():
            async def lines():
                for message in Messages.select():
                    yield message.message_id

            return StreamingResponse(lines())
    """,
    "background tasks": """
        from fastapi import BackgroundTasks


        def note(text: str) -> None:
            Messages.create(message_id=text)


        @router.post("/note")
        async def add(tasks: BackgroundTasks):
            tasks.add_task(note, "later")
            return {"success": True}
    """,
    "a dependency that does tenant work": """
        def newest() -> Messages:
            return Messages.select().get()


        @router.get("/newest")
        async def show(message=Depends(newest)):
            return {"id": message.message_id}
    """,
    "annotations from the future": """
        @router.get("/count")
        async def count(limit: int = 5):
            return {"count": Messages.select().limit(limit).count()}
    """,
    "message_process in a function that is no handler": """
        from src.chat.message_receive.bot import chat_bot


        async def announce(text: str) -> None:
            await chat_bot.message_process({"content": text})
    """,
    "message_process in a helper of a handler": """
        from src.chat.message_receive.bot import chat_bot


        async def _hand_on(text: str) -> None:
            await chat_bot.message_process({"content": text})


        @router.post("/say")
        async def say(text: str):
            await _hand_on(text)
    """,
    "a room that broadcasts": """
        class Room:
            def __init__(self):
                self.connections: dict[str, WebSocket] = {}

            async def send(self, key: str, message: dict):
                await self.connections[key].send_json(message)

            async def broadcast(self, message: dict):
                for key in list(self.connections.keys()):
                    await self.send(key, message)
                for connection in self.connections.values():
                    await connection.send_json(message)


        room = Room()


        @router.websocket("/room")
        async def enter(websocket: WebSocket, key: str):
            room.connections[key] = websocket
            await room.broadcast({"count": Messages.select().count()})


        @router.get("/room")
        async def online():
            return {"online": len(room.connections)}
    """,
    "a room with a list": """
        class Room:
            def __init__(self):
                self.connections = []

            async def join(self, websocket: WebSocket):
                self.connections.append(websocket)

            async def broadcast(self, message: dict):
                await gather(*[connection.send_json(message) for connection in self.connections])


        room = Room()


        @router.websocket("/room")
        async def enter(websocket: WebSocket):
            await room.join(websocket)
            await room.broadcast({"count": Messages.select().count()})
    """,
    "a room with uses that could be broken": """
        class Room:
            def __init__(self):
                self.connections: list[WebSocket] = []

            def forget_closed(self):
                self.connections = [item for item in self.connections if item.client_state]

            async def one_by_one(self, message: dict):
                for index in range(len(self.connections)):
                    await self.connections[index].send_json(message)

            def hand_on(self):
                return send_all(self.connections)

            def has(self, websocket: WebSocket) -> bool:
                return websocket in self.connections


        room = Room()


        @router.websocket("/room")
        async def enter(websocket: WebSocket):
            room.connections.append(websocket)
            room.forget_closed()
            await room.one_by_one({"count": Messages.select().count()})
            room.hand_on()
    """,
    "a loop that keeps connections alive": """
        import asyncio

        connections: dict[str, WebSocket] = {}


        async def heartbeat():
            while True:
                for connection in connections.values():
                    await connection.send_text("ping")
                await asyncio.sleep(30)


        @router.on_event("startup")
        async def start():
            asyncio.create_task(heartbeat())


        def longest(connections: dict) -> int:
            return max(len(item) for item in connections.values())


        @router.websocket("/room")
        async def enter(websocket: WebSocket, key: str):
            connections[key] = websocket
            await websocket.send_json({"count": Messages.select().count()})
    """,
    "registered in other ways": """
        from fastapi.routing import APIRoute


        class Own(APIRouter):
            pass


        mine = Own()
        get = router.get


        @mine.get("/a")
        async def a():
            return {"count": Messages.select().count()}


        @get("/b")
        async def b():
            return {"count": Messages.select().count()}


        async def c():
            return {"count": Messages.select().count()}


        async def d():
            return {"count": Messages.select().count()}


        router.get("/c")(c)
        routes = [APIRoute("/d", d)]
    """,
    "imports behind a change of sys.path": """
        import sys

        sys.path.insert(0, "lib")

        from lib import something


        @router.get("/count")
        async def count():
            return {"count": Messages.select().count(), "more": something()}
    """,
    "a room in a shape that no rule covers": """
        class Room:
            def __init__(self):
                self.rooms: dict[str, list[WebSocket]] = {}

            async def broadcast(self, room: str, message: dict):
                for connection in self.rooms[room]:
                    await connection.send_json(message)


        rooms = Room()


        @router.websocket("/rooms")
        async def enter(websocket: WebSocket, room: str):
            rooms.rooms.setdefault(room, []).append(websocket)
            await rooms.broadcast(room, {"count": Messages.select().count()})
    """,
}

HELPERS = """
from src.common.database.database_model import Messages


async def summary() -> dict:
    return {"count": await _count()}


async def _count() -> int:
    return Messages.select().count()
"""


def files_of(form: str, text: str) -> dict[str, str]:
    """The files of a form: its own, and the helpers that one of them calls."""
    future = "from __future__ import annotations\n" if "future" in form else ""
    files = {FORM: (future + HEAD + dedent(text).lstrip("\n")).lstrip("\n")}
    if "form_helpers" in text:
        files["src/webui/form_helpers.py"] = HELPERS
    return files


@pytest.mark.parametrize("form", UNCHANGED)
def test_stays_as_it_is(form: str, snapshot: SnapshotAssertion) -> None:
    files = files_of(form, UNCHANGED[form])
    checkout = form_tree(files, without=APIS)
    changed = {change.path for change in plan_of(checkout).changes}
    assert not changed & set(files)
    assert shown(form, files, RECIPE, stands_on=("tenant-foundation",)) == snapshot(extension_class=RecipeSnapshots)


@pytest.mark.parametrize("form", CHANGED)
def test_runs_in_a_tenant(form: str, snapshot: SnapshotAssertion) -> None:
    files = files_of(form, CHANGED[form])
    assert shown(form, files, RECIPE, stands_on=("tenant-foundation",)) == snapshot(extension_class=RecipeSnapshots)


@pytest.mark.parametrize("form", [*UNCHANGED, *CHANGED])
def test_a_second_run_changes_nothing(form: str) -> None:
    checkout = form_tree(files_of(form, (UNCHANGED | CHANGED)[form]), without=APIS)
    migrated = after(checkout, plan_of(checkout))
    assert plan_of(migrated).changes == ()


def test_an_option_wraps_every_handler() -> None:
    checkout = form_tree(files_of("health", UNCHANGED["health reaches nothing"]))
    plan = make_plan(checkout, survey_of(checkout), chosen_recipes([]), all_handlers=True)
    (change,) = [change for change in plan.changes if change.path == FORM]
    assert b'@router.get("/health")\n@webui_tenant\nasync def health' in change.after
