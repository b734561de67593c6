"""Handlers that ask for the WebUI's token before they act, or do nothing to ask for; and those that act for anybody."""

from __future__ import annotations

QUIET = {
    "nothing to ask for": """
        @router.get("/health")
        async def handler():
            return {"status": "healthy"}
    """,
    "a class that is looked at": """
        from src.config.official_configs import BotConfig


        @router.get("/schema")
        async def handler():
            return {"fields": sorted(BotConfig.__annotations__)}
    """,
    "whether a file is there": """
        from pathlib import Path


        @router.get("/installed")
        async def handler():
            return {"installed": Path("webui/dist/index.html").exists()}
    """,
    "the page itself": """
        from pathlib import Path

        from fastapi.responses import FileResponse

        STATIC = Path("webui/dist")


        @router.get("/{full_path:path}", include_in_schema=False)
        async def handler(full_path: str):
            file = STATIC / full_path
            return FileResponse(file if file.is_file() else STATIC / "index.html")
    """,
    "a login": """
        from fastapi import Response

        from src.webui.auth import set_auth_cookie
        from src.webui.token_manager import get_token_manager


        @router.post("/auth/verify")
        async def handler(token: str, response: Response):
            manager = get_token_manager()
            is_valid = manager.verify_token(token)
            if is_valid:
                set_auth_cookie(response, token)
                return {"valid": True, "first": manager.is_first_setup()}
            return {"valid": False}
    """,
    "a login that reads a setting": """
        from fastapi import Response

        from src.config.config import global_config
        from src.webui.auth import set_auth_cookie
        from src.webui.token_manager import get_token_manager


        @router.post("/auth/verify")
        async def handler(token: str, response: Response):
            if get_token_manager().verify_token(token):
                set_auth_cookie(response, token)
                return {"valid": True}
            return {"valid": False, "bot": global_config.bot.nickname}
    """,
    "whether somebody is logged in": """
        from src.webui.token_manager import get_token_manager


        @router.get("/auth/check")
        async def handler(maibot_session: str = None):
            try:
                return {"authenticated": get_token_manager().verify_token(maibot_session)}
            except Exception:
                return {"authenticated": False}
    """,
    "a check that raises comes first": """
        @router.get("/config")
        async def handler(maibot_session: str = None):
            get_current_token(maibot_session)
            return open("config/bot_config.toml").read()
    """,
    "a helper of the module checks": """
        def check(session, authorization=None):
            return verify_auth_token_from_cookie_or_header(session, authorization)


        @router.get("/config")
        async def handler(maibot_session: str = None):
            try:
                check(maibot_session)
                return open("config/bot_config.toml").read()
            except HTTPException:
                raise
            except Exception as error:
                raise HTTPException(status_code=500) from error
    """,
    "a condition that refuses": """
        from src.webui.token_manager import get_token_manager


        @router.post("/config")
        async def handler(token: str = None):
            manager = get_token_manager()
            if not token or not manager.verify_token(token):
                raise HTTPException(status_code=401)
            with open("config/bot_config.toml", "w") as file:
                file.write("")
    """,
    "several ways to show it": """
        from src.webui.token_manager import get_token_manager


        @router.get("/picture")
        async def handler(maibot_session: str = None, token: str = None, authorization: str = None):
            manager = get_token_manager()
            is_valid = False
            if maibot_session and manager.verify_token(maibot_session):
                is_valid = True
            elif token and manager.verify_token(token):
                is_valid = True
            else:
                if authorization and manager.verify_token(authorization[7:]):
                    is_valid = True
            if not is_valid:
                raise HTTPException(status_code=401)
            return open("data/picture.png", "rb").read()
    """,
    "work below a condition that holds": """
        from src.webui.token_manager import get_token_manager


        @router.get("/config")
        async def handler(token: str = None):
            if token is not None and get_token_manager().verify_token(token):
                return open("config/bot_config.toml").read()
            return {}
    """,
    "a dependency": """
        @router.get("/config")
        async def handler(token: str = Depends(get_current_token)):
            return open("config/bot_config.toml").read()
    """,
    "a dependency in an annotation, by another name": """
        from typing import Annotated

        Token = Annotated[str, Depends(get_current_token)]


        @router.get("/config")
        async def handler(token: Token):
            return open("config/bot_config.toml").read()
    """,
    "a dependency of the route": """
        @router.get("/config", dependencies=[Depends(get_current_token)])
        async def handler():
            return open("config/bot_config.toml").read()
    """,
    "a dependency of the router": """
        mine = APIRouter(prefix="/mine", dependencies=[Depends(get_current_token)])


        @mine.get("/config")
        async def handler():
            return open("config/bot_config.toml").read()
    """,
    "a dependency of the router that includes it": """
        outer = APIRouter(dependencies=[Depends(get_current_token)])
        outer.include_router(router)


        @router.get("/config")
        async def handler():
            return open("config/bot_config.toml").read()
    """,
    "a dependency where it is included, in a loop": """
        from fastapi import FastAPI


        class Server:
            def __init__(self):
                self.app = FastAPI()

            def mount(self):
                for child in (router,):
                    self.app.include_router(child, dependencies=[Depends(get_current_token)])


        @router.get("/config")
        async def handler():
            return open("config/bot_config.toml").read()
    """,
    "a dependency of the application": """
        from fastapi import FastAPI

        app = FastAPI(dependencies=[Depends(get_current_token)])
        app.include_router(router)


        @router.websocket("/logs")
        async def handler(websocket: WebSocket):
            connections.add(websocket)


        connections = set()
    """,
    "a dependency of a route that is added by a call": """
        async def handler():
            return open("config/bot_config.toml").read()


        router.add_api_route("/config", handler, dependencies=[Depends(get_current_token)])
    """,
    "a decorator of the tree": """
        import functools

        from src.webui.token_manager import get_token_manager


        def asks(function):
            @functools.wraps(function)
            async def wrapper(*args, token: str = None, **kwargs):
                if not get_token_manager().verify_token(token):
                    raise HTTPException(status_code=401)
                return await function(*args, **kwargs)

            return wrapper


        @router.get("/config")
        @asks
        async def handler():
            return open("config/bot_config.toml").read()
    """,
    "a middleware": """
        from fastapi import FastAPI

        from src.webui.token_manager import get_token_manager

        app = FastAPI()
        app.include_router(router)


        @app.middleware("http")
        async def check(request, call_next):
            if not get_token_manager().verify_token(request.cookies.get("maibot_session")):
                return JSONResponse({}, status_code=401)
            return await call_next(request)


        @router.get("/config")
        async def handler():
            return open("config/bot_config.toml").read()
    """,
    "a socket that closes first": """
        from src.webui.token_manager import get_token_manager

        connections = set()


        @router.websocket("/logs")
        async def handler(websocket: WebSocket, token: str = None):
            if not get_token_manager().verify_token(token):
                await websocket.close(code=1008)
                return
            await websocket.accept()
            connections.add(websocket)
    """,
    "ours": """
        from src.webui.tenant import webui_token


        @router.get("/config")
        @webui_token
        async def handler():
            return open("config/bot_config.toml").read()
    """,
}

