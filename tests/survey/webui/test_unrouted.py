"""What the application runs besides handlers is named where it reaches tenant data. What reaches none comes first."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.conftest import survey_of
from tests.forms import APIS, FORM, form_tree

HEAD = """
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from pydantic import BaseModel, computed_field, field_validator
from starlette.endpoints import HTTPEndpoint, WebSocketEndpoint
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware

from src.common.database.database_model import Messages
from src.webui.tenant_guard import guarded_app

app = FastAPI()
router = APIRouter()
"""
FORMS = {
    "a middleware of its own": """
        class Counting:
            def __init__(self, app):
                self.app = app

            async def __call__(self, scope, receive, send):
                WORK
                await self.app(scope, receive, send)


        def install(application):
            application.add_middleware(Counting)
    """,
    "a middleware with dispatch": """
        class Counting(BaseHTTPMiddleware):
            async def dispatch(self, request, call_next):
                WORK
                return await call_next(request)


        app.add_middleware(Counting)
    """,
    "a middleware that is told what to run": """
        async def count(request, call_next):
            WORK
            return await call_next(request)


        app.add_middleware(BaseHTTPMiddleware, dispatch=count)
    """,
    "a middleware in a list": """
        async def count(request, call_next):
            WORK
            return await call_next(request)


        other = FastAPI(middleware=[Middleware(BaseHTTPMiddleware, dispatch=count)])
    """,
    "a function around the application": """
        def counted(application):
            async def serve(scope, receive, send):
                WORK
                await application(scope, receive, send)

            return serve


        counting = counted(app)
    """,
    "an endpoint that is a class": """
        @router.route("/rows")
        class Rows(HTTPEndpoint):
            async def get(self, request):
                WORK
    """,
    "a socket that is a class": """
        @router.websocket_route("/rows")
        class Rows(WebSocketEndpoint):
            async def on_receive(self, websocket, data):
                WORK
    """,
    "a class of routes": """
        class Counting(APIRoute):
            def get_route_handler(self):
                handle = super().get_route_handler()

                async def counted(request):
                    WORK
                    return await handle(request)

                return counted


        router = APIRouter(route_class=Counting)
    """,
    "a lifespan": """
        @asynccontextmanager
        async def lifespan(app):
            WORK
            yield


        other = FastAPI(lifespan=lifespan)
    """,
    "an event": """
        async def begin():
            WORK


        app.add_event_handler("startup", begin)
    """,
    "a handler of another server": """
        import socketio

        sockets = socketio.AsyncServer()


        @sockets.on("count")
        async def count(session):
            WORK
    """,
    "an event's lambda": """
        def begin():
            WORK


        app.add_event_handler("startup", lambda: begin())
    """,
    "functions for the start": """
        async def begin():
            WORK


        other = FastAPI(on_startup=[begin])
    """,
    "a table of exceptions' handlers": """
        async def failed(request, error):
            WORK


        other = FastAPI(exception_handlers={404: failed})
    """,
    "a middleware of an application behind its guard": """
        from starlette.middleware import Middleware


        class Counting(BaseHTTPMiddleware):
            async def dispatch(self, request, call_next):
                WORK
                return await call_next(request)


        other = guarded_app(FastAPI(middleware=[Middleware(Counting)]))
    """,
    "what checks a request's body": """
        class Person(BaseModel):
            name: str

            @field_validator("name")
            @classmethod
            def is_known(cls, value):
                WORK
                return value


        class Body(BaseModel):
            people: list[Person]


        @router.post("/people")
        async def add(body: Body):
            return 1
    """,
    "what is worked out of an answer": """
        class Answer(BaseModel):
            name: str

            @computed_field
            @property
            def count(self) -> int:
                WORK
                return 1


        @router.get("/answer", response_model=Answer)
        async def answer():
            return {"name": "x"}
    """,
    "an exception's handler": """
        async def failed(request, error):
            WORK


        app.add_exception_handler(ValueError, failed)
    """,
}


MADE_BY_THE_HANDLER = """
class Person(BaseModel):
    name: str

    @field_validator("name")
    @classmethod
    def is_known(cls, value):
        Messages.select().count()
        return value


@router.post("/people")
async def add(name: str):
    return Person(name=name).name
"""


def findings(form: str, work: str) -> list[str]:
    text = HEAD + dedent(FORMS[form]).replace("WORK", work)
    survey = survey_of(form_tree({FORM: text}, without=APIS))
    return [item.reason for item in survey.findings("webui-handler", closely=False) if item.path == FORM]


@pytest.mark.parametrize("form", FORMS)
def test_without_tenant_data_it_is_quiet(form: str) -> None:
    assert findings(form, "print('nothing')") == []


@pytest.mark.parametrize("form", FORMS)
def test_with_tenant_data_it_is_named(form: str) -> None:
    (reason,) = findings(form, "Messages.select().count()")
    assert reason.startswith("runs without any tenant: ")


def test_what_a_handler_makes_itself_is_checked_in_its_tenant() -> None:
    survey = survey_of(form_tree({FORM: HEAD + MADE_BY_THE_HANDLER}, without=APIS))
    assert [item for item in survey.findings("webui-handler", closely=False) if item.path == FORM] == []
