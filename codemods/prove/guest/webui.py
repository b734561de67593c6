"""The WebUI's endpoints, from what it publishes of itself, and its sockets."""

from __future__ import annotations

import asyncio
import functools
import inspect
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from .asgi import Socket, request
from .asking import MODES, STRANGERS_FIRST, Asking, Way, distinct, judged
from .gateway import Gateway
from .owners import Owner
from .shapes import NOT_REACHED, REFUSED, Crossing, Seen
from .texts import phrase
from .values import Values
from .words import ADMIN, FIRST, NOBODY, SECOND

KIND = "webui-handler"
_ORDER = ("GET", "POST", "PUT", "PATCH", "DELETE")
_PICTURE = b"\x89PNG\r\n\x1a\n"
_BOUNDARY = "tenantize"
# A socket is given so long to greet, and to answer.
_GREETING, _ANSWERING = 0.3, 1.5


class Denied(Exception):
    """The WebUI has refused."""


@dataclass(frozen=True)
class Route:
    """One endpoint: how it is asked, what it publishes of its parameters, and the function behind it."""

    method: str
    path: str
    module: str
    qualname: str
    published: Mapping[str, Any]
    function: Callable[..., Any]


class Web:
    """The application, made once."""

    def __init__(self, asking: Asking) -> None:
        self.asking = asking
        names = asking.tree.names
        made = asking.tree.find(names.application)
        self.app: Any = made().app if made is not None else None
        self._schema: dict[str, Any] = self.app.openapi() if self.app is not None else {}

    def routes(self) -> list[Route]:
        """Every endpoint, those that take things away last."""
        found = []
        for path, methods, function in _all_routes(self.app.routes if self.app is not None else ()):
            for method in methods:
                if method in (*_ORDER, "WS") and (function.__module__ or "").startswith("src."):
                    published = self._schema.get("paths", {}).get(path, {}).get(method.lower(), {})
                    found.append(Route(method, path, function.__module__, function.__qualname__, published, function))
        order = (*_ORDER, "WS")
        return sorted(found, key=lambda route: (order.index(route.method), route.path))

    def address(self, path: str, caller: Owner | None) -> tuple[dict[str, str], dict[str, str]]:
        """The headers and the query by which somebody asks: the WebUI's token, and the tenant that is selected."""
        if caller is None:
            return {}, {}
        token = str(self.asking.tree.find(self.asking.tree.names.token)().get_token())
        headers = {"Authorization": f"Bearer {token}", "Cookie": f"maibot_session={token}"}
        selected = {} if caller.name == ADMIN else {"tenant_id": caller.pair[0], "agent_id": caller.pair[1]}
        return headers, selected

    def parts(self, route: Route, values: Values) -> tuple[str, dict[str, str], bytes, str]:
        """Path, query, body and its type, made for what a route publishes."""
        path, query = route.path, {}
        for parameter in route.published.get("parameters", ()):
            name, schema = parameter["name"], parameter.get("schema", {})
            if parameter["in"] == "path":
                path = path.replace("{" + name + "}", quote(str(self._value(name, schema, values)), safe=""))
            elif parameter["in"] == "query" and (parameter.get("required") or values.knows(name)):
                query[name] = str(self._value(name, schema, values))
        if route.method == "WS":
            query |= self._asked_by(route, values)
        while "{" in path:  # what is not published
            path = path[: path.index("{")] + values.word("path") + path[path.index("}") + 1 :]
        body, kind = self._body(route.published.get("requestBody", {}).get("content", {}), values)
        return path, query, body, kind

    def _asked_by(self, route: Route, values: Values) -> dict[str, str]:
        """What a socket, which publishes nothing, must be asked with."""
        found = {}
        for parameter in inspect.signature(route.function).parameters.values():
            is_plain = parameter.annotation in (str, int, "str", "int")
            if is_plain and (parameter.default is parameter.empty or values.knows(parameter.name)):
                found[parameter.name] = str(values.value(parameter.name, str))
        return found

    def _body(self, content: Mapping[str, Any], values: Values) -> tuple[bytes, str]:
        if "multipart/form-data" in content:
            fields = self._value("form", content["multipart/form-data"]["schema"], values)
            return _multipart(fields), f"multipart/form-data; boundary={_BOUNDARY}"
        if content:
            made = self._value("body", next(iter(content.values())).get("schema", {}), values)
            return json.dumps(made, ensure_ascii=False).encode(), "application/json"
        return b"", ""

    def _value(self, name: str, schema: Mapping[str, Any], values: Values, depth: int = 0) -> Any:
        """A value for what a schema describes."""
        if "$ref" in schema:
            schema = self._schema["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        for several in ("anyOf", "allOf", "oneOf"):
            if several in schema:
                return self._value(name, schema[several][0], values, depth)
        if "enum" in schema:
            return schema["enum"][0]
        kind = schema.get("type", "object" if "properties" in schema else "string")
        if kind == "object" and depth < 5:
            required = schema.get("required", ())
            fields = schema.get("properties", {})
            return {
                key: self._value(key, inner, values, depth + 1)
                for key, inner in fields.items()
                if key in required or values.knows(key)
            }
        if kind == "array":
            return [self._value(name, schema.get("items", {}), values, depth + 1)]
        if schema.get("format") == "binary" or "contentMediaType" in schema:  # as the versions of OpenAPI have it
            return _PICTURE
        hint = {"string": str, "integer": int, "number": float, "boolean": bool}.get(kind, str)
        return values.value(name, hint)


class Webui:
    """Asks every endpoint."""

    def __init__(self, web: Web) -> None:
        self._web = web

    def ways(self) -> Iterator[Way]:
        """Each endpoint over HTTP."""
        for route in self._web.routes():
            if route.method != "WS":
                yield Way(f"{route.module}:{route.qualname}", functools.partial(self._ask, route))

    async def _ask(self, route: Route) -> list[Seen]:
        asking = self._web.asking

        def call(caller: Owner | None, ids: Owner) -> tuple[Callable[[], Any], Any]:
            values = Values(asking.words, caller or ids, ids, f"{route.method} {route.path}")
            path, query, body, kind = self._web.parts(route, values)
            headers, selected = self._web.address(path, caller)
            headers = {**headers, **({"Content-Type": kind, "Content-Length": str(len(body))} if kind else {})}
            whole = f"{path}?{urlencode({**query, **selected})}"
            return functools.partial(self._request, route.method, whole, headers, body), [path, query, body]

        modes = STRANGERS_FIRST if route.method == "DELETE" else MODES
        return [await asking.way(KIND, route.module, route.qualname, call, modes, is_inside=False)]

    async def _request(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> str:
        asking = self._web.asking
        response = await request(self._web.app, method, url, headers, body, asking.seconds)
        if response.status >= 400:
            raise Denied(f"{response.status} {response.text[:300]}")
        return response.text


class Sockets:
    """Opens every socket as everybody at once, while both tenants talk."""

    def __init__(self, web: Web, gateway: Gateway) -> None:
        self._web, self._gateway = web, gateway

    def ways(self) -> Iterator[Way]:
        """Each endpoint for sockets."""
        for route in self._web.routes():
            if route.method == "WS":
                yield Way(f"{route.module}:{route.qualname}", functools.partial(self._ask, route))

    async def _ask(self, route: Route) -> list[Seen]:
        asking = self._web.asking
        everybody: dict[str, Owner | None] = {
            NOBODY: None,
            **{name: asking.owners[name] for name in (SECOND, ADMIN, FIRST)},
        }
        sockets, given = {}, {}
        for name, owner in everybody.items():
            ids = owner or asking.owners[FIRST]
            values = Values(asking.words, ids, ids, phrase("the socket {path}", path=route.path))
            path, query, *_ = self._web.parts(route, values)
            headers, selected = self._web.address(path, owner)
            sockets[name] = Socket(self._web.app, f"{path}?{urlencode({**query, **selected})}", headers)
            given[name] = asking.words.in_text(f"{path} {query}")
        try:
            await asyncio.sleep(_GREETING)
            await self._talk(route, sockets)
            crossings = [
                crossing
                for name, socket in sockets.items()
                for crossing in asking.shown(
                    "\n".join(socket.frames), name, phrase("a frame of {path}", path=route.path), given[name]
                )
            ]
            refusals = [socket.refusal for name, socket in sockets.items() if name != NOBODY and socket.refusal]
        finally:
            for socket in sockets.values():
                await socket.close()
        return [self._seen(route, sockets, refusals, crossings)]

    async def _talk(self, route: Route, sockets: Mapping[str, Socket]) -> None:
        """Everybody says what a page would say, and messages come in from elsewhere."""
        asking = self._web.asking
        for name in (FIRST, SECOND, ADMIN):
            owner = asking.owners[name]
            values = Values(asking.words, owner, owner, phrase("a frame to {path}", path=route.path))
            for kind in ("ping", "message", "say", "recent"):
                text = values.word("content")
                sockets[name].say(
                    {**values.ids, "type": kind, "content": text, "text": text, "to": owner.ids["user_id"]}
                )
            with asking.tree.inside(owner.pair):
                asking.outlets.log(values.word(phrase("a line of the log")))
        await self._gateway.send_all()
        await asyncio.sleep(_ANSWERING)

    @staticmethod
    def _seen(route: Route, sockets: Mapping[str, Socket], refusals: list[str], crossings: list[Crossing]) -> Seen:
        is_heard = any(socket.frames for name, socket in sockets.items() if name != NOBODY)
        if not is_heard and not crossings:
            verdict = REFUSED if refusals else NOT_REACHED
            return Seen(
                KIND, route.module, route.qualname, verdict, refusals[0] if refusals else phrase("it said nothing")
            )
        return Seen(KIND, route.module, route.qualname, *judged(crossings, True, []), distinct(crossings))


def _all_routes(routes: Any) -> Iterator[tuple[str, list[str], Any]]:
    """(path, methods, function) of each endpoint of an application, those of routers that it includes as well."""
    for route in routes:
        candidates = getattr(route, "effective_candidates", None)
        original = getattr(route, "original_route", None) or route
        function = getattr(route, "endpoint", None) or getattr(original, "endpoint", None)
        if callable(candidates):
            yield from _all_routes(candidates())
        elif callable(function):
            methods = sorted(getattr(original, "methods", None) or ())
            placed = getattr(route, "starlette_route", None) or route  # with what its router is included below
            path = re.sub(r"{(\w+):\w+}", r"{\1}", getattr(placed, "path", "") or original.path)
            yield path, methods or ["WS"], inspect.unwrap(function)
        elif getattr(route, "routes", None):
            yield from _all_routes(route.routes)


def _multipart(fields: Mapping[str, Any]) -> bytes:
    parts = []
    every = [(name, each) for name, value in fields.items() for each in (value if isinstance(value, list) else [value])]
    for name, value in every:
        file = '; filename="picture.png"\r\nContent-Type: image/png' if isinstance(value, bytes) else ""
        data = value if isinstance(value, bytes) else str(value).encode()
        parts.append(
            f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'.encode() + data + b"\r\n"
        )
    return b"".join(parts) + f"--{_BOUNDARY}--\r\n".encode()
