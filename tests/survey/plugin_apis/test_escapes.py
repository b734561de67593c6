"""What a plugin API function does that no read of its tenant can keep to that tenant."""

from __future__ import annotations

from textwrap import indent

import pytest

from codemods.analysis.symbols import Symbol
from codemods.survey.plugin_apis.escapes import Escapes
from tests.survey.judging import program_of

PATH = "src/plugin_system/apis/form_api.py"
WORK = Symbol.parse("src.plugin_system.apis.form_api:work")
HEAD = """
from functools import lru_cache

from src.chat.message_receive.chat_stream import get_chat_manager
from src.common.database.database_model import Messages
from src.common.message.tenant_context import set_current_tenant, tenant_context
from src.plugin_system.core.plugin_manager import plugin_manager

LIMITS = {"a": 1}
seen = {}
last = None


def note(name):
    seen[name] = True


"""
NONE = {
    "a holder": "return get_chat_manager().streams",
    "a name that nobody changes": "return LIMITS['a']",
    "a local of the same name": "seen = {}\nreturn seen",
    "a row whose columns are all written down": "Messages.create(message_id=first)",
    "a dictionary of its own": "made = {}\nmade.update(first)\nreturn made",
}
SOME = {
    "another tenant is entered": ("with tenant_context(first):\n    return 1", [(1, "tenant_context()")]),
    "another tenant is set": ("set_current_tenant(first)", [(1, "set_current_tenant()")]),
    "a row of whatever columns": ("Messages.create(**first)", [(1, "Messages.create()")]),
    "the back door of a holder": (
        "get_chat_manager().streams._partitions",
        [(1, "get_chat_manager().streams._partitions")],
    ),
    "the manager itself": ("return get_chat_manager()", [(1, "get_chat_manager()")]),
    "an object of the whole process": ("return plugin_manager", [(1, "plugin_manager")]),
    "what its module keeps": ("return seen.get(first)", [(1, "seen")]),
    "what it makes its module's": ("global last\nlast = first", [(1, "last")]),
}


def escapes(body: str, above: str = "") -> list[tuple[int, str]]:
    text = f"{HEAD}{above}def work(first):\n" + indent(body, "    ") + "\n"
    program = program_of({PATH: text})
    node = program.sources.function(WORK)
    assert node is not None
    return [(item.line - node.lineno, item.expression) for item in Escapes(program).of(WORK, node)]


@pytest.mark.parametrize("form", NONE)
def test_stays_within_its_tenant(form: str) -> None:
    assert escapes(NONE[form]) == []


@pytest.mark.parametrize("form", SOME)
def test_gets_out(form: str) -> None:
    body, found = SOME[form]
    assert escapes(body) == found


def test_answers_that_are_kept_get_out() -> None:
    assert escapes("return 1", "@lru_cache()\n") == [(-1, "@lru_cache()")]
    assert escapes("return 1", "@staticmethod\n") == []
