"""WebUI 的门卫：在全部处理函数之前与之后，看一遍每个请求。

- 别的网站（包括同一台机器的其他端口）打开的页面，不能借用管理员的会话：改变内容的请求与 WebSocket 要来自自己的页面。
- 页面不能嵌进别的网站。
- 登录、退出、更换 Token 之后，旧会话的 WebSocket 不再继续。

经过反向代理而 Host 与浏览器里的地址不同时，用环境变量 MAIM_WEBUI_ORIGINS 写出浏览器里的地址（逗号分隔）。
"""

import asyncio
import contextlib
import os
import secrets
import time
from urllib.parse import urlsplit

from fastapi.middleware.cors import CORSMiddleware
from fastapi.requests import HTTPConnection
from fastapi.responses import JSONResponse
from starlette.datastructures import MutableHeaders

from src.common.logger import get_logger
from src.webui.tenant import valid_token
from src.webui.tenant_choice import ACTING
from src.webui.tenant_page import add_tenant_page

logger = get_logger("webui.guard")

SESSION = "maibot_session"
# 每个浏览器一个编号，每次登录换新：退出只结束这个浏览器的连接
BROWSER = "maim_webui_browser"
_READING = ("GET", "HEAD", "OPTIONS")
# 页面不能嵌进别的网站；应用自己写了第一个头时，用它自己的
_UNFRAMED = ((b"x-frame-options", b"DENY"), (b"content-security-policy", b"frame-ancestors 'none'"))
_CHECK_EVERY = 5.0
_REMEMBERED = 200
_told: set = set()


def guarded_app(app):
    """给应用装上门卫，以及选择租户的接口与页面；应用照常使用。"""
    add_tenant_page(app)
    app.add_middleware(WebUIGuard)
    return app


class WebUIGuard:
    """ASGI 中间件：一个应用一个。"""

    def __init__(self, app):
        self.app = app
        self.sockets = set()

    async def __call__(self, scope, receive, send):
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        stranger = _stranger(connection)
        if stranger is not None:
            await _refuse(scope, receive, send, stranger)
        elif scope["type"] == "websocket":
            await self._run_socket(connection, receive, send)
        else:
            await self._run_request(connection, receive, send)

    async def _run_request(self, connection, receive, send):
        is_new_session = False

        async def send_guarded(message):
            nonlocal is_new_session
            if message["type"] == "http.response.start":
                names = {name for name, _ in message["headers"]}
                unframed = _UNFRAMED[1:] if b"x-frame-options" in names else _UNFRAMED
                message["headers"] = [*message["headers"], *unframed]
                if b"set-cookie" in names:
                    is_new_session = _renew_browser(MutableHeaders(scope=message))
            await send(message)

        await self.app(connection.scope, receive, send_guarded)
        if is_new_session:
            before = connection.cookies.get(BROWSER)
            for socket in list(self.sockets):
                if socket.is_of(before) or not socket.has_session():
                    await socket.end()

    async def _run_socket(self, connection, receive, send):
        token = valid_token(connection)
        if token is None:
            await self.app(connection.scope, receive, send)
            return
        socket = _Socket(connection, token, receive, send)
        self.sockets.add(socket)
        try:
            await self.app(connection.scope, socket.receive, socket.send)
        finally:
            self.sockets.discard(socket)


