"""Scenarios of `webui_tenant` by itself, on handlers of our own. After the migration only."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import inspect
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
from fastapi import APIRouter, BackgroundTasks, Depends, FastAPI, Query, WebSocket
from fastapi.responses import PlainTextResponse, StreamingResponse
from pydantic import BaseModel
from starlette.background import BackgroundTask

from tests.behaviour.asgi import Request, Socket
from tests.behaviour.sample import ACME, ACME_QUERY, Sample, bearer, current_pair, inside, module, token

Handler = Callable[..., Any]


def _webui_tenant(handler: Handler) -> Handler:
    decorated: Handler = module("webui.tenant").webui_tenant(handler)
    return decorated


async def _get(app: FastAPI, *urls: str, **headers: str) -> list[Any]:
    """What the app answers whoever shows the token, or these headers."""
    headers = headers or bearer()
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://sample", headers=headers) as client:
        answers = [await client.get(url) for url in urls]
    return [[answer.status_code, answer.text] for answer in answers]


async def kinds_of_function(sample: Sample) -> Any:
    """A decorated function is of the kind that it was, asked as FastAPI asks where handlers may be generators."""

    async def coroutine() -> None: ...
    def plain() -> None: ...
    async def stream() -> AsyncIterator[int]:
        yield 1

    def generator() -> Iterator[int]:
        yield 1

    checks = {
        "coroutine": inspect.iscoroutinefunction,
        "stream": inspect.isasyncgenfunction,
        "generator": inspect.isgeneratorfunction,
    }
    functions = {"coroutine": coroutine, "plain": plain, "stream": stream, "generator": generator}
    return {
        name: [kind for kind, check in checks.items() if check(inspect.unwrap(_webui_tenant(function)))]
        for name, function in functions.items()
    }


async def async_generator(sample: Sample) -> Any:
    """An async generator function: each step in the tenant, the consumer outside."""
    seen: list[Any] = []

    @_webui_tenant
    async def stream(count: int) -> AsyncIterator[Any]:
        for number in range(count):
            yield [number, *current_pair()]

    async for item in stream(2):
        seen.append([item, current_pair()])
    return seen


async def async_generator_closed(sample: Sample) -> Any:
    """Its own `finally` has run, in the tenant, when closing it returns."""
    closed: list[Any] = []

    @_webui_tenant
    async def stream() -> AsyncIterator[int]:
        try:
            yield 1
            yield 2
        finally:
            closed.append(current_pair())

    items = stream()
    await anext(items)
    await items.aclose()
    return [list(closed), current_pair()]


async def generator(sample: Sample) -> Any:
    """A generator function, read to the end and closed in the middle."""
    closed: list[Any] = []

    @_webui_tenant
    def lines() -> Iterator[Any]:
        try:
            yield current_pair()
            yield current_pair()
        finally:
            closed.append(current_pair())

    read = list(lines())
    half = lines()
    next(half)
    between = current_pair()
    half.close()
    return {"read": read, "between": between, "closed": closed, "afterwards": current_pair()}


async def generator_dependencies(sample: Sample) -> Any:
    """Dependencies with `yield`, bare and decorated: what they see of the handler that uses them."""
    return {
        "bare": await _use_dependencies(lambda handler: handler),
        "decorated": await _use_dependencies(_webui_tenant),
    }


async def _use_dependencies(decorate: Callable[[Handler], Handler]) -> list[Any]:
    app = FastAPI()
    noted: list[Any] = []

    @decorate
    async def session() -> AsyncIterator[str]:
        try:
            yield "async"
        except ValueError as error:
            noted.append(["async", str(error), *current_pair()])
            raise
        else:
            noted.append(["async", "fine", *current_pair()])

    @decorate
    def sync_session() -> Iterator[str]:
        try:
            yield "sync"
        except ValueError as error:
            noted.append(["sync", str(error), *current_pair()])
            raise
        else:
            noted.append(["sync", "fine", *current_pair()])

    @app.get("/async")
    async def use(found: str = Depends(session), fail: bool = False) -> str:
        if fail:
            raise ValueError("broken")
        return found

    @app.get("/sync")
    async def use_sync(found: str = Depends(sync_session), fail: bool = False) -> str:
        if fail:
            raise ValueError("broken")
        return found

    await _get(app, "/async", "/sync", "/async?fail=1", "/sync?fail=1")
    return noted


async def bound_method(sample: Sample) -> Any:
    """Handlers that are methods of a controller."""

    class Controller:
        def __init__(self) -> None:
            self.greeting = "hello"
            self.router = APIRouter()
            self.router.add_api_route("/async", self.answer)
            self.router.add_api_route("/sync", self.answer_sync)

        @_webui_tenant
        async def answer(self, name: str = "you") -> list[Any]:
            return [self.greeting, name, *current_pair()]

        @_webui_tenant
        def answer_sync(self, name: str = "you") -> list[Any]:
            return [self.greeting, name, *current_pair()]

    app = FastAPI()
    controller = Controller()
    app.include_router(controller.router)
    answers = await _get(app, "/async?name=x", "/sync?name=x", f"/async?{ACME_QUERY}", **bearer())
    parameters = [each["name"] for each in app.openapi()["paths"]["/async"]["get"]["parameters"]]
    return {"answers": answers, "parameters": parameters, "directly": await controller.answer("z")}


async def called_directly(sample: Sample) -> Any:
    """One handler calls another with positional arguments: no context, and within a chosen tenant."""
    app = FastAPI()

    @app.get("/inner/{number}")
    @_webui_tenant
    async def inner(number: int, name: str = "default") -> list[Any]:
        return [number, name, *current_pair()]

    @_webui_tenant
    def inner_sync(number: int, *names: str, flag: bool = False) -> list[Any]:
        return [number, list(names), flag, *current_pair()]

    @app.get("/outer")
    @_webui_tenant
    async def outer() -> list[Any]:
        return [await inner(7, "given"), inner_sync(8, "a", "b", flag=True), current_pair()]

    alone = [await inner(1), await inner(1, name="x"), inner_sync(2), current_pair()]
    with inside(ACME):
        within = [await inner(1), inner_sync(2), current_pair()]
    return {"alone": alone, "within": within, "handlers": await _get(app, "/outer", f"/outer?{ACME_QUERY}", **bearer())}


async def own_parameters(sample: Sample) -> Any:
    """A handler with *args and **kwargs of its own."""

    @_webui_tenant
    async def anything(first: int, *rest: int, **named: int) -> list[Any]:
        return [first, list(rest), named, *current_pair()]

    return [await anything(1, 2, 3, named=4), await anything(first=5), list(inspect.signature(anything).parameters)]


async def coroutines_in_plain_wrappers(sample: Sample) -> Any:
    """An own decorator that is a plain function around an async handler, under `webui_tenant`."""

    def logged(handler: Handler) -> Handler:
        @functools.wraps(handler)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            return handler(*args, **kwargs)

        return wrapper

    app = FastAPI()

    @app.websocket("/ws")
    @_webui_tenant
    @logged
    async def converse(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_json(current_pair())

    @_webui_tenant
    @logged
    async def answer() -> list[Any]:
        return current_pair()

    async with Socket(app, "/ws", bearer()) as socket:
        heard = await socket.hear()
    return {"websocket": heard, "awaited": await answer(), "afterwards": current_pair()}


async def background_work(sample: Sample) -> Any:
    """Async and sync tasks, of a list and of a response, added by a handler and by its dependency."""
    app = FastAPI()
    noted: list[Any] = []

    async def note_async(name: str) -> None:
        await asyncio.sleep(0)
        noted.append([name, *current_pair()])

    def note(name: str) -> None:
        noted.append([name, *current_pair()])

    @_webui_tenant
    def dependency(tasks: BackgroundTasks) -> None:
        tasks.add_task(note, "dependency")

    @app.get("/injected")
    @_webui_tenant
    async def injected(tasks: BackgroundTasks, _: None = Depends(dependency)) -> None:
        tasks.add_task(note_async, "async")
        tasks.add_task(note, name="sync")

    def plain(tasks: BackgroundTasks) -> None:
        tasks.add_task(note, "a dependency's alone")
        tasks.add_task(note_async, "a dependency's alone, async")

    @app.get("/asked")
    @_webui_tenant
    async def asked(_: None = Depends(plain)) -> None:
        pass

    @app.get("/asked-sync")
    @_webui_tenant
    def asked_sync(_: None = Depends(plain)) -> dict[str, int]:
        return {}

    @app.get("/own")
    @_webui_tenant
    def own() -> PlainTextResponse:
        tasks = BackgroundTasks([BackgroundTask(note, "own list"), BackgroundTask(note_async, "own list, async")])
        return PlainTextResponse("", background=tasks)

    @app.get("/stream")
    @_webui_tenant
    async def stream() -> StreamingResponse:
        return StreamingResponse(iter(["a"]), background=BackgroundTask(note_async, "after a stream"))

    await _get(app, "/injected", "/own", "/stream")
    await _get(app, f"/injected?{ACME_QUERY}", f"/asked?{ACME_QUERY}", f"/asked-sync?{ACME_QUERY}", **bearer())
    return {"noted": noted, "afterwards": current_pair()}


async def streaming_endpoints(sample: Sample) -> Any:
    """Generator functions as endpoints, which newer FastAPI streams as JSON lines."""
    app = FastAPI()
    ran: list[Any] = []

    @app.get("/async")
    @_webui_tenant
    async def stream() -> AsyncIterator[list[str | None]]:
        for _ in range(2):
            ran.append("async")
            await asyncio.sleep(0)
            yield current_pair()

    @app.get("/sync")
    @_webui_tenant
    def lines() -> Iterator[list[str | None]]:
        for _ in range(2):
            ran.append("sync")
            yield current_pair()

    chosen = await _get(app, f"/async?{ACME_QUERY}", f"/sync?{ACME_QUERY}", **bearer())
    answers = await _get(app, "/async", "/sync")
    ran.clear()
    refused: dict[str, Any] = {}
    for path in ("/async", "/sync"):
        request = Request(app, f"{path}?{ACME_QUERY}", {})
        with contextlib.suppress(Exception):
            await request.end()
        refused[path] = [request.sent[0]["status"] if request.sent else None, request.context.run(current_pair)]
    return {"admin": answers, "acme": chosen, "refused": refused, "ran after refusal": ran}


class Item(BaseModel):
    name: str


async def same_interface(sample: Sample) -> Any:
    """Handlers of many shapes: what FastAPI publishes of each, bare and decorated."""

    async def one(item: Item, size: int = Query(1, ge=1)) -> list[Item]:
        return [item]

    async def several(item: Item, others: list[Item]) -> Item:
        return item

    async def untyped(a, b=2):  # type: ignore[no-untyped-def]
        return a

    def keyword_only(*, name: str, tasks: BackgroundTasks) -> None: ...

    def no_parameters() -> None: ...

    async def dependent(token: str = Depends(no_parameters)) -> dict[str, Item]:
        return {}

    handlers: tuple[Handler, ...] = (one, several, untyped, keyword_only, no_parameters, dependent)
    published = {each.__name__: _interface(each) for each in handlers}
    return {
        each.__name__: isinstance(published[each.__name__], dict)
        and published[each.__name__] == _interface(_webui_tenant(each))
        for each in handlers
    }


POSTPONED = """
from __future__ import annotations
from typing import List, Optional
from pydantic import BaseModel

