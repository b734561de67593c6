"""Which parameters name a chat or a file of a tenant's, however they get to where it is looked up."""

from __future__ import annotations

from textwrap import indent

import pytest

from codemods.analysis.symbols import Symbol
from codemods.survey.plugin_apis.keys import Keys
from tests.survey.judging import program_of

PATH = "src/plugin_system/apis/form_api.py"
HEAD = """
from src.chat.message_receive.chat_stream import get_chat_manager
from src.common.database.database_model import Messages
from src.common.utils.tenant_storage import tenant_storage_root


def entry(chat):
    return get_chat_manager().streams[chat]


def given(names, chat):
    return names[chat]


def work(first, second=None, **more):
"""
NONE = {
    "a key of something else": "names = {}\nreturn names[first]",
    "all of the entries": "return list(get_chat_manager().streams)",
    "a key of its own": "return get_chat_manager().streams['a']",
    "an attribute that is not the chat's id": "return get_chat_manager().streams[first.other]",
}
# The body; by parameter, the holder that it leads into and whether an entry is made or changed there.
SOME: dict[str, tuple[str, dict[str, dict[str, bool]]]] = {
    "as it is": ("return get_chat_manager().streams[first]", {"first": {"streams": False}}),
    "by a pattern": (
        "match first:\n    case str() as known:\n        return get_chat_manager().streams[known]",
        {"first": {"streams": False}},
    ),
    "asked for": ("return get_chat_manager().streams.get(first)", {"first": {"streams": False}}),
    "looked for": ("return first in get_chat_manager().streams", {"first": {"streams": False}}),
    "stored": ("get_chat_manager().streams[first] = 1", {"first": {"streams": True}}),
    "taken out": ("get_chat_manager().streams.pop(first)", {"first": {"streams": True}}),
    "by another name": ("name = first\nreturn get_chat_manager().streams[name]", {"first": {"streams": False}}),
    "one or the other": (
        "return get_chat_manager().streams[first if first else second]",
        {"first": {"streams": False}, "second": {"streams": False}},
    ),
    "within a text": ("return get_chat_manager().streams[f'{first}']", {"first": {"streams": False}}),
    "one of several": (
        "for one in first:\n    print(get_chat_manager().streams[one])",
        {"first": {"streams": False}},
    ),
    "the id of a chat": ("return get_chat_manager().streams[first.stream_id]", {"first": {"streams": False}}),
    "by another function": ("return entry(second)", {"second": {"streams": False}}),
    "into what another function is given": (
        "return given(get_chat_manager().streams, first)",
        {"first": {"streams": False}},
    ),
    "an entry that is changed": (
        "chat = get_chat_manager().streams.get(first)\nchat.name = second",
        {"first": {"streams": True}},
    ),
    "a file": ("return tenant_storage_root() / first", {"first": {"tenant_storage": True}}),
}


def keys_of(body: str) -> tuple[Keys, Symbol]:
    program = program_of({PATH: HEAD + indent(body, "    ") + "\n"})
    return Keys(program), Symbol.parse("src.plugin_system.apis.form_api:work")


@pytest.mark.parametrize("form", NONE)
def test_names_nothing_of_a_tenants(form: str) -> None:
    keys, work = keys_of(NONE[form])
    assert {name: reached for name, reached in keys.of(work).items() if not all(key[0] == "@" for key in reached)} == {}


@pytest.mark.parametrize("form", SOME)
def test_names_a_chat_or_a_file(form: str) -> None:
    body, reached = SOME[form]
    keys, work = keys_of(body)
    assert dict(keys.of(work)) == reached


def test_what_is_used_besides_is_told_apart() -> None:
    for body, used_otherwise in (
        ("return get_chat_manager().streams[first]", set()),
        ("return get_chat_manager().streams[first], len(get_chat_manager().streams)", {"streams"}),
        ("return list(map(entry, first))", {"streams"}),
    ):
        keys, work = keys_of(body)
        assert keys.used_otherwise(work) == used_otherwise
