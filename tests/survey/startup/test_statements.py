"""Start-up is judged statement by statement: whose each is, and what of it stays for a person."""

from __future__ import annotations

import pytest

from codemods.survey.verdicts import EntryPoint
from tests.conftest import survey_of
from tests.forms import form_tree

HEAD = """
import asyncio
from src.chat.message_receive.chat_stream import get_chat_manager
from src.common.database.database_model import Messages
from src.common.message.tenant_context import get_current_tenant_id
from src.config.config import global_config, rows_of_tenant, values_of_plugin
from src.manager.async_task_manager import async_task_manager


def asked():
    return get_current_tenant_id()


class MainSystem:
    async def _init_components(self):
"""
WHOLE_PROCESS = {
    "a text": '"""starts everything"""',
    "an import": "import os",
    "something of its own": "self.ready = True",
    "a task, which has a verdict of its own": "await async_task_manager.add_task(self.task)",
    "configuration, which the process has as well": "print(global_config.bot.nickname)",
    "configuration that a tenant may have of its own": "print(values_of_plugin('a'))",
}
A_TENANTS = {
    "a query": "Messages.select().count()",
    "a query several calls away": "self._count()",
    "chats": "await get_chat_manager()._initialize()",
    "inside of a block": "if self:\n            print(Messages.select())",
    "a tenant that is asked for elsewhere": "asked()",
    "rows that the configuration's file reads": "rows_of_tenant()",
}
CONFIG = """
from src.common.database.database_model import Messages
from src.common.message.tenant_context import get_current_tenant_id

_values = {}
global_config = object()


def values_of_plugin(name):
    return _values.get(get_current_tenant_id() or "", {}).get(name)


def rows_of_tenant():
    return Messages.select().where(Messages.tenant_id == get_current_tenant_id())
"""
REST = "\n\n    def _count(self):\n        return Messages.select().count()\n"


def started(statement: str) -> list[EntryPoint]:
    text = f"{HEAD}        {statement}\n{REST}"
    return survey_of(form_tree({"src/main.py": text, "src/config/config.py": CONFIG})).entry_points("startup")


def test_a_tree_without_the_start_has_no_verdict_on_it() -> None:
    assert survey_of(form_tree({"src/main.py": "class MainSystem:\n    pass\n"})).entry_points("startup") == []


@pytest.mark.parametrize("form", WHOLE_PROCESS)
def test_is_the_whole_process_s(form: str) -> None:
    (start,) = started(WHOLE_PROCESS[form])
    assert start.verdict == "global"
    assert {item.verdict for item in start.statements} <= {"global"}


@pytest.mark.parametrize("form", A_TENANTS)
def test_is_a_tenant_s(form: str) -> None:
    (start,) = started(A_TENANTS[form])
    assert start.verdict == "insecure"
    assert start.reason == "runs once, before any tenant; 1 of its 1 statements are a tenant's"
    assert [item.verdict for item in start.statements] == ["insecure"]


def test_what_the_door_mends_is_no_person_s_work_and_the_rest_is() -> None:
    (loads,) = started(A_TENANTS["chats"])
    (asks,) = started(A_TENANTS["a query"])
    assert (loads.by_hand, asks.by_hand) == (False, True)
    assert asks.left == asks.reason
