"""What the code of one plugin does, and by which way: to a tenant's things, to the process's, to files of all."""

from __future__ import annotations

import pytest

from codemods.survey.plugins.plugin_code import Kind, Part, PluginCode
from tests.survey.judging import program_of
from tests.survey.plugins.small import NOBODYS, handler, name, plugin

HELPERS = """
import os
import signal
from src.chat.message_receive.chat_stream import get_chat_manager
from src.common.message.tenant_context import tenant_context


def helper():
    return inner()


def inner():
    return get_chat_manager().streams


def patch(self):
    pass


"""


def code_of(line: str) -> PluginCode:
    return plugin(HELPERS + handler(line)).code


def done(kind: Kind, line: str) -> list[str]:
    return [item.text for item in code_of(line).evidence(kind, Part(name("Start.execute")))]


@pytest.mark.parametrize("line", [NOBODYS, "with tenant_context('a'):\n    helper()", "os.getpid()"])
def test_does_nothing_of_anybodys(line: str) -> None:
    assert done("tenant", line) == done("process", line) == []


@pytest.mark.parametrize(
    ("line", "way"),
    [
        ("self.get_config('a')", "self.get_config()"),
        ("send_api.text_to_stream('a', 'b')", "send_api.text_to_stream()"),
        ("open('a')", "open()"),
        ("helper()", "helper → inner → get_chat_manager().streams"),
    ],
)
def test_does_a_tenants_work(line: str, way: str) -> None:
    (found,) = done("tenant", line)
    assert found == way
    assert done("process", line) == []


@pytest.mark.parametrize(
    ("line", "way"),
    [
        ("atexit.register(helper)", "atexit.register()"),
        ("signal.signal(1, print)", "signal.signal()"),
        ("os.chdir('a')", "os.chdir()"),
        ("BasePlugin.get_info = patch", "BasePlugin.get_info = ..."),
    ],
)
def test_does_the_process_s_work(line: str, way: str) -> None:
    assert done("process", line) == [way]
    assert done("tenant", line) == []


def test_a_line_is_named_once_and_only_where_the_part_has_it() -> None:
    code = code_of("helper()\nself.get_config('a'); helper()")
    execute = name("Start.execute")
    first, second = code.evidence("tenant", Part(execute))
    assert (first.line + 1, second.told) == (second.line, f"line {second.line} self.get_config()")
    assert code.evidence("tenant", Part(execute, (range(first.line, first.line + 1),))) == [first]


def test_who_keeps_the_tenant_for_what_it_is_given() -> None:
    code = code_of("print(map(helper, []))\nos.register(inner)")
    execute = name("Start.execute")
    assert list(code.handed_out(execute)) == [name("inner")]
    assert code.keeps_tenant(("loop", ".call_soon"), execute)
    assert not code.keeps_tenant(("os", ".register"), execute)


def test_a_call_of_the_plugins_that_cannot_be_followed() -> None:
    text = "from .words import missing\n" + handler("missing()")
    found = plugin(text, words="").code.unfollowed(Part(name("Start.execute")))
    assert found is not None
    assert found.text == "missing()"


def test_the_plugin_of_a_module_is_the_nearest_folder_with_a_plugin_in_it() -> None:
    paths = ("plugins/say/plugin.py", "plugins/say/parts/words.py", "plugins/say/inner/plugin.py")
    program = program_of(dict.fromkeys(paths, "a = 1\n"))
    assert program.plugin_of("plugins.say.parts.words") == "plugins.say"
    assert program.plugin_of("plugins.say.inner.plugin") == "plugins.say.inner"
    assert program.plugin_of("src.main") == "src.main"
