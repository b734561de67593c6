"""What an API function must do for its tenant, beyond reading it: of what kind, where, and whether it is done."""

from __future__ import annotations

from textwrap import indent

import pytest

from codemods.analysis.symbols import Symbol
from codemods.knowledge.recipes import recipes_folder
from codemods.survey.plugin_apis.escapes import Unresolved
from codemods.survey.plugin_apis.scoping import Scoping
from tests.survey.judging import GUARDED, program_of

PATH, MANAGER = "src/plugin_system/apis/form_api.py", "src/chat/message_receive/chat_stream.py"
ACCESS = (recipes_folder() / "support" / "tenant_access.py").read_text(encoding="utf-8")
HEAD = """
from peewee import Model

from src.chat.message_receive.chat_stream import get_chat_manager
from src.common.message.tenant_access import (
    enabled_for_tenant, own_rows, require_admin_tenant, require_own_chat, require_tenant_table
)
from src.common.message.tenant_context import current_tenant_id
from src.common.utils.tenant_storage import tenant_storage_root
from src.plugin_system.core.component_registry import component_registry
from src.plugin_system.core.plugin_manager import plugin_manager


def _helper():
    plugin_manager.load_all_plugins()


def work(first, model: type[Model] = None):
    current_tenant_id()
"""
CLOSED_MANAGER = """
from src.common.structure.context_aware_map import ContextAwareMap


class ChatManager:
    def __init__(self):
        self.streams = ContextAwareMap()


def get_chat_manager() -> ChatManager:
    return ChatManager()
"""
PLAIN = {
    "nothing shared": "return first",
    "a holder that is one for each tenant": "return get_chat_manager().streams.get(first)",
    "what is the same for all": "return component_registry.get_plugin_config(first)",
}
# The body without and with what keeps it to its tenant, and the kind of place that stands for it.
NEEDS = {
    "a chat that is acted on": (
        "get_chat_manager().streams[first] = 1",
        "require_own_chat(first)\nget_chat_manager().streams[first] = 1",
        "chat-argument",
    ),
    "the whole process": (
        "plugin_manager.load_all_plugins()",
        "require_admin_tenant()\nplugin_manager.load_all_plugins()",
        "whole-process",
    ),
    "the whole process, in a helper": ("_helper()", "require_admin_tenant()\n_helper()", "whole-process"),
    "plugins of whatever tenant": (
        "return plugin_manager.list_loaded_plugins()",
        "return enabled_for_tenant(plugin_manager.list_loaded_plugins())",
        "plugin-answer",
    ),
    "a plugin by its name": (
        "return plugin_manager.get_plugin_class(first)",
        "return enabled_for_tenant(plugin_manager.get_plugin_class(first), first)",
        "named-plugin-answer",
    ),
}


def requirements(body: str) -> list[tuple[str, bool]]:
    text = HEAD.replace(", model: type[Model] = None", "" if "model" not in body else ", model: type[Model]")
    files = {PATH: text + indent(body, "    ") + "\n", MANAGER: CLOSED_MANAGER}
    program = program_of(GUARDED | files | {"src/common/message/tenant_access.py": ACCESS})
    found = Scoping(program).requirements(Symbol.parse("src.plugin_system.apis.form_api:work"))
    return [("unresolved", False) if isinstance(item, Unresolved) else (item.on, item.met) for item in found]


@pytest.mark.parametrize("form", PLAIN)
def test_needs_no_more_than_its_tenant(form: str) -> None:
    assert requirements(PLAIN[form]) == []


@pytest.mark.parametrize("form", NEEDS)
def test_needs_what_keeps_it_to_its_tenant(form: str) -> None:
    without, within, on = NEEDS[form]
    assert requirements(without) == [(on, False)]
    assert requirements(within) == [(on, True)]


def test_a_guard_behind_a_branch_is_none() -> None:
    body = "if first:\n    require_admin_tenant()\nplugin_manager.load_all_plugins()"
    assert requirements(body) == [("whole-process", False)]


def test_rows_of_a_model_that_is_handed_in() -> None:
    assert requirements("return model.select()") == [("model-argument", False), ("model-query", False)]
    body = "require_tenant_table(model)\nreturn own_rows(model.select())"
    assert requirements(body) == [("model-argument", True), ("model-query", True)]


def test_what_no_rule_covers_is_said_so() -> None:
    assert requirements("return component_registry.get_registry_stats()") == [("unresolved", False)]
    assert requirements("return plugin_manager") == [("unresolved", False), ("unresolved", False)]