ANONYMOUS = {
    "a file": """
        @router.get("/config")
        async def handler():
            return open("config/bot_config.toml").read()
    """,
    "a file, by a helper of another file": """
        from src.webui.form_helpers import read


        @router.get("/config")
        async def handler():
            return read()
    """,
    "the process ends": """
        import asyncio
        import os


        @router.post("/restart")
        async def handler():
            async def later():
                os._exit(42)

            asyncio.create_task(later())
    """,
    "a call out in its name": """
        import httpx


        @router.get("/models")
        async def handler(url: str):
            async with httpx.AsyncClient() as client:
                return (await client.get(url)).json()
    """,
    "a program that is run": """
        import subprocess


        @router.get("/git")
        async def handler():
            return subprocess.run(["git", "--version"], capture_output=True).returncode
    """,
    "a file that is handed out": """
        from fastapi.responses import FileResponse


        @router.get("/logs/{name}")
        async def handler(name: str):
            return FileResponse("logs/" + name)
    """,
    "a socket among those that are told": """
        connections = set()


        @router.websocket("/logs")
        async def handler(websocket: WebSocket):
            await websocket.accept()
            connections.add(websocket)
    """,
    "a socket that an object keeps": """
        class Hub:
            def __init__(self):
                self.sockets = []

            async def join(self, websocket: WebSocket):
                self.sockets.append(websocket)


        hub = Hub()


        @router.websocket("/logs")
        async def handler(websocket: WebSocket):
            await hub.join(websocket)
    """,
    "a tenant by hand": """
        from src.common.message.tenant_context import tenant_context_async


        @router.get("/tenants/{tenant}/count")
        async def handler(tenant: str):
            async with tenant_context_async(tenant, "local"):
                return {"count": Messages.select().count()}
    """,
    "a check whose answer nobody looks at": """
        from src.webui.token_manager import get_token_manager


        @router.get("/config")
        async def handler(token: str = None):
            get_token_manager().verify_token(token)
            return open("config/bot_config.toml").read()
    """,
    "a check whose answer is only logged": """
        from src.webui.token_manager import get_token_manager


        @router.get("/config")
        async def handler(token: str = None):
            is_authenticated = token and get_token_manager().verify_token(token)
            print(is_authenticated)
            return open("config/bot_config.toml").read()
    """,
    "a check that is caught": """
        @router.get("/config")
        async def handler(maibot_session: str = None):
            try:
                get_current_token(maibot_session)
            except HTTPException:
                print("nobody")
            return open("config/bot_config.toml").read()
    """,
    "a check on one way only": """
        @router.get("/config")
        async def handler(maibot_session: str = None, full: bool = False):
            if full:
                get_current_token(maibot_session)
            return open("config/bot_config.toml").read()
    """,
    "a check that comes too late": """
        @router.post("/config")
        async def handler(maibot_session: str = None):
            text = open("config/bot_config.toml").read()
            get_current_token(maibot_session)
            return text
    """,
    "a condition the wrong way round": """
        from src.webui.token_manager import get_token_manager


        @router.get("/config")
        async def handler(token: str = None):
            if get_token_manager().verify_token(token):
                raise HTTPException(status_code=401)
            return open("config/bot_config.toml").read()
    """,
    "either a token or nothing": """
        from src.webui.token_manager import get_token_manager


        @router.get("/config")
        async def handler(token: str = None):
            if not token or get_token_manager().verify_token(token):
                return open("config/bot_config.toml").read()
            raise HTTPException(status_code=401)
    """,
    "a dependency of another router": """
        mine = APIRouter(prefix="/mine", dependencies=[Depends(get_current_token)])


        @router.get("/config")
        async def handler():
            return open("config/bot_config.toml").read()
    """,
    "included twice, once without": """
        outer = APIRouter(dependencies=[Depends(get_current_token)])
        other = APIRouter()
        outer.include_router(router)
        other.include_router(router)


        @router.get("/config")
        async def handler():
            return open("config/bot_config.toml").read()
    """,
    "a dependency that refuses nobody": """
        from src.webui.token_manager import get_token_manager


        def whoever(token: str = None):
            return get_token_manager().verify_token(token)


        @router.get("/config", dependencies=[Depends(whoever)])
        async def handler():
            return open("config/bot_config.toml").read()
    """,
    "a middleware that sees no socket": """
        from fastapi import FastAPI

        from src.webui.token_manager import get_token_manager

        app = FastAPI()
        app.include_router(router)
        connections = set()


        @app.middleware("http")
        async def check(request, call_next):
            if not get_token_manager().verify_token(request.cookies.get("maibot_session")):
                return JSONResponse({}, status_code=401)
            return await call_next(request)


        @router.websocket("/logs")
        async def handler(websocket: WebSocket):
            connections.add(websocket)
    """,
}
