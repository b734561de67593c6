"""A plugin in its own repository: what its absent host does for a tenant is known by the names that are imported."""

from __future__ import annotations

import pytest

from codemods.survey.host import answering_for_process, way_to_host
from tests.survey.judging import program_of
from tests.survey.plugins.small import NOBODYS, TENANT, handler, name, plugin

HELPERS = """
from src.common.message.tenant_context import tenant_context
from src.plugin_system.apis import chat_api, logging_api


def helper():
    return chat_api.get_all_streams()


"""


@pytest.mark.parametrize(
    "body", [NOBODYS, "logging_api.get_logger('a')", "with tenant_context('a', 'b'):\n    chat_api.get_all_streams()"]
)
def test_reaches_nothing_of_a_tenants(body: str) -> None:
    program = plugin(handler(body, before=HELPERS)).program
    assert way_to_host(program, name("Start.execute")) is None


@pytest.mark.parametrize(
    ("body", "way"),
    [
        (TENANT, "Start.execute → global_config.bot"),
        ("chat_api.get_all_streams()", "Start.execute → chat_api.get_all_streams()"),
        ("helper()", "Start.execute → helper → chat_api.get_all_streams()"),
    ],
)
def test_reaches_a_tenants(body: str, way: str) -> None:
    program = plugin(handler(body, before=HELPERS)).program
    assert way_to_host(program, name("Start.execute")) == way


def test_a_host_that_is_at_hand_is_read_instead() -> None:
    program = program_of({"plugins/say/plugin.py": f"{HELPERS}\nhelper()\n"})
    (helper,) = (item for item in program.functions if item.name == "helper" and item.module == "plugins.say.plugin")
    assert way_to_host(program, helper) is None


def test_what_asks_for_the_tenant_beside_the_processs_values_answers_with_these() -> None:
    asking = "from src.common.message.tenant_context import get_current_tenant_id\n"
    files = {
        "src/config/config.py": asking
        + """from src.common.database.database_model import Messages

_values = {}
global_config = object()


def values():
    return _values.get(get_current_tenant_id() or "", {})


def rows():
    return Messages.select().where(Messages.tenant_id == get_current_tenant_id())


def plain():
    return _values
""",
        "src/other.py": asking + "def other():\n    return get_current_tenant_id()\n",
    }
    assert {str(item) for item in answering_for_process(program_of(files))} == {"src.config.config:values"}
