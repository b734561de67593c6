"""WebUI handlers that come to run in a tenant."""

from __future__ import annotations

CHANGED = {
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
    "files of everybody, from a path that the request names": """
        from pathlib import Path

        from fastapi import FastAPI
        from fastapi.responses import FileResponse


        class Server:
            def __init__(self):
                self.app = FastAPI()
                self.folder = Path("dist")

            def mount(self):
                @self.app.get("/{full_path:path}", include_in_schema=False)
                async def serve(full_path: str):
                    path = self.folder / full_path
                    return FileResponse(path if path.is_file() else self.folder / "index.html")
    """,
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
    "a socket that shows what the process does for those who ask": """
        sockets: set[WebSocket] = set()


        @router.post("/install")
        async def install(plugin: str):
            for socket in sockets:
                await socket.send_json({"installing": plugin})


        @router.websocket("/ws/progress")
        async def progress(websocket: WebSocket):
            await websocket.accept()
            sockets.add(websocket)
            while True:
                await websocket.receive_text()
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
    "the process's files, logs and running ask for the token": """
        import asyncio
        import os
        from pathlib import Path

        active_connections: set[WebSocket] = set()


        @router.get("/config")
        def read_config():
            return Path("config/bot_config.toml").read_text()


        @router.post("/restart")
        async def restart():
            async def later():
                await asyncio.sleep(0.5)
                os._exit(42)

            asyncio.create_task(later())


        @router.websocket("/logs")
        async def logs(websocket: WebSocket):
            await websocket.accept()
            active_connections.add(websocket)
            await websocket.receive_text()
    """,
    "a tenant that is entered by hand for anybody": """
        from src.common.message.tenant_context import tenant_context_async


        @router.get("/tenants/{tenant}/count")
        async def count(tenant: str):
            async with tenant_context_async(tenant, "local"):
                return {"count": Messages.select().count()}
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
