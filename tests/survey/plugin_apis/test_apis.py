"""The verdict on every function that plugins call, the places that mend it, and what is left to a person."""

from __future__ import annotations

import pytest

from codemods.survey.plugin_apis.apis import Apis, with_shared_reads
from codemods.survey.verdicts import ApiFunction
from tests.survey.judging import GUARDED, program_of

PATH = "src/plugin_system/apis/form_api.py"
MANAGER = "from src.chat.message_receive.chat_stream import get_chat_manager\n"
CONFIG = "from src.config.config import global_config\n"
GUARD = "from src.common.message.tenant_context import current_tenant_id\n"


def apis_of(text: str, **others: str) -> Apis:
    return Apis(program_of(GUARDED | {PATH: text} | others))


def functions(text: str) -> dict[str, ApiFunction]:
    return {item.qualname: item for item in apis_of(text).functions() if item.path == PATH}


def sites(text: str) -> list[str]:
    return [site.on for site in apis_of(text).sites() if site.path == PATH]


@pytest.mark.parametrize(
    ("text", "verdict", "reason"),
    [
        ("def name(first):\n    return first\n", "stateless", "touches no shared state"),
        (
            f"{CONFIG}{GUARD}def name():\n    current_tenant_id()\n    return global_config.bot\n",
            "scoped",
            "reads its tenant first",
        ),
    ],
)
def test_needs_no_edit(text: str, verdict: str, reason: str) -> None:
    function = functions(text)["name"]
    assert (function.verdict, function.reason) == (verdict, reason)
    assert sites(text) == []


def test_an_api_of_import_time_is_exempt() -> None:
    text = f"{CONFIG}def log():\n    return global_config.bot\n"
    path = "src/plugin_system/apis/logging_api.py"
    found = Apis(program_of(GUARDED | {path: text})).functions()
    assert [item.verdict for item in found if item.path == path] == ["exempt"]


def test_a_function_that_does_not_read_its_tenant_is_unscoped_and_mended() -> None:
    text = f"{CONFIG}def name():\n    return global_config.bot\n"
    function = functions(text)["name"]
    assert (function.verdict, function.state) == ("unscoped", ("global_config",))
    assert function.reason == "answers without a tenant: name → global_config.bot"
    assert sites(text) == ["api-function"]


def test_what_no_rule_covers_is_left_whole() -> None:
    """Half of it would look as if all were done."""
    text = f"{MANAGER}def manager():\n    return get_chat_manager()\n"
    function = functions(text)["manager"]
    assert function.verdict == "unresolved"
    assert "touches get_chat_manager(), which no rule covers" in function.reason
    assert sites(text) == []
    assert [item.reason for item in apis_of(text).findings() if item.path == PATH] == [f"manager: {function.reason}"]


@pytest.mark.parametrize("line", ["NAME = name", "NAMES = {'name': name}"])
def test_to_give_it_another_name_is_no_call_of_it(line: str) -> None:
    text = f"{CONFIG}def name():\n    return global_config.bot\n\n\n{line}\n"
    assert [item.reason for item in apis_of(text).findings() if "would raise" in item.reason] == []
    assert "api-function" in sites(text)


def test_a_function_that_is_called_on_import_stays_for_a_read_would_raise_there() -> None:
    text = f"{CONFIG}def name():\n    return global_config.bot\n\n\nNAME = name()\n"
    (finding,) = [item for item in apis_of(text).findings() if item.path == PATH]
    assert (finding.line, finding.reason) == (
        6,
        "calls name, which would raise here, where there is no tenant: it stays as it is",
    )
    assert sites(text) == []


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        ("setattr(kept, 'last', value)", "unresolved"),
        ("vars(kept)['last'] = value", "unresolved"),
        ("kept.last = value", "unscoped"),  # it becomes one for each tenant
    ],
)
def test_who_changes_what_tenants_share_is_not_stateless(change: str, verdict: str) -> None:
    text = f"class Kept:\n    last = None\n\n\nkept = Kept()\n\n\ndef keep(value):\n    {change}\n"
    apis = apis_of(text)
    found = {
        item.qualname: item
        for item in with_shared_reads(apis.program, apis.functions())
        if isinstance(item, ApiFunction)
    }
    assert found["keep"].verdict == verdict


def test_a_manager_of_another_package_is_tenant_state_where_its_file_hands_it_on() -> None:
    text = f"{MANAGER}def chats():\n    return len(get_chat_manager().streams)\n"
    handing_on = "from maim_chat.streams import ChatManager, get_chat_manager, json\n"
    apis = apis_of(
        text + "from maim_chat.other import json\ndef shown(value):\n    return json.dumps(value)\n",
        **{"src/chat/message_receive/chat_stream.py": handing_on},
    )
    found = {item.qualname: item.verdict for item in apis.functions() if item.path == PATH}
    assert found == {"chats": "unscoped", "shown": "stateless"}