class _Socket:
    """一个 WebSocket 连接，和它打开时的会话。"""

    def __init__(self, connection, token, receive, send):
        self._token = token
        self._browser = connection.cookies.get(BROWSER)
        self._by_cookie = connection.cookies.get(SESSION) == token
        self._from_browser = receive
        self._to_browser = send
        self._ended = asyncio.Event()
        self._checked = time.monotonic()

    def is_of(self, browser):
        """是否由这个浏览器打开；门卫装上之前登录的浏览器都没有编号。"""
        return self._by_cookie and self._browser == browser

    def has_session(self):
        from src.webui.token_manager import get_token_manager

        self._checked = time.monotonic()
        return bool(get_token_manager().verify_token(self._token))

    async def end(self):
        """告诉浏览器会话已结束；处理函数随后收到断开。"""
        if not self._ended.is_set():
            self._ended.set()
            with contextlib.suppress(OSError, RuntimeError):  # 浏览器也许已经走了
                await self._to_browser({"type": "websocket.close", "code": 1008, "reason": "会话已结束"})

    async def receive(self):
        await self._end_without_session()
        if not self._ended.is_set():
            message = asyncio.ensure_future(self._from_browser())
            ended = asyncio.ensure_future(self._ended.wait())
            try:
                await asyncio.wait([message, ended], return_when=asyncio.FIRST_COMPLETED)
                if message.done():
                    return message.result()
            finally:
                message.cancel()
                ended.cancel()
        return {"type": "websocket.disconnect", "code": 1008}

    async def send(self, message):
        await self._end_without_session()
        if self._ended.is_set():
            raise OSError("会话已结束")  # Starlette 把它当作断开的连接
        if message["type"] == "websocket.close":
            self._ended.set()
        await self._to_browser(message)

    async def _end_without_session(self):
        """Token 也可能在别处更换：收发时隔一会儿看一次。"""
        if time.monotonic() - self._checked > _CHECK_EVERY and not self.has_session():
            await self.end()


def _stranger(connection):
    """改变内容的请求或 WebSocket 来自别的网站时，说明原因；否则为 None。不是浏览器的调用者没有这些请求头。"""
    if connection.scope.get("method") in _READING:
        return None
    headers = connection.headers
    origin = headers.get("origin")
    if headers.get("sec-fetch-site") in ("same-origin", "none"):
        return None
    if origin is None:
        site = headers.get("sec-fetch-site")
        return None if site is None else f"请求来自别的网站（Sec-Fetch-Site: {site}）"
    if _place(origin) == _place(f"//{headers.get('host', '')}") or origin in _trusted(connection.scope):
        return None
    return f"请求来自 {origin}，不是 WebUI 自己的页面（{headers.get('host')}）"


def _place(url):
    """主机与端口；省略的与默认的端口相同。"""
    try:
        parts = urlsplit(url)
        return parts.hostname, None if parts.port in (80, 443) else parts.port
    except ValueError:
        return None, url


def _trusted(scope):
    """应用自己的 CORS 设置与环境变量写明的地址。“*”不算：它没有说是谁。"""
    origins = {origin.strip().rstrip("/") for origin in os.getenv("MAIM_WEBUI_ORIGINS", "").split(",")}
    for middleware in getattr(scope.get("app"), "user_middleware", ()):
        if middleware.cls is CORSMiddleware:
            origins.update(middleware.kwargs.get("allow_origins", ()))
    return origins - {"", "*", "null"}


async def _refuse(scope, receive, send, reason):
    tell_once(
        f"已拒绝 {scope['path']}：{reason}。若这是您自己的页面（例如经过反向代理），"
        "请用环境变量 MAIM_WEBUI_ORIGINS 写出浏览器里的地址",
        about=reason,
    )
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008, "reason": "来源不是 WebUI 自己的页面"})
    else:
        await JSONResponse({"detail": reason}, status_code=403)(scope, receive, send)


def tell_once(text, about):
    """同一个原因只在日志里说一次。"""
    if about not in _told and len(_told) < _REMEMBERED:
        _told.add(about)
        logger.warning(text)


def _renew_browser(headers):
    """登录、退出与更换 Token 会设置会话的 Cookie：浏览器的编号随之换新或删除，选择的租户不再有效。返回是否如此。"""
    for cookie in headers.getlist("set-cookie"):
        value, _, attributes = cookie.partition(";")
        name, _, session = value.partition("=")
        if name.strip() == SESSION:
            number = secrets.token_urlsafe(16) if session.strip('" ') else '""'
            headers.append("set-cookie", f"{BROWSER}={number};{attributes}")
            headers.append("set-cookie", f'{ACTING}=""; Max-Age=0; Path=/')  # 登录之后从管理员开始
            return True
    return False
