"""ON_TENANT_LOAD on the WebUI's first request. After the migration only."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
from fastapi import FastAPI, WebSocket
from fastapi.requests import Request
from fastapi.responses import JSONResponse, StreamingResponse
from starlette.routing import Route

from tests.behaviour.asgi import Socket
from tests.behaviour.loading.stage import Plugins, for_webui, forget_tenants, scenario, turns
from tests.behaviour.sample import (
    ACME_QUERY,
    Sample,
    bearer,
    current_pair,
)


@scenario
async def web_ui(sample: Sample, plugins: Plugins) -> Any:
    """Each kind of handler: what is noted by a request of the admin, one of acme, and one of acme again."""
    app = _web_app(plugins)
    seen: dict[str, Any] = {}
    plugins.add("load", turns)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://sample", headers=bearer()) as client:
        for kind in ("async", "sync", "stream", "sync_stream", "bare", "sync_bare"):
            forget_tenants(plugins)
            for query in ("", f"?{ACME_QUERY}", f"?{ACME_QUERY}"):
                answer = await client.get(f"/{kind}{query}")
                assert answer.status_code == 200, answer.text
            seen[kind] = list(plugins.notes)
    forget_tenants(plugins)
    for query in ("", f"?{ACME_QUERY}", f"?{ACME_QUERY}"):
        async with Socket(app, f"/socket{query}", bearer()) as socket:
            await socket.hear()
    seen["socket"] = list(plugins.notes)
    return seen


def _web_app(plugins: Plugins) -> FastAPI:
    decorate = for_webui
    app = FastAPI()

    async def items() -> AsyncIterator[str]:
        plugins.note("work")
        yield "item"

    def sync_items() -> Iterator[str]:
        plugins.note("work")
        yield "item"

    @app.get("/async")
    @decorate
    async def answer() -> None:
        plugins.note("work")

    @app.get("/sync")
    @decorate
    def sync_answer() -> None:
        plugins.note("work")

    @app.get("/stream")
    @decorate
    async def stream() -> Any:
        return StreamingResponse(items())

    @app.get("/sync_stream")
    @decorate
    def sync_stream() -> Any:
        return StreamingResponse(sync_items())

    @app.websocket("/socket")
    @decorate
    async def converse(websocket: WebSocket) -> None:
        await websocket.accept()
        plugins.note("work")
        await websocket.send_json("done")

    async def bare(request: Request) -> Any:
        plugins.note("work")
        return JSONResponse({})

    def sync_bare(request: Request) -> Any:
        plugins.note("work")
        return JSONResponse({})

    app.router.routes += [Route("/bare", decorate(bare)), Route("/sync_bare", decorate(sync_bare))]
    return app


@scenario
async def web_ui_of_the_sample(sample: Sample, plugins: Plugins) -> Any:
    """The sample's own handlers, and a choice that is refused."""
    plugins.add("load")
    answers: list[Any] = []
    async with sample.client() as client:
        answers.append((await client.get(f"/api/webui/statistics/summary?{ACME_QUERY}")).status_code)
        answers.append((await client.get(f"/api/webui/emoji/list?{ACME_QUERY}")).status_code)
    refused = list(plugins.notes)
    async with sample.api() as client:
        for url in ("/api/webui/statistics/summary", "/api/webui/emoji/list"):
            for query in ("", f"?{ACME_QUERY}"):
                forget_tenants(plugins)
                answers += [(await client.get(url + query)).status_code, *plugins.notes]
    return {"refused": refused, "answers": answers}


@scenario
async def web_ui_at_once(sample: Sample, plugins: Plugins) -> Any:
    """More requests than the thread pool has threads: one load, and none of them overtakes it."""
    began, may_end = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        began.set()
        await may_end.wait()
        plugins.note("loaded")

    plugins.add("load", slow)
    transport = httpx.ASGITransport(app=_web_app(plugins))
    async with httpx.AsyncClient(transport=transport, base_url="http://sample", headers=bearer()) as client:
        requests = [asyncio.create_task(client.get(url)) for url in ("/sync", "/async") * 25]
        await began.wait()
        await turns()
        waiting = plugins.count("work")
        may_end.set()
        answers = await asyncio.gather(*requests)
    return {
        "waiting": waiting,
        "answers": sorted({answer.status_code for answer in answers}),
        "first": [name for name, *_ in plugins.notes[:2]],
        "work": plugins.count("work"),
        "loads": plugins.count("load"),
    }


@scenario
async def sync_handler_elsewhere(sample: Sample, plugins: Plugins) -> Any:
    """A decorated sync function that other code calls in a thread that is not FastAPI's: no loop to load in."""
    plugins.add("load")

    @for_webui
    def handler(request: Request) -> list[Any]:
        return current_pair()

    headers = [(name.lower().encode(), value.encode()) for name, value in bearer().items()]
    request = Request({"type": "http", "query_string": b"", "headers": headers})
    return await asyncio.get_running_loop().run_in_executor(None, handler, request)
