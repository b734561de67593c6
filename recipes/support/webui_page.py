"""页面与租户：index.html 带上租户栏，租户的内容不留在浏览器的缓存里，以别的租户所做的改变记入日志。"""

import contextlib
import json
import re

from fastapi import Depends, HTTPException
from fastapi.requests import HTTPConnection
from starlette.datastructures import MutableHeaders
from starlette.routing import BaseRoute, Match

from src.common.logger import get_logger
from src.webui.tenant import valid_token
from src.webui.tenant_choice import page_acts_as
from src.webui.tenant_selection import router, who

logger = get_logger("webui.acting")

_HEAD = re.compile(rb"<head[^>]*>", re.IGNORECASE)
_READING = ("GET", "HEAD", "OPTIONS")
# 页面只是说它还在
_ALIVE = ("ping", "pong")
# 浏览器留下的旧首页没有租户栏：不问它是否还有效
_CONDITIONS = (b"if-none-match", b"if-modified-since", b"range")
_NO_STORE = (b"cache-control", b"no-store")
_ROUTE = "tenant_page_route"


def add_tenant_page(app):
    """给应用加上选择租户的接口与页面。"""
    app.add_middleware(TenantPage)
    app.router.dependencies.append(Depends(refuse_common_change))
    app.router.routes.append(_ActingRoutes())


class _ActingRoutes(BaseRoute):
    """选择租户的接口。其他请求只看一眼地址，不必逐条比较。"""

    # 逐条列出应用接口的工具由此找到它们
    routes = router.routes

    def matches(self, scope):
        if router.prefix not in scope["path"]:
            return Match.NONE, {}
        found = [(route, *route.matches(scope)) for route in router.routes]
        route, match, child = max(found, key=lambda item: item[1].value)
        return match, {**child, _ROUTE: route}

    async def handle(self, scope, receive, send):
        await scope[_ROUTE].handle(scope, receive, send)


async def refuse_common_change(connection: HTTPConnection):
    """页面以某个租户操作时，不改变全部租户共用的东西：配置、插件、进程本身。

    是协程函数：普通函数会被 FastAPI 放进线程池，每个请求都要为此等一个线程。
    """
    if connection.scope.get("method", "GET") in _READING:
        return
    acting = page_acts_as(connection)
    if acting is None:
        return
    if getattr(connection.scope.get("endpoint"), "enters_tenant", False) or valid_token(connection) is None:
        return
    reason = f"这里改变的是全部租户共用的内容；正在以租户 {acting[0]} 调试，请先回到管理员"
    raise HTTPException(status_code=403, detail=reason, headers={"X-Maim-Refused": "common"})


class TenantPage:
    """ASGI 中间件：看处理函数的回答。"""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] == "websocket":
            await self.app(scope, _hearing_of_socket(scope, receive), _telling_of_socket(scope, send))
        elif scope["type"] == "http":
            scope.setdefault("state", {})
            if any(name == b"accept" and b"text/html" in value for name, value in scope["headers"]):
                scope["headers"] = [item for item in scope["headers"] if item[0] not in _CONDITIONS]
            await self.app(scope, receive, _Answer(scope, send).send)
        else:
            await self.app(scope, receive, send)


class _Answer:
    """一个回答，在送出的路上。"""

    def __init__(self, scope, send):
        self._scope = scope
        self._onward = send
        self._start = None
        self._body = b""

    async def send(self, message):
        if message["type"] == "http.response.start":
            tenant = self._scope["state"].get("tenant")
            if tenant is not None:
                _set_header(message, _NO_STORE)
                _log_change(self._scope, tenant, message["status"])
            if message["status"] == 200 and self._is_page(message["headers"]):
                self._start = message
                return
        if self._start is None:
            await self._onward(message)
        elif message["type"] == "http.response.body":
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._send_page()

    def _is_page(self, headers):
        """首页（以及由它代替的每个地址），不是接口文档，也不是压缩过的内容。"""
        if not any(name == b"content-type" and value.startswith(b"text/html") for name, value in headers):
            return False
        app = self._scope.get("app")
        documents = (getattr(app, "docs_url", None), getattr(app, "redoc_url", None))
        return all(name != b"content-encoding" for name, _ in headers) and self._scope["path"] not in documents

    async def _send_page(self):
        script = f'<script src="{self._scope.get("root_path", "")}{router.prefix}/bar.js"></script>'.encode()
        page = _HEAD.sub(lambda head: head.group() + script, self._body, count=1)
        headers = MutableHeaders(scope=self._start)
        for name in ("etag", "last-modified", "accept-ranges"):
            del headers[name]
        headers["cache-control"] = "no-store"
        if self._body:  # HEAD 请求没有内容
            headers["content-length"] = str(len(page))
        else:
            del headers["content-length"]
        await self._onward(self._start)
        await self._onward({"type": "http.response.body", "body": page})


def _set_header(message, header):
    """每个回答都要经过这里，所以直接改回答的头，不经过 MutableHeaders。"""
    message["headers"] = [*(item for item in message["headers"] if item[0] != header[0]), header]


def _hearing_of_socket(scope, receive):
    async def hear():
        message = await receive()
        if message["type"] == "websocket.receive":
            said = _said_in(message)
            if said not in _ALIVE:
                _log_change(scope, scope.get("state", {}).get("tenant"), f"收到 {said}")
        return message

    return hear


def _said_in(message):
    """一条消息是什么：它自己写明的 type，没有写明时是文本或二进制；内容不进日志。"""
    text = message.get("text")
    if text is None:
        return "二进制"
    kind = text if text in _ALIVE else None
    with contextlib.suppress(ValueError, RecursionError):
        said = json.loads(text)
        kind = said.get("type") if isinstance(said, dict) else None
    return kind if isinstance(kind, str) and re.fullmatch(r"\w{1,40}", kind) else "文本"


def _telling_of_socket(scope, send):
    async def tell(message):
        if message["type"] == "websocket.accept":
            _log_change(scope, scope.get("state", {}).get("tenant"), "已连接")
        await send(message)

    return tell


def _log_change(scope, tenant, outcome):
    """以管理员之外的租户所做的改变，每次一行。"""
    method = scope.get("method", "WebSocket")
    if tenant is None or method in _READING:
        return
    from src.common.message.tenant_context import admin_pair

    if tenant != admin_pair():
        caller = who(HTTPConnection(scope))
        logger.info(f"以租户 {tenant[0]}/{tenant[1]} 操作: {method} {scope['path']} → {outcome}，来自 {caller}")