class Body(BaseModel):
    name: str

async def plain(body: Body, size: int = 1) -> Body: ...
async def quoted(body: Optional['Body'] = None) -> List['Body']: ...
async def all_quoted(body: 'List[Body]'): ...
async def defined_later(body: Later) -> Later: ...

DECORATED = [decorate(each) for each in (plain, quoted, all_quoted, defined_later)]

class Later(BaseModel):
    name: str
"""


async def postponed_annotations(sample: Sample) -> Any:
    """Handlers of a module with postponed annotations, registered at its end: published as they are when bare?

    Where FastAPI cannot read the bare handler (newer ones, names quoted inside a postponed annotation), all will do.
    """
    published: list[dict[str, Any]] = []
    for decorate in (lambda handler: handler, _webui_tenant):
        namespace: dict[str, Any] = {"__name__": "postponed", "decorate": decorate}
        exec(POSTPONED, namespace)
        published.append({each.__name__: _interface(each) for each in namespace["DECORATED"]})
    return {name: bare in (published[1][name], "PydanticUserError") for name, bare in published[0].items()}


def _interface(handler: Handler) -> Any:
    """The OpenAPI of an app with this handler alone, or the name of the error that FastAPI meets."""
    app = FastAPI()
    try:
        app.post("/x/{a}")(handler)
        return app.openapi()
    except Exception as error:
        return type(error).__name__


async def connections_of_a_tenant(sample: Sample) -> Any:
    """`own_connections` on every kind of collection, and on connections that no tenant opened."""
    own_connections = module("webui.tenant").own_connections

    def connection(pair: tuple[str, str] | None) -> WebSocket:
        state = {} if pair is None else {"tenant": pair}
        return WebSocket({"type": "websocket", "state": state}, _nothing, _nothing_to)

    mine, theirs, nobodys = connection(("admin", "local")), connection(ACME), connection(None)
    try:
        own_connections([mine])
        refusal = None
    except RuntimeError as error:
        refusal = type(error).__name__
    with inside(("admin", "local")):
        return {
            "dict": list(own_connections({"a": mine, "b": theirs, "c": nobodys})),
            "list": [each is mine for each in own_connections([theirs, mine, nobodys])],
            "set": [type(own_connections({mine, theirs})).__name__, own_connections({mine, theirs}) == {mine}],
            "tuple": [each is mine for each in own_connections((mine, theirs))],
            "nothing": own_connections([]),
            "refusal": refusal,
        }


async def _nothing() -> Any:
    raise AssertionError("nothing is received here")


async def _nothing_to(message: Any) -> None:
    raise AssertionError("nothing is sent here")


async def nested_tenants(sample: Sample) -> Any:
    """A handler that itself enters another tenant comes back to its own."""
    seen: list[Any] = []

    @_webui_tenant
    async def handler() -> None:
        seen.append(current_pair())
        with inside(ACME):
            seen.append(current_pair())
        seen.append(current_pair())

    with inside(("third", "party")):
        await handler()
        seen.append(current_pair())
    return seen


async def no_agent_in_the_context(sample: Sample) -> Any:
    """A direct call inside a tenant without an agent, which is no whole pair."""
    context = module("common.message.tenant_context")

    @_webui_tenant
    async def handler() -> Any:
        return current_pair()

    with context.tenant_context("acme"):
        return [await handler(), current_pair()]


async def token_only(sample: Sample) -> Any:
    """A token alone chooses nothing: the admin's tenant, or nothing at all."""
    app = FastAPI()

    @app.get("/")
    @_webui_tenant
    async def handler() -> Any:
        return current_pair()

    return await _get(app, f"/?token={token()}", "/?token=wrong", **{"X-Tenant": "acme"})
