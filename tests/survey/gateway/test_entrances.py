"""Where messages come in: who hands them to the chat, who is called by the message server, and in which tenant."""

from __future__ import annotations

import pytest

from codemods.places import Branch
from codemods.survey.gateway.entrances import gateway_sites
from codemods.survey.verdicts import EntryPoint
from tests.survey.judging import judged, program_of

API, WORK = "src/common/message/api.py", "src/form/work.py"
HEAD = """
from src.chat.message_receive.bot import chat_bot
from src.common.database.database_model import Messages
from src.common.message.tenant_context import tenant_context_async


async def parse_api_key(key):
    return None


"""
SCOPED = "async with tenant_context_async('a', 'b'):\n        await chat_bot.message_process(message)"
OPEN = "await chat_bot.message_process(message)"
QUERY = "return Messages.select().count()"


def receive(body: str) -> dict[str, str]:
    return {API: f"{HEAD}async def receive(message, tenant=None):\n    {body}\n"}


def registered(body: str, start: str = "async def", parser: bool = True) -> dict[str, str]:
    head = HEAD if parser else HEAD.replace("parse_api_key", "other_key")
    handler = f"{start} heard(data, metadata):\n    {body}\n\n\n"
    return {API: f"{head}{handler}def start(server):\n    server.register_custom_handler('heard', heard)\n"}


def only(files: dict[str, str]) -> EntryPoint:
    (entry,) = judged(files, "gateway").values()
    return entry


def test_what_hands_nothing_to_the_chat_is_no_gateway() -> None:
    assert judged(receive("print(message)"), "gateway") == {}


def test_a_webui_route_that_hands_a_message_on_is_none_but_a_handler() -> None:
    text = f"{HEAD}async def say(message):\n    {OPEN}\n"
    assert judged({"src/webui/say_routes.py": text}, "gateway") == {}
    assert list(judged({"src/webui/say_routes.py": text}, "webui-handler")) == ["say"]


def test_a_gateway_that_enters_a_tenant_for_every_message() -> None:
    entry = only(receive(SCOPED))
    assert (entry.name, entry.verdict, entry.by_hand) == ("receive", "secure", False)


def test_a_branch_without_a_tenant_is_named_by_its_line_and_mended() -> None:
    files = receive(f"if tenant:\n        {SCOPED.replace('        ', '            ')}\n    else:\n        {OPEN}")
    entry = only(files)
    assert (entry.verdict, entry.by_hand) == ("insecure", False)
    line = 1 + HEAD.count("\n") - 1 + 5
    assert entry.reason == f"line {line} processes a message without any tenant"
    (site,) = [site for site in gateway_sites(program_of(files)) if site.path == API]
    assert (site.on, site.place) == ("gateway-branch", Branch("receive", 1))


def test_a_gateway_that_never_has_a_tenant_is_left_to_a_person() -> None:
    files = receive(OPEN)
    assert (only(files).verdict, only(files).by_hand) == ("insecure", True)
    assert [site for site in gateway_sites(program_of(files)) if site.path == API] == []


@pytest.mark.parametrize(
    ("files", "verdict", "by_hand"),
    [
        (registered("return data"), "global", False),
        (registered(QUERY), "insecure", False),
        (registered(QUERY, start="def"), "insecure", True),
        (registered(QUERY, parser=False), "insecure", True),
    ],
    ids=["reaches nothing", "of the sender's key", "not async", "a tree without keys"],
)
def test_what_the_message_server_calls(files: dict[str, str], verdict: str, by_hand: bool) -> None:
    entry = only(files)
    assert (entry.name, entry.verdict, entry.by_hand) == ("heard", verdict, by_hand)
    assert f"registered at {API}:" in entry.reason
    sites = [site for site in gateway_sites(program_of(files)) if site.path == API]
    assert [site.on for site in sites] == (["gateway-handler"] if verdict == "insecure" and not by_hand else [])
