"""What other libraries run, and what they run in its callers' context comes first."""

from __future__ import annotations

import pytest

from codemods.survey.background.run_outside import run_outside
from tests.survey.judging import program_of
from tests.survey.plugins.small import handler, plugin

HEAD = """
import asyncio
import functools
import re
from http.server import BaseHTTPRequestHandler, HTTPServer

import hub
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.schedulers.background import BackgroundScheduler
from fastapi import APIRouter
from src.common.message.tenant_local import TenantLocal
from src.webui.webui_server import get_webui_server

router = APIRouter()


def tell(text=""):
    send_api.text_to_stream(text, "stream")


async def tell_all():
    tell()


def hello():
    print("hello")
"""
QUIET = {
    "what does nothing of a tenant's": ("hub.listen(hello)", ""),
    "a call of one's own": ("tell()", ""),
    "a task": ("asyncio.create_task(tell_all())", ""),
    "built-ins": ("sorted('ab', key=tell)", ""),
    "a partial that is called here": ("functools.partial(tell, 'x')()", ""),
    "a pattern": ("re.sub('a', tell, 'b')", ""),
    "a list": ("names = []\nnames.append(tell)", ""),
    "a list of its own": ("self.names.append(tell)", ""),
    "a scheduler of the loop": ("AsyncIOScheduler().add_job(tell_all)", ""),
    "a scheduler of the loop for each tenant": (
        "scheduler.value.add_job(tell_all)",
        "scheduler = TenantLocal(factory=AsyncIOScheduler)",
    ),
    "a decorator of what is called": ("again()", "@hub.retry(3)\ndef again():\n    tell()"),
    "a method that is called": (
        "Client().again()",
        "class Client(hub.Client):\n    def again(self):\n        tell()",
    ),
    "what serves nobody": ("pass", "class Answer(BaseHTTPRequestHandler):\n    def do_GET(self):\n        hello()"),
}
FOUND = {
    "a library": ("await hub.listen('topic', tell_all)", "", "tell_all", "hub.listen"),
    "a server of asyncio": ("await asyncio.start_server(tell, 'h', 1)", "", "tell", "asyncio.start_server"),
    "a scheduler with threads": (
        "BackgroundScheduler().add_job(tell)",
        "",
        "tell",
        "BackgroundScheduler().add_job",
    ),
    "a scheduler for each tenant, with threads": (
        "scheduler.value.add_job(tell)",
        "scheduler = TenantLocal(factory=BackgroundScheduler)",
        "tell",
        "scheduler.value.add_job",
    ),
    "an attribute of a client": ("client = hub.Client()\nclient.heard = tell", "", "tell", "client.heard"),
    "a decorator": ("hello()", "@hub.every(5)\ndef again():\n    tell()", "again", "@hub.every"),
    "a route": ("hello()", "@router.get('/x')\nasync def again():\n    tell()", "again", "@router.get"),
    "a route of the WebUI": (
        "get_webui_server().app.add_api_route('/x', tell_all)",
        "",
        "tell_all",
        "get_webui_server().app.add_api_route",
    ),
    "a class that a server makes": (
        "HTTPServer(('h', 1), Answer)",
        "class Answer(BaseHTTPRequestHandler):\n    def do_GET(self):\n        tell()",
        "Answer.do_GET",
        "BaseHTTPRequestHandler",
    ),
}


def found(body: str, before: str) -> list[tuple[str, str]]:
    start = plugin(handler(body, before=HEAD + before))
    functions = start.program.files["plugins.form_plugin.plugin"].functions
    lines = {function.line: name for name, function in functions.items()}
    return [(lines[item.line], item.reason) for item in run_outside(start.program)]


@pytest.mark.parametrize("form", QUIET)
def test_what_has_its_callers_tenant_is_quiet(form: str) -> None:
    assert found(*QUIET[form]) == []


@pytest.mark.parametrize("form", FOUND)
def test_what_others_run_is_named_with_who_does(form: str) -> None:
    body, before, name, who = FOUND[form]
    ((function, reason),) = found(body, before)
    assert (function, reason.partition(":")[0]) == (
        name,
        f"is run by {who}, and nothing shows that it has a tenant then",
    )


# Of the application's own files

