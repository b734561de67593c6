"""WebUI handlers that stay as they are."""

from __future__ import annotations

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
    "a handler that enters a tenant by hand": """
        from src.common.message.tenant_context import tenant_context_async
        from src.webui.auth import get_current_token


        @router.get("/tenants/{tenant}/count")
        async def count(tenant: str, token: str = Depends(get_current_token)):
            async with tenant_context_async(tenant, "local"):
                return {"count": Messages.select().count()}
    """,
    "a handler that enters a tenant for half of its work": """
        from src.common.message.tenant_context import tenant_context
        from src.webui.auth import get_current_token


        @router.get("/half")
        async def half(token: str = Depends(get_current_token)):
            with tenant_context("a", "b"):
                first = Messages.select().count()
            return {"first": first, "second": Messages.select().count()}
    """,
    "a parameter of its own named tenant_id": """
        from src.webui.auth import get_current_token


        @router.get("/of")
        async def of(tenant_id: str, token: str = Depends(get_current_token)):
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

        from src.webui.auth import get_current_token


        @router.get("/of")
        async def of(chosen: str = Header(None, alias="X-Tenant-Id"), token: str = Depends(get_current_token)):
            return {"tenant": chosen, "count": Messages.select().count()}
    """,
    "connections that no tenant work uses": """
        from fastapi import Cookie

        from src.webui.auth import get_current_token

        active_connections: set[WebSocket] = set()


        @router.websocket("/logs")
        async def logs(websocket: WebSocket, maibot_session: str = Cookie(None)):
            get_current_token(maibot_session)
            await websocket.accept()
            active_connections.add(websocket)
            for connection in active_connections:
                await connection.send_text("log")
    """,
}