APP = """
import asyncio
import functools
import weakref

import hub
import structlog
from fastapi import APIRouter
from hub import Client
from src.common.database.database_model import Messages

client = Client()
router = APIRouter()


def count(*args):
    return Messages.select().count()


def hello():
    print("hello")
"""
QUIET_THERE = {
    "an attribute that does nothing of a tenant's": "client.heard = hello",
    "a lambda that does nothing of a tenant's": "client.heard = lambda: hello()",
    "a lambda of its own": "class Own: ...\n\n\nown = Own()\nown.heard = lambda: count()",
    "what is put into its own table": "own = {}\nown['x'] = count",
    "what does nothing of a tenant's": "client.on('x', hello)",
    "what is handed over where there is a tenant": "def later():\n    client.on('x', count)",
    "what runs in the context of who hands it over": (
        "async def begin():\n    await asyncio.to_thread(count)\n    client.task.add_done_callback(count)\n\n\n"
        "asyncio.run(begin())"
    ),
    "a log handler that says lines": (
        "import logging\n\n\nclass Keep(logging.Handler):\n    def emit(self, record):\n        print(record)\n"
        "logging.getLogger().addHandler(Keep())"
    ),
    "what Python calls at once": "functools.reduce(count, [])",
    "a decorator of a function that is called": "@client.retried\ndef again():\n    count()\ndef use():\n    again()",
    "a decorator of a module": "@hub.retried\ndef again():\n    count()",
}
FOUND_THERE = {
    "an attribute of a client": ("client.heard = count", "count", "client.heard"),
    "a table of a client": ("client.handlers['x'] = count", "count", "client.handlers[...]"),
    "what runs as an object goes": (
        "def use(it):\n    weakref.finalize(it, count)",
        "count",
        "weakref.finalize",
    ),
    "a log handler": (
        "import logging\n\n\nclass Keep(logging.Handler):\n    def emit(self, record):\n        count()\n"
        "logging.getLogger().addHandler(Keep())",
        "Keep.emit",
        "logging",
    ),
    "a call as the module is imported": ("client.on('x', count)", "count", "client.on"),
    "what start-up calls": (
        "class Ears:\n    def __init__(self):\n        client.on('x', self.heard)\n"
        "    def heard(self):\n        count()\n"
        "ears = Ears()",
        "Ears.heard",
        "client.on",
    ),
    "a decorator": ("@client.on('x')\ndef heard():\n    count()", "heard", "@client.on"),
    "a class of theirs": ("class Ears(Client):\n    def heard(self):\n        count()", "Ears.heard", "Client"),
}


def found_there(text: str, path: str = "src/extra/ears.py") -> list[tuple[str, str]]:
    program = program_of({path: f"{APP}\n\n{text}\n"})
    functions = program.files[path.removesuffix(".py").replace("/", ".")].functions
    lines = {function.line: name for name, function in functions.items()}
    return [(lines[item.line], item.reason.partition(",")[0]) for item in run_outside(program) if item.path == path]


@pytest.mark.parametrize("form", QUIET_THERE)
def test_what_the_application_keeps_is_quiet(form: str) -> None:
    assert found_there(QUIET_THERE[form]) == []


@pytest.mark.parametrize("form", FOUND_THERE)
def test_what_others_run_of_the_application_is_named(form: str) -> None:
    text, name, who = FOUND_THERE[form]
    assert found_there(text) == [(name, f"is run by {who}")]


@pytest.mark.parametrize(
    "line",
    [
        "client.heard = lambda: count()",
        "client.on('x', lambda *given: count(given))",
        "client.all['x'] = lambda: count()",
    ],
)
def test_lambdas_that_others_run_are_named(line: str) -> None:
    path = "src/extra/ears.py"
    found = [item for item in run_outside(program_of({path: f"{APP}\n\n{line}\n"})) if item.path == path]
    assert [item.reason.rpartition(" then: ")[2] for item in found] == ["count → Messages.select().count()"]


def test_what_a_plugin_puts_into_a_client_as_it_is_imported_is_named() -> None:
    after = "client = hub.Client()\nclient.heard = tell\n"
    ((function, reason),) = found("pass", after)
    assert (function, reason.partition(",")[0]) == ("tell", "is run by client.heard")


def test_routes_of_the_webui_are_told_as_handlers_and_others_here() -> None:
    path = "src/webui/ears_routes.py"
    assert found_there("router.add_api_route('/x', count)", path) == []
    assert found_there("client.router.add_get('/x', count)", path) == [("count", "is run by client.router.add_get")]


def test_what_pages_of_the_webui_run_is_told_here() -> None:
    pages = "from fastapi.templating import Jinja2Templates\n\npages = Jinja2Templates('x')\n"
    path, who = "src/webui/ears_routes.py", "is run by pages.env.globals[...]"
    assert found_there(f"{pages}pages.env.globals['count'] = count", path) == [("count", who)]
    assert found_there(f"{pages}pages.env.globals['hello'] = hello", path) == []


PAGES = "from fastapi.templating import Jinja2Templates\n\npages = Jinja2Templates('x')\n"


@pytest.mark.parametrize(
    "line",
    [
        "pages.env.globals.update({'hello': hello, 'n': [1, 'count']})",
        "more = Jinja2Templates('x', context_processors=[hello])",
        "names = [count]",
    ],
)
def test_what_pages_are_given_in_a_container_is_quiet(line: str) -> None:
    assert found_there(PAGES + line, "src/webui/ears_routes.py") == []


@pytest.mark.parametrize(
    ("line", "who"),
    [
        ("more = Jinja2Templates('x', context_processors=[count])", "Jinja2Templates"),
        ("pages.env.globals.update({'count': count})", "pages.env.globals.update"),
        ("pages.env.globals |= {'count': count}", "pages.env.globals"),
        ("page = pages.env.from_string('x', globals={'all': {'count': count}})", "pages.env.from_string"),
    ],
)
def test_what_pages_are_given_in_a_container_is_named(line: str, who: str) -> None:
    assert found_there(PAGES + line, "src/webui/ears_routes.py") == [("count", f"is run by {who}")]
